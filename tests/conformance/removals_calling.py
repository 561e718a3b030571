"""Takes one rule of calling, waits and screens out of the product: the row's tests must notice."""

import pytest

from central.halls import facilities
from central.halls.rules import Time
from central.screens import rules
from central.screens.cards import store as cards
from central.waits.advice import rules as advice

Plant = pytest.MonkeyPatch


def jh_01(plant: Plant) -> None:
    """Every zone speaks all day."""
    plant.setattr(rules, "volume", lambda *_: 80)


def jh_04(plant: Plant) -> None:
    """No wait is too long."""
    plant.setattr(advice, "is_wanted", lambda *_: False)


def jh_16(plant: Plant) -> None:
    """The window's screen does not say who serves there."""
    plant.setattr(cards, "find", lambda *_: None)


def jh_17(plant: Plant) -> None:
    """There is always time."""
    plant.setattr(facilities, "has_time", lambda *_: Time.YES)
