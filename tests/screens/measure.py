"""Measures a page as it is drawn: clipped or covered texts, targets and gaps, contrast in the rendered picture.

Reading properties of Qt is for tests only; the product never does.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import cast

from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage
from PySide6.QtQuick import QQuickItem, QQuickWindow

from kiosk.journey.step import Journey, Overlay
from ui.glass import items, rect, seen

PX_PER_MM = 4.03
TARGET_MM = 12.7
GAP_MM = 2.54
CONTRAST = 7.0
CAPITAL = 0.733
"""Height of a capital letter of Noto Sans CJK, as a part of the font's size."""
SMALLEST_CAPITAL_MM = {1: 3.5, 2: 3.9, 3: 5.2, 4: 6.9}
"""By text size; running text is larger, and nothing is ever under 3.5 mm (experience.md 7.3)."""
REACH_MM = (380.0, 1220.0)
BLEED = 1.5
"""Pixels a text may pass its box by: glyphs are placed on fractions of a pixel."""


@dataclass(frozen=True)
class Ink:
    """A text that can be seen, and the part of its box that glyphs fill."""

    item: QQuickItem
    text: str
    box: QRectF

    @property
    def name(self) -> str:
        return f"{self.text[:40]!r} at {self.box.x():.0f},{self.box.y():.0f}"


def top_layer(window: QQuickWindow, journey: Journey) -> QQuickItem:
    """What a citizen looks at: the countdown, the sheet over the page, or the page."""
    shown = [
        item
        for item in window.contentItem().childItems()
        if item.isVisible() and item.childItems() and item.inherits("QQuickLoader")
    ]
    if journey.countdown_since is not None or journey.overlay is not Overlay.NONE:
        return shown[-1]
    return shown[0]


def inks(layer: QQuickItem) -> list[Ink]:
    """Every text of the layer that is on this page of its list."""
    found = []
    for item in items(layer):
        if not item.inherits("QQuickText") or not item.property("text") or seen(item).isEmpty():
            continue
        found.append(Ink(item, str(item.property("text")), _ink_box(item)))
    return found


def _ink_box(item: QQuickItem) -> QRectF:
    """The painted lines without the leading above the first and below the last one.

    The alignments are enums that Python cannot read, so a text that is narrower than its box counts with its box.
    """
    width, height = float(item.property("contentWidth")), float(item.property("contentHeight"))
    trim = height / max(1, int(item.property("lineCount"))) * 0.2
    left, top = float(item.property("leftPadding")), float(item.property("topPadding"))
    down = (item.height() - top - float(item.property("bottomPadding")) - height) / 2
    wide = max(width, item.width() - left - float(item.property("rightPadding")))
    return item.mapRectToScene(QRectF(left, top + down + trim, wide, max(1.0, height - 2 * trim)))


def text_faults(window: QQuickWindow, layer: QQuickItem, found: list[Ink] | None = None) -> Iterator[str]:
    """Texts that are cut, leave the window or their list, lie under something, or over one another."""
    glass = QRectF(0, 0, window.width(), window.height())
    found = inks(layer) if found is None else found
    for ink in found:
        if ink.item.property("truncated"):
            yield f"{ink.name} is cut off"
        if float(ink.item.property("contentWidth")) > ink.item.width() + BLEED:
            yield f"{ink.name} is wider than its box"
        if _longest_word(ink) > ink.item.width() + BLEED:
            yield f"{ink.name} breaks a word in two"
        if not glass.adjusted(-BLEED, -BLEED, BLEED, BLEED).contains(ink.box):
            yield f"{ink.name} leaves the window"
        part = seen(ink.item)
        if part.height() < rect(ink.item).height() - BLEED and not part.contains(ink.box):
            yield f"{ink.name} is cut by the list around it"
    for one, other in combinations(found, 2):
        if one.box.adjusted(BLEED, BLEED, -BLEED, -BLEED).intersects(other.box):
            yield f"{one.name} lies over {other.name}"
    yield from _covered(layer, found)


def _longest_word(ink: Ink) -> float:
    font = QFont(ink.item.property("font"))
    font.setPixelSize(int(ink.item.property("fontInfo").property("pixelSize").toNumber()))
    measured = QFontMetricsF(font)
    return max(
        (measured.horizontalAdvance(word) for word in ink.text.split() if word.isascii() and "***" not in word),
        default=0.0,
    )


def _covered(layer: QQuickItem, found: list[Ink]) -> Iterator[str]:
    painted = list(items(layer))
    grounds = [(at, seen(item)) for at, item in enumerate(painted) if _is_opaque(item)]
    for ink in found:
        at = painted.index(ink.item)
        for later, ground in grounds:
            if later > at and ground.adjusted(BLEED, BLEED, -BLEED, -BLEED).intersects(ink.box):
                yield f"{ink.name} is covered"


def _is_opaque(item: QQuickItem) -> bool:
    if not item.inherits("QQuickRectangle"):
        return False
    colour = item.property("color")
    return isinstance(colour, QColor) and colour.alpha() == 255 and item.width() > 0 and item.height() > 0


def targets(layer: QQuickItem) -> list[QQuickItem]:
    """Everything a finger can mean, on this page of its list, but the whole-page touches.

    Nobody asks an item for its metaObject(): PySide keeps what it answers, and takes the next item that QML makes at
    the same address for it.
    """
    return [
        item
        for item in items(layer)
        if isinstance(item.property("pressed"), bool)
        and not item.inherits("QQuickMouseArea")
        and not seen(item).isEmpty()
    ]


def target_faults(layer: QQuickItem, least_mm: float = TARGET_MM) -> Iterator[str]:
    """Targets that are too small, too near to one another, without a name or without words."""
    found = targets(layer)
    for item in found:
        if not item.objectName() or not item.property("label"):
            yield f"a target at {_where(item)} has no name or no words"
        if min(item.width(), item.height()) < least_mm * PX_PER_MM - 1:
            across, down = item.width() / PX_PER_MM, item.height() / PX_PER_MM
            yield f"{item.objectName()} is {across:.1f} x {down:.1f} mm, at least {least_mm} wanted"
        if not seen(item).contains(rect(item).adjusted(BLEED, BLEED, -BLEED, -BLEED)):
            yield f"{item.objectName()} can be seen in part only"
    names = Counter(item.objectName() for item in found)
    yield from (f"{name} is there {count} times" for name, count in names.items() if count > 1)
    for one, other in combinations(found, 2):
        if (gap := _gap(rect(one), rect(other))) < GAP_MM * PX_PER_MM - 1:
            yield f"{one.objectName()} and {other.objectName()} are {gap:.0f} px apart"


def _gap(one: QRectF, other: QRectF) -> float:
    across = max(one.left() - other.right(), other.left() - one.right())
    down = max(one.top() - other.bottom(), other.top() - one.bottom())
    return max(across, down)


def _where(item: QQuickItem) -> str:
    box = rect(item)
    return f"{box.x():.0f},{box.y():.0f}"


def size_faults(layer: QQuickItem, size: int = 2, found: list[Ink] | None = None) -> Iterator[str]:
    """Texts under the smallest capital height that may be used at this text size."""
    for ink in inks(layer) if found is None else found:
        capital = float(ink.item.property("fontInfo").property("pixelSize").toNumber()) * CAPITAL / PX_PER_MM
        if capital < SMALLEST_CAPITAL_MM[size] - 0.15:
            yield f"{ink.name} has capitals of {capital:.1f} mm"


def reach_faults(window: QQuickWindow, layer: QQuickItem, bottom_mm: float) -> Iterator[str]:
    """Targets that somebody in a wheelchair cannot reach, the glass beginning `bottom_mm` above the floor."""
    for item in targets(layer):
        box = rect(item)
        low, high = (bottom_mm + (window.height() - y) / PX_PER_MM for y in (box.bottom(), box.top()))
        if low < REACH_MM[0] - 0.5 or high > REACH_MM[1] + 0.5:
            yield f"{item.objectName()} is between {low:.0f} and {high:.0f} mm above the floor"


def picture_faults(layer: QQuickItem) -> Iterator[str]:
    """Drawings that are not there."""
    for item in items(layer):
        if item.inherits("QQuickImage") and item.property("source").toString() and item.property("progress") != 1.0:
            yield f"{item.property('source').toString()} is not there"


def contrast_faults(
    window: QQuickWindow, layer: QQuickItem, least: float = CONTRAST, found: list[Ink] | None = None
) -> Iterator[str]:
    """Texts whose glyphs, as rendered, stand out too little from the ground, as rendered."""
    picture = as_picture(window)
    for ink in inks(layer) if found is None else found:
        ratio = rendered_contrast(picture, ink.box)
        if ratio < least:
            yield f"{ink.name} has a contrast of {ratio:.2f}"


def as_picture(window: QQuickWindow) -> Image.Image:
    """The window as it is on the glass."""
    grabbed = window.grabWindow().convertToFormat(QImage.Format.Format_RGB888)
    raw, size = bytes(grabbed.constBits()), (grabbed.width(), grabbed.height())
    return Image.frombytes("RGB", size, raw, "raw", "RGB", grabbed.bytesPerLine())


def rendered_contrast(picture: Image.Image, box: QRectF) -> float:
    """Between the commonest colour of `box` and the one that differs most from it."""
    part = picture.crop((int(box.left()), int(box.top()), int(box.right()) + 1, int(box.bottom()) + 1))
    colours = cast(list[tuple[int, tuple[int, int, int]]], part.getcolors(part.width * part.height))
    ground = luminance(max(colours)[1])
    return max(ratio_of(ground, luminance(colour)) for _, colour in colours)


@cache
def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2)."""
    red, green, blue = (_LINEAR[part] for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


_LINEAR = tuple(_linear(part) for part in range(256))


def ratio_of(one: float, other: float) -> float:
    """Contrast of two luminances (WCAG 2)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
