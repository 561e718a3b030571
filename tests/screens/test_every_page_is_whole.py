import pytest

from kiosk import words
from kiosk.journey.display import USUAL
from tests.screens import measure
from tests.screens.album import Page, pages
from tests.screens.conftest import Lay

PORTRAIT = (1080, 1920)
PANELS = (
    PORTRAIT,
    pytest.param((1366, 768), marks=pytest.mark.slow),
    pytest.param((1280, 800), marks=pytest.mark.slow),
)
LARGE = (False, pytest.param(True, marks=pytest.mark.slow))
LANGUAGES = ("zh-Hans", "en")
ELDER = USUAL.with_elder(on=True)


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


@pytest.mark.parametrize("size", PANELS, ids=["portrait", "wide", "small"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("large", LARGE, ids=["normal", "large"])
def test_no_text_is_cut_or_covered_and_every_target_can_be_hit(
    lay: Lay, size: tuple[int, int], language: str, large: bool
) -> None:
    assert [fault for page in pages(language, ELDER if large else USUAL) for fault in _looked_at(lay, size, page)] == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_out_seven_to_one_as_rendered(lay: Lay, language: str) -> None:
    faults = []
    for page in pages(language):
        if page.journey.hidden:
            continue  # the same colours as before, with its footer under the veil
        screen = lay(PORTRAIT, page)
        assert screen.window is not None
        layer = measure.top_layer(screen.window, page.journey)
        faults += [f"{page.name}: {fault}" for fault in measure.contrast_faults(screen.window, layer)]
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_texts_longer_by_forty_per_cent_still_fit(lay: Lay, monkeypatch: pytest.MonkeyPatch, large: bool) -> None:
    def longer(language: str, key: str, /, **values: object) -> str:
        text = words_as_they_are(language, key, **values)
        if key.startswith(("clock.", "language.", "join.")) or key == "frame.pages":
            return text
        return f"{text} {('wider ' * 40)[: len(text) * 2 // 5]}".rstrip()

    words_as_they_are = words.say
    monkeypatch.setattr(words, "say", longer)
    assert [fault for page in pages("en", ELDER if large else USUAL) for fault in _looked_at(lay, PORTRAIT, page)] == []


# --- the measures themselves can fail ---


def test_a_panel_too_small_for_the_pages_is_reported(lay: Lay) -> None:
    faults = [fault for page in pages("en", ELDER) for fault in _looked_at(lay, (560, 620), page)]
    for wrong in ("leaves the window", "is covered", "lies over", "px apart"):
        assert any(wrong in fault for fault in faults), wrong


def test_a_word_broken_in_two_is_reported(lay: Lay) -> None:
    page = next(page for page in pages("en") if page.name == "farewell")
    screen = lay(PORTRAIT, page)
    assert screen.window is not None
    layer = measure.top_layer(screen.window, page.journey)
    squeezed = next(ink for ink in measure.inks(layer) if ink.text.startswith("Thank you"))
    squeezed.item.setWidth(40)
    faults = list(measure.text_faults(screen.window, layer))
    assert any("Thank you" in fault and "breaks a word" in fault for fault in faults)


def test_grey_on_grey_is_reported(lay: Lay) -> None:
    page = next(page for page in pages("zh-Hans") if page.name == "home")
    screen = lay(PORTRAIT, page)
    assert screen.window is not None
    layer = measure.top_layer(screen.window, page.journey)
    pale = next(ink for ink in measure.inks(layer) if ink.text == "大家常办")
    pale.item.setProperty("color", "#8A94A8")
    try:
        assert any("大家常办" in fault for fault in measure.contrast_faults(screen.window, layer))
    finally:
        pale.item.setProperty("color", "#14213D")
