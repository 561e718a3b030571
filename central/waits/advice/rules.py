"""When to say "open window N for this queue", when that is over, and what it did. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

EASED: Final = 0.6
"""Below this share of the bound the wait has eased by itself."""
MEASURED_AFTER: Final = timedelta(minutes=20)
"""So long after a window opened its effect is measured."""
UNTOLD: Final = -1
"""Minutes where nobody can say: people wait and no window is open."""


class Load(msgspec.Struct, frozen=True):
    """One item of a hall now. `minutes` is the middle of the forecast, UNTOLD where nobody can say."""

    queue: str
    item: str
    title: str
    waiting: int
    minutes: int
    windows: int
    """Open ones that serve it."""


class Room(msgspec.Struct, frozen=True):
    """A window as the advice sees it."""

    code: str
    skills: frozenset[str]
    is_open: bool


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One advice. `advised` is a window's code, empty where none that serves it is closed; `later_*` its effect."""

    advice_id: str
    hall: str
    queue: str
    item: str
    advised: str
    raised_at: datetime
    waiting: int
    minutes: int
    windows: int
    seen_by: str = ""
    opened_at: datetime | None = None
    opened: str = ""
    later_at: datetime | None = None
    later_waiting: int | None = None
    later_minutes: int | None = None
    ended_at: datetime | None = None


def is_wanted(load: Load, bound: int) -> bool:
    """Whether this wait is too long: over the bound in minutes, or people wait and nobody serves."""
    return load.waiting > 0 and ((load.minutes == UNTOLD and not load.windows) or load.minutes >= bound)


def whom(loads: Iterable[Load], queue: str) -> Load | None:
    """The item of a queue most people wait for."""
    return max((one for one in loads if one.queue == queue), key=lambda one: (one.waiting, one.item), default=None)


def window(rooms: Sequence[Room], load: Load) -> str:
    """The closed window that serves it and the fewest other things; empty for none."""
    closed = [one for one in rooms if not one.is_open and one.skills & {load.queue, load.item}]
    found = min(closed, key=lambda one: (len(one.skills), len(one.code), one.code), default=None)
    return found.code if found else ""


def moved(advice: Advice, load: Load, opened: Sequence[str], bound: int, now: datetime) -> Advice:
    """What has become of it. `load` is its queue's now, `opened` the codes of open windows that serve it."""
    replace = msgspec.structs.replace
    if advice.opened_at is None:
        if len(opened) > advice.windows:
            which = advice.advised if advice.advised in opened else opened[-1]
            return replace(advice, opened_at=now, opened=which)
        eased = load.minutes != UNTOLD and load.minutes < bound * EASED
        return replace(advice, ended_at=now) if eased or not load.waiting else advice
    if now - advice.opened_at < MEASURED_AFTER:
        return advice
    return replace(advice, later_at=now, later_waiting=load.waiting, later_minutes=load.minutes, ended_at=now)
