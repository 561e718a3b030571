"""The page of a service: one view-model for every one of them. The body goes to QML as a map by its fields."""

from collections.abc import Callable
from typing import Any, cast

import msgspec
from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.journey import events as e
from ui.qr import as_source
from ui.viewmodels.rows import as_rows
from ui.views.page import PageView

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1

Send = Callable[[e.Touch], None]
_EMPTY: dict[str, Any] = {}


@QmlElement
class PageViewModel(QObject):
    """What a service shows, and the few touches there are on it."""

    shown = Signal()
    turned = Signal()
    """Another page than before: whatever QML held of the last one goes."""

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: PageView | None = None

    def show(self, view: PageView | None) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view == self._view:
            return
        other = view is None or self._view is None or view.name != self._view.name
        self._view = view
        self.shown.emit()
        if other:
            self.turned.emit()

    @Property(str, notify=shown)
    def name(self) -> str:
        return self._view.name if self._view else ""

    @Property(str, notify=shown)
    def kind(self) -> str:
        return self._view.kind if self._view else ""

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property(str, notify=shown)
    def why(self) -> str:
        return self._view.why if self._view else ""

    @Property(str, notify=shown)
    def trouble(self) -> str:
        return self._view.trouble if self._view else ""

    @Property(str, notify=shown)
    def main(self) -> str:
        return self._view.main.label if self._view else ""

    @Property(str, notify=shown)
    def mainIcon(self) -> str:
        return self._view.main.icon if self._view else ""

    @Property(str, notify=shown)
    def mainOff(self) -> str:
        return self._view.main.off if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def second(self) -> list[dict[str, object]]:
        return as_rows(self._view.second) if self._view else []

    @Property("QVariantMap", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def body(self) -> dict[str, Any]:
        if self._view is None:
            return _EMPTY
        # By way of JSON, which knows lists only: QML takes a tuple of maps for nothing.
        body = cast(dict[str, Any], msgspec.json.decode(msgspec.json.encode(self._view.body)))
        for block in body.get("blocks", ()):
            if block["kind"] == "qr":
                block["source"] = as_source(block["source"])
        return body

    @Slot()
    def goOn(self) -> None:
        if self._view and self._view.main.name and not self._view.main.off:
            self._send(e.Acted(self._view.main.name))

    @Slot(str)
    def act(self, name: str) -> None:
        self._send(e.Acted(name))

    @Slot(str)
    def choose(self, value: str) -> None:
        self._send(e.Chose(value))

    @Slot(str)
    def press(self, key: str) -> None:
        self._send(e.KeyPressed(key))

    @Slot()
    def eraseOne(self) -> None:
        self._send(e.Erased())

    @Slot()
    def eraseAll(self) -> None:
        self._send(e.Cleared())

    @Slot(str)
    def reopen(self, key: str) -> None:
        self._send(e.AnswerReopened(key))

    @Slot("QVariantList")
    def sign(self, strokes: list[list[list[float]]]) -> None:
        self._send(e.Signed(tuple(tuple((round(x), round(y)) for x, y in stroke) for stroke in strokes)))
