"""What is shown on the attract screens, in the database."""

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from central.database import add_if_new, read
from central.media.rules import Piece, State
from central.media.tables import media, media_coming, media_content

LISTED = 300


def add(connection: Connection, piece: Piece, content: bytes) -> bool:
    """One that waits for a second person, with its bytes. False where it is known."""
    keep(connection, piece.sha256, content, piece.sent_at)
    return add_if_new(connection, media, msgspec.structs.asdict(piece) | {"changed_at": piece.sent_at})


def find(connection: Connection, media_id: str) -> Piece | None:
    """One by its id."""
    row = connection.execute(select(media).where(media.c.media_id == media_id)).mappings().first()
    return None if row is None else read(row, Piece)


def listed(connection: Connection) -> list[Piece]:
    """The newest first; what waits stands before all."""
    found = select(media).order_by((media.c.state != State.WAITING), media.c.sent_at.desc()).limit(LISTED)
    return [read(row, Piece) for row in connection.execute(found).mappings()]


def decide(connection: Connection, piece: Piece, state: State, who: str, why: str, now: datetime) -> bool:
    """It is in another state from now on. False where somebody was faster."""
    here = (media.c.media_id == piece.media_id) & (media.c.state == piece.state)
    values = {"state": state, "decided_by": who, "decided_at": now, "why": why, "changed_at": now}
    return bool(connection.execute(update(media).where(here).values(**values)).rowcount)


def shown(connection: Connection, node: str, slot: str) -> list[Piece]:
    """What is shown at a place under this name: one, unless two came at once."""
    here = (media.c.node == node) & (media.c.slot == slot) & (media.c.state == State.SHOWN)
    return [read(row, Piece) for row in connection.execute(select(media).where(here)).mappings()]


def past(connection: Connection, today: str) -> list[Piece]:
    """What is shown no more, or will never be, by its last day."""
    over = media.c.state.in_([State.SHOWN, State.WAITING]) & (media.c.last_day < today)
    return [read(row, Piece) for row in connection.execute(select(media).where(over)).mappings()]


def keep(connection: Connection, sha256: str, content: bytes, now: datetime) -> None:
    """The bytes, once."""
    add_if_new(connection, media_content, {"sha256": sha256, "size": len(content), "content": content, "kept_at": now})


def piece(connection: Connection, sha256: str, offset: int, most: int) -> bytes | None:
    """So many bytes from an offset on; None where nothing of that name is held."""
    part = func.substr(media_content.c.content, offset + 1, most)
    found = connection.execute(select(part).where(media_content.c.sha256 == sha256)).first()
    return None if found is None else bytes(found[0])


def content(connection: Connection, sha256: str) -> bytes | None:
    """All bytes."""
    found = select(media_content.c.content).where(media_content.c.sha256 == sha256)
    return connection.execute(found).scalar_one_or_none()


def held(connection: Connection) -> set[str]:
    """The hashes of all that is held whole."""
    return set(connection.execute(select(media_content.c.sha256)).scalars())


def named(connection: Connection) -> set[str]:
    """The hashes that something shown or waiting names."""
    here = media.c.state.in_([State.SHOWN, State.WAITING])
    return set(connection.execute(select(media.c.sha256).where(here)).scalars())


def drop(connection: Connection, hashes: Collection[str]) -> None:
    """Forget these bytes, whole or on their way."""
    for table in (media_content, media_coming):
        connection.execute(delete(table).where(table.c.sha256.in_(list(hashes))))


def coming(connection: Connection, sha256: str) -> int:
    """How much of it has come."""
    found = select(func.max(media_coming.c.place + func.length(media_coming.c.piece)))
    return connection.execute(found.where(media_coming.c.sha256 == sha256)).scalar_one() or 0


def on_their_way(connection: Connection) -> set[str]:
    """The hashes of which a part has come."""
    return set(connection.execute(select(media_coming.c.sha256).distinct()).scalars())


def take(connection: Connection, sha256: str, place: int, piece_: bytes) -> None:
    """A piece that came."""
    add_if_new(connection, media_coming, {"sha256": sha256, "place": place, "piece": piece_})


def gathered(connection: Connection, sha256: str) -> bytes:
    """All pieces that came, in order."""
    found = select(media_coming.c.piece).where(media_coming.c.sha256 == sha256).order_by(media_coming.c.place)
    pieces: Iterable[bytes] = connection.execute(found).scalars()
    return b"".join(bytes(one) for one in pieces)


def last_change(connection: Connection) -> datetime | None:
    """When something of it last changed."""
    newest: datetime | None = connection.execute(select(func.max(media.c.changed_at))).scalar_one()
    return newest
