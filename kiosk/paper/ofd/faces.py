"""Outlines of glyphs: from the fonts inside an OFD, else from this machine's by their name."""

import functools
import io
from pathlib import Path
from typing import Any, Final

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.ttCollection import TTCollection

from kiosk.paper.ofd.archive import NotAnOfd

_FOLDER: Final = Path("/usr/share/fonts")
_SERIF: Final = "opentype/noto/NotoSerifCJK-{weight}.ttc"
_SANS: Final = "opentype/noto/NotoSansCJK-{weight}.ttc"
_RARE: Final = ("truetype/hanazono/HanaMinA.ttf", "truetype/hanazono/HanaMinB.ttf")
_SIMPLIFIED: Final = "CJK SC"
_UPRIGHT: Final = ("黑", "hei", "sans", "yahei", "雅黑", "arial", "helvetica")
"""Names of faces without serifs; every other is set in Song."""
_MOST_FONT_BYTES: Final = 24 * 1024 * 1024


class Face:
    """One font: outlines as SVG paths in its own units, y upwards."""

    def __init__(self, font: Any) -> None:  # noqa: ANN401 - fontTools says no types
        self._font = font
        self.units: int = font["head"].unitsPerEm
        self._glyphs = font.getGlyphSet()
        self._names: dict[int, str] = font.getBestCmap() or {}
        self._drawn: dict[str, str] = {}

    def has(self, char: str) -> bool:
        """Whether it can draw the character."""
        return ord(char) in self._names

    def of_char(self, char: str) -> str:
        """The outline of a character; empty for one it does not have."""
        name = self._names.get(ord(char))
        return self._outline(name) if name else ""

    def of_glyph(self, index: int) -> str:
        """The outline of a glyph by its number in the font. Raises NotAnOfd."""
        order = self._font.getGlyphOrder()
        if not 0 <= index < len(order):
            raise NotAnOfd(f"the OFD names glyph {index} of a font with {len(order)}")
        return self._outline(order[index])

    def _outline(self, name: str) -> str:
        if name not in self._drawn:
            pen = SVGPathPen(self._glyphs)
            self._glyphs[name].draw(pen)
            self._drawn[name] = pen.getCommands()
        return self._drawn[name]


def embedded(content: bytes) -> Face:
    """A font file inside the OFD. Raises NotAnOfd for one that cannot be read: its text would be another's."""
    if len(content) > _MOST_FONT_BYTES:
        raise NotAnOfd("a font inside the OFD is too large")
    try:
        return Face(TTFont(io.BytesIO(content), lazy=True, fontNumber=0))
    except NotAnOfd:
        raise
    except Exception as error:  # fontTools raises whatever the bytes make it
        raise NotAnOfd("a font inside the OFD cannot be read") from error


def by_name(name: str, family: str, *, bold: bool) -> tuple[Face, ...]:
    """The faces of this machine that stand for a named font, the first that has a character draws it."""
    called = f"{name} {family}".lower()
    sans = any(part in called for part in _UPRIGHT)
    weight = "Bold" if bold or "bold" in called else "Regular"
    usual = _machine((_SANS if sans else _SERIF).format(weight=weight))
    return tuple(face for face in (usual, *(_machine(path) for path in _RARE)) if face is not None)


@functools.cache
def _machine(path: str) -> Face | None:
    place = _FOLDER / path
    if not place.exists():
        return None
    if place.suffix != ".ttc":
        return Face(TTFont(place, lazy=True))
    collection = TTCollection(place, lazy=True)
    chosen = next((font for font in collection if _SIMPLIFIED in (font["name"].getDebugName(1) or "")), collection[0])
    return Face(chosen)
