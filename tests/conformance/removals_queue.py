"""Takes one rule of the hall's queue out of the product: the row's tests must notice."""

import pytest

from central.queue import acts, posts
from central.queue.windows import store as windows

Plant = pytest.MonkeyPatch


def jh_12(plant: Plant) -> None:
    """A ticket is finished whatever of it is still open."""
    kept = acts.finish
    plant.setattr(acts, "finish", lambda one, window, at, _: kept(one, window, at, 0))


def jh_13(plant: Plant) -> None:
    """A window serves nothing but what is moved to it."""
    kept = windows.skills_now
    plant.setattr(windows, "skills_now", lambda window: kept(f"not {window}"))


def jh_14(plant: Plant) -> None:
    """Nobody stands in."""
    plant.setattr(posts, "wanted_covers", lambda *_: {})
