"""The pool in the database: plans, what is taken of each slot, and the bookings."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, or_, select, update

from central.appointments import rules
from central.appointments.rules import Closure, Offer, Plan
from central.appointments.tables import bookings, slot_closures, slot_plans, slots
from central.database import add_if_new, read
from contract.questions import BookingState


class Kept(msgspec.Struct, frozen=True):
    """A booking as the centre holds it. `title` and `place` are JSON of a text by language."""

    booking_id: str
    code: str
    terminal: str
    channel: str
    item: str
    line: str
    title: str
    place: str
    slot_id: str
    day: str
    starts: str
    ends: str
    state: BookingState
    person: str
    masked_name: str
    sealed: bytes
    made_at: datetime
    changed_at: datetime
    change_of: str | None = None
    checked_in_at: datetime | None = None
    placed: str | None = None
    case_id: str | None = None
    urgent: str = ""
    answer_by: datetime | None = None
    answered_by: str | None = None
    note: str = "{}"


class Full(Exception):
    """The slot has no room: nothing of the transaction may stay."""


class NotYours(Exception):
    """What should be given up is not open, or is another person's: nothing of the transaction may stay."""


def plans_of(connection: Connection, lines: Collection[str], first: str, last: str) -> list[Plan]:
    """The plans of these lines that hold on some day between the two."""
    found = select(slot_plans).where(
        slot_plans.c.line.in_(lines),
        slot_plans.c.valid_from <= last,
        or_(slot_plans.c.valid_until.is_(None), slot_plans.c.valid_until >= first),
    )
    return [read(row, Plan) for row in connection.execute(found).mappings()]


def all_plans(connection: Connection, today: str) -> list[Plan]:
    """Every plan that is not over, in the order of a page."""
    found = select(slot_plans).where(or_(slot_plans.c.valid_until.is_(None), slot_plans.c.valid_until >= today))
    ordered = found.order_by(slot_plans.c.line, slot_plans.c.weekday, slot_plans.c.starts)
    return [read(row, Plan) for row in connection.execute(ordered).mappings()]


def add_plans(connection: Connection, plans: Iterable[Plan]) -> None:
    """Enter plans, each once."""
    for plan in plans:
        add_if_new(connection, slot_plans, msgspec.structs.asdict(plan))


def end_plan(connection: Connection, plan_id: str, last_day: str) -> bool:
    """A plan offers nothing after this day; what is booked stays booked. False where there is no such plan."""
    place = slot_plans.c.plan_id == plan_id
    ended = connection.execute(update(slot_plans).where(place).values(valid_until=last_day))
    return bool(ended.rowcount)


def close_day(connection: Connection, closure: Closure) -> None:
    """A line is closed on a day; said again, the last reason stands."""
    place = (slot_closures.c.line == closure.line) & (slot_closures.c.day == closure.day)
    connection.execute(delete(slot_closures).where(place))
    connection.execute(slot_closures.insert().values(msgspec.structs.asdict(closure)))


def open_day(connection: Connection, line: str, day: str) -> None:
    """It is not closed after all."""
    connection.execute(delete(slot_closures).where(slot_closures.c.line == line, slot_closures.c.day == day))


def closures(connection: Connection, first: str, last: str) -> list[Closure]:
    """What is closed between two days."""
    found = select(slot_closures).where(slot_closures.c.day >= first, slot_closures.c.day <= last)
    return [read(row, Closure) for row in connection.execute(found.order_by(slot_closures.c.day)).mappings()]


def taken(connection: Connection, slot_ids: Collection[str]) -> dict[str, int]:
    """How many hold a place in each of these slots."""
    found = select(slots.c.slot_id, slots.c.taken).where(slots.c.slot_id.in_(slot_ids))
    return {row[0]: row[1] for row in connection.execute(found)}


def find(connection: Connection, booking_id: str) -> Kept | None:
    """A booking by its id."""
    row = connection.execute(select(bookings).where(bookings.c.booking_id == booking_id)).mappings().first()
    return None if row is None else read(row, Kept)


def by_code(connection: Connection, code: str) -> Kept | None:
    """A booking by what its QR and paper say."""
    row = connection.execute(select(bookings).where(bookings.c.code == code)).mappings().first()
    return None if row is None else read(row, Kept)


def of_person(connection: Connection, person: str, from_day: str) -> list[Kept]:
    """A person's bookings from a day on, and the urgent ones that have no day yet; the next one first."""
    when = or_(bookings.c.day >= from_day, bookings.c.state == BookingState.ASKED)
    found = select(bookings).where(bookings.c.person == person, when)
    return [read(row, Kept) for row in connection.execute(found.order_by(bookings.c.day, bookings.c.starts)).mappings()]


def book(connection: Connection, kept: Kept, offer: Offer | None) -> bool:
    """Hold a place, and give up the one it takes the place of. False where this booking was made before.

    The row comes first: two who ask with one id at the same time are one booking. Raises Full or NotYours, and then
    the transaction must be taken back. `offer` is None for one that waits for an officer.
    """
    if not add_if_new(connection, bookings, msgspec.structs.asdict(kept)):
        return False
    old = find(connection, kept.change_of) if kept.change_of else None
    if kept.change_of and (old is None or not _give_up(connection, old, kept, BookingState.CHANGED)):
        raise NotYours
    steps = [(offer.slot_id, 1)] if offer is not None else []
    steps += [(old.slot_id, -1)] if old is not None and old.slot_id else []
    # In one order for everybody, so that two who swap slots never wait for each other.
    for slot_id, by in sorted(steps):
        if by > 0 and offer is not None:
            _take(connection, offer)
        else:
            _release(connection, slot_id)
    return True


def _take(connection: Connection, offer: Offer) -> None:
    """One statement looks and takes: between the two nobody else can."""
    add_if_new(connection, slots, {"slot_id": offer.slot_id, "taken": 0})
    room = (slots.c.slot_id == offer.slot_id) & (slots.c.taken < offer.capacity)
    if not connection.execute(update(slots).where(room).values(taken=slots.c.taken + 1)).rowcount:
        raise Full


def _release(connection: Connection, slot_id: str) -> None:
    place = (slots.c.slot_id == slot_id) & (slots.c.taken > 0)
    connection.execute(update(slots).where(place).values(taken=slots.c.taken - 1))


def _give_up(connection: Connection, old: Kept, new: Kept, state: BookingState) -> bool:
    place = (
        (bookings.c.booking_id == old.booking_id)
        & (bookings.c.person == new.person)
        & (bookings.c.state.in_(rules.OPEN))
    )
    given = connection.execute(update(bookings).where(place).values(state=state, changed_at=new.made_at))
    return bool(given.rowcount)


def cancel(connection: Connection, kept: Kept, now: datetime) -> bool:
    """Give a place back. False where it is not open any more: it was given back before, used or missed."""
    place = (bookings.c.booking_id == kept.booking_id) & bookings.c.state.in_(rules.OPEN)
    done = connection.execute(update(bookings).where(place).values(state=BookingState.CANCELLED, changed_at=now))
    if done.rowcount and kept.slot_id:
        _release(connection, kept.slot_id)
    return bool(done.rowcount)


def check_in(connection: Connection, booking_id: str, case_id: str, placed: str, now: datetime) -> bool:
    """The booking becomes a place in the queue, for one case only. False where it is not open."""
    place = (bookings.c.booking_id == booking_id) & (bookings.c.state == BookingState.BOOKED)
    values = {"state": BookingState.CHECKED_IN, "case_id": case_id, "placed": placed, "checked_in_at": now}
    return bool(connection.execute(update(bookings).where(place).values(**values, changed_at=now)).rowcount)


def served(connection: Connection, case_ids: Collection[str], now: datetime) -> None:
    """The cases of these bookings were dealt with."""
    place = bookings.c.case_id.in_(case_ids) & (bookings.c.state == BookingState.CHECKED_IN)
    connection.execute(update(bookings).where(place).values(state=BookingState.SERVED, changed_at=now))


def open_until(connection: Connection, day: str) -> list[Kept]:
    """The bookings nobody has come for yet, up to a day."""
    found = select(bookings).where(bookings.c.state == BookingState.BOOKED, bookings.c.day <= day)
    return [read(row, Kept) for row in connection.execute(found).mappings()]


def miss(connection: Connection, booking_id: str, now: datetime) -> bool:
    """Nobody came. The place stays taken: its time is over."""
    place = (bookings.c.booking_id == booking_id) & (bookings.c.state == BookingState.BOOKED)
    done = connection.execute(update(bookings).where(place).values(state=BookingState.MISSED, changed_at=now))
    return bool(done.rowcount)


def of_day(connection: Connection, day: str) -> list[Kept]:
    """The bookings of a day, in the order they come."""
    found = select(bookings).where(bookings.c.day == day).order_by(bookings.c.starts, bookings.c.made_at)
    return [read(row, Kept) for row in connection.execute(found).mappings()]


def missed_lately(connection: Connection, people: Collection[str], since: str) -> dict[str, int]:
    """How often each of these people did not come since a day."""
    missed = select(bookings.c.person, func.count()).where(
        bookings.c.person.in_(people), bookings.c.state == BookingState.MISSED, bookings.c.day >= since
    )
    return {row[0]: row[1] for row in connection.execute(missed.group_by(bookings.c.person))}


def asked(connection: Connection) -> list[Kept]:
    """The urgent ones nobody has decided, the oldest first."""
    found = select(bookings).where(bookings.c.state == BookingState.ASKED).order_by(bookings.c.made_at)
    return [read(row, Kept) for row in connection.execute(found).mappings()]


def decide(
    connection: Connection, booking_id: str, who: str, now: datetime, when: tuple[str, str, str] | None, note: str
) -> bool:
    """The officer's word on an urgent one: day, start and end, or no. False where somebody has decided already."""
    place = (bookings.c.booking_id == booking_id) & (bookings.c.state == BookingState.ASKED)
    day, starts, ends = when or ("", "", "")
    values = {"day": day, "starts": starts, "ends": ends, "answered_by": who, "note": note, "changed_at": now}
    state = BookingState.BOOKED if when else BookingState.REFUSED
    return bool(connection.execute(update(bookings).where(place).values(**values, state=state)).rowcount)


def last_change(connection: Connection) -> datetime | None:
    """When a booking last changed."""
    newest: datetime | None = connection.execute(select(func.max(bookings.c.changed_at))).scalar_one()
    return newest


def still_open(kept: Sequence[Kept], without: str) -> list[tuple[str, str]]:
    """Item and day of those that are open, but for one."""
    return [(one.item, one.day) for one in kept if one.state in rules.OPEN and one.booking_id != without]
