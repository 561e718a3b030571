"""Ratings that look made: bursts of the same level at one place, one person rating one window again and again, staff
rating their own unit. Pure.

What is found is checked by a person before anybody is ranked or proposed (HC-05); no rating is thrown away by it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

BURST: Final = 6
WITHIN: Final = timedelta(minutes=10)
"""So many of one level at one device, or for one person or window, in so short a time."""
SAME_PERSON: Final = 3
"""So many in a day by one citizen for one window or person."""


class Given(msgspec.Struct, frozen=True):
    """One first rating. `person` is the keyed hash of whoever's case it was, empty where nobody is known."""

    terminal: str
    window: str
    staff: str
    person: str
    satisfaction: str
    at: datetime
    own: bool = False
    """By a member of staff about what they belong to."""


class Suspicion(msgspec.Struct, frozen=True):
    """Whom it is about, what was seen, how many, when it began."""

    about: str
    what: str
    """`burst`, `device`, `person` or `own`."""
    count: int
    at: datetime


def suspicions(given: Iterable[Given]) -> list[Suspicion]:
    """Everything that looks made, one a subject and kind, the largest of each."""
    there = sorted(given, key=lambda one: one.at)
    found: list[Suspicion] = []
    for about in ("window", "staff"):
        found += _bursts(there, about, "burst", about)
        found += _same_person(there, about)
        found += _own(there, about)
    for about in ("window", "staff"):
        found += _bursts(there, "terminal", "device", about)
    largest: dict[tuple[str, str], Suspicion] = {}
    for one in found:
        held = largest.get((one.about, one.what))
        if held is None or one.count > held.count:
            largest[one.about, one.what] = one
    return sorted(largest.values(), key=lambda one: (one.about, one.what))


def _bursts(there: Sequence[Given], by: str, what: str, about: str) -> list[Suspicion]:
    """The longest run of one level in a window of time, for each value of `by`; said of each `about` in it."""
    of: dict[tuple[str, str, str], list[datetime]] = defaultdict(list)
    for one in there:
        if getattr(one, by) and getattr(one, about):
            of[getattr(one, by), getattr(one, about), one.satisfaction].append(one.at)
    found = []
    for (_, name, _), times in of.items():
        first = 0
        for last, at in enumerate(times):
            while at - times[first] > WITHIN:
                first += 1
            if last - first + 1 >= BURST:
                found.append(Suspicion(name, what, last - first + 1, times[first]))
    return found


def _same_person(there: Sequence[Given], about: str) -> list[Suspicion]:
    of: dict[tuple[str, str, str], list[datetime]] = defaultdict(list)
    for one in there:
        if one.person and getattr(one, about):
            of[one.person, getattr(one, about), one.at.date().isoformat()].append(one.at)
    return [
        Suspicion(name, "person", len(times), times[0])
        for (_, name, _), times in of.items()
        if len(times) >= SAME_PERSON
    ]


def _own(there: Sequence[Given], about: str) -> list[Suspicion]:
    """Every one counts: there is no right number of them."""
    of: dict[str, list[datetime]] = defaultdict(list)
    for one in there:
        if one.own and getattr(one, about):
            of[getattr(one, about)].append(one.at)
    return [Suspicion(name, "own", len(times), times[0]) for name, times in of.items()]
