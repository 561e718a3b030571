"""Outlines of glyphs: from the fonts inside an OFD, else from this machine's by their name."""

import functools
import io
from collections.abc import Callable, Iterator
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


class Faces:
    """The faces that stand for one font, in their order; each is opened when one before has not what is drawn."""

    def __init__(self, *opened: Callable[[], Face | None]) -> None:
        self._opened = opened

    def drawing(self, char: str) -> Face | None:
        """The first that has the character."""
        return next((face for face in self._all() if face.has(char)), None)

    def first(self) -> Face | None:
        """The font itself."""
        return next(self._all(), None)

    def _all(self) -> Iterator[Face]:
        for opened in self._opened:
            face = opened()
            if face is not None:
                yield face


def embedded(content: bytes) -> Faces:
    """A font file inside the OFD. Raises NotAnOfd for one that cannot be read: its text would be another's."""
    if len(content) > _MOST_FONT_BYTES:
        raise NotAnOfd("a font inside the OFD is too large")
    try:
        face = Face(TTFont(io.BytesIO(content), lazy=True, fontNumber=0))
        return Faces(lambda: face)
    except Exception as error:  # fontTools raises whatever the bytes make it
        raise NotAnOfd("a font inside the OFD cannot be read") from error


def by_name(name: str, family: str, *, bold: bool) -> Faces:
    """The faces of this machine that stand for a named font, those for rare characters last."""
    called = f"{name} {family}".lower()
    sans = any(part in called for part in _UPRIGHT)
    weight = "Bold" if bold or "bold" in called else "Regular"
    usual = (_SANS if sans else _SERIF).format(weight=weight)
    return Faces(*(functools.partial(_machine, path) for path in (usual, *_RARE)))


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
