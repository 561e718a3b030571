"""Which days are worked: statutory holidays and make-up working days (调休), standards.md 7. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from contract import feed

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


class DayKind(StrEnum):
    """What a day is to those who work; opening hours are told by it."""

    WORKDAY = "workday"
    """Monday to Friday, and the make-up days."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    """A statutory holiday, and the weekend that touches it: the State Council counts both as one."""


class WorkCalendar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The days that are not what the week makes of them, of all years that are known."""

    years: frozenset[int] = frozenset()
    """Outside them Monday to Friday is worked, and what is computed is not certain."""
    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether offices work that day."""
        return day in self.make_up_days or (day.weekday() < _SATURDAY and day not in self.holidays)

    def knows(self, day: date) -> bool:
        """Whether the arrangement of that year is in here."""
        return day.year in self.years

    def kind(self, day: date) -> DayKind:
        """What kind of day it is."""
        if self.works(day):
            return DayKind.WORKDAY
        if day in self.holidays:
            return DayKind.HOLIDAY
        touching = (self._end_of_rest(day, _DAY), self._end_of_rest(day, -_DAY))
        return DayKind.HOLIDAY if any(end in self.holidays for end in touching) else DayKind.WEEKEND

    def _end_of_rest(self, day: date, step: timedelta) -> date:
        """The first day on one side that is a named holiday, or the last one of the weekend."""
        while day not in self.holidays and not self.works(day + step):
            day += step
        return day


def gathered(*sources: Iterable[feed.Calendar]) -> WorkCalendar:
    """One calendar out of several sources; what an earlier source says of a year stands alone.

    Raises ValueError for a day that is none.
    """
    years: dict[int, feed.Calendar] = {}
    for source in sources:
        for found in source:
            years.setdefault(found.year, found)
    return WorkCalendar(
        years=frozenset(years),
        holidays=frozenset(date.fromisoformat(day) for found in years.values() for day in found.holidays),
        make_up_days=frozenset(date.fromisoformat(day) for found in years.values() for day in found.workdays),
    )


@cache
def published() -> tuple[feed.Calendar, ...]:
    """The years the State Council had announced when this software was built; a centre's own calendar goes first.

    Takes some milliseconds the first time.
    """
    from chinese_calendar import constants  # noqa: PLC0415 - a table of dates, read where working time is computed

    return tuple(
        feed.Calendar(
            year,
            holidays=_of(year, (day for day in constants.holidays if day.weekday() < _SATURDAY)),
            workdays=_of(year, constants.workdays),
        )
        for year in sorted({day.year for day in constants.holidays})
    )


def _of(year: int, days: Iterable[date]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in sorted(days) if day.year == year)
