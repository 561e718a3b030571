from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QFont, QGuiApplication, QTextLayout
from PySide6.QtQuick import QQuickWindow

from kiosk import words
from kiosk.journey.display import USUAL
from tests.screens import matrix
from tests.screens.album import pages
from tests.screens.matrix import Booths, Look
from ui import fonts
from ui.glass import rect
from ui.hand import find

LONG, TURNED = "x-long", "x-turned"


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A language whose texts are 40 % longer, and one that is read from right to left."""
    folder = tmp_path_factory.mktemp("packs")
    for tag, direction in ((LONG, "ltr"), (TURNED, "rtl")):
        (folder / tag).mkdir()
        texts = dict(words.load("en")) | {"language.name": tag, "language.direction": direction}
        if tag == LONG:
            texts |= {key: _longer(key, text) for key, text in texts.items()}
        lines = (f'"{key}" = {msgspec.json.encode(text).decode()}\n' for key, text in _nested(texts))
        (folder / tag / "pack.toml").write_text("".join(lines), encoding="utf-8")
    words.use(folder)
    yield folder
    words._packs.remove(folder)
    words.load.cache_clear()


def _nested(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Dotted keys of TOML: each part in quotes."""
    for key, text in texts.items():
        yield key.replace(".", '"."'), text


def _longer(key: str, text: str) -> str:
    if key.startswith(("clock.", "language.", "join.")) or key == "frame.pages":
        return text
    return f"{text} {('wider ' * 40)[: len(text) * 2 // 5]}".rstrip()


@pytest.fixture(scope="module")
def booths(qapp: QGuiApplication, packs: Path) -> Iterator[Booths]:
    kept = Booths()
    yield kept
    kept.close()
    matrix.album.cache_clear()


def test_a_folder_with_words_is_a_language(packs: Path) -> None:
    assert {LONG, TURNED} <= set(words.languages())
    assert words.say(TURNED, "language.name") == TURNED
    assert words.load(TURNED).keys() == words.load("zh-Hans").keys()


def test_texts_longer_by_forty_per_cent_fit_on_every_page(booths: Booths) -> None:
    look = Look(language=LONG)
    found = []
    for page in pages(LONG, USUAL):
        for screen in booths.leaves(page, look):
            found += matrix.faults(screen, page, look)
    assert found == []


def test_a_page_read_from_right_to_left_is_whole_and_turned(booths: Booths) -> None:
    look, plain = Look(language=TURNED), Look(language="en")
    for turned in (look, Look(size=4, language=TURNED)):
        found = []
        for name in ("home", "item", "person", "browse-search", "result", "rating", "help", "display", "attract"):
            page = matrix.page_of(name, turned)
            for screen in booths.leaves(page, turned):
                found += matrix.faults(screen, page, turned)
        assert found == []
    width = matrix.PANELS["portrait"][0]
    for name, target in (("item", "leave"), ("item", "main"), ("item", "back")):
        there = rect(find(_window(booths, name, look), target))
        straight = rect(find(_window(booths, name, plain), target))
        assert there.left() == pytest.approx(width - straight.right(), abs=2), target


def _window(booths: Booths, name: str, look: Look) -> QQuickWindow:
    window = booths.lay(matrix.page_of(name, look), look).window
    assert window is not None
    return window


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("character", ["\U0002a6a5", "\U0002a6d6", "\u4724", "\U00020bb7"])
def test_a_rare_character_of_a_name_has_a_glyph_in_every_language(
    qapp: QGuiApplication, language: str, character: str
) -> None:
    fonts.install()
    assert all(glyph != 0 for _, glyph in _glyphs(f"Suiban {language}", character))


def test_the_same_code_point_is_written_as_its_readers_write_it(qapp: QGuiApplication) -> None:
    fonts.install()
    assert _glyphs("Suiban zh-Hans", "骨") != _glyphs("Suiban zh-Hant", "骨")
    assert "hk" in _glyphs("Suiban zh-Hant", "骨")[0][0].lower()


def _glyphs(family: str, text: str) -> list[tuple[str, int]]:
    layout = QTextLayout(text, QFont(family))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return [(run.rawFont().familyName(), glyph) for run in layout.glyphRuns() for glyph in run.glyphIndexes()]
