"""How long whoever takes a number now will wait: what the centre tells of a queue, and the honest range of it. Pure."""

import math
from datetime import datetime
from typing import Final

import msgspec

TOO_OLD_MINUTES: Final = 30
"""What was true half an hour ago says nothing of now."""
STEP_MINUTES: Final = 5


class WaitAsked(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """How many wait for this item's windows. Asked of the centre as a question; nothing personal."""

    item: str
    queue: str


class WaitTold(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """`at` is when it was so (ISO 8601 with offset). Where nobody has said how long one is served, `minutes` is 0."""

    queue: str
    at: str
    waiting: int = 0
    minutes: float = 0.0
    """Of one person at one window, as planned."""
    windows: int = 0
    middle: float | None = None
    """Minutes for whoever comes now, where the hall's calls were played through; None: of the plan above."""
    less: float = 0.7
    more: float = 1.5
    """What the middle is multiplied by for the two ends: measured where enough was called, else as planned."""
    is_measured: bool = False
    error_median: float | None = None
    error_p90: float | None = None
    """Minutes the forecasts of this queue were off in the last seven days; None where none was measured."""


class Forecast(msgspec.Struct, frozen=True):
    """From `least` to `most` minutes; `waiting` people before, as they were `age` minutes ago, at `clock` (HH:MM)."""

    waiting: int
    least: int
    most: int
    age: int
    clock: str


def forecast(told: WaitTold | None, now: datetime) -> Forecast | None:
    """The range for whoever comes now; None where nothing is known, or what is known is too old.

    `now` has an offset, or is the wall time of the place the times are told in.
    """
    if told is None or told.minutes <= 0 or told.windows < 1:
        return None
    at = datetime.fromisoformat(told.at)
    there = at if now.tzinfo is not None else at.replace(tzinfo=None)
    age = max(0, math.floor((now - there).total_seconds() / 60))
    if age > TOO_OLD_MINUTES:
        return None
    work = told.waiting * told.minutes / told.windows if told.middle is None else told.middle
    # While it aged, windows served on and others came: the lower end falls, the upper one stays.
    least = math.floor(max(0.0, work * told.less - age) / STEP_MINUTES) * STEP_MINUTES
    most = math.ceil(work * told.more / STEP_MINUTES) * STEP_MINUTES
    return Forecast(told.waiting, least, most, age, f"{at:%H:%M}")
