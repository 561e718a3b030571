"""What Monday's digest says: failures by citizens affected, a route to refill, windows by half hour. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

import msgspec

from central.matters.rules import Matter

FROM: Final = time(17, 30)
"""On Friday: from here on nobody looks."""
UNTIL: Final = time(8, 30)
"""On Monday."""
WEEKS: Final = 4
"""Of the same hours before, to say how many citizens usually come."""
REFILL_WITHIN: Final = timedelta(days=3)
LOAD_AT_MOST: Final = 0.85
"""Of a window's time: above it the queue grows without end."""
HALF: Final = timedelta(minutes=30)
_EARTH_KM: Final = 6371.0


class Failure(msgspec.Struct, frozen=True):
    """Something that was wrong over the weekend. `affected`: who was there and felt it; `expected`: who usually comes
    in those hours at this terminal.
    """

    kind: str
    detail: str
    terminal: str
    hall: str
    began_at: str
    minutes: int
    expected: float
    affected: int
    closed: bool


class Stop(msgspec.Struct, frozen=True):
    """One stop of the route: a terminal, how many tickets are left, and the way from the stop before in km."""

    terminal: str
    hall: str
    left: int
    empty_at: str
    km: float | None = None


class Windows(msgspec.Struct, frozen=True):
    """How many windows a queue needs in half an hour, from `at`, for so many who usually come."""

    hall: str
    queue: str
    at: str
    arrivals: float
    windows: int


class Digest(msgspec.Struct, frozen=True):
    """What is kept and shown."""

    day: str
    begins: str
    ends: str
    failures: tuple[Failure, ...]
    route: tuple[Stop, ...]
    windows: tuple[Windows, ...]
    numbers: int = 0
    """Taken over the weekend."""


def weekend(monday: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From Friday evening until Monday morning."""
    return (
        datetime.combine(monday - timedelta(days=3), FROM, zone),
        datetime.combine(monday, UNTIL, zone),
    )


def failure(matter: Matter, begin: datetime, end: datetime, usual: Sequence[datetime], hurt: int) -> Failure:
    """`usual` is when citizens came to that terminal in the weeks before; `hurt` how many said or lost something."""
    first, last = max(matter.began_at, begin), min(matter.closed_at or end, end)
    count = sum(
        first - timedelta(weeks=week) <= at < last - timedelta(weeks=week)
        for at in usual
        for week in range(1, WEEKS + 1)
    )
    return Failure(
        matter.kind,
        matter.detail,
        matter.terminal,
        matter.hall,
        first.isoformat(),
        max(int((last - first).total_seconds() // 60), 0),
        round(count / WEEKS, 1),
        hurt,
        matter.closed_at is not None,
    )


def by_citizens(found: Iterable[Failure]) -> tuple[Failure, ...]:
    """Those that cost most citizens first: who felt it, then who would have come."""
    return tuple(sorted(found, key=lambda one: (-one.affected, -one.expected, -one.minutes, one.terminal)))


Where = tuple[float, float]
"""East and north, in degrees."""


def kilometres(one: Where, other: Where) -> float:
    """As the crow flies."""
    north = math.radians((one[1] + other[1]) / 2)
    east_km = math.radians(other[0] - one[0]) * math.cos(north) * _EARTH_KM
    north_km = math.radians(other[1] - one[1]) * _EARTH_KM
    return math.hypot(east_km, north_km)


def route(stops: Iterable[Stop], places: Mapping[str, Where], start: Where | None) -> tuple[Stop, ...]:
    """Always to the nearest that is left, from `start`; halls that are on no map come last, the emptiest first."""
    waiting = sorted(stops, key=lambda one: (one.left, one.terminal))
    placed = [one for one in waiting if one.hall in places]
    found: list[Stop] = []
    at = start
    while placed:
        here = at
        nearest = min(placed, key=lambda one: kilometres(here, places[one.hall]) if here else one.left)
        placed.remove(nearest)
        km = round(kilometres(here, places[nearest.hall]), 1) if here else None
        found.append(msgspec.structs.replace(nearest, km=km))
        at = places[nearest.hall]
    return (*found, *(one for one in waiting if one.hall not in places))


def windows(
    arrivals: Mapping[tuple[str, str], Iterable[datetime]],
    minutes: Mapping[tuple[str, str], float],
    days: int,
    zone: tzinfo,
) -> tuple[Windows, ...]:
    """Hall and queue -> how many windows from each half hour on, from who came on `days` Mondays."""
    found = []
    for place, came in sorted(arrivals.items()):
        counts: dict[time, int] = {}
        for at in came:
            local = at.astimezone(zone)
            slot = time(local.hour, 30 if local.minute >= 30 else 0)
            counts[slot] = counts.get(slot, 0) + 1
        for slot, count in sorted(counts.items()):
            usual = count / max(days, 1)
            work = usual * minutes.get(place, 10.0) / (HALF.total_seconds() / 60)
            found.append(Windows(*place, f"{slot:%H:%M}", round(usual, 1), max(1, math.ceil(work / LOAD_AT_MOST))))
    return tuple(found)
