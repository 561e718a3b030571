"""When is a case due: working days and half days, make-up days, hall hours, pauses, units (standards.md 7). Pure.

What the texts leave open is a value of `Policy`. Moments are the site's local time, with or without an offset but all
of one kind. A night belongs to the calendar date it is in.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Final, NamedTuple

import msgspec

from contract.calendar import WorkCalendar
from contract.catalogue import TimeLimit, Unit

_DAY: Final = timedelta(days=1)


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One half day, from `opens` until before `closes`."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        """A half day lies within one day."""
        if self.opens >= self.closes:
            message = f"`closes`: {self.closes:%H:%M}; expected later than `opens`, {self.opens:%H:%M}, of the same day"
            raise ValueError(message)


class HallHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The two half days a site works on each working day. The end of the morning parts the day in two."""

    morning: Span = Span(time(8, 30), time(12))
    afternoon: Span = Span(time(13, 30), time(17, 30))

    def __post_init__(self) -> None:
        """The afternoon follows the morning."""
        if self.afternoon.opens < self.morning.closes:
            message = "`afternoon`: begins before the morning ends; expected two half days one after the other"
            raise ValueError(message)


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the texts leave to the place."""

    receipt_day_counts: bool = False
    """By the Civil Code, article 201, the day (or half day) a period begins on does not count."""


class Pause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A special procedure (特别程序, GB/T 39046 6.4): the time inside does not count. One that is open has no end."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        """It ends after it began."""
        if self.end is not None and self.end < self.start:
            message = f"`end`: {self.end}; expected not before `start`, {self.start}"
            raise ValueError(message)


class Due(msgspec.Struct, frozen=True):
    """The last moment of a limit. `at` is None while a pause is open."""

    at: datetime | None
    certain: bool
    """False where a year had to be reckoned as Monday to Friday, because nobody has said yet how it is worked."""


class Worktime(msgspec.Struct, frozen=True):
    """How one site works: its calendar, its hours and its policy."""

    calendar: WorkCalendar
    hall: HallHours = HallHours()
    policy: Policy = Policy()

    def due(self, received: datetime, limit: TimeLimit, pauses: Sequence[Pause] = ()) -> Due:
        """When what was received must be done at the latest: the end of the last day or half day that counts.

        A limit in minutes runs in working time only and ends to the minute.
        """
        if any(pause.end is None for pause in pauses):
            return Due(None, certain=True)
        at = self._reached(received, limit, pauses)
        years = range(received.year, at.year + 1)
        return Due(at, certain=all(year in self.calendar.years for year in years))

    def _reached(self, received: datetime, limit: TimeLimit, pauses: Sequence[Pause]) -> datetime:
        match limit.unit:
            case Unit.MINUTE:
                return self._after_minutes(received, limit.amount, pauses)
            case Unit.HALF_WORKING_DAY:
                return self._after(self._halves(received), limit.amount, received, pauses)
            case Unit.WORKING_DAY:
                return self._after(self._days(received, working=True), limit.amount, received, pauses)
            case Unit.CALENDAR_DAY:
                return self._after_calendar_days(received, limit.amount, pauses)
            case Unit.CALENDAR_MONTH:
                days = (months_later(received.date(), limit.amount) - received.date()).days
                return self._after_calendar_days(received, days, pauses)

    def opening(self, moment: datetime) -> datetime:
        """The next moment the site works: `moment` itself while it does."""
        return next(max(moment, begins) for begins, ends in self._spans(moment) if moment < ends)

    def worked(self, received: datetime, until: datetime, pauses: Sequence[Pause] = ()) -> float:
        """How many working days lie between, halves included: what 平均办结 counts. An open pause goes on."""
        done = takewhile(lambda part: part.closes <= until, self._halves(received))
        return sum(self._counts(part, received, pauses) for part in done) / 2

    def left(self, today: date, last: date) -> int:
        """倒计时 (SX-19): the working days after `today` up to `last`; those past it as a number below zero."""
        first, end = sorted((today, last))
        days = sum(self.calendar.works(first + at * _DAY) for at in range(1, (end - first).days + 1))
        return days if today <= last else -days

    def warned_at(self, last: datetime, amount: int, unit: Unit = Unit.WORKING_DAY) -> datetime:
        """When only `amount` working or calendar days are left before `last` (SX-16 to 18: 1, 3 and 10)."""
        day, left = last.date(), amount
        while left:
            day -= _DAY
            left -= unit is not Unit.WORKING_DAY or self.calendar.works(day)
        return datetime.combine(day, last.timetz())

    # --- days and half days ----------

    def _after(self, parts: Iterator["_Part"], amount: int, received: datetime, pauses: Sequence[Pause]) -> datetime:
        """The close of the `amount`-th part that counts; of the first still open where there is nothing to count.

        What would fall due in the middle of a pause falls due with the next part that no pause takes.
        """
        left = amount
        for part in parts:
            if left:
                if not self._counts(part, received, pauses):
                    continue
                left -= 1
            elif _lost(part, pauses):
                continue
            if not left and part.closes > received and not _paused_at(part.closes, pauses):
                return part.closes
        raise AssertionError("days never end")  # pragma: no cover

    def _counts(self, part: "_Part", received: datetime, pauses: Sequence[Pause]) -> bool:
        """Whether a part is one of the limit's; that of the receipt only by policy and while it is open."""
        after = received < part.closes if self.policy.receipt_day_counts else received < part.begins
        return after and not _lost(part, pauses)

    def _days(self, moment: datetime, *, working: bool) -> Iterator["_Part"]:
        """Whole days, from that of `moment` on."""
        day = moment.date()
        while True:
            if not working or self.calendar.works(day):
                yield _Part(
                    _at(day, time(), moment),
                    _at(day, self.hall.morning.opens, moment),
                    _at(day, self.hall.afternoon.closes, moment),
                    _at(day + _DAY, time(), moment),
                )
            day += _DAY

    def _halves(self, moment: datetime) -> Iterator["_Part"]:
        """Half days, from that of `moment` on. Noon's break belongs to the afternoon, small hours to the morning."""
        for day in self._days(moment, working=True):
            morning, afternoon = self.hall.morning, self.hall.afternoon
            noon = _at(day.begins.date(), morning.closes, moment)
            if moment < noon:
                yield _Part(day.begins, day.opens, noon, noon)
            yield _Part(noon, _at(day.begins.date(), afternoon.opens, moment), day.closes, day.until)

    def _after_calendar_days(self, received: datetime, amount: int, pauses: Sequence[Pause]) -> datetime:
        """Each day no pause takes; a last day on which nobody works is moved to the next (Civil Code, article 203)."""
        last = self._after(self._days(received, working=False), amount, received, pauses)
        return self._after(self._days(last, working=True), 0, _at(last.date(), time(), last), pauses)

    # --- minutes ----------

    def _after_minutes(self, received: datetime, amount: int, pauses: Sequence[Pause]) -> datetime:
        left = timedelta(minutes=amount)
        for begins, ends in self._spans(received):
            for begun, ended in _without(max(begins, received), ends, pauses):
                if ended - begun >= left:
                    return begun + left
                left -= ended - begun
        raise AssertionError("days never end")  # pragma: no cover

    def _spans(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        for day in self._days(moment, working=True):
            for span in (self.hall.morning, self.hall.afternoon):
                yield _at(day.begins.date(), span.opens, moment), _at(day.begins.date(), span.closes, moment)


class _Part(NamedTuple):
    """A day or half day: its own hours, and where it begins and ends on the calendar."""

    begins: datetime
    opens: datetime
    closes: datetime
    until: datetime


def _lost(part: _Part, pauses: Sequence[Pause]) -> bool:
    """A pause takes the parts it is in force on from their opening, and the one it ends on, as one of receipt."""
    return any(
        (pause.start <= part.opens and (pause.end is None or part.opens < pause.end))
        or (pause.start < part.begins and pause.end is not None and part.begins <= pause.end < part.until)
        for pause in pauses
    )


def _paused_at(moment: datetime, pauses: Sequence[Pause]) -> bool:
    return any(pause.start < moment and (pause.end is None or moment <= pause.end) for pause in pauses)


def _without(begins: datetime, ends: datetime, pauses: Sequence[Pause]) -> Iterator[tuple[datetime, datetime]]:
    """What is left of a stretch of time outside its pauses, in order."""
    for pause in sorted(pauses, key=lambda pause: pause.start):
        if pause.end is None or pause.end <= begins or pause.start >= ends:
            continue
        if begins < pause.start:
            yield begins, pause.start
        begins = max(begins, pause.end)
    if begins < ends:
        yield begins, ends


def months_later(start: date, months: int) -> date:
    """The same day of a later month, or that month's last (Civil Code, article 202)."""
    index = start.year * 12 + start.month - 1 + months
    first, after = date(index // 12, index % 12 + 1, 1), date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + (start.day - 1) * _DAY, after - _DAY)


def _at(day: date, clock: time, like: datetime) -> datetime:
    return datetime.combine(day, clock, like.tzinfo)
