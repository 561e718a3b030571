"""Whether a unit's leader was at a window at least once a week for at least two hours. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

import msgspec

AT_LEAST: Final = timedelta(hours=2)
TIMES: Final = 1
"""Once a week (局长驻窗口, S0-18)."""


class Presence(msgspec.Struct, frozen=True):
    """One stay: from the login as a leader until the last thing done under it."""

    presence_id: str
    name: str
    unit: str
    began_at: datetime
    seen_at: datetime

    @property
    def length(self) -> timedelta:
        """How long."""
        return self.seen_at - self.began_at


class Week(msgspec.Struct, frozen=True):
    """A unit's week. `counted` stays were long enough."""

    unit: str
    monday: date
    stays: int
    counted: int
    longest: timedelta
    names: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether the duty was done."""
        return self.counted >= TIMES


def monday_of(day: date) -> date:
    """The week's first day."""
    return day - timedelta(days=day.weekday())


def weeks(stays: Iterable[Presence], units: Iterable[str], monday: date, zone: tzinfo) -> list[Week]:
    """Every unit's week that begins on this day, those that lack it first."""
    by_unit: dict[str, list[Presence]] = {unit: [] for unit in units}
    for stay in stays:
        if monday_of(stay.began_at.astimezone(zone).date()) == monday:
            by_unit.setdefault(stay.unit, []).append(stay)
    found = [_week(unit, monday, mine) for unit, mine in by_unit.items()]
    return sorted(found, key=lambda week: (week.kept, week.unit))


def _week(unit: str, monday: date, stays: list[Presence]) -> Week:
    longest = max((stay.length for stay in stays), default=timedelta())
    counted = sum(stay.length >= AT_LEAST for stay in stays)
    return Week(unit, monday, len(stays), counted, longest, tuple(sorted({stay.name for stay in stays})))


def read_week(query: Mapping[str, str], today: date) -> date:
    """The Monday a page is asked for; this week's where it makes no sense."""
    try:
        asked = date.fromisoformat(query.get("week", ""))
    except ValueError:
        asked = today
    return monday_of(min(asked, today))
