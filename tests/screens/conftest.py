"""One window a panel, kept for all pages shown on it."""

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.screens.album import SITE
from ui.app import CitizenScreen, Panel

Open = Callable[[int, int], CitizenScreen]


@pytest.fixture
def open_screen(qtbot: QtBot) -> Iterator[Open]:
    """A still screen of a size in pixels, at 4.03 px/mm."""
    opened: list[CitizenScreen] = []

    def make(width: int, height: int) -> CitizenScreen:
        panel = Panel(width, height, 4.03, fullscreen=False, still=True)
        screen = CitizenScreen(site=SITE, panel=panel, send=lambda touch: None)
        opened.append(screen)
        screen.warm()
        screen.open()
        return screen

    yield make
    for screen in opened:
        screen.close()
