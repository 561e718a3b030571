"""The plan of a hall as data, and the way from one point of it to another (JH-11). Pure.

One TOML file, read by the terminals of the hall (`site.plan`) and by the centre (`hall_plan`). Metres from the upper
left corner of a floor; directions are degrees on the plan, 0 upwards, clockwise.
"""

import math
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Final

import msgspec

from contract.catalogue import Item
from contract.offering import Strict, Text, Value, need_chinese

Metres = Annotated[float, msgspec.Meta(ge=0, le=1000)]
_SIDES: Final = ("ahead", "ahead_right", "right", "behind_right", "behind", "behind_left", "left", "ahead_left")
_NEAR: Final = 3.0
"""Metres within which a thing is beside one."""


class Kind(StrEnum):
    """What stands at a point."""

    TERMINAL = "terminal"
    WINDOW = "window"
    DESK = "desk"
    """咨询引导台."""
    LIFT = "lift"
    STAIRS = "stairs"
    TOILET = "toilet"
    ENTRANCE = "entrance"
    WATER = "water"
    WAITING = "waiting"
    READING = "reading"
    """读书吧."""
    NURSERY = "nursery"
    """母婴室."""
    ACCESSIBLE_TOILET = "accessible_toilet"
    """无障碍卫生间."""
    CHARGING = "charging"
    OTHER = "other"


FACILITIES: Final = (
    Kind.WAITING, Kind.READING, Kind.NURSERY, Kind.TOILET, Kind.ACCESSIBLE_TOILET, Kind.WATER, Kind.CHARGING, Kind.DESK,
)  # fmt: skip
"""What whoever waits may use."""


class Area(Strict, frozen=True):
    """A part of a floor."""

    name: Text
    x: Metres
    y: Metres
    width: Metres
    depth: Metres


class Floor(Strict, frozen=True):
    """One floor; `level` orders them: 1 the ground floor, 2 above it, -1 below."""

    key: Value
    name: Text
    level: int
    width: Annotated[float, msgspec.Meta(gt=0, le=1000)]
    depth: Annotated[float, msgspec.Meta(gt=0, le=1000)]
    areas: tuple[Area, ...] = ()


class Point(Strict, frozen=True):
    """Something one goes to, or stands at."""

    key: Value
    kind: Kind
    floor: Value
    name: Text
    x: Metres
    y: Metres
    queues: tuple[Annotated[str, msgspec.Meta(pattern=r"^[A-Z]$")], ...] = ()
    """Of windows: whose numbers are served here."""
    items: tuple[str, ...] = ()
    """Of windows: items of their own (`*` and `?`), before the queues."""
    terminals: tuple[str, ...] = ()
    """Of terminals: which stand here."""
    facing: Annotated[float, msgspec.Meta(ge=0, lt=360)] | None = None
    """Of terminals: where whoever reads the screen looks to; without it no side is told."""
    steps: bool = False
    """It can only be reached over steps."""
    hint: Text = msgspec.field(default_factory=dict)
    """The way in the hall's own words, instead of the computed ones."""


class HallPlan(Strict, frozen=True):
    """All floors and points. `url` is where the centre shows the same to phones, without the point; empty: nowhere."""

    floors: Annotated[tuple[Floor, ...], msgspec.Meta(min_length=1)]
    points: tuple[Point, ...]
    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s?]+)?$")] = ""

    def __post_init__(self) -> None:
        """Every point is on a floor of the plan, inside of it, and has a name of its own."""
        floors = {floor.key: floor for floor in self.floors}
        keys = [point.key for point in self.points]
        if twice := next((key for key in keys if keys.count(key) > 1), ""):
            message = f"`points`: {twice!r} stands there twice; give each point a `key` of its own"
            raise ValueError(message)
        for point in self.points:
            need_chinese(f"points.{point.key}.name", point.name)
            floor = floors.get(point.floor)
            if floor is None or point.x > floor.width or point.y > floor.depth:
                message = f"`points`: {point.key!r} is on no floor of the plan; name its `floor` and a place inside it"
                raise ValueError(message)

    def floor(self, key: str) -> Floor:
        """The floor of that name; every point's is there."""
        return next(floor for floor in self.floors if floor.key == key)

    def point(self, key: str) -> Point | None:
        """The point of that name."""
        return next((point for point in self.points if point.key == key), None)

    def here(self, terminal: str) -> Point | None:
        """Where this terminal stands."""
        return next((point for point in self.points if terminal in point.terminals), None)

    def serving(self, item: Item) -> Point | None:
        """The windows of an item: its own, or those of its queue."""
        windows = [point for point in self.points if point.kind is Kind.WINDOW]
        own = (one for one in windows if any(fnmatchcase(item.slug, pattern) for pattern in one.items))
        return next(own, None) or next((one for one in windows if item.queue in one.queues), None)

    def serving_queue(self, queue: str) -> Point | None:
        """The windows of a queue's numbers."""
        return next((one for one in self.points if one.kind is Kind.WINDOW and queue in one.queues), None)

    def places(self) -> tuple[Point, ...]:
        """Everything somebody may look for, windows first."""
        wanted = [point for point in self.points if point.kind not in (Kind.TERMINAL, Kind.LIFT, Kind.STAIRS)]
        return tuple(sorted(wanted, key=lambda point: point.kind is not Kind.WINDOW))

    def address(self, to: Point, terminal: str) -> str:
        """What a phone opens to see the same way; empty where nothing is shown to phones."""
        return f"{self.url.rstrip('/')}/{to.key}?from={terminal}" if self.url else ""


class Way(msgspec.Struct, frozen=True):
    """From where one stands to a point. `by` is the lift or the stairs one takes first, None on the same floor."""

    to: Point
    floor: Floor
    start: Point | None = None
    by: Point | None = None
    metres: int = 0
    """To the point on this floor, or to the lift; 0 where nobody knows where one stands."""
    side: str = ""
    """On which side one begins: `ahead`, `ahead_right` …; empty where that is not known or it is right here."""

    @property
    def is_step_free(self) -> bool:
        """Whether a wheelchair comes there: on the level or by the lift."""
        return not self.to.steps and (self.by is None or self.by.kind is Kind.LIFT)


def way(plan: HallPlan, terminal: str, to: Point) -> Way:
    """How one goes there from that terminal."""
    start, floor = plan.here(terminal), plan.floor(to.floor)
    if start is None:
        return Way(to, floor)
    by = None if start.floor == to.floor else _up_or_down(plan, start, to)
    first = by or to
    if first.floor != start.floor:
        return Way(to, floor, start)
    far = _metres(start, first)
    return Way(to, floor, start, by, max(5, round(far / 5) * 5), _side(start, first) if far > _NEAR else "")


def _up_or_down(plan: HallPlan, start: Point, to: Point) -> Point | None:
    """The nearest lift, for everybody can use it; without one the nearest stairs."""
    near = sorted((one for one in plan.points if one.floor == start.floor), key=lambda one: _metres(start, one))
    for kind in (Kind.LIFT, Kind.STAIRS):
        found = next((one for one in near if one.kind is kind and one is not to), None)
        if found is not None:
            return found
    return None


def _metres(one: Point, other: Point) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def _side(start: Point, to: Point) -> str:
    if start.facing is None:
        return ""
    toward = math.degrees(math.atan2(to.x - start.x, start.y - to.y))
    return _SIDES[round(((toward - start.facing) % 360) / 45) % 8]
