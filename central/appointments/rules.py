"""Which times are offered, who may book and change, and what coming early, late or not at all means. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

import msgspec

from contract.catalogue import Text
from contract.feed import Calendar
from contract.questions import BookingState, Slot, SlotDay

EVERY_LINE = "*"
DAYS_AT_MOST = 31
"""A question is answered for so many days at once."""
CAPACITY_AT_MOST = 999
SATURDAY = 6


class Manners(msgspec.Struct, frozen=True):
    """The rules of booking, as data. `minutes` count from the start of the slot."""

    days_ahead: int = 30
    closes_minutes_before: int = 10
    """A slot that begins sooner is not offered any more."""
    open_at_most: int = 3
    """Open bookings of one person; one item only once a day."""
    check_in_minutes_before: int = 60
    late_after_minutes: int = 15
    missed_after_minutes: int = 60
    """Who comes between the two is called like somebody without a booking."""
    urgent_answer_minutes: int = 15
    """Within it the officer on duty answers; then it is the next one's, and everybody's after the last."""


MANNERS = Manners()


class Placed(StrEnum):
    """What coming at this moment means."""

    EARLY = "too_early"
    BOOKED = "booked"
    LATE = "late"
    MISSED = "missed"


class Plan(msgspec.Struct, frozen=True):
    """`capacity` people can come between `starts` and `ends` (`HH:MM`) on every such weekday (1 is Monday) of its
    time. `line` is an item or a queue.
    """

    plan_id: str
    line: str
    weekday: int
    starts: str
    ends: str
    capacity: int
    valid_from: str
    valid_until: str | None
    by_whom: str
    made_at: datetime

    def holds_on(self, day: date, weekday: int) -> bool:
        """Whether it offers something on this day, taken as that weekday."""
        until = self.valid_until or "9999-12-31"
        return self.weekday == weekday and self.valid_from <= day.isoformat() <= until


class Closure(msgspec.Struct, frozen=True):
    """A day on which a line, or every line, is closed."""

    line: str
    day: str
    reason: str
    reason_en: str
    by_whom: str

    def text(self) -> Text:
        """The reason as citizens read it."""
        return {"zh-Hans": self.reason} | ({"en": self.reason_en} if self.reason_en else {})


class Offer(msgspec.Struct, frozen=True):
    """A slot with room for so many, before anybody booked."""

    slot_id: str
    line: str
    day: str
    starts: str
    ends: str
    capacity: int


class Malformed(ValueError):
    """What a manager typed; the message is a key of the pages' words."""


HOLIDAY: Text = {"zh-Hans": "法定节假日，大厅不办公", "en": "Public holiday, the hall is closed"}
NO_PLAN: Text = {"zh-Hans": "当天没有预约号源", "en": "No appointments on this day"}


def lines_of(item: str, queue: str | None) -> tuple[str, ...]:
    """Where an item's slots are planned: under its own name, else under its queue's."""
    return (item, queue) if queue else (item,)


def weekday_of(day: date, calendar: Calendar | None) -> int | None:
    """The weekday whose plan holds; None on a holiday. A worked day of a weekend is planned like a Monday."""
    if calendar is not None and day.isoformat() in calendar.holidays:
        return None
    if calendar is not None and day.isoformat() in calendar.workdays and day.isoweekday() >= SATURDAY:
        return 1
    return day.isoweekday()


def offers_on(day: date, line: str, plans: Iterable[Plan], calendar: Calendar | None) -> list[Offer]:
    """The slots of a line on a day, in order. Two plans for the same start are one slot with the room of both."""
    weekday = weekday_of(day, calendar)
    if weekday is None:
        return []
    found: dict[str, Offer] = {}
    for plan in sorted(plans, key=lambda one: (one.starts, one.ends, one.plan_id)):
        if plan.line != line or not plan.holds_on(day, weekday):
            continue
        slot_id = f"{line}@{day.isoformat()}T{plan.starts}"
        before = found.get(slot_id)
        room = plan.capacity + (before.capacity if before else 0)
        found[slot_id] = Offer(slot_id, line, day.isoformat(), plan.starts, before.ends if before else plan.ends, room)
    return list(found.values())


def day_of_slot(slot_id: str) -> tuple[str, date] | None:
    """Line and day of a slot's id; None for what is no id of ours."""
    line, _, rest = slot_id.rpartition("@")
    try:
        return (line, date.fromisoformat(rest.partition("T")[0])) if line else None
    except ValueError:
        return None


def is_open(offer: Offer, now: datetime, zone: tzinfo, manners: Manners = MANNERS) -> bool:
    """Whether it can still be booked at this moment."""
    ahead = begins(offer.day, offer.starts, zone) - now
    return timedelta(minutes=manners.closes_minutes_before) <= ahead <= timedelta(days=manners.days_ahead)


def begins(day: str, starts: str, zone: tzinfo) -> datetime:
    """The moment a slot begins."""
    return datetime.fromisoformat(f"{day}T{starts}").replace(tzinfo=zone)


def slot_days(
    days: Sequence[date],
    offered: Mapping[str, Sequence[Offer]],
    taken: Mapping[str, int],
    closed: Mapping[str, Text],
    now: datetime,
    zone: tzinfo,
) -> tuple[SlotDay, ...]:
    """What a citizen sees: every day, with what is free or why nothing is."""
    found = []
    for day in (one.isoformat() for one in days):
        open_offers = [] if day in closed else [one for one in offered.get(day, ()) if is_open(one, now, zone)]
        slots = tuple(
            Slot(one.slot_id, one.starts, one.ends, max(one.capacity - taken.get(one.slot_id, 0), 0))
            for one in open_offers
        )
        why = closed.get(day, {} if slots else NO_PLAN)
        found.append(SlotDay(day, slots, why))
    return tuple(found)


def placed(day: str, starts: str, now: datetime, zone: tzinfo, manners: Manners = MANNERS) -> Placed:
    """What coming at this moment means for a booking."""
    start = begins(day, starts, zone)
    if now < start - timedelta(minutes=manners.check_in_minutes_before):
        return Placed.EARLY
    if now <= start + timedelta(minutes=manners.late_after_minutes):
        return Placed.BOOKED
    if now <= start + timedelta(minutes=manners.missed_after_minutes):
        return Placed.LATE
    return Placed.MISSED


def check_in_window(day: str, starts: str, zone: tzinfo, manners: Manners = MANNERS) -> tuple[datetime, datetime]:
    """From when until when somebody can check in."""
    start = begins(day, starts, zone)
    before, after = manners.check_in_minutes_before, manners.missed_after_minutes
    return start - timedelta(minutes=before), start + timedelta(minutes=after)


def may_book(open_ones: Sequence[tuple[str, str]], item: str, day: str, manners: Manners = MANNERS) -> str:
    """Why not, as a key under `refused.`, or nothing. `open_ones`: item and day of the person's open bookings, without
    the one that is changed.
    """
    if (item, day) in open_ones:
        return "already_booked"
    return "too_many_bookings" if len(open_ones) >= manners.open_at_most else ""


def urgent_turn(officers: Sequence[str], asked_at: datetime, now: datetime, manners: Manners = MANNERS) -> list[str]:
    """Who is to answer now: one after the other, each for the set time; after the last everybody."""
    turn = int((now - asked_at) / timedelta(minutes=manners.urgent_answer_minutes))
    return [officers[turn]] if 0 <= turn < len(officers) else list(officers)


OPEN = (BookingState.BOOKED, BookingState.ASKED)


def read_plan(form: Mapping[str, str], plan_id: str, by: str, now: datetime) -> list[Plan]:
    """The plans a manager's form means, one for each weekday. Raises Malformed."""
    weekdays = [day for day in range(1, 8) if form.get(f"day{day}")]
    if not weekdays:
        raise Malformed("appointments.weekdays_missing")
    line = form.get("line", "").strip()
    if not line or len(line) > 61 or not line.replace("-", "").isalnum():
        raise Malformed("appointments.line_missing")
    starts, ends = form.get("starts", ""), form.get("ends", "")
    if not (_is_time(starts) and _is_time(ends) and starts < ends):
        raise Malformed("appointments.time_wrong")
    amount = form.get("capacity", "")
    if not (amount.isascii() and amount.isdigit() and 1 <= int(amount) <= CAPACITY_AT_MOST):
        raise Malformed("appointments.capacity_wrong")
    first, last = form.get("valid_from", ""), form.get("valid_until", "") or None
    if not is_day(first) or (last is not None and (not is_day(last) or last < first)):
        raise Malformed("appointments.days_wrong")
    return [Plan(f"{plan_id}-{day}", line, day, starts, ends, int(amount), first, last, by, now) for day in weekdays]


def read_time(form: Mapping[str, str]) -> tuple[str, str, str] | None:
    """Day, start and end an officer gives; None for what is no time."""
    day, starts, ends = form.get("day", ""), form.get("starts", ""), form.get("ends", "")
    return (day, starts, ends) if is_day(day) and _is_time(starts) and _is_time(ends) and starts < ends else None


def is_day(text: str) -> bool:
    """Whether it is a date as we write it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        return datetime.strptime(text, "%H:%M").strftime("%H:%M") == text  # noqa: DTZ007 - a time of day
    except ValueError:
        return False
