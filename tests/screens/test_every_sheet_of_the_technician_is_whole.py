from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem, QQuickWindow

from kiosk import words
from tests.screens import measure
from tests.screens.technicians_album import Sheet, sheets
from ui.app import Panel
from ui.glass import items
from ui.technician import TechnicianScreen

PORTRAIT = (1080, 1920)
LANGUAGES = ("zh-Hans", "en")
LaySheet = Callable[[tuple[int, int], Sheet], TechnicianScreen]


@pytest.fixture(scope="module")
def _glasses() -> Iterator[dict[tuple[int, int], TechnicianScreen]]:
    kept: dict[tuple[int, int], TechnicianScreen] = {}
    yield kept
    for screen in kept.values():
        screen.close()


@pytest.fixture
def lay_sheet(qapp: QGuiApplication, _glasses: dict[tuple[int, int], TechnicianScreen]) -> LaySheet:
    """Lay a sheet on the glass of a panel of that size in pixels, at 4.03 px/mm."""

    def show(size: tuple[int, int], sheet: Sheet) -> TechnicianScreen:
        if size not in _glasses:
            panel = Panel(*size, px_per_mm=4.03, fullscreen=False, still=True)
            _glasses[size] = TechnicianScreen(panel=panel, languages=LANGUAGES, send=lambda _: None)
            _glasses[size].load()
            _glasses[size].open()
        _glasses[size].show(sheet.session, sheet.clock)
        qapp.processEvents()
        _window(_glasses[size]).grabWindow()  # lays out and paints at once, instead of with the next frame
        return _glasses[size]

    return show


def _window(screen: TechnicianScreen) -> QQuickWindow:
    assert screen.window is not None
    return screen.window


def _layer(screen: TechnicianScreen) -> QQuickItem:
    return next(item for item in _window(screen).contentItem().childItems() if item.isVisible())


def _looked_at(screen: TechnicianScreen, name: str) -> list[str]:
    window, layer = _window(screen), _layer(screen)
    assert measure.inks(layer), name
    return [
        f"{name}: {fault}"
        for fault in (
            *measure.text_faults(window, layer),
            *measure.target_faults(layer),
            *measure.size_faults(layer),
            *measure.picture_faults(layer),
        )
        if not (fault.startswith("'/dev/") and fault.endswith("breaks a word in two"))  # a path is no word
    ]


@pytest.mark.parametrize(
    "size", [PORTRAIT, pytest.param((1366, 768), marks=pytest.mark.slow)], ids=["portrait", "wide"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_cut_or_covered_and_every_target_can_be_hit(
    lay_sheet: LaySheet, size: tuple[int, int], language: str
) -> None:
    assert [f for sheet in sheets(language) for f in _looked_at(lay_sheet(size, sheet), sheet.name)] == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_out_seven_to_one_as_rendered(lay_sheet: LaySheet, language: str) -> None:
    faults = []
    for sheet in sheets(language):
        screen = lay_sheet(PORTRAIT, sheet)
        found = measure.contrast_faults(_window(screen), _layer(screen))
        # an underscore lies below the line, outside the box that is measured
        faults += [f"{sheet.name}: {fault}" for fault in found if not fault.startswith("'_'")]
    assert faults == []


@pytest.mark.slow
def test_texts_longer_by_forty_per_cent_still_fit(lay_sheet: LaySheet, monkeypatch: pytest.MonkeyPatch) -> None:
    def longer(language: str, key: str, /, **values: object) -> str:
        text = words_as_they_are(language, key, **values)
        if key.startswith(("clock.", "language.", "join.", "form.")) or key == "frame.pages":
            return text
        return f"{text} {('wider ' * 40)[: len(text) * 2 // 5]}".rstrip()

    words_as_they_are = words.say
    monkeypatch.setattr(words, "say", longer)
    assert [f for sheet in sheets("en") for f in _looked_at(lay_sheet(PORTRAIT, sheet), sheet.name)] == []


def test_a_panel_too_small_is_reported(lay_sheet: LaySheet) -> None:
    faults = [f for sheet in sheets("en") for f in _looked_at(lay_sheet((420, 500), sheet), sheet.name)]
    assert any("leaves the window" in fault for fault in faults)
    assert any("lies over" in fault or "is covered" in fault for fault in faults)


def test_rows_that_change_while_a_finger_is_down_keep_what_is_under_it(lay_sheet: LaySheet) -> None:
    """The row stays the same item: a tap on it is not lost when the state beside it changes."""
    overview = next(sheet for sheet in sheets("en") if sheet.name == "overview")
    well = next(sheet for sheet in sheets("en") if sheet.name == "overview-well")

    def row(screen: TechnicianScreen) -> QQuickItem:
        return next(item for item in items(_layer(screen)) if item.objectName() == "find")

    before = row(lay_sheet(PORTRAIT, overview))
    assert row(lay_sheet(PORTRAIT, well)) is before
