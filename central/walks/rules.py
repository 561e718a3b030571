"""What walks say of an item: how long it takes, how many finish, and which page holds people up. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from statistics import median

import msgspec

from contract.walks import WalkStep


class Walk(msgspec.Struct, frozen=True):
    """One walk as it is kept."""

    walk_id: str
    terminal: str
    item: str
    service: str
    language: str
    began_at: str
    seconds: int
    finished: int
    stuck_at: str
    backs: int
    faults: int
    steps: str
    received_at: datetime

    @property
    def way(self) -> tuple[WalkStep, ...]:
        """Its pages, in order."""
        return msgspec.json.decode(self.steps, type=tuple[WalkStep, ...])

    @property
    def of(self) -> str:
        """What was walked: the item, or the terminal's own service."""
        return self.item or self.service


class Stop(msgspec.Struct, frozen=True):
    """A page over all walks of an item: how often it was met, its median seconds, and what held people up there."""

    page: str
    met: int
    seconds: float
    backs: int
    faults: int
    left: int
    """Walks that ended here unfinished."""

    @property
    def trouble(self) -> int:
        """What went wrong here, counted: being left here weighs most."""
        return 3 * self.left + self.backs + self.faults


class Found(msgspec.Struct, frozen=True):
    """All walks of one item."""

    of: str
    walks: int
    finished: int
    steps: float
    seconds: float
    stops: tuple[Stop, ...]

    @property
    def stuck(self) -> Stop | None:
        """The page that held people up most; None where none did."""
        worst = max(self.stops, key=lambda stop: (stop.trouble, stop.seconds), default=None)
        return worst if worst is not None and worst.trouble else None


def report(walks: Iterable[Walk]) -> list[Found]:
    """By item, those where most got stuck first."""
    by: defaultdict[str, list[Walk]] = defaultdict(list)
    for one in walks:
        by[one.of].append(one)
    found = [_of(name, some) for name, some in by.items()]
    return sorted(found, key=lambda one: (one.finished / one.walks, -one.walks, one.of))


def _of(name: str, walks: list[Walk]) -> Found:
    pages: defaultdict[str, list[WalkStep]] = defaultdict(list)
    for step in (step for one in walks for step in one.way):
        pages[step.page].append(step)
    stops = tuple(
        Stop(
            page,
            len(steps),
            round(median(step.seconds for step in steps), 1),
            sum(step.backs for step in steps),
            sum(len(step.faults) for step in steps),
            sum(one.stuck_at == page for one in walks),
        )
        for page, steps in pages.items()
    )
    return Found(
        name,
        len(walks),
        sum(bool(one.finished) for one in walks),
        median(len(one.way) for one in walks),
        median(one.seconds for one in walks),
        stops,
    )
