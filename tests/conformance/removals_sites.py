"""Takes one rule of the night mode or of the pictures out of the product: the row's tests must notice."""

import pytest

from central.availability import rules as measured
from central.organisation import rules as tree
from kiosk import help_hours
from kiosk.power import backlight

Plant = pytest.MonkeyPatch


def zz_01(plant: Plant) -> None:
    """Nobody measures when an item is open; a night is as bright as a day and help is never said to be closed."""
    plant.setattr(measured, "changes", lambda *_: measured.Changes([], []))
    plant.setattr(backlight, "wanted", lambda **_: 100)
    plant.setattr(help_hours, "offered", lambda *_: None)


def zz_15(plant: Plant) -> None:
    """What is said at a place holds there alone."""
    kept = tree.way
    plant.setattr(tree, "way", lambda *asked: kept(*asked)[-1:])
