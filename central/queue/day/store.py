"""How numbers come into the queue by themselves, and how every one of a day comes to an end."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, func, select

from central.appointments import rules as appointments
from central.appointments.tables import bookings
from central.bulk import add_new
from central.cases.store import Source
from central.cases.tables import tickets
from central.fleet.tables import terminals_now
from central.numbers.rules import spoken
from central.numbers.tables import issued
from central.queue import acts
from central.queue.acts import Did
from central.queue.rows.store import Asked, Deed, change, end_turn, find, note, number_of
from central.queue.rules import ENDS, Stand
from central.queue.tables import queue_items, queue_numbers
from central.relays.store import called_elsewhere
from contract.catalogue import ItemKind
from contract.messages import CaseFiled, NumberTier

BY_ITSELF = "—"
"""Who does what nobody does."""
AT_ONCE = 500
_TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
_OPEN = sorted(set(Stand) - ENDS)


def enter(connection: Connection, kept: Sequence[tuple[Source, CaseFiled]], halls: dict[str, str]) -> None:
    """Every number among these cases is in its hall's queue, once; also one that arrives late from an offline terminal.

    `halls` by terminal. Its time is the issuer's for a number of the upstream, else the terminal's, corrected by what
    its clock was away when it was last heard; never later than its arrival.
    """
    numbers = [(source, body) for source, body in kept if body.item_kind is ItemKind.NUMBER]
    if not numbers:
        return
    exact = _issued(connection, [body.case_id for _, body in numbers if body.tier is NumberTier.UPSTREAM])
    away = _clocks(connection, {source.terminal for source, _ in numbers})
    booked = _booked(connection, [body.booking_id for _, body in numbers if body.booking_id])
    rows = [_row(source, body, halls, exact, away, booked) for source, body in numbers]
    new = add_new(connection, queue_numbers, rows, "case_id")
    items = [_item(one, item, place) for one in numbers if one[1].case_id in new for place, item in _items(one[1])]
    add_new(connection, queue_items, items, "item")


def _row(
    source: Source,
    body: CaseFiled,
    halls: dict[str, str],
    exact: dict[str, datetime],
    away: dict[str, int],
    booked: dict[str, tuple[str, str]],
) -> dict[str, Any]:
    filed = _moment(body.filed_at, source.received_at)
    taken = exact.get(body.case_id, filed - timedelta(seconds=away.get(source.terminal, 0)))
    said = spoken(body.number)
    when = booked.get(body.booking_id) or _told(body)
    zone = filed.tzinfo
    return {
        "case_id": body.case_id,
        "hall": halls.get(source.terminal, ""),
        "business_date": body.business_date,
        "queue": body.queue,
        "item": body.item,
        "number": body.number,
        "series": said.series if said else "",
        "count": said.count if said else 0,
        "taken_at": min(taken, source.received_at),
        "entered_at": source.received_at,
        "stand": Stand.WAITING.value,
        "green": body.green,
        "booked_for": appointments.begins(*when, zone) if when and zone else None,
        "calls": 0,
        "called_at": None,
        "began_at": None,
        "passed_at": None,
        "ended_at": None,
        "revived": 0,
        "behind": 0,
        "overtaken": 0,
        "at_window": "",
        "wanted_window": "",
        "changed_at": source.received_at,
    }


def _told(body: CaseFiled) -> tuple[str, str] | None:
    """Day and time of a booking the terminal checked in, where the bookings themselves are kept elsewhere."""
    day, _, starts = body.booked_for.partition("T")
    return (day, starts) if day == body.business_date and _TIME.match(starts) else None


def _items(body: CaseFiled) -> list[tuple[int, str]]:
    return list(enumerate(dict.fromkeys((body.item, *body.joint))))


def _moment(text: str, received_at: datetime) -> datetime:
    """When it was taken; a time nobody can read never keeps a number out of the queue."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return received_at
    return found if found.tzinfo else received_at


def _item(one: tuple[Source, CaseFiled], item: str, place: int) -> dict[str, Any]:
    source, body = one
    return {
        "case_id": body.case_id,
        "item": item,
        "title": body.item_title if place == 0 else "",
        "added_by": "",
        "added_at": _moment(body.filed_at, source.received_at) + timedelta(microseconds=place),
        "done_by": "",
        "done_at": None,
    }


def _issued(connection: Connection, case_ids: Sequence[str]) -> dict[str, datetime]:
    found = select(issued.c.case_id, issued.c.issued_at).where(issued.c.case_id.in_(case_ids))
    return {row[0]: row[1] for row in connection.execute(found)} if case_ids else {}


def _clocks(connection: Connection, terminals: set[str]) -> dict[str, int]:
    found = select(terminals_now.c.terminal, terminals_now.c.clock_skew_seconds)
    return {row[0]: row[1] for row in connection.execute(found.where(terminals_now.c.terminal.in_(sorted(terminals))))}


def _booked(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    if not ids:
        return {}
    found = select(bookings.c.booking_id, bookings.c.day, bookings.c.starts).where(bookings.c.booking_id.in_(ids))
    return {row[0]: (row[1], row[2]) for row in connection.execute(found) if row[1]}


def close_over(connection: Connection, now: datetime, zone: tzinfo, closes: time | None) -> int:
    """Bring every number of a day that is over to its end; how many. Said again, or days later, it does the rest.

    At most `AT_ONCE` in one transaction: call it until it says 0.
    """
    here = queue_numbers.c.stand.in_(_OPEN) & ~called_elsewhere(queue_numbers.c.hall)
    dates = connection.execute(select(queue_numbers.c.business_date).where(here).distinct())
    over = sorted(day for day in dates.scalars() if acts.is_over(day, now, zone, closes))
    if not over:
        return 0
    place = queue_numbers.c.business_date.in_(over) & here
    found = select(queue_numbers).where(place).order_by(queue_numbers.c.case_id).limit(AT_ONCE).with_for_update()
    numbers = [number_of(row) for row in connection.execute(found).mappings()]
    lost = _never_printed(connection, [one.case_id for one in numbers])
    for one in numbers:
        after = acts.close(one, now, printed=one.case_id not in lost)
        change(connection, one, after, now)
        end_turn(connection, one.case_id, Did.CLOSED, now)
        asked = Asked(f"close.{one.case_id}", one.window, BY_ITSELF, now, one.business_date)
        note(connection, one, asked, Deed(Did.CLOSED, after.stand.value))
    return len(numbers)


def lapse(connection: Connection, now: datetime) -> int:
    """Passed numbers that may not come back any more are void; how many."""
    place = (queue_numbers.c.stand == Stand.PASSED.value) & (
        (queue_numbers.c.revived == 1) | (queue_numbers.c.passed_at < now - acts.REVIVED_WITHIN)
    )
    place &= ~called_elsewhere(queue_numbers.c.hall)
    gone = 0
    for case_id in connection.execute(select(queue_numbers.c.case_id).where(place).limit(AT_ONCE)).scalars().all():
        one = find(connection, case_id, lock=True)
        if one is None or one.stand is not Stand.PASSED:
            continue
        after = acts.lapse(one, now)
        if after != one and change(connection, one, after, now) is None:
            asked = Asked(f"lapse.{case_id}", "", BY_ITSELF, now, one.business_date)
            note(connection, one, asked, Deed(Did.CLOSED, after.stand.value))
            gone += 1
    return gone


def _never_printed(connection: Connection, case_ids: Sequence[str]) -> set[str]:
    """Those whose ticket failed, as the terminal says, and that staff never gave out by hand."""
    mine = (tickets.c.case_id.in_(case_ids)) & (tickets.c.paper == "ticket")
    came = select(tickets.c.case_id).where(mine, (tickets.c.outcome == "printed") | tickets.c.handled_at.is_not(None))
    failed = select(tickets.c.case_id).where(mine, tickets.c.outcome == "failed", tickets.c.case_id.not_in(came))
    return set(connection.execute(failed).scalars())


def stamp(connection: Connection) -> datetime | None:
    """When a number last changed."""
    newest: datetime | None = connection.execute(select(func.max(queue_numbers.c.changed_at))).scalar_one()
    return newest
