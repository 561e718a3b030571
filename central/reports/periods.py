"""Which report is due when: weeks, months and quarters, and the first or last working day they are made on. Pure."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from contract.calendar import WorkCalendar

BACK: Final = 12
"""Periods of a kind that are caught up at most, after a centre was off for long."""
_DAY: Final = timedelta(days=1)


class Length(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Kind(StrEnum):
    """What is made by itself."""

    CHECK = "check"
    """周自查清单."""
    REVIEW = "review"
    """月梳理."""
    NOTICE = "notice"
    """月度通报, the first working day of the next month (DB-04)."""
    SUMMARY = "summary"
    """季总结."""
    TRIPS = "trips"
    """零跑路 and 最多跑一次 lists, the last working day of the quarter (ZN-10)."""
    WORK = "work"
    """事项、责任、流程、时限 (ZN-14)."""
    RATINGS = "ratings"
    """好差评 of a month."""
    RATINGS_QUARTER = "ratings_quarter"
    HONOURS = "honours"
    """红旗窗口、优质服务明星: proposals of a quarter (HC-06)."""


LENGTH: Final[dict[Kind, Length]] = {
    Kind.CHECK: Length.WEEK,
    Kind.REVIEW: Length.MONTH,
    Kind.NOTICE: Length.MONTH,
    Kind.SUMMARY: Length.QUARTER,
    Kind.TRIPS: Length.QUARTER,
    Kind.WORK: Length.QUARTER,
    Kind.RATINGS: Length.MONTH,
    Kind.RATINGS_QUARTER: Length.QUARTER,
    Kind.HONOURS: Length.QUARTER,
}
AT_END: Final = frozenset({Kind.TRIPS, Kind.WORK})
"""Made on the last working day of their period; the others on the first after it."""
PUBLIC: Final = frozenset({Kind.TRIPS, Kind.WORK, Kind.RATINGS, Kind.RATINGS_QUARTER, Kind.NOTICE, Kind.SUMMARY})
"""These have a version for everybody, shown once somebody has published it."""


class Period(msgspec.Struct, frozen=True, order=True):
    """A week, a month or a quarter, both days included."""

    first: date
    last: date
    length: Length

    @property
    def name(self) -> str:
        """Such as 2026-W47, 2026-11 or 2026Q4: how it is kept."""
        if self.length is Length.WEEK:
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        if self.length is Length.MONTH:
            return f"{self.first:%Y-%m}"
        return f"{self.first.year}Q{(self.first.month + 2) // 3}"

    @property
    def title(self) -> str:
        """The same as the office reads it."""
        if self.length is Length.WEEK:
            year, week, _ = self.first.isocalendar()
            return f"{year}年第{week}周"
        if self.length is Length.MONTH:
            return f"{self.first.year}年{self.first.month}月"
        return f"{self.first.year}年第{'一二三四'[(self.first.month - 1) // 3]}季度"

    @property
    def before(self) -> "Period":
        """The one before it."""
        return period_of(self.length, self.first - _DAY)


def period_of(length: Length, day: date) -> Period:
    """The period a day is in."""
    if length is Length.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6), length)
    months = 1 if length is Length.MONTH else 3
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    index = first.year * 12 + first.month - 1 + months
    return Period(first, date(index // 12, index % 12 + 1, 1) - _DAY, length)


def made_on(kind: Kind, period: Period, calendar: WorkCalendar) -> date:
    """The day it is made: the last working day of the period, or the first after it."""
    step = -_DAY if kind in AT_END else _DAY
    day = period.last if kind in AT_END else period.last + _DAY
    while not calendar.works(day):
        day += step
    return day


def due(kind: Kind, today: date, since: date, calendar: WorkCalendar, made: Collection[str]) -> Iterator[Period]:
    """What should have been made by today and was not, the oldest first; nothing that ended before there was anything.

    A centre that was off on the day makes it the next time it looks.
    """
    found, period = [], period_of(LENGTH[kind], today)
    for _ in range(BACK + 1):
        if period.last < since:
            break
        if made_on(kind, period, calendar) <= today and period.name not in made:
            found.append(period)
        period = period.before
    yield from reversed(found)


def read_period(length: Length, name: str, today: date) -> Period:
    """The period a URL names; the one of today where it names none."""
    for back in range(160):
        period = period_of(length, today - timedelta(days=7 * back))
        if period.name == name:
            return period
    return period_of(length, today)
