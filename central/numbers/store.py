"""Numbers in the database: the counter under its lock, leases, and what came back in cases."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select, update

from central.bulk import Place, add_many, add_missing, change_many, keep_many, locked, rows_at, rows_of
from central.database import read
from central.feed import store as feed
from central.feed.rules import Draft
from central.fleet import store as fleet
from central.fleet.rules import Terminal
from central.fleet.tables import terminals
from central.keys import Keys
from central.numbers import rules
from central.numbers.rules import Range
from central.numbers.tables import counters, issued, leases, queues
from contract.feed import FeedKind
from contract.numbers import NumberAsked, upstream

SKIP = 50
AFTER_ANOTHER = 500
"""Numbers of a queue and day that another machine may have given beyond those that are known."""
_FIRST = (0, AFTER_ANOTHER)
"""Where the counter of a queue stands before its first number here."""
_COUNTER = ("hall", "business_date", "queue")
_ISSUED = ("case_id", "terminal", "queue", "number", "business_date")
_SERIES = ("hall", "business_date", "queue", "series")
_RANGE = tuple(name for name in Range.__struct_fields__ if name not in _SERIES)
_KEPT_AFTER = timedelta(days=3)


class Wanted(NamedTuple):
    """Who asks for a number, and the date in the hall."""

    asked: NumberAsked
    today: date


class Issued(msgspec.Struct, frozen=True):
    """A number that is committed when anybody sees it."""

    number: str
    business_date: str


def issue(connection: Connection, asked: Sequence[Wanted], now: datetime) -> list[Issued | None]:
    """For each the next number of the queue in the terminal's hall; for a case that has one, the same.

    None where another terminal has asked for that case, or another queue. The counters are locked first and in order.
    """
    if not asked:
        return []
    halls = fleet.halls_of(connection, {one.asked.terminal for one in asked})
    places = [(halls.get(one.asked.terminal, ""), one.today.isoformat(), one.asked.queue) for one in asked]
    rows = locked(connection, counters, (*_COUNTER, "last"), _COUNTER, places, _none_issued)
    before = {tuple(row[name] for name in _COUNTER): row["last"] for row in rows}
    counted = dict(before)
    cases = sorted({(one.asked.case_id,) for one in asked})
    known = {row["case_id"]: row for row in rows_at(connection, issued, _ISSUED, ("case_id",), cases)}
    new, answers = [], []
    for one, place in zip(asked, places, strict=True):
        row = known.get(one.asked.case_id)
        if row is None:
            counted[place] += 1
            row = dict(zip(_COUNTER, place, strict=True)) | {
                "case_id": one.asked.case_id,
                "terminal": one.asked.terminal,
                "number": upstream(one.asked.queue, counted[place]),
                "issued_at": now,
            }
            known[one.asked.case_id] = row
            new.append(row)
        same = (row["terminal"], row["queue"]) == (one.asked.terminal, one.asked.queue)
        answers.append(Issued(row["number"], row["business_date"]) if same else None)
    raised = {place: last for place, last in counted.items() if last != before[place]}
    add_many(connection, issued, new)
    more = [dict(zip(_COUNTER, place, strict=True)) | {"last": last} for place, last in sorted(raised.items())]
    change_many(connection, counters, more, _COUNTER)
    begun = sorted({(hall, queue) for (hall, day, queue) in raised if before[hall, day, queue] in _FIRST})
    add_missing(connection, queues, [{"hall": hall, "queue": queue} for hall, queue in begun])
    return answers


def _none_issued(place: Place) -> dict[str, object]:
    return dict(zip(_COUNTER, place, strict=True)) | {"last": 0}


def lease_out(
    connection: Connection,
    keys: Keys,
    epochs: Mapping[str, int],
    *,
    named: Sequence[str],
    size: int,
    today: date,
    now: datetime,
) -> dict[str, int]:
    """Lease what terminals lack of today and tomorrow, and publish it; `epochs` are theirs.

    Returns their places in the feed, 0 for nothing. A terminal somebody else is at now is left out: the next look
    serves it. `named` are the queues of the settings; those people have taken numbers of come beside them.
    """
    rows = rows_at(
        connection, terminals, Terminal.__struct_fields__, ("id",), [(one,) for one in epochs], lock=True, idle=True
    )
    found = [read(row, Terminal) for row in rows]
    mine = [terminal for terminal in found if terminal.epoch == epochs[terminal.id]]
    queues_of = _queues_of(connection, {terminal.hall for terminal in mine}, named)
    days = rules.days_to_lease(today)
    wanted = [(one, day, queue) for one in mine for day in days for queue in queues_of[one.hall]]
    known = _of_series(connection, [(one.hall, day, queue, one.series) for one, day, queue in wanted])
    drafts, kept = [], []
    for one, day, queue in wanted:
        place = (one.hall, day, queue, one.series)
        more = rules.next_range(known.get(place, ()), one.series, one.id, one.epoch, size)
        if more is not None:
            known.setdefault(place, []).append(more)  # another of this hall may count in the same series
            row = dict(zip(_SERIES, place, strict=True))
            kept.append(msgspec.structs.asdict(more) | row | {"made_at": now})
            body, until = rules.lease_of(day, queue, more), now + _KEPT_AFTER
            drafts.append(Draft(one.id, FeedKind.LEASE.value, f"{day}/{queue}", body, until=until))
    _keep(connection, kept)
    places = dict.fromkeys((terminal.id for terminal in found), 0)
    return places | {item.audience: item.seq for item in feed.publish_all(connection, keys, drafts, now)}


def go_on_after(connection: Connection, hall: str, known: Mapping[tuple[str, str], int]) -> int:
    """Where a counter is behind what is `known` to have been given ((date, queue) -> number), by another machine or by
    this one before it was set back, it goes on well after it; one that has not begun does so for 0 too. How many did.
    """
    places = [(hall, day, queue) for day, queue in known]
    rows = locked(connection, counters, (*_COUNTER, "last"), _COUNTER, places, _none_issued)
    raised = [
        row | {"last": given + AFTER_ANOTHER}
        for row in rows
        if row["last"] < max(1, given := known[row["business_date"], row["queue"]])
    ]
    change_many(connection, counters, raised, _COUNTER)
    used = sorted({row["queue"] for row in raised if known[row["business_date"], row["queue"]]})
    add_missing(connection, queues, [{"hall": hall, "queue": queue} for queue in used])
    return len(raised)


def highest_given(connection: Connection, hall: str, day: str) -> dict[tuple[str, str], int]:
    """(date, queue) -> the last number of the hall's own counting, of this day and later ones, that was given here."""
    place = (counters.c.hall == hall) & (counters.c.business_date >= day) & (counters.c.last > 0)
    return {(row.business_date, row.queue): row.last for row in connection.execute(select(counters).where(place))}


def skip_ahead(connection: Connection) -> None:
    """Every counter jumps: for a centre that came back from a backup and cannot know what it issued since."""
    connection.execute(update(counters).values(last=counters.c.last + SKIP))


class LabelTaken(Exception):
    """Another terminal of the hall counts in that series; the message says which are free."""


def label_for(connection: Connection, hall: str, terminal: str, wanted: str) -> str:
    """The series a terminal may have in a hall; the next free one if none is wanted. Raises LabelTaken."""
    others = select(terminals.c.series).where(terminals.c.hall == hall, terminals.c.id != terminal)
    taken = set(connection.execute(others).scalars())
    if wanted and wanted not in taken:
        return wanted
    own = select(terminals.c.series).where(terminals.c.id == terminal, terminals.c.hall == hall)
    free = connection.execute(own).scalar_one_or_none() or rules.next_label(taken)
    if wanted:
        message = f"series {wanted}: another terminal of this hall counts in it; {free} is free"
        raise LabelTaken(message)
    return free


def _queues_of(connection: Connection, halls: Collection[str], named: Sequence[str]) -> dict[str, list[str]]:
    """The queues a hall's terminals need numbers of."""
    found = {hall: set(named) for hall in halls}
    for hall, queue in rows_of(connection, "SELECT hall, queue FROM number_queues JOIN {asked} ON hall = one", halls):
        found[hall].add(queue)
    return {hall: sorted(names) for hall, names in found.items()}


def _of_series(connection: Connection, places: Sequence[Place]) -> dict[Place, list[Range]]:
    """Every range of these series (hall, day, queue, label), of whatever terminal and epoch."""
    found: dict[Place, list[Range]] = {}
    for row in rows_at(connection, leases, (*_SERIES, *_RANGE), _SERIES, places):
        place = tuple(row[name] for name in _SERIES)
        found.setdefault(place, []).append(read(row, Range))
    return found


def _keep(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """New ranges, and those made longer."""
    place = tuple(column.name for column in leases.primary_key)
    unchanged = tuple(column.name for column in leases.columns if column.name not in {*place, "last"})
    keep_many(connection, leases, rows, place, unchanged)
