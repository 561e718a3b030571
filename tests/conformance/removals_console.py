"""Takes one rule of the manager's console out of the product: the row's tests must notice."""

import pytest

from central.availability import rules as measured
from central.matters import store as matters
from central.organisation import rules as tree

Plant = pytest.MonkeyPatch


def zz_01(plant: Plant) -> None:
    """Nobody measures when an item is open."""
    plant.setattr(measured, "changes", lambda *_: measured.Changes([], []))


def zz_15(plant: Plant) -> None:
    """What is said at a place holds there alone."""
    kept = tree.way
    plant.setattr(tree, "way", lambda *asked: kept(*asked)[-1:])


def db_08(plant: Plant) -> None:
    """Nobody on duty is told."""
    plant.setattr(matters, "ring", lambda *_: False)
