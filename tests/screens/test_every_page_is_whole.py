from collections.abc import Iterator
from itertools import combinations, product

import pytest
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication
from PySide6.QtQuick import QQuickItem

from kiosk import words
from kiosk.journey.display import SIZES, USUAL, Contrast
from tests.screens import matrix, measure
from tests.screens.album import Page, pages
from tests.screens.conftest import Lay
from tests.screens.matrix import Booths, Look
from ui.app import CitizenScreen

PORTRAIT = (1080, 1920)
PANELS = ((1366, 768), (1280, 800))
LANGUAGES = ("zh-Hans", "en")
ELDER = USUAL.with_elder(on=True)
CAPITALS = {1: (3.5, 4.2), 2: (4.8, 5.6), 3: (6.4, 7.1), 4: (8.5, 9.0)}
"""Millimetres of a capital letter in running text, by text size (experience.md 7.3)."""


@pytest.fixture(scope="module")
def booths(qapp: QGuiApplication) -> Iterator[Booths]:
    kept = Booths()
    yield kept
    kept.close()


def _looked_at(lay: Lay, size: tuple[int, int], page: Page) -> list[str]:
    screen = lay(size, page)
    assert screen.window is not None
    layer = measure.top_layer(screen.window, page.journey)
    assert measure.inks(layer), page.name
    return [
        f"{page.name}: {fault}"
        for fault in (
            *measure.text_faults(screen.window, layer),
            *measure.target_faults(layer),
            *measure.size_faults(layer),
            *measure.picture_faults(layer),
        )
    ]


def _values(name: str, look: Look) -> tuple[object, ...]:
    return (name, look.size, look.contrast, look.language, look.panel, look.elder)


def test_any_two_choices_meet_on_some_page() -> None:
    met = {
        (one, other, values[one], values[other])
        for values in (_values(name, look) for name, look in matrix.pairwise())
        for one, other in combinations(range(6), 2)
    }
    axes = (matrix.names(), SIZES, tuple(Contrast), matrix.LANGUAGES, tuple(matrix.PANELS), (False, True))
    wanted = {
        (one, other, a, b) for one, other in combinations(range(6), 2) for a, b in product(axes[one], axes[other])
    }
    assert wanted - met == set()


@pytest.mark.slow
@pytest.mark.parametrize("panel", matrix.PANELS)
def test_every_page_is_whole_in_sizes_contrasts_and_languages(booths: Booths, panel: str) -> None:
    """Pairwise; all of them by `./suiban screens`."""
    found = [
        fault
        for name, look in matrix.pairwise()
        if look.panel == panel
        for screen in booths.leaves(matrix.page_of(name, look), look)
        for fault in matrix.faults(screen, matrix.page_of(name, look), look)
    ]
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("size", PANELS, ids=["wide", "small"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_cut_or_covered_on_other_panels(lay: Lay, size: tuple[int, int], language: str) -> None:
    assert [fault for page in pages(language, USUAL) for fault in _looked_at(lay, size, page)] == []


@pytest.mark.parametrize("size", SIZES)
def test_running_text_has_capitals_of_its_size(booths: Booths, size: int) -> None:
    for panel in matrix.PANELS:
        look = Look(size=size, panel=panel, language="en")
        screen = booths.lay(matrix.page_of("person", look), look)
        lead = _ink(screen, "To protect you")
        font = QFont(lead.property("font"))
        capital = QFontMetricsF(font).capHeight() / matrix.PX_PER_MM
        low, high = CAPITALS[size]
        assert low <= round(capital, 1) <= high


@pytest.mark.slow
@pytest.mark.parametrize("display", [USUAL, ELDER], ids=["normal", "elder"])
def test_texts_longer_by_forty_per_cent_still_fit(lay: Lay, monkeypatch: pytest.MonkeyPatch, display: object) -> None:
    def longer(language: str, key: str, /, **values: object) -> str:
        text = words_as_they_are(language, key, **values)
        if key.startswith(("clock.", "language.", "join.")) or key == "frame.pages":
            return text
        return f"{text} {('wider ' * 40)[: len(text) * 2 // 5]}".rstrip()

    words_as_they_are = words.say
    monkeypatch.setattr(words, "say", longer)
    wanted = ELDER if display == ELDER else USUAL
    assert [fault for page in pages("en", wanted) for fault in _looked_at(lay, PORTRAIT, page)] == []


# --- the measures themselves can fail ---


def _ink(screen: CitizenScreen, begins: str) -> QQuickItem:
    assert screen.window is not None
    assert screen.journey is not None
    layer = measure.top_layer(screen.window, screen.journey)
    return next(ink.item for ink in measure.inks(layer) if ink.text.startswith(begins))


def _faults_of(booths: Booths, screen: CitizenScreen, name: str, look: Look) -> str:
    matrix.settle(screen)
    return "\n".join(matrix.faults(screen, matrix.page_of(name, look), look))


def test_a_panel_too_small_for_the_pages_is_reported(lay: Lay) -> None:
    faults = [fault for page in pages("en", ELDER) for fault in _looked_at(lay, (560, 620), page)]
    for wrong in ("leaves the window", "is covered", "lies over", "px apart"):
        assert any(wrong in fault for fault in faults), wrong


def test_a_word_broken_in_two_is_reported(booths: Booths) -> None:
    look = Look(language="en")
    screen = booths.lay(matrix.page_of("farewell", look), look)
    _ink(screen, "Thank you").setWidth(40)
    assert "breaks a word" in _faults_of(booths, screen, "farewell", look)


def test_a_text_that_is_cut_is_reported(booths: Booths) -> None:
    look = Look(size=4)
    screen = booths.lay(matrix.page_of("person", look), look)
    lead = _ink(screen, "为保护隐私")
    lead.setProperty("maximumLineCount", 1)
    lead.setWidth(300)
    assert "is cut off" in _faults_of(booths, screen, "person", look)


def test_a_target_too_small_is_reported_and_sooner_in_the_easier_mode(booths: Booths) -> None:
    look, easier = Look(), Look(elder=True)
    screen = booths.lay(matrix.page_of("item", look), look)
    assert screen.window is not None
    leave = next(
        target
        for target in measure.targets(measure.top_layer(screen.window, matrix.page_of("item", look).journey))
        if target.objectName() == "leave"
    )
    assert "leave is" not in _faults_of(booths, screen, "item", look)
    assert "leave is" in "\n".join(matrix.faults(screen, matrix.page_of("item", look), easier))
    leave.setHeight(40)
    assert "leave is" in _faults_of(booths, screen, "item", look)


def test_grey_on_grey_is_reported(booths: Booths) -> None:
    look = Look()
    screen = booths.lay(matrix.page_of("home", look), look)
    _ink(screen, "请人帮我").setProperty("color", "#8A94A8")
    assert "请人帮我" in _faults_of(booths, screen, "home", look)


def test_a_contrast_that_is_enough_by_default_is_too_little_in_a_high_mode(booths: Booths) -> None:
    look, high = Look(), Look(contrast=Contrast.BLACK_WHITE)
    screen = booths.lay(matrix.page_of("home", look), look)
    page = matrix.page_of("home", look)
    assert matrix.faults(screen, page, look) == []
    assert any("has a contrast of" in fault for fault in matrix.faults(screen, page, high))


def test_a_control_above_reach_is_reported(booths: Booths) -> None:
    look, low = Look(), Look(panel="low")
    page = matrix.page_of("home", look)
    screen = booths.lay(page, look)
    assert any("leave is between" in fault for fault in matrix.faults(screen, page, low))
