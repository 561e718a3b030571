"""The cards of staff in the database."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, RowMapping, func, select, update

from central.database import add_if_new, read
from central.screens.cards.rules import Card
from central.screens.tables import staff_cards

_SHOWN = [column for column in staff_cards.c if column.name != "photo"]
_HAS = (func.length(staff_cards.c.photo) > 0).label("has_photo")


def keep(connection: Connection, card: Card, photo: bytes, kind: str, by: str, now: datetime) -> None:
    """In place of the one before; without a new photo the old one stays."""
    row = msgspec.structs.asdict(card)
    del row["has_photo"]
    row |= {"by_whom": by, "at": now}
    pictured = {"photo": photo, "photo_type": kind} if photo else {}
    if not add_if_new(connection, staff_cards, row | {"photo": photo, "photo_type": kind}):
        connection.execute(update(staff_cards).where(staff_cards.c.name == card.name).values(row | pictured))


def find(connection: Connection, name: str) -> Card | None:
    """Of an account."""
    row = connection.execute(select(*_SHOWN, _HAS).where(staff_cards.c.name == name)).mappings().first()
    return None if row is None else _card(row)


def listed(connection: Connection) -> Sequence[Card]:
    """All, by their numbers."""
    found = select(*_SHOWN, _HAS).order_by(staff_cards.c.number)
    return [_card(row) for row in connection.execute(found).mappings()]


def photo(connection: Connection, name: str) -> tuple[bytes, str] | None:
    """The picture and what it is."""
    found = select(staff_cards.c.photo, staff_cards.c.photo_type).where(staff_cards.c.name == name)
    row = connection.execute(found).first()
    return (bytes(row[0]), row[1]) if row is not None and row[0] else None


def last_change(connection: Connection) -> datetime | None:
    """When one last changed."""
    newest: datetime | None = connection.execute(select(func.max(staff_cards.c.at))).scalar_one()
    return newest


def _card(row: RowMapping) -> Card:
    return read(dict(row) | {"has_photo": bool(row["has_photo"])}, Card)
