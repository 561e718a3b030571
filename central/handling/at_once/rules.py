"""The figures of 即办件: median minutes, share finished before the citizen left. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

import msgspec


class Done(msgspec.Struct, frozen=True):
    """One, as its terminal told it."""

    item: str
    seconds: int
    finished: bool


class Figure(msgspec.Struct, frozen=True):
    """Of an item, or of all: `minutes` is the median of those that were finished."""

    item: str
    begun: int
    finished: int
    minutes: float | None

    @property
    def share(self) -> float:
        """Finished before the person left, in percent."""
        return round(100 * self.finished / self.begun, 1)


def figure(item: str, done: Sequence[Done]) -> Figure:
    """Those of one item; at least one is there."""
    ended = [one.seconds for one in done if one.finished]
    return Figure(item, len(done), len(ended), round(median(ended) / 60, 1) if ended else None)


def figures(done: Sequence[Done]) -> list[Figure]:
    """Item by item, the busiest first."""
    of = defaultdict(list)
    for one in done:
        of[one.item].append(one)
    found = [figure(item, some) for item, some in of.items()]
    return sorted(found, key=lambda one: (-one.begun, one.item))
