"""Rare characters get a glyph from some font of this machine, and no character is ever drawn as an empty box."""

from pathlib import Path

import pytest
from PIL import ImageFont

from devices.parts import fonts
from devices.parts.fonts import FontMissing, font_for
from devices.ticket_printer.document import Text
from devices.ticket_printer.protocol import CELL
from devices.ticket_printer.raster import FontDrawing

NOWHERE = "\U0010fffd"


@pytest.mark.parametrize("char", ["随", "㛃", "䶮", "𠮷", "€", "A"])
def test_every_character_has_strokes(char: str) -> None:
    bitmap = FontDrawing().line(char, Text(char))
    assert sum(byte.bit_count() for row in bitmap.rows for byte in row) > 20


def test_the_usual_font_stands_on_the_printers_grid() -> None:
    for bold in (False, True):
        font = font_for("A", 24, bold=bold)
        assert font.getname()[0] == "Noto Sans Mono CJK SC"
        assert (font.getlength("A"), font.getlength("随")) == (CELL, 2 * CELL)


@pytest.mark.parametrize("bold", [True, False])
@pytest.mark.parametrize("height", [1, 2, 8])
def test_nothing_is_clipped_at_the_top_or_the_bottom_of_a_line(height: int, bold: bool) -> None:
    rows = FontDrawing().line("龘Aj（gp", Text("", width=1, height=height, bold=bold)).rows
    inked = [at for at, row in enumerate(rows) if any(row)]
    assert inked[0] < 3 * height, "nothing missing at the top"
    assert 22 * height < inked[-1] + 1 <= 24 * height, "the tail of the g is there and fits"


def test_bold_is_bolder() -> None:
    plain, bold = (FontDrawing().line("随", Text("随", bold=heavy)) for heavy in (False, True))
    ink = [sum(byte.bit_count() for row in one.rows for byte in row) for one in (plain, bold)]
    assert ink[1] > ink[0] * 1.2


def test_a_character_no_font_has_is_said_and_not_drawn() -> None:
    with pytest.raises(FontMissing, match=r"U\+10FFFD; install fonts-hanazono"):
        font_for(NOWHERE, 24, bold=False)


@pytest.fixture
def fresh_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing found before is remembered, during the test and after it."""
    monkeypatch.setattr(fonts, "_usual", fonts._usual.__wrapped__)


def test_without_fontconfig_the_known_paths_are_tried(monkeypatch: pytest.MonkeyPatch, fresh_fonts: None) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert fonts._usual(24, bold=False).getname()[0] == "Noto Sans Mono CJK SC"


def test_without_any_font_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, fresh_fonts: None, tmp_path: Path
) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.setattr(fonts, "_KNOWN", (str(tmp_path / "{weight}.ttc"),))
    with pytest.raises(FontMissing, match="install fonts-noto-cjk"):
        fonts._usual(24, bold=False)


def test_a_fontconfig_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "fc-list"
    slow.write_text("#!/bin/sh\nexec sleep 5\n")
    slow.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _name: str(slow))
    monkeypatch.setattr(fonts, "_SECONDS", 0.05)
    assert fonts._fc("fc-list", ":charset=4e00", "%{file}\n") == []


def test_a_fallback_font_is_asked_for_a_character_the_usual_one_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = fonts._usual(24, bold=False)
    real = fonts._has

    def pretend(font: ImageFont.FreeTypeFont, char: str) -> bool:
        return font is not usual and real(font, char)

    monkeypatch.setattr(fonts, "_has", pretend)
    monkeypatch.setattr(fonts, "_FALLBACKS", ())
    font = fonts.font_for.__wrapped__("𠮷", 24, bold=False)
    assert font is not usual
