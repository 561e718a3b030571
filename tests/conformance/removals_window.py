"""Takes away what reaches windows and units by itself: the row's tests must notice."""

import pytest

from central.queue.rating import store as ratings

Plant = pytest.MonkeyPatch


def hc_03(plant: Plant) -> None:
    """Nobody at the window hears what was said of it."""
    plant.setattr(ratings, "at_window", lambda *_: [])
