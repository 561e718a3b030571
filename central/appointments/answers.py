"""What citizens ask of the pool: what is free, a place in it, another, none, and "I am here"."""

from datetime import date, timedelta

import msgspec

from central import persons
from central.appointments import rules, store
from central.appointments.rules import MANNERS, Offer, Placed
from central.appointments.store import Full, Kept, NotYours
from central.centre import Centre
from central.database import Transaction
from central.feed.catalogue import store as catalogue
from central.masking import masked
from central.messages import store as messages
from central.messages.numbers import seal_number
from central.messages.rules import Purpose
from central.questions.answering import Handler, in_thread
from contract.catalogue import DEFAULT_LANGUAGE, Item, Text, is_mobile
from contract.questions import (
    Answer,
    Book,
    Booked,
    Booking,
    BookingsAsked,
    BookingsFound,
    BookingState,
    CancelBooking,
    CheckedIn,
    CheckIn,
    Refused,
    SlotDay,
    SlotGone,
    SlotsAsked,
    SlotsFound,
)

CODE_LENGTH = 8


def _slots(centre: Centre, _: str, asked: SlotsAsked) -> Answer:
    first = _first_day(centre, asked.first_day)
    with centre.database.reading() as connection:
        item = catalogue.find(connection, asked.item, centre.clock())
        days = _days(connection, centre, asked.item, item, first, min(max(asked.days, 1), rules.DAYS_AT_MOST))
    return SlotsFound(days, item.place if item else {})


def _first_day(centre: Centre, text: str) -> date:
    return max(date.fromisoformat(text), centre.today()) if rules.is_day(text) else centre.today()


def _days(
    connection: Transaction, centre: Centre, slug: str, item: Item | None, first: date, count: int
) -> tuple[SlotDay, ...]:
    days = [first + timedelta(days=ahead) for ahead in range(count)]
    offered, closed = _offered(connection, centre, rules.lines_of(slug, item.queue if item else None), days)
    taken = store.taken(connection, [one.slot_id for found in offered.values() for one in found])
    return rules.slot_days(days, offered, taken, closed, centre.clock(), centre.settings.zone)


def _offered(
    connection: Transaction, centre: Centre, lines: tuple[str, ...], days: list[date]
) -> tuple[dict[str, list[Offer]], dict[str, Text]]:
    """The slots of the first of these lines that has any plan, by day; and which days are closed, and why."""
    first, last = days[0].isoformat(), days[-1].isoformat()
    plans = store.plans_of(connection, lines, first, last)
    line = next((one for one in lines if any(plan.line == one for plan in plans)), lines[0])
    calendars = catalogue.calendars(connection, centre.clock())
    shut = [one for one in store.closures(connection, first, last) if one.line in {line, rules.EVERY_LINE}]
    closed = {one.day: one.text() for one in shut}
    offered = {}
    for day in days:
        offered[day.isoformat()] = rules.offers_on(day, line, plans, calendars.get(day.year))
        if rules.weekday_of(day, calendars.get(day.year)) is None:
            closed.setdefault(day.isoformat(), rules.HOLIDAY)
    return offered, closed


def offered(connection: Transaction, centre: Centre, line: str, day: date) -> list[Offer]:
    """What a line offers on a day; nothing where it is closed."""
    found, closed = _offered(connection, centre, (line,), [day])
    return [] if day.isoformat() in closed else found[day.isoformat()]


def _book(centre: Centre, terminal: str, asked: Book) -> Answer:
    now, person = centre.clock(), centre.blind.person(asked.person.id_number)
    with centre.database.reading() as connection:
        item = catalogue.find(connection, asked.item, now)
        title = catalogue.title(connection, asked.item, now)
        before = store.find(connection, asked.booking_id)
        offer = None if asked.urgent else _offer(connection, centre, asked, item)
        others = store.of_person(connection, person, centre.today().isoformat())
        days = _days(connection, centre, asked.item, item, centre.today(), 14) if offer is None else ()
    if before is not None:
        return _again(centre, before, asked, person)
    if offer is None and not asked.urgent:
        return SlotGone(days)
    refused = rules.may_book(store.still_open(others, asked.change_of), asked.item, offer.day if offer else "")
    if refused:
        return Refused(refused)
    kept = Kept(
        booking_id=asked.booking_id,
        code=centre.blind.code("booking", asked.booking_id, CODE_LENGTH),
        terminal=terminal,
        channel="terminal",
        item=asked.item,
        line=offer.line if offer else asked.item,
        title=msgspec.json.encode(title).decode(),
        place=msgspec.json.encode(item.place if item else {}).decode(),
        slot_id=offer.slot_id if offer else "",
        day=offer.day if offer else "",
        starts=offer.starts if offer else "",
        ends=offer.ends if offer else "",
        state=BookingState.BOOKED if offer else BookingState.ASKED,
        person=person,
        masked_name=masked(asked.person),
        sealed=_sealed(centre, asked),
        made_at=now,
        changed_at=now,
        change_of=asked.change_of or None,
        urgent=asked.urgent,
        answer_by=None if offer else now + timedelta(minutes=MANNERS.urgent_answer_minutes),
    )
    return _keep(centre, kept, offer, asked, item)


def _keep(centre: Centre, kept: Kept, offer: Offer | None, asked: Book, item: Item | None) -> Answer:
    try:
        with centre.database.writing() as connection:
            new = store.book(connection, kept, offer)
            if new and asked.change_of:
                messages.withdraw(connection, Purpose.BOOKED, asked.change_of, kept.made_at)
            if new and offer is not None and is_mobile(asked.person.mobile):
                _confirm(connection, centre, kept, asked.person.mobile)
    except Full:
        with centre.database.reading() as connection:
            return SlotGone(_days(connection, centre, asked.item, item, centre.today(), 14))
    except NotYours:
        return Refused("booking_not_open")
    if not new:
        with centre.database.reading() as connection:
            before = store.find(connection, kept.booking_id)
        return _again(centre, before, asked, kept.person) if before else Refused("booking_not_open")
    centre.live.changed()
    return Booked(told(centre, kept))


def _sealed(centre: Centre, asked: Book) -> bytes:
    """Who booked. The telephone number is not in it: it lives with its text alone and goes with it."""
    who = msgspec.structs.replace(asked.person, mobile="")
    return persons.seal(centre.fresh_keys(), msgspec.json.encode(who), booking_context(asked.booking_id))


def _confirm(connection: Transaction, centre: Centre, kept: Kept, mobile: str) -> None:
    """A text with day, time and code, where the gateway is connected; once a booking."""
    told = {"day": kept.day, "start": kept.starts, "end": kept.ends, "code": kept.code, "hall": centre.settings.hall}
    sealed = seal_number(centre.fresh_keys(), mobile)
    messages.queue_message(connection, Purpose.BOOKED, kept.booking_id, sealed, "booked", told, kept.made_at)


def _again(centre: Centre, before: Kept, asked: Book, person: str) -> Answer:
    """The same question once more has the same answer; another one under the same id has none."""
    same = (before.person, before.item) == (person, asked.item) and before.slot_id == asked.slot_id * (not asked.urgent)
    return Booked(told(centre, before)) if same else Refused("booking_taken")


def _offer(connection: Transaction, centre: Centre, asked: Book, item: Item | None) -> Offer | None:
    """The slot as it is offered now; None for one that is not, or not any more."""
    place = rules.day_of_slot(asked.slot_id)
    if place is None:
        return None
    day = place[1]
    offered, closed = _offered(connection, centre, rules.lines_of(asked.item, item.queue if item else None), [day])
    found = next((one for one in offered[day.isoformat()] if one.slot_id == asked.slot_id), None)
    if found is None or day.isoformat() in closed:
        return None
    return found if rules.is_open(found, centre.clock(), centre.settings.zone) else None


def _bookings(centre: Centre, _: str, asked: BookingsAsked) -> Answer:
    with centre.database.reading() as connection:
        if asked.code:
            one = store.by_code(connection, persons.plain_code(asked.code))
            return BookingsFound((told(centre, one),) if one else ())
        if asked.person is None:
            return Refused("nobody_named")
        person = centre.blind.person(asked.person.id_number)
        found = store.of_person(connection, person, centre.today().isoformat())
    return BookingsFound(tuple(told(centre, one) for one in found if one.state != BookingState.CHANGED))


def _cancel(centre: Centre, _: str, asked: CancelBooking) -> Answer:
    with centre.database.writing() as connection:
        kept = _held(connection, asked.booking_id, asked.code)
        if kept is None:
            return Refused("booking_unknown")
        done = store.cancel(connection, kept, centre.clock())
        messages.withdraw(connection, Purpose.BOOKED, kept.booking_id, centre.clock())
        after = store.find(connection, kept.booking_id) or kept
    if not done and after.state != BookingState.CANCELLED:
        return Refused("booking_not_open")
    centre.live.changed()
    return Booked(told(centre, after))


def _check_in(centre: Centre, _: str, asked: CheckIn) -> Answer:
    now, zone = centre.clock(), centre.settings.zone
    with centre.database.writing() as connection:
        kept = _held(connection, asked.booking_id, asked.code)
        if kept is None:
            return Refused("booking_unknown")
        item = catalogue.find(connection, kept.item, now)
        queue = item.queue if item is not None else kept.line if len(kept.line) == 1 else ""
        if kept.state == BookingState.CHECKED_IN:
            same = kept.case_id == asked.case_id
            return CheckedIn(told(centre, kept), queue, kept.placed or "") if same else Refused("booking_used")
        if kept.state != BookingState.BOOKED:
            return Refused("booking_missed" if kept.state == BookingState.MISSED else "booking_not_open")
        placed = rules.placed(kept.day, kept.starts, now, zone)
        if placed in {Placed.EARLY, Placed.MISSED}:
            return _not_now(centre, kept, placed)
        store.check_in(connection, kept.booking_id, asked.case_id, placed, now)
        after = store.find(connection, kept.booking_id) or kept
    centre.live.changed()
    return CheckedIn(told(centre, after), queue, placed)


def _not_now(centre: Centre, kept: Kept, placed: Placed) -> Refused:
    first, last = rules.check_in_window(kept.day, kept.starts, centre.settings.zone)
    if placed is Placed.EARLY:
        at = f"{first:%m-%d %H:%M}"
        return Refused("booking_early", {"zh-Hans": f"请在 {at} 以后来签到", "en": f"Please check in after {at}"})
    text = {"zh-Hans": f"签到已于 {last:%H:%M} 截止，请重新预约", "en": f"Check-in ended at {last:%H:%M}; book again"}
    return Refused("booking_missed", text)


def _held(connection: Transaction, booking_id: str, code: str) -> Kept | None:
    kept = store.find(connection, booking_id)
    return kept if kept is not None and kept.code == persons.plain_code(code) else None


def told(centre: Centre, kept: Kept) -> Booking:
    """A booking as its citizen sees it."""
    window = ("", "")
    if kept.day:
        first, last = rules.check_in_window(kept.day, kept.starts, centre.settings.zone)
        window = (first.isoformat(timespec="seconds"), last.isoformat(timespec="seconds"))
    answer_by = kept.answer_by.astimezone(centre.settings.zone).isoformat(timespec="seconds") if kept.answer_by else ""
    return Booking(
        booking_id=kept.booking_id,
        code=kept.code,
        item=kept.item,
        title=msgspec.json.decode(kept.title),
        day=kept.day,
        start=kept.starts,
        end=kept.ends,
        state=kept.state,
        check_in_from=window[0],
        check_in_until=window[1],
        place=msgspec.json.decode(kept.place),
        urgent=bool(kept.urgent),
        answer_by=answer_by,
        note=msgspec.json.decode(kept.note),
    )


def booking_context(booking_id: str) -> bytes:
    """What the sealed person of a booking is bound to."""
    return f"suiban booking 1|{booking_id}".encode()


def note_text(words: str) -> str:
    """What an officer typed, as a booking keeps it."""
    return msgspec.json.encode({DEFAULT_LANGUAGE: words} if words else {}).decode()


ANSWERS: dict[type, Handler] = {
    SlotsAsked: in_thread(_slots),
    Book: in_thread(_book),
    BookingsAsked: in_thread(_bookings),
    CancelBooking: in_thread(_cancel),
    CheckIn: in_thread(_check_in),
}
