"""Takes one thing citizens read at a terminal out of the product: the row's tests must notice."""

import pytest

from kiosk.journey.services import countdown, notice, plain_guide, work_lists
from tests.conformance import removals_figures, removals_supervision

Plant = pytest.MonkeyPatch


def zn_08(plant: Plant) -> None:
    """The guide does not say which version it is, and nobody hears which terminals have an old one."""
    removals_figures.zn_08(plant)
    for module in (notice, plain_guide):
        plant.setattr(module, "edition", lambda _: "")


def zn_14(plant: Plant) -> None:
    """The terminal has no lists."""
    plant.setattr(work_lists, "entries", lambda _: ())


def sx_19(plant: Plant) -> None:
    """Nobody counts down, neither for staff nor for citizens."""
    removals_supervision.sx_19(plant)
    plant.setattr(countdown, "_left", lambda *_: "")
