"""Whom a call for help rings for, when nobody comes, and how well it was answered. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

import msgspec

HELP = "help"
URGENT = "urgent"
POSTS = (HELP, URGENT)
RING_FOR = timedelta(seconds=60)
"""Unanswered so long it rings for the next one."""
CALL_BACK_AFTER = timedelta(minutes=30)
"""Where somebody is on duty and could not come, this long after the call somebody phones."""
CALL_BACK_SOON = timedelta(minutes=15)
"""After the next shift has begun."""
GONE_AFTER = timedelta(seconds=45)
"""A terminal that asked nothing for so long has no citizen waiting any more."""
LOOK_AHEAD_DAYS = 14
SHOWN_AT_MOST = 60
LINE_AT_MOST = 300


class State(StrEnum):
    """Where a call stands; the words of the contract's `HelpStands`."""

    RINGING = "ringing"
    ANSWERED = "answered"
    CALL_BACK = "call_back"
    OVER = "over"


class Shift(msgspec.Struct, frozen=True):
    """Somebody is at a post every such weekday (1 is Monday). `stand_in` is 1 for the second of an A/B post: it rings
    there after the first.
    """

    shift_id: str
    post: str
    who: str
    stand_in: int
    weekday: int
    starts: str
    ends: str
    valid_from: str
    valid_until: str | None
    by_whom: str

    def holds_on(self, day: date) -> bool:
        """Whether it is worked on this day."""
        until = self.valid_until or "9999-12-31"
        return day.isoweekday() == self.weekday and self.valid_from <= day.isoformat() <= until


class Call(msgspec.Struct, frozen=True):
    """A call for help as the centre holds it. `shown` and `on_duty` are JSON lists."""

    help_id: str
    terminal: str
    item: str
    page: str
    shown: str
    language: str
    on_duty: str
    state: State
    asked_at: datetime
    seen_at: datetime
    changed_at: datetime
    answered_by: str | None = None
    answered_at: datetime | None = None
    call_back_at: datetime | None = None
    masked_contact: str = ""
    sealed: bytes | None = None
    outcome: str = ""
    ended_by: str = ""
    ended_at: datetime | None = None

    @property
    def officers(self) -> list[str]:
        """Who was on duty when it was asked, in the order it rings."""
        return msgspec.json.decode(self.on_duty, type=list[str])

    @property
    def texts(self) -> list[str]:
        """What the citizen's page shows, masked there."""
        return msgspec.json.decode(self.shown, type=list[str])


class Line(msgspec.Struct, frozen=True):
    """A sentence of the helper."""

    who: str
    at: datetime
    text: str


class Figures(msgspec.Struct, frozen=True):
    """How calls of some days were answered."""

    calls: int
    answered: int
    in_a_minute: int
    median_seconds: float | None
    solved: int
    unsolved: int
    left: int
    call_backs: int
    call_backs_kept: int


class Malformed(ValueError):
    """What a manager typed; the message is a key of the pages' words."""


def on_duty(shifts: Iterable[Shift], post: str, now: datetime, zone: tzinfo) -> list[str]:
    """Who is at the post now, in the order it rings: those of the post first, their stand-ins after them."""
    local = now.astimezone(zone)
    at = f"{local:%H:%M}"
    there = [one for one in shifts if one.post == post and one.holds_on(local.date()) and one.starts <= at < one.ends]
    there.sort(key=lambda one: (one.stand_in, one.starts, one.who))
    return list(dict.fromkeys(one.who for one in there))


def weekly(shifts: Iterable[Shift], day: str) -> list[tuple[int, str, str]]:
    """(weekday, starts, ends) of every hour of a week in which somebody is there, by the shifts that are worked on or
    begin by `day`; what touches is one.
    """
    found: list[tuple[int, str, str]] = []
    known = {(one.weekday, one.starts, one.ends) for one in shifts if one.valid_from <= day <= (one.valid_until or day)}
    for weekday, starts, ends in sorted(known):
        if found and found[-1][0] == weekday and starts <= found[-1][2]:
            found[-1] = weekday, found[-1][1], max(found[-1][2], ends)
        else:
            found.append((weekday, starts, ends))
    return found


def rings_for(officers: Sequence[str], asked_at: datetime, now: datetime) -> str | None:
    """Whose turn it is; None when all have had theirs."""
    turn = int((now - asked_at) / RING_FOR)
    return officers[turn] if 0 <= turn < len(officers) else None


def call_back(shifts: Iterable[Shift], post: str, now: datetime, zone: tzinfo) -> datetime | None:
    """When somebody will phone: soon where somebody is on duty, else after the next shift begins; None where nobody
    ever is.
    """
    known = list(shifts)
    if on_duty(known, post, now, zone) and on_duty(known, post, now + CALL_BACK_AFTER, zone):
        return now + CALL_BACK_AFTER
    today = now.astimezone(zone).date()
    begins = [
        datetime.combine(day, time.fromisoformat(one.starts), zone)
        for day in (today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS))
        for one in known
        if one.post == post and one.holds_on(day)
    ]
    following = [moment for moment in begins if moment > now]
    return min(following) + CALL_BACK_SOON if following else None


def figures(calls: Sequence[Call]) -> Figures:
    """What a manager wants to know of these calls."""
    waits = sorted((one.answered_at - one.asked_at).total_seconds() for one in calls if one.answered_at is not None)
    backs = [one for one in calls if one.call_back_at is not None]
    return Figures(
        calls=len(calls),
        answered=len(waits),
        in_a_minute=sum(wait <= RING_FOR.total_seconds() for wait in waits),
        median_seconds=waits[len(waits) // 2] if waits else None,
        solved=sum(one.outcome == "solved" for one in calls),
        unsolved=sum(one.outcome == "unsolved" for one in calls),
        left=sum(one.outcome == "left" for one in calls),
        call_backs=len(backs),
        call_backs_kept=sum(
            one.answered_at is not None and one.call_back_at is not None and one.answered_at <= one.call_back_at
            for one in backs
        ),
    )


def read_shift(form: Mapping[str, str], shift_id: str, by: str, people: Iterable[str]) -> list[Shift]:
    """The shifts a manager's form means, one for each weekday. Raises Malformed."""
    weekdays = [day for day in range(1, 8) if form.get(f"day{day}")]
    starts, ends = form.get("starts", ""), form.get("ends", "")
    if form.get("post") not in POSTS or form.get("who") not in set(people) or not weekdays:
        raise Malformed("help.shift_wrong")
    if not (_is_time(starts) and (_is_time(ends) or ends == "24:00") and starts < ends):
        raise Malformed("appointments.time_wrong")
    first, last = form.get("valid_from", ""), form.get("valid_until", "") or None
    if not _is_day(first) or (last is not None and (not _is_day(last) or last < first)):
        raise Malformed("appointments.days_wrong")
    second = int(form.get("stand_in") == "yes")
    return [
        Shift(f"{shift_id}-{day}", form["post"], form["who"], second, day, starts, ends, first, last, by)
        for day in weekdays
    ]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        return time.fromisoformat(text).strftime("%H:%M") == text
    except ValueError:
        return False
