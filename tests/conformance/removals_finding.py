"""Takes a rule out of how everybody finds their item and the way: see `removals`."""

import pytest

from contract import classing
from contract.catalogue import Item
from contract.hall_plan import HallPlan
from kiosk.journey import queue_line
from kiosk.journey.services.finding import pages
from ui.views import guide

Plant = pytest.MonkeyPatch


def zz_05(plant: Plant) -> None:
    """Every item looks as if it could only be read about here."""
    plant.setattr(guide, "_depth", lambda scene, _: scene.say("depth.level.1"))


def zz_12(plant: Plant) -> None:
    """A number is taken without a word on the wait."""
    plant.setattr(queue_line, "ask", lambda j: (j, ()))


def zn_12(plant: Plant) -> None:
    """Whatever tag is chosen, everything is listed."""
    plant.setattr(pages, "tagged", lambda _, known: known.items)


def bj_21(plant: Plant) -> None:
    """Every item has the most stars."""
    plant.setattr(guide, "stars", lambda _: classing.BY_POST)


def jh_11(plant: Plant) -> None:
    """The plan knows the windows of nothing."""

    def nowhere(_: HallPlan, __: Item) -> None:
        return None

    plant.setattr(HallPlan, "serving", nowhere)
