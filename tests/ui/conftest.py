"""A booth with a visitor in front of it."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.journey.step import Journey
from tests.screens.album import fresh
from tests.ui.booth import Booth

MakeBooth = Callable[[Journey], Booth]


@pytest.fixture
def make_booth(qapp: QGuiApplication) -> Iterator[MakeBooth]:
    """A booth that shows this journey."""
    made: list[Booth] = []

    def make(journey: Journey) -> Booth:
        made.append(Booth(qapp, journey))
        return made[-1]

    yield make
    for booth in made:
        booth.screen.close()


@pytest.fixture
def booth(make_booth: MakeBooth) -> Booth:
    """A fresh visit."""
    return make_booth(fresh())
