"""Screens that hold still, one for each size; they live as long as the tests of this folder."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication

from tests.screens.album import SITE, Page
from ui.app import CitizenScreen, Panel

Lay = Callable[[tuple[int, int], Page], CitizenScreen]


@pytest.fixture(scope="session")
def _screens() -> Iterator[dict[tuple[int, int], CitizenScreen]]:
    kept: dict[tuple[int, int], CitizenScreen] = {}
    yield kept
    for screen in kept.values():
        screen.close()


@pytest.fixture
def lay(qapp: QGuiApplication, _screens: dict[tuple[int, int], CitizenScreen]) -> Lay:
    """Lay a page on the glass of a panel of that size in pixels, at 4.03 px/mm."""

    def show(size: tuple[int, int], page: Page) -> CitizenScreen:
        if size not in _screens:
            panel = Panel(*size, px_per_mm=4.03, fullscreen=False, still=True)
            _screens[size] = CitizenScreen(site=SITE, panel=panel, send=lambda _: None)
            _screens[size].warm()
            _screens[size].open()
        _screens[size].show(page.journey, page.facts, page.clock)
        qapp.processEvents()
        window = _screens[size].window
        assert window is not None
        window.grabWindow()  # lays out and paints at once, instead of with the next frame
        return _screens[size]

    return show
