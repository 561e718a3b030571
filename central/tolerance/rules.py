"""When whoever owes a paper is reminded, and what follows when the last day has passed. Pure."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

OVERDUE_REASON: Final = "容缺材料逾期未补齐"
OVERDUE_BASIS: Final = "容缺受理承诺书"
NEXT_STEPS: Final = "备齐材料后可以在任一自助终端或窗口重新申请"


class Stage(StrEnum):
    """Three days, one day before, on the last day (T−3, T−1, T−0), and the day after."""

    THREE = "three"
    ONE = "one"
    LAST = "last"
    OVERDUE = "overdue"


_DAYS: Final = ((Stage.LAST, 0), (Stage.ONE, 1), (Stage.THREE, 3))
FIRST: Final = timedelta(days=3)


class Way(StrEnum):
    """By text message; or a member of staff calls, where no number was left."""

    MESSAGE = "message"
    STAFF = "staff"


class Reminder(msgspec.Struct, frozen=True):
    """One that is due or was given. `done_at` is empty where staff still have to call."""

    case_id: str
    stage: Stage
    way: Way
    at: datetime
    done_by: str | None = None
    done_at: datetime | None = None
    done_note: str = ""


def due(until: date, today: date, given: Collection[Stage]) -> Stage | None:
    """Which reminder is due today; of several that were missed only the last."""
    near = (one for one, days in _DAYS if until - today <= timedelta(days=days))
    stage = Stage.OVERDUE if today > until else next(near, None)
    order = list(Stage)
    if stage is None or any(order.index(one) >= order.index(stage) for one in given):
        return None
    return stage
