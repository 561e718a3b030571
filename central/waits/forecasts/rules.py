"""Who comes to which window when, if everybody takes as long as people took lately; and how wrong that was. Pure.

The hall is played through: the window that is free first takes the oldest number it may call, as the queue does. Green
ones and bookings go a little earlier than that, which the range covers. Minutes everywhere.
"""

import heapq
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

import msgspec

SAMPLES: Final = 8
"""So many finished services make a measure; with fewer the plan holds."""
LATEST: Final = 60
"""Older services than so many of a queue say nothing of today."""
LOOKED_BACK: Final = timedelta(days=14)
ERROR_DAYS: Final = timedelta(days=7)
RATIOS: Final = 20
_SLOWEST: Final = 0.95
"""Above this share a service is a forgotten click, not a service."""
_SHORTEST, _LONGEST = 0.2, 180.0
_REST: Final = 0.25
"""Of a service, left at least for whoever takes longer than usual."""
PLANNED_LESS, PLANNED_MORE = 0.7, 1.5
_ALL_LESS, _ALL_MORE = 0.3, 3.0
_TOO_SHORT: Final = 5.0
"""Minutes below which a ratio of two waits means nothing."""


class Basis(StrEnum):
    """What a service time is known from."""

    MEASURED = "measured"
    PLANNED = "planned"


class Service(msgspec.Struct, frozen=True):
    """Minutes one person of a queue is at a window."""

    minutes: float
    basis: Basis
    samples: int = 0


class Open(msgspec.Struct, frozen=True):
    """A window somebody sits at. `free_in` is minutes until it may call; `skills` are queues and items."""

    window_id: str
    skills: frozenset[str]
    free_in: float = 0.0


class Waits(msgspec.Struct, frozen=True):
    """One who waits, by age. `wanted` is the one window that calls them, empty for any."""

    case_id: str
    queue: str
    item: str
    wanted: str = ""


class Told(msgspec.Struct, frozen=True):
    """The honest range around `middle`."""

    least: float
    middle: float
    most: float


class Spread(msgspec.Struct, frozen=True):
    """What a middle is multiplied by for the ends of its range."""

    less: float = PLANNED_LESS
    more: float = PLANNED_MORE


class Errors(msgspec.Struct, frozen=True):
    """How far forecasts were from the truth: absolute minutes, and the share that fell into their range."""

    count: int
    median: float
    p90: float
    inside: float


def service(minutes: Sequence[float], planned: int | None) -> Service | None:
    """From finished services, newest first; else from the plan; None where there is neither."""
    usual = sorted(one for one in minutes[:LATEST] if _SHORTEST <= one <= _LONGEST)
    if len(usual) >= SAMPLES:
        kept = usual[: max(SAMPLES, math.ceil(len(usual) * _SLOWEST))]
        return Service(statistics.fmean(kept), Basis.MEASURED, len(usual))
    return Service(float(planned), Basis.PLANNED, len(usual)) if planned else None


def rest(minutes: float, elapsed: float) -> float:
    """Minutes until a window is free that has served so long."""
    return max(minutes - elapsed, minutes * _REST)


def begins(windows: Iterable[Open], waiting: Sequence[Waits], minutes: Mapping[str, float]) -> dict[str, float]:
    """In how many minutes each is called, by case id; without one whom no open window may call."""
    free = [(one.free_in, one.window_id) for one in windows]
    skills = {one.window_id: one.skills for one in windows}
    heapq.heapify(free)
    left = list(waiting)
    found: dict[str, float] = {}
    while free and left:
        at, window = heapq.heappop(free)
        place = next((place for place, one in enumerate(left) if may_call(one, window, skills[window])), None)
        if place is None:
            continue
        one = left.pop(place)
        found[one.case_id] = at
        heapq.heappush(free, (at + minutes.get(one.queue, 0.0), window))
    return found


def may_call(one: Waits, window: str, skills: frozenset[str]) -> bool:
    """Whether a window serves whoever waits."""
    return one.wanted == window or (not one.wanted and bool(skills & {one.queue, one.item}))


def spread(ratios: Sequence[float]) -> Spread:
    """From true wait over forecast of those called lately; the planned one while there are too few."""
    if len(ratios) < RATIOS:
        return Spread()
    parts = statistics.quantiles(ratios, n=10, method="inclusive")
    return Spread(min(max(parts[0], _ALL_LESS), 1.0), max(min(parts[-1], _ALL_MORE), 1.0))


def ratio(middle: float, waited: float) -> float | None:
    """How many times longer it was than told; None for waits too short to compare."""
    return waited / middle if middle >= _TOO_SHORT else None


def told(middle: float, wide: Spread) -> Told:
    """The range of a middle."""
    return Told(middle * wide.less, middle, middle * wide.more)


def errors(found: Sequence[tuple[float, bool]]) -> Errors | None:
    """Of (signed error in minutes, whether it fell into its range); None where nothing was measured."""
    if not found:
        return None
    sizes = sorted(abs(error) for error, _ in found)
    return Errors(
        len(sizes),
        statistics.median(sizes),
        sizes[math.ceil(len(sizes) * 0.9) - 1],
        sum(inside for _, inside in found) / len(found),
    )
