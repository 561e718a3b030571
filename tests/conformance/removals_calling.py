"""Takes one rule of calling, waits and screens out of the product: the row's tests must notice."""

import pytest

from central.halls import facilities
from central.halls.rules import Time
from central.screens import desk, rules
from central.screens.counts import store as counts
from central.screens.counts.store import Day
from central.waits.advice import rules as advice
from central.waits.forecasts import store as forecasts

Plant = pytest.MonkeyPatch


def jh_01(plant: Plant) -> None:
    """Every zone speaks all day."""
    plant.setattr(rules, "volume", lambda *_: 80)


def jh_04(plant: Plant) -> None:
    """No wait is too long."""
    plant.setattr(advice, "is_wanted", lambda *_: False)


def jh_16(plant: Plant) -> None:
    """The window's screen does not say who serves there."""
    plant.setattr(desk.cards, "find", lambda *_: None)


def jh_17(plant: Plant) -> None:
    """There is always time."""
    plant.setattr(facilities, "has_time", lambda *_: Time.YES)


def zn_15_wall(plant: Plant) -> None:
    """Nothing was finished today."""
    plant.setattr(counts, "of_day", lambda *_: Day(0, 0, 0, ()))


def zz_12_error(plant: Plant) -> None:
    """Nobody compares."""
    plant.setattr(forecasts, "compare", lambda *_: 0)
