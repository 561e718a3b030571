"""Takes one rule of the manager's console out of the product: the row's tests must notice."""

import pytest

from central.matters import store as matters

Plant = pytest.MonkeyPatch


def db_08(plant: Plant) -> None:
    """Nobody on duty is told."""
    plant.setattr(matters, "ring", lambda *_: False)
