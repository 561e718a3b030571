"""Numbers that came back in cases: whose they were, and how far counters, queues and leases have come by them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from central.bulk import add_missing, change_many, keep_many, rows_at, rows_of
from central.database import read
from central.fleet.tables import alarms
from central.numbers import rules
from central.numbers.rules import OUTSIDE, Known, Range, Spoken
from central.numbers.tables import counters, issued, leases, queues
from contract.messages import CaseFiled, NumberTier

Filed = tuple[str, str, CaseFiled, datetime]
"""Envelope id, terminal, the case, when it was received."""
_ISSUED = ("case_id", "terminal", "number", "business_date")
_OF = ("terminal", "business_date", "queue")
_LEASE = tuple(column.name for column in leases.primary_key)
_HOLDERS = """
SELECT one FROM {asked} WHERE EXISTS (SELECT 1 FROM number_leases WHERE terminal = one)
AND NOT EXISTS (SELECT 1 FROM relayed WHERE terminal = one)
"""
"""Behind a hall node the hall issues and leases, and the hall judges."""


def look_at(connection: Connection, filed: Sequence[Filed]) -> list[str]:
    """Note what cases say of their series. The envelope ids, each with an alarm, whose number was not theirs to give.

    A terminal that never had a lease, as those of version 0.1, can break none.
    """
    spoken = [rules.spoken(body.number) for _, _, body, _ in filed]
    right = [
        (terminal, body, said)
        for (_, terminal, body, _), said in zip(filed, spoken, strict=True)
        if said is not None and rules.looks_right(body, said)
    ]
    homes = _homes(connection, {terminal for _, terminal, _, _ in filed})
    known = _known(connection, right, {terminal: series for terminal, (_, series) in homes.items()})
    theirs = {
        (terminal, body.case_id) for terminal, body, said in right if rules.was_theirs(terminal, body, said, known)
    }
    outside = [one for one in filed if (one[1], one[2].case_id) not in theirs]
    found = _alarmed(connection, outside)
    halls = {terminal: hall for terminal, (hall, _) in homes.items()}
    _note_counted(connection, [(halls.get(terminal, ""), body, said) for terminal, body, said in right])
    _note_used(connection, [one for one in right if (one[0], one[1].case_id) in theirs])
    return found


def _homes(connection: Connection, terminals: Collection[str]) -> dict[str, tuple[str, str]]:
    """Terminal -> its hall and its series."""
    text = "SELECT id, hall, series FROM terminals JOIN {asked} ON id = one"
    return {terminal: (hall, series) for terminal, hall, series in rows_of(connection, text, terminals)}


def _known(connection: Connection, right: Sequence[tuple[str, CaseFiled, Spoken]], series: dict[str, str]) -> Known:
    upstream = {(body.case_id,) for _, body, said in right if said.tier is NumberTier.UPSTREAM}
    leased = {(one, body.business_date, body.queue) for one, body, said in right if said.tier is NumberTier.LEASED}
    given = rows_at(connection, issued, _ISSUED, ("case_id",), sorted(upstream))
    ranges: defaultdict[tuple[str, str, str], list[Range]] = defaultdict(list)
    for row in rows_at(connection, leases, (*_OF, *_other(_OF)), _OF, sorted(leased)):
        ranges[row["terminal"], row["business_date"], row["queue"]].append(read(row, Range))
    return Known(
        {(row["case_id"], row["terminal"], row["number"], row["business_date"]) for row in given}, ranges, series
    )


def _other(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in Range.__struct_fields__ if name not in keys)


def _alarmed(connection: Connection, outside: Sequence[Filed]) -> list[str]:
    if not outside:
        return []
    holders = {row[0] for row in rows_of(connection, _HOLDERS, {terminal for _, terminal, _, _ in outside})}
    rows = [
        {
            "id": envelope_id,
            "terminal": terminal,
            "kind": OUTSIDE,
            "detail": body.number,
            "at": body.filed_at,
            "received_at": received_at,
        }
        for envelope_id, terminal, body, received_at in sorted(outside, key=lambda one: one[0])
        if terminal in holders
    ]
    add_missing(connection, alarms, rows)
    return [str(row["id"]) for row in rows]


def _note_counted(connection: Connection, said_in: Sequence[tuple[str, CaseFiled, Spoken]]) -> None:
    """A counter that was set back learns from the cases what it had issued. Counters before queues, as `issue` does."""
    counted: dict[tuple[str, str, str], int] = {}
    for hall, body, said in said_in:
        if said.tier is NumberTier.UPSTREAM:
            place = (hall, body.business_date, body.queue)
            counted[place] = max(said.count, counted.get(place, 0))
    rows = [
        {"hall": hall, "business_date": day, "queue": queue, "last": count}
        for (hall, day, queue), count in sorted(counted.items())
    ]
    behind = "number_counters.last < excluded.last"
    keep_many(connection, counters, rows, ("hall", "business_date", "queue"), only=behind)
    seen = sorted({(hall, body.queue) for hall, body, _ in said_in})
    add_missing(connection, queues, [{"hall": hall, "queue": queue} for hall, queue in seen])


def _note_used(connection: Connection, right: Sequence[tuple[str, CaseFiled, Spoken]]) -> None:
    """How much of each lease has come back."""
    used: dict[tuple[str, str, str, str], int] = {}
    for terminal, body, said in right:
        if said.tier is NumberTier.LEASED:
            place = (terminal, body.business_date, body.queue, said.series)
            used[place] = max(said.count, used.get(place, 0))
    keys = (*_OF, "series")
    rows = rows_at(connection, leases, ("terminal", *_LEASE, "last", "used"), keys, sorted(used), lock=True)
    more = []
    for row in rows:
        count = used[row["terminal"], row["business_date"], row["queue"], row["series"]]
        if row["first"] <= count <= row["last"] and row["used"] < count:
            more.append({name: row[name] for name in _LEASE} | {"used": count})
    change_many(connection, leases, more, _LEASE)
