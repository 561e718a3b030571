"""The way round for five keys: what can be reached on the page that lies on top, in reading order, one after another.

Everything with `property string speech` is on the way; what has `property bool acts` and `activate()` acts on OK.
No meta-object is asked: PySide keeps its wrapper longer than QML keeps the type, and takes another item for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QMetaObject, QRectF
from PySide6.QtQuick import QQuickItem, QQuickWindow
from shiboken6 import isValid

from kiosk.voice.speech import Place, Stop
from ui.glass import around_of, items, rect, seen

_CONTENT: Final = 0


@dataclass(frozen=True)
class Found:
    """One stop of the way and its item."""

    item: QQuickItem
    stop: Stop
    rank: int
    leaves: QQuickItem | None
    """The list it is in, whose leaves are turned by going on."""


def top_layer(window: QQuickWindow) -> QQuickItem | None:
    """What a citizen deals with now: a sheet, the countdown or the veil keeps the keys from what lies below."""
    layers = sorted(window.contentItem().childItems(), key=lambda item: item.z())
    return next((layer for layer in reversed(layers) if any(_text(i, "speech", "spoken") for i in items(layer))), None)


def spoken(layer: QQuickItem) -> str:
    """What is said of the page when it comes, a line a piece."""
    return next((said for item in items(layer) if (said := _text(item, "spoken"))), "")


def typed(layer: QQuickItem) -> tuple[str, str] | None:
    """What has been typed on the page and what is said to be missing, where it has a pad."""
    for item in items(layer):
        if isinstance(text := item.property("echo"), str):
            return text, _text(item, "missing")
    return None


def way_round(layer: QQuickItem) -> list[Found]:
    """Every stop, by rank and then by the order in which the page is written: top to bottom in every layout."""
    return sorted(_stops(layer), key=lambda found: found.rank)


def _stops(layer: QQuickItem) -> Iterator[Found]:
    for item in items(layer):
        said = _text(item, "speech")
        if not said:
            continue
        leaves = next((around for around in around_of(item) if around.property("starts") is not None), None)
        if leaves is not None and leaves.property("firstOnly"):
            leaves = None
        if leaves is None and seen(item).isEmpty():
            continue
        yield Found(item, _stop(item, said), int(item.property("rank") or 0), leaves)


def _stop(item: QQuickItem, said: str) -> Stop:
    able = item.property("acts") is True
    return Stop(
        said=said,
        whisper=_text(item, "whisper"),
        acts=able and item.isEnabled(),
        chosen=item.property("chosen") is True,
        off=able and not item.isEnabled(),
        typed=isinstance(item.property("echo"), str),
    )


def _text(item: QQuickItem, *names: str) -> str:
    return next((said for name in names if isinstance(said := item.property(name), str) and said), "")


class Ring:
    """The place on the way round. Goes on where it was when a page is drawn anew."""

    def __init__(self, window: QQuickWindow) -> None:
        self.window = window
        self._way: list[Found] = []
        self._at = -1
        self._name = ""

    def look(self) -> list[Found]:
        """Look at the page again. The item one was at is found by its name, or by its turn."""
        layer = top_layer(self.window)
        self._way = way_round(layer) if layer is not None else []
        if self._name:
            named = (at for at, found in enumerate(self._way) if found.item.objectName() == self._name)
            self._at = next(named, min(self._at, len(self._way) - 1))
        else:
            self._at = min(self._at, len(self._way) - 1)
        return self._way

    def restart(self) -> None:
        """A new page: before its first stop."""
        self._at, self._name = -1, ""
        self.look()

    @property
    def here(self) -> Found | None:
        """Where one is."""
        return self._way[self._at] if 0 <= self._at < len(self._way) and isValid(self._way[self._at].item) else None

    def move(self, by: int) -> Found | None:
        """Go on or back, round and round; a list turns its leaf by itself."""
        if not self.look():
            return None
        self._at = (max(self._at, 0) if self._at < 0 and by < 0 else self._at) + by
        self._at %= len(self._way)
        found = self._way[self._at]
        self._name = found.item.objectName()
        if found.leaves is not None:
            found.leaves.setProperty("wanted", found.item)
        return found

    def place(self) -> Place:
        """Which of how many choices one is at; those for help and the header are not counted."""
        here = self.here
        if here is None or here.rank != _CONTENT:
            return Place(1, 1)
        like = [found for found in self._way if found.rank == _CONTENT and found.stop.acts]
        return Place(like.index(here) + 1, len(like)) if here in like else Place(1, 1)

    def choices(self) -> int:
        """How many things can be chosen on the page, without help and header."""
        return sum(found.stop.acts and found.rank == _CONTENT for found in self._way)

    def activate(self) -> bool:
        """What OK does here; false where there is nothing to do."""
        self.look()
        here = self.here
        if here is None or not here.stop.acts:
            return False
        return bool(QMetaObject.invokeMethod(here.item, "activate"))

    def frame(self) -> QRectF:
        """Where the focus frame stands; empty where one is nowhere."""
        here = self.here
        return rect(here.item) if here is not None and not seen(here.item).isEmpty() else QRectF()
