"""Envelopes, marks and quarantine in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update

from central.bulk import add_many, among, change_many, locked, rows_of
from central.database import insert, read
from central.intake.placing import Holder, Trouble
from central.intake.tables import conflicts, envelopes, marks, quarantine, repeats
from contract.exchange import Sent

LaneKey = tuple[str, int, str]
"""(terminal, epoch, lane)"""
Row = dict[str, Any]
"""Column -> value."""
_MARK = ("terminal", "epoch", "lane", "seq")
_IN_SIGHT = quarantine.c.closed_at.is_(None)


class Arrived(msgspec.Struct, frozen=True):
    """An envelope as it is kept, to be judged."""

    id: str
    terminal: str
    epoch: int
    lane: str
    seq: int
    hash: str
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


class Conflict(msgspec.Struct, frozen=True):
    """Bytes that came under an id which holds another content."""

    terminal: str
    epoch: int
    lane: str
    seq: int
    id: str
    reason: str
    received_at: datetime


def lock_marks(connection: Connection, lanes: Iterable[LaneKey]) -> dict[LaneKey, int]:
    """The high-water marks of these lanes, locked until the transaction ends; a lane nobody used is entered."""
    rows = locked(connection, marks, _MARK, _MARK[:3], lanes, _unused)
    return {(row["terminal"], row["epoch"], row["lane"]): row["seq"] for row in rows}


def _unused(lane: LaneKey) -> Row:
    terminal, epoch, name = lane
    return {"terminal": terminal, "epoch": epoch, "lane": name, "seq": 0, "archived": 0}


def raise_marks(connection: Connection, raised: Mapping[LaneKey, int]) -> None:
    """Everything up to these places is in this transaction or before it."""
    rows = [{"terminal": key[0], "epoch": key[1], "lane": key[2], "seq": seq} for key, seq in raised.items()]
    change_many(connection, marks, rows, ("terminal", "epoch", "lane"))


def places(connection: Connection, lane: LaneKey, first: int, last: int) -> tuple[dict[int, str], dict[int, str]]:
    """The hashes, by seq, of what stands between two places of a lane; and the ids of damaged bytes kept there."""
    found: dict[int, str] = {}
    for table in (envelopes, repeats, conflicts):
        rows = select(table.c.seq, table.c.hash).where(*_in_lane(table, lane), table.c.seq.between(first, last))
        found |= {row.seq: row.hash for row in connection.execute(rows)}
    damaged = (envelopes.c.trouble == Trouble.DAMAGED.value) & envelopes.c.seq.between(first, last)
    aside = select(envelopes.c.seq, envelopes.c.id).where(*_in_lane(envelopes, lane), damaged)
    return found, {row.seq: row.id for row in connection.execute(aside)}


def _in_lane(table: Table, lane: LaneKey) -> tuple[ColumnElement[bool], ...]:
    terminal, epoch, name = lane
    return table.c.terminal == terminal, table.c.epoch == epoch, table.c.lane == name


def holders(connection: Connection, ids: Collection[str]) -> dict[str, Holder]:
    """Which envelopes hold any of these ids, wherever."""
    found = rows_of(connection, "SELECT id, terminal, raw FROM envelopes JOIN {asked} ON id = one", ids)
    return {row[0]: Holder(row[1], bytes(row[2])) for row in found}


def add(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep new envelopes."""
    add_many(connection, envelopes, rows)


def add_repeats(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep the places of records that are held already."""
    add_many(connection, repeats, rows)


def add_conflicts(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep what came under an id that holds something else."""
    add_many(connection, conflicts, rows)


def add_aside(connection: Connection, rows: Sequence[Row]) -> None:
    """Show envelopes in quarantine from the moment they came."""
    add_many(connection, quarantine, rows)


def heal(connection: Connection, aside_id: str, sent: Sent) -> None:
    """Put whole bytes where damaged ones with the same hash were kept; they are judged like any others."""
    connection.execute(delete(quarantine).where(quarantine.c.envelope_id == aside_id))
    whole = {"id": sent.id, "raw": sent.raw, "trouble": None, "judged_at": None}
    connection.execute(update(envelopes).where(envelopes.c.id == aside_id).values(**whole))


def all_held(connection: Connection, terminals: Collection[str]) -> dict[str, dict[int, dict[str, int]]]:
    """The marks, by terminal, epoch and lane, of all epochs of these terminals."""
    text = "SELECT terminal, epoch, lane, seq FROM marks JOIN {asked} ON terminal = one"
    found: dict[str, dict[int, dict[str, int]]] = {}
    for terminal, epoch, lane, seq in rows_of(connection, text, terminals):
        found.setdefault(terminal, {}).setdefault(epoch, {})[lane] = seq
    return found


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
    connection.execute(update(envelopes).where(among(connection, envelopes.c.id, ids)).values(judged_at=at))


def put_aside(connection: Connection, arrived: Arrived, reason: str, at: datetime) -> None:
    """Keep an envelope in sight of staff, with the reason it could not be judged."""
    row = {"envelope_id": arrived.id, "terminal": arrived.terminal, "lane": arrived.lane, "seq": arrived.seq}
    values = {**row, "reason": reason[:500], "at": at, "closed_by": None, "closed_at": None}
    added = insert(connection, quarantine).values(values)
    connection.execute(added.on_conflict_do_update(index_elements=[quarantine.c.envelope_id], set_=values))


def judge_again(connection: Connection, envelope_id: str) -> bool:
    """Take an envelope out of quarantine so that it is judged once more."""
    gone = connection.execute(delete(quarantine).where(quarantine.c.envelope_id == envelope_id, _IN_SIGHT))
    if gone.rowcount:
        connection.execute(update(envelopes).where(envelopes.c.id == envelope_id).values(judged_at=None))
    return bool(gone.rowcount)


def close_aside(connection: Connection, envelope_id: str, who: str, at: datetime) -> bool:
    """Somebody decided: it stays kept as it is, and may be archived. False if it does not wait any more."""
    waits = update(quarantine).where(quarantine.c.envelope_id == envelope_id, _IN_SIGHT)
    return bool(connection.execute(waits.values(closed_by=who, closed_at=at)).rowcount)


def quarantined(connection: Connection) -> list[Quarantined]:
    """Everything in quarantine that nobody has closed, newest first."""
    found = select(quarantine).where(_IN_SIGHT).order_by(quarantine.c.at.desc()).limit(500)
    return [read(row, Quarantined) for row in connection.execute(found).mappings()]


def conflicts_open(connection: Connection) -> list[Conflict]:
    """Contents that came under an id of another, and nobody has looked at yet; newest first."""
    found = select(conflicts).where(conflicts.c.seen_at.is_(None)).order_by(conflicts.c.received_at.desc()).limit(500)
    return [read(row, Conflict) for row in connection.execute(found).mappings()]


def conflict_seen(connection: Connection, lane: LaneKey, seq: int, who: str, at: datetime) -> bool:
    """Note that somebody looked. False if there is none, or somebody did before."""
    place = (*_in_lane(conflicts, lane), conflicts.c.seq == seq, conflicts.c.seen_at.is_(None))
    return bool(connection.execute(update(conflicts).where(*place).values(seen_by=who, seen_at=at)).rowcount)


def quarantine_size(connection: Connection) -> int:
    """How many wait there for a person."""
    aside = connection.execute(select(func.count()).select_from(quarantine).where(_IN_SIGHT)).scalar_one()
    unseen = select(func.count()).select_from(conflicts).where(conflicts.c.seen_at.is_(None))
    return aside + connection.execute(unseen).scalar_one()


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
