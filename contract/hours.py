"""When an item is served: by the terminal, its department and the windows, on which days, in which way (ZZ-14, JH-05,
JH-06). Pure: the moment comes in, in the site's local time.

错时 staggered, 延时 extended, 值班 on duty and 预约 booked are the words the hall publishes; what nobody restricts is
open day and night.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

import msgspec

from contract.calendar import DayKind, WorkCalendar

_DAY: Final = timedelta(days=1)
_AHEAD: Final = 60
"""Days: who opens later than that is said to be closed, without a date."""

Clock = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Closing = Annotated[str, msgspec.Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


class Mode(StrEnum):
    """In which way it is served; a key under `hours.mode.` in the words."""

    ALL_DAY = "all_day"
    """24 小时."""
    REGULAR = "regular"
    STAGGERED = "staggered"
    """错时: other hours than the offices'."""
    EXTENDED = "extended"
    """延时: noon, evening, weekend."""
    ON_DUTY = "on_duty"
    """值班: somebody is there, and the queue is open."""
    BOOKED = "booked"
    """预约: who has booked is served, nobody else."""


class Part(StrEnum):
    """Whose hours. `hours_…` is a key under `closed.` in the words."""

    SITE = "hours_site"
    TERMINAL = "hours_terminal"
    DEPARTMENT = "hours_department"
    WINDOWS = "hours_windows"


BY_HOURS: Final = "hours_"
"""What every reason begins with that ends by the clock."""
BOOKED_ONLY: Final = "hours_booked"
"""The windows serve now, but only who has booked: a key under `closed.` in the words."""


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours within one day, on every day of these kinds. A night is two of them: until 24:00 and from 00:00."""

    opens: Clock
    closes: Closing
    days: Annotated[tuple[DayKind, ...], msgspec.Meta(min_length=1)] = (DayKind.WORKDAY,)
    weekdays: tuple[Annotated[int, msgspec.Meta(ge=1, le=7)], ...] = ()
    """Only on these, Monday is 1; empty: on all."""
    mode: Mode = Mode.REGULAR

    def __post_init__(self) -> None:
        """It closes after it opened."""
        if self.opens >= self.closes:
            message = f"`closes`: {self.closes}; expected later than `opens`, {self.opens}, of the same day"
            raise ValueError(message)

    def holds_on(self, day: date, calendar: WorkCalendar) -> bool:
        """Whether these hours are that day's."""
        return calendar.kind(day) in self.days and (not self.weekdays or day.isoweekday() in self.weekdays)


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The `hours` of an item. A part without any is never what closes it."""

    terminal: tuple[Opening, ...] = ()
    """When the terminal offers it."""
    department: tuple[Opening, ...] = ()
    """When the department answers."""
    windows: tuple[Opening, ...] = ()
    """When somebody serves the numbers that are given here."""
    early_minutes: Annotated[int, msgspec.Meta(ge=0, le=240)] = 0
    """So long before the windows open a number is given already."""
    last_minutes: Annotated[int, msgspec.Meta(ge=0, le=240)] = 0
    """So long before they close none is given any more."""


class State(msgspec.Struct, frozen=True):
    """How an item stands at a moment."""

    open: bool
    mode: Mode
    """Of the windows where they have hours, else of whoever has."""
    key: str = ""
    """Why it is closed: `hours_…`, a key under `closed.` in the words."""
    next_open: datetime | None = None
    """When it opens again, where that is within 60 days."""
    until: datetime | None = None
    """When it closes, where that is within two days."""


def open_at(hours: Hours, calendar: WorkCalendar, moment: datetime, site: Sequence[Opening] = ()) -> State:
    """Whether an item can be begun at `moment`, else why not and from when; `site` are the hours of the whole place."""
    parts = _parts(hours, site)
    now = _look(parts, calendar, moment)
    if not now.key:
        ends = (at for at in _edges(parts, calendar, moment, 2) if _look(parts, calendar, at).key)
        return State(open=True, mode=now.mode, until=next(ends, None))
    begins = (at for at in _edges(parts, calendar, moment, _AHEAD) if not _look(parts, calendar, at).key)
    return State(open=False, mode=now.mode, key=now.key, next_open=next(begins, None))


def special_on(openings: Iterable[Opening], calendar: WorkCalendar, day: date) -> tuple[Opening, ...]:
    """The 错时, 延时 and 值班 hours of a day: what a hall publishes beside its usual ones."""
    wanted = (Mode.STAGGERED, Mode.EXTENDED, Mode.ON_DUTY)
    return tuple(sorted({one for one in openings if one.mode in wanted and one.holds_on(day, calendar)}, key=_order))


class _Hours(NamedTuple):
    """One part's hours, with how much earlier they begin and end for who comes now."""

    part: Part
    openings: Sequence[Opening]
    early: timedelta = timedelta()
    last: timedelta = timedelta()


class _Seen(NamedTuple):
    key: str
    mode: Mode


def _parts(hours: Hours, site: Sequence[Opening]) -> tuple[_Hours, ...]:
    early, last = timedelta(minutes=hours.early_minutes), timedelta(minutes=hours.last_minutes)
    every = (
        _Hours(Part.SITE, site),
        _Hours(Part.TERMINAL, hours.terminal),
        _Hours(Part.DEPARTMENT, hours.department),
        _Hours(Part.WINDOWS, hours.windows, early, last),
    )
    return tuple(part for part in every if part.openings)


def _look(parts: Iterable[_Hours], calendar: WorkCalendar, moment: datetime) -> _Seen:
    mode = Mode.ALL_DAY
    for part in parts:
        found = [
            opening for opening, begins, ends in _on(part, calendar, moment.date(), moment) if begins <= moment < ends
        ]
        if not found:
            return _Seen(part.part.value, mode)
        walking_in = [opening for opening in found if opening.mode is not Mode.BOOKED]
        if not walking_in:
            return _Seen(BOOKED_ONLY, Mode.BOOKED)
        mode = walking_in[0].mode
    return _Seen("", mode)


def _edges(parts: Iterable[_Hours], calendar: WorkCalendar, moment: datetime, days: int) -> Iterator[datetime]:
    """Every moment after `moment` at which something opens or closes."""
    parts = tuple(parts)
    for number in range(days):
        day = moment.date() + number * _DAY
        edges = {at for part in parts for _, *ends in _on(part, calendar, day, moment) for at in ends}
        yield from sorted(at for at in edges if at > moment)


def _on(
    part: _Hours, calendar: WorkCalendar, day: date, like: datetime
) -> Iterator[tuple[Opening, datetime, datetime]]:
    """The hours of a part on a day, as moments like `like`."""
    midnight = datetime.combine(day, time(), like.tzinfo)
    for opening in part.openings:
        if opening.holds_on(day, calendar):
            begins = max(midnight, midnight + _minutes(opening.opens) - part.early)
            yield opening, begins, midnight + _minutes(opening.closes) - part.last


def _minutes(clock: str) -> timedelta:
    hours, _, minutes = clock.partition(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def _order(opening: Opening) -> tuple[str, str, str]:
    return opening.opens, opening.closes, opening.mode
