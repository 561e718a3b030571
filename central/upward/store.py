"""What went up from this hall, in its database: how far, what is next, and a few words by name."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, and_, func, literal, select, union_all

from central.bulk import add_many, keep_many
from central.database import add_if_new
from central.fleet import store as fleet
from central.fleet.tables import terminal_keys, terminals
from central.intake.placing import Trouble
from central.intake.tables import conflicts, envelopes, marks, repeats
from central.scans.rules import State
from central.scans.tables import scans
from central.upward.rules import LaneKey, LaneState, Verdict
from central.upward.tables import (
    upward_acts,
    upward_damaged,
    upward_marks,
    upward_refused_items,
    upward_scans,
    upward_words,
)
from contract.exchange import Sent
from contract.relay import BehindIt

_LANE = ("terminal", "epoch", "lane")


def lanes(connection: Connection) -> list[LaneState]:
    """Every lane of every terminal of the hall."""
    same = and_(*(upward_marks.c[name] == marks.c[name] for name in _LANE))
    sent, frozen = func.coalesce(upward_marks.c.seq, 0), func.coalesce(upward_marks.c.frozen, "")
    found = select(*(marks.c[name] for name in _LANE), marks.c.seq, sent, frozen).select_from(
        marks.outerjoin(upward_marks, same)
    )
    return [LaneState(row[0], row[1], row[2], row[3], row[4], row[5]) for row in connection.execute(found)]


def run(connection: Connection, lane: LaneKey, after: int, at_most: int, octets: int) -> list[Sent]:
    """The records that follow a place, byte for byte as they came; at least one where there is one.

    What came damaged or under another's name goes up as that: the centre keeps it aside as this hall does.
    """
    found: list[Sent] = []
    of = [
        select(table.c.seq, table.c.id, table.c.hash, table.c.raw, trouble.label("trouble")).where(
            *(table.c[name] == part for name, part in zip(_LANE, lane, strict=True)),
            table.c.seq > after,
            table.c.seq <= after + at_most,
        )
        for table, trouble in (
            (envelopes, envelopes.c.trouble),
            (repeats, literal(None)),
            (conflicts, literal(None)),
        )
    ]
    size = 0
    every = union_all(*of).subquery()
    for row in connection.execute(select(every).order_by(every.c.seq)):
        raw = bytes(row.raw or b"")
        size += len(raw) * 4 // 3 + 200
        if (found and size > octets) or row.seq != after + len(found) + 1:
            break
        found.append(Sent(row.seq, row.trouble or row.id, row.hash, raw))
    return found


def keep(connection: Connection, moved: Iterable[tuple[LaneKey, Verdict]]) -> None:
    """Lanes are here now."""
    rows = [
        dict(zip(_LANE, key, strict=True)) | {"seq": verdict.sent, "frozen": verdict.frozen}
        for key, verdict in sorted(moved, key=lambda one: one[0])
    ]
    keep_many(connection, upward_marks, rows, _LANE)


def thaw(connection: Connection) -> int:
    """A person has looked: every lane is tried again. Returns how many had stopped."""
    stopped = connection.execute(select(upward_marks).where(upward_marks.c.frozen != "")).mappings().all()
    keep_many(connection, upward_marks, [dict(row) | {"frozen": ""} for row in stopped], _LANE)
    return len(stopped)


def note_damaged(connection: Connection, lane: LaneKey, sent: Iterable[Sent]) -> None:
    """These went up damaged: should whole bytes come for them, they go up too."""
    for one in sent:
        if one.id == Trouble.DAMAGED.value:
            add_if_new(connection, upward_damaged, dict(zip(_LANE, lane, strict=True)) | {"seq": one.seq})


def healed(connection: Connection) -> list[tuple[LaneKey, int]]:
    """Places that went up damaged, and are whole here now."""
    place = and_(*(upward_damaged.c[name] == envelopes.c[name] for name in (*_LANE, "seq")))
    found = select(upward_damaged).join(envelopes, place).where(envelopes.c.trouble.is_(None))
    return [((row.terminal, row.epoch, row.lane), row.seq) for row in connection.execute(found)]


def forget_damaged(connection: Connection, lane: LaneKey, seq: int) -> None:
    """The centre has the whole bytes."""
    place = (upward_damaged.c[name] == part for name, part in zip((*_LANE, "seq"), (*lane, seq), strict=True))
    connection.execute(upward_damaged.delete().where(*place))


def oldest_waiting(connection: Connection, states: Sequence[LaneState]) -> datetime | None:
    """Since when the oldest record is here that has not gone up; of the first twenty lanes."""
    found = []
    for state in [one for one in states if one.waiting][:20]:
        first = select(func.min(envelopes.c.received_at)).where(
            *(envelopes.c[name] == part for name, part in zip(_LANE, state.key, strict=True)),
            envelopes.c.seq == state.sent + 1,
        )
        at = connection.execute(first).scalar_one()
        if at is not None:
            found.append(at if isinstance(at, datetime) else datetime.fromisoformat(at))
    return min(found, default=None)


def terminals_here(connection: Connection) -> list[BehindIt]:
    """Every terminal entered here that ever had a key, as the centre hears of it."""
    newest = select(terminal_keys).order_by(terminal_keys.c.added_at)
    keys = {row.terminal: row for row in connection.execute(newest)}
    return [
        BehindIt(one.id, one.place, one.series, one.epoch, keys[one.id].key_id, bytes(keys[one.id].public_key))
        for one in fleet.everyone(connection)
        if one.id in keys
    ]


def terminal_ids(connection: Connection) -> list[str]:
    """Their ids."""
    return list(connection.execute(select(terminals.c.id).order_by(terminals.c.id)).scalars())


# --- scans ----------


class ScanWaiting(NamedTuple):
    """A scan that is whole here, and not known to be at the centre."""

    terminal: str
    hash: str
    size: int
    case_id: str
    what: str


def _scans_waiting() -> "tuple[object, ...]":
    same = and_(upward_scans.c.terminal == scans.c.terminal, upward_scans.c.hash == scans.c.hash)
    return scans.outerjoin(upward_scans, same), upward_scans.c.hash.is_(None) & (scans.c.state == State.HELD)


def scans_waiting(connection: Connection, at_most: int) -> list[ScanWaiting]:
    """The oldest of them."""
    both, waits = _scans_waiting()
    columns = (scans.c.terminal, scans.c.hash, scans.c.size, scans.c.case_id, scans.c.what)
    found = select(*columns).select_from(both).where(waits).order_by(scans.c.at).limit(at_most)  # type: ignore[arg-type]
    return [ScanWaiting(*row) for row in connection.execute(found)]


def count_scans(connection: Connection) -> int:
    """How many there are."""
    both, waits = _scans_waiting()
    return connection.execute(select(func.count()).select_from(both).where(waits)).scalar_one()  # type: ignore[arg-type]


def scan_up(connection: Connection, scan: ScanWaiting, now: datetime) -> None:
    """The centre holds it."""
    add_if_new(connection, upward_scans, {"terminal": scan.terminal, "hash": scan.hash, "held_at": now})


def scans_again(connection: Connection, case_id: str) -> None:
    """The centre lacks scans of this case: each is asked about once more."""
    of_case = select(scans.c.hash).where(scans.c.case_id == case_id)
    connection.execute(upward_scans.delete().where(upward_scans.c.hash.in_(of_case)))


# --- acts of the hall ----------


def add_acts(connection: Connection, stream: str, acts: Sequence[tuple[str, bytes]], now: datetime) -> int:
    """Give each the next place of its stream; how many."""
    if acts:
        last = select(func.coalesce(func.max(upward_acts.c.seq), 0)).where(upward_acts.c.stream == stream)
        after = connection.execute(last).scalar_one()
        rows = [
            {"stream": stream, "seq": after + place, "ref": ref, "body": body, "at": now}
            for place, (ref, body) in enumerate(acts, 1)
        ]
        add_many(connection, upward_acts, rows)
    return len(acts)


def acts_after(connection: Connection, stream: str, seq: int, at_most: int, octets: int) -> list[tuple[int, bytes]]:
    """The next acts of a stream, of so many bytes together; at least one where there is one."""
    of = select(upward_acts.c.seq, upward_acts.c.body).where(upward_acts.c.stream == stream, upward_acts.c.seq > seq)
    found: list[tuple[int, bytes]] = []
    for row in connection.execute(of.order_by(upward_acts.c.seq).limit(at_most)):
        octets -= len(row.body)
        if found and octets < 0:
            break
        found.append((row.seq, bytes(row.body)))
    return found


def place_anew(connection: Connection, stream: str, first: int, after: int) -> int:
    """The acts from the place `first` on come after the place `after`, in their order: at their places the centre holds
    what this hall did before it was set back. How many.
    """
    of = (upward_acts.c.stream == stream) & (upward_acts.c.seq >= first)
    rows = [dict(row) for row in connection.execute(select(upward_acts).where(of)).mappings()]
    rows.sort(key=lambda row: row["seq"])
    connection.execute(upward_acts.delete().where(of))
    add_many(connection, upward_acts, [row | {"seq": after + place} for place, row in enumerate(rows, 1)])
    return len(rows)


def count_acts(connection: Connection, stream: str, after: int) -> int:
    """How many wait in a stream, and are no further than `after` at the centre."""
    of = select(func.count()).select_from(upward_acts)
    return connection.execute(of.where(upward_acts.c.stream == stream, upward_acts.c.seq > after)).scalar_one()


# --- words by name ----------


def word(connection: Connection, name: str) -> str:
    """What is kept under a name; empty for nothing."""
    found = select(upward_words.c.value).where(upward_words.c.name == name)
    return connection.execute(found).scalar_one_or_none() or ""


def keep_word(connection: Connection, name: str, value: str) -> None:
    """Keep it."""
    keep_many(connection, upward_words, [{"name": name, "value": value}], ("name",))


def is_known(connection: Connection) -> bool:
    """Whether this database has ever heard its centre: another one belongs to a new machine."""
    found = select(upward_words.c.name).where(upward_words.c.name.in_(("took_over", "cursor")))
    return connection.execute(found.limit(1)).first() is not None


def refuse_item(connection: Connection, seq: int, kind: str, key: str, reason: str, now: datetime) -> None:
    """Something came down that is not the centre's, or not what it says: it goes no further."""
    add_if_new(
        connection, upward_refused_items, {"seq": seq, "kind": kind[:80], "key": key[:80], "reason": reason, "at": now}
    )


class RefusedItem(msgspec.Struct, frozen=True):
    """One of these."""

    seq: int
    kind: str
    key: str
    reason: str
    at: datetime


def refused_items(connection: Connection) -> list[RefusedItem]:
    """The newest of them."""
    found = select(upward_refused_items).order_by(upward_refused_items.c.seq.desc()).limit(20)
    return [RefusedItem(*row) for row in connection.execute(found)]
