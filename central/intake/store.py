"""Envelopes, marks and quarantine in the database."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, select, tuple_, update

from central.database import insert, read
from central.intake.tables import envelopes, marks, quarantine

LaneKey = tuple[str, int, str]
"""(terminal, epoch, lane)"""


class Arrived(msgspec.Struct, frozen=True):
    """An envelope as it is kept, to be judged."""

    id: str
    terminal: str
    lane: str
    seq: int
    raw: bytes
    received_at: datetime


class Quarantined(msgspec.Struct, frozen=True):
    """An envelope nobody could judge, and why."""

    envelope_id: str
    terminal: str
    lane: str
    seq: int
    reason: str
    at: datetime


def lock_marks(connection: Connection, lanes: Iterable[LaneKey]) -> dict[LaneKey, int]:
    """The high-water marks of these lanes, locked until the transaction ends, always in the same order."""
    wanted = sorted(set(lanes))
    if not wanted:
        return {}
    rows = [{"terminal": terminal, "epoch": epoch, "lane": lane, "seq": 0} for terminal, epoch, lane in wanted]
    connection.execute(insert(connection, marks).on_conflict_do_nothing(), rows)
    place = tuple_(marks.c.terminal, marks.c.epoch, marks.c.lane)
    found = select(marks).where(place.in_(wanted)).order_by(*marks.primary_key.columns).with_for_update()
    return {(row.terminal, row.epoch, row.lane): row.seq for row in connection.execute(found)}


def raise_mark(connection: Connection, lane: LaneKey, seq: int) -> None:
    """Everything up to `seq` is in this transaction or before it."""
    terminal, epoch, name = lane
    place = (marks.c.terminal == terminal) & (marks.c.epoch == epoch) & (marks.c.lane == name)
    connection.execute(update(marks).where(place).values(seq=seq))


def hashes(connection: Connection, lane: LaneKey, first: int, last: int) -> dict[int, str]:
    """The hashes, by seq, of what is held between two places of a lane."""
    terminal, epoch, name = lane
    found = select(envelopes.c.seq, envelopes.c.hash).where(
        envelopes.c.terminal == terminal,
        envelopes.c.epoch == epoch,
        envelopes.c.lane == name,
        envelopes.c.seq.between(first, last),
    )
    return {row.seq: row.hash for row in connection.execute(found)}


def taken_ids(connection: Connection, ids: list[str]) -> set[str]:
    """Which of these envelope ids are held already, wherever."""
    return set(connection.execute(select(envelopes.c.id).where(envelopes.c.id.in_(ids))).scalars())


def add(connection: Connection, rows: list[dict[str, object]]) -> None:
    """Keep new envelopes."""
    connection.execute(insert(connection, envelopes), rows)


def held(connection: Connection, terminal: str, epoch: int) -> dict[str, int]:
    """The marks, by lane, of one epoch of a terminal."""
    found = select(marks.c.lane, marks.c.seq).where(marks.c.terminal == terminal, marks.c.epoch == epoch)
    return {row.lane: row.seq for row in connection.execute(found)}


def unjudged(connection: Connection, limit: int) -> list[Arrived]:
    """The oldest envelopes nobody has judged; another process's share is left to it."""
    found = (
        select(envelopes)
        .where(envelopes.c.judged_at.is_(None))
        .order_by(envelopes.c.received_at, envelopes.c.seq)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [read(row, Arrived) for row in connection.execute(found).mappings()]


def mark_judged(connection: Connection, ids: list[str], at: datetime) -> None:
    """These envelopes need no further look."""
    connection.execute(update(envelopes).where(envelopes.c.id.in_(ids)).values(judged_at=at))


def put_aside(connection: Connection, arrived: Arrived, reason: str, at: datetime) -> None:
    """Keep an envelope in sight of staff, with the reason it could not be judged."""
    row = {"envelope_id": arrived.id, "terminal": arrived.terminal, "lane": arrived.lane, "seq": arrived.seq}
    values = {**row, "reason": reason[:500], "at": at}
    added = insert(connection, quarantine).values(values)
    connection.execute(added.on_conflict_do_update(index_elements=[quarantine.c.envelope_id], set_=values))


def judge_again(connection: Connection, envelope_id: str) -> bool:
    """Take an envelope out of quarantine so that it is judged once more."""
    gone = connection.execute(delete(quarantine).where(quarantine.c.envelope_id == envelope_id))
    if gone.rowcount:
        connection.execute(update(envelopes).where(envelopes.c.id == envelope_id).values(judged_at=None))
    return bool(gone.rowcount)


def quarantined(connection: Connection) -> list[Quarantined]:
    """Everything in quarantine, newest first."""
    found = select(quarantine).order_by(quarantine.c.at.desc()).limit(500)
    return [read(row, Quarantined) for row in connection.execute(found).mappings()]


def quarantine_size(connection: Connection) -> int:
    """How many wait there."""
    return connection.execute(select(func.count()).select_from(quarantine)).scalar_one()


def raw_of(connection: Connection, envelope_id: str) -> bytes:
    """The bytes of one envelope."""
    raw: bytes = connection.execute(select(envelopes.c.raw).where(envelopes.c.id == envelope_id)).scalar_one()
    return raw


def count(connection: Connection) -> int:
    """How many envelopes are kept."""
    return connection.execute(select(func.count()).select_from(envelopes)).scalar_one()


def last_change(connection: Connection) -> datetime | None:
    """When the newest envelope was judged."""
    newest: datetime | None = connection.execute(select(func.max(envelopes.c.judged_at))).scalar_one()
    return newest
