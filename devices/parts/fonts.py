"""The fonts printers draw with: Noto Sans Mono CJK for a 12/24 dot grid, another where it has no glyph."""

import functools
import shutil
import subprocess
from pathlib import Path
from typing import Final

from PIL import ImageFont

_SECONDS: Final = 5.0
_KNOWN: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-{weight}.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-{weight}.ttc",
)
_FALLBACKS: Final = (
    "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
    "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf",
    "/usr/share/fonts/truetype/fonts-japanese-mincho.ttf",
)
_MONO: Final = "Noto Sans Mono CJK SC"
_NOBODY: Final = "\U0010fffe"
"""A code point no font has a glyph for."""


class FontMissing(RuntimeError):
    """No font on this machine can draw the text."""


@functools.cache
def font_for(char: str, size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """A font of `size` dots that has a glyph for this character. Raises FontMissing."""
    usual = _usual(size, bold=bold)
    if char.isascii() or _has(usual, char):
        return usual
    for path in (*_FALLBACKS, *_asked(ord(char))):
        if Path(path).exists():
            font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
            if _has(font, char):
                return font
    raise FontMissing(f"no font has U+{ord(char):04X}; install fonts-hanazono")


@functools.cache
def _usual(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    weight = "Bold" if bold else "Regular"
    found = _fc("fc-match", f"{_MONO}:style={weight}", "%{file}|%{index}|%{family}\n")
    for line in found:
        path, index, family = line.split("|", 2)
        if _MONO in family:
            return ImageFont.truetype(path, size, int(index) & 0xFFFF, layout_engine=ImageFont.Layout.BASIC)
    for pattern in _KNOWN:
        path = pattern.format(weight=weight)
        if Path(path).exists():
            return _by_name(path, size)
    raise FontMissing("Noto Sans CJK is not installed; install fonts-noto-cjk")


def _by_name(path: str, size: int) -> ImageFont.FreeTypeFont:
    for index in range(16):
        try:
            font = ImageFont.truetype(path, size, index, layout_engine=ImageFont.Layout.BASIC)
        except OSError:
            break
        if font.getname()[0] == _MONO:
            return font
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _asked(point: int) -> list[str]:
    return sorted(set(_fc("fc-list", f":charset={point:x}", "%{file}\n")))


def _fc(program: str, pattern: str, form: str) -> list[str]:
    where = shutil.which(program)
    if where is None:
        return []
    try:
        done = subprocess.run(
            [where, "-f", form, pattern], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return []
    return [line for line in done.stdout.splitlines() if line]


def _has(font: ImageFont.FreeTypeFont, char: str) -> bool:
    missing, drawn = font.getmask(_NOBODY), font.getmask(char)
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)
