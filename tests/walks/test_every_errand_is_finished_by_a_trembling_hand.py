"""A finger that trembles by millimetres, hits the neighbour, taps twice and rests until the screen asks after it."""

import os

import pytest
from PySide6.QtGui import QGuiApplication

from tests.walks.errands import BY_NAME
from tests.walks.hand import HandWalk, Spot
from tests.walks.mind import Mind
from tests.walks.stand import Stand
from tests.walks.tremor import Tremor
from ui.glass import items

SEEDS = range(1, 9) if os.environ.get("SUIBAN_FULL") else range(1, 2)
NAMES = list(BY_NAME)[:: 1 if os.environ.get("SUIBAN_FULL") else 2]
WORST_SEED = 5
STANDING = ("不填，继续",)
SHORT = "a certificate that is printed"


class ThroughKeyholes(HandWalk):
    """The same hand at a screen whose main button is as small as a keyhole."""

    def look(self) -> list[Spot]:
        for item in items(self.stand.window.contentItem()):
            if item.objectName() == "main":
                item.setProperty("scale", 0.01)
        return super().look()


def walk(app: QGuiApplication, name: str, seed: int, hand: type[HandWalk] = HandWalk, most: int = 900) -> HandWalk:
    """All of it, with this hand."""
    stand = Stand(app, BY_NAME[name])
    try:
        walker = hand(stand, Mind(BY_NAME[name], standing=STANDING), seed)
        walker.finish(most)
    finally:
        stand.close()
    return walker


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_finished(qapp: QGuiApplication, name: str, seed: int) -> None:
    walk(qapp, name, seed)


@pytest.mark.slow
def test_a_hand_that_misses_every_fourth_time_comes_home_too(qapp: QGuiApplication) -> None:
    stand = Stand(qapp, BY_NAME["a time that is changed"])
    worse = Tremor(sigma=5.0, misses=0.25, twice=0.25, rests=0.1, rests_long=0.2)
    try:
        mind = Mind(BY_NAME["a time that is changed"], standing=STANDING)
        walker = HandWalk(stand, mind, WORST_SEED, worse)
        walker.finish()
    finally:
        stand.close()
    assert walker.missed > 0, "what was not meant was hit, and put right"


@pytest.mark.slow
def test_whoever_rests_until_the_screen_asks_goes_on_where_they_were(qapp: QGuiApplication) -> None:
    stand = Stand(qapp, BY_NAME["a time that is changed"])
    try:
        mind = Mind(BY_NAME["a time that is changed"], standing=STANDING)
        walker = HandWalk(stand, mind, 1, Tremor(misses=0.0, twice=0.0, rests=0.0, rests_long=0.6))
        walker.finish()
    finally:
        stand.close()
    assert walker.stand.journey.extensions > 1, "the screen asked whether somebody is there, and was told"
    assert walker.begun_again == 0


@pytest.mark.slow
def test_a_button_that_is_too_small_is_not_hit(qapp: QGuiApplication) -> None:
    with pytest.raises(AssertionError, match="not done"):
        walk(qapp, SHORT, 1, ThroughKeyholes, most=40)
