"""The technician's one view-model: the page that is open, and what is being done."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.technician import events as e
from ui.viewmodels.rows import as_rows
from ui.views.technician.sheet import SheetView, WorkView

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1

_NO_WORK = WorkView()


@QmlElement
class TechnicianViewModel(QObject):
    """Every touch has a name; what it means stands in the view that is shown."""

    shown = Signal()
    rowsShown = Signal()
    workShown = Signal()

    def __init__(self, send: Callable[[e.Touch], None]) -> None:
        super().__init__()
        self._send = send
        self._view: SheetView | None = None
        self._work = _NO_WORK

    def show(self, view: SheetView, work: WorkView) -> None:
        """Hold the page and tell QML what has changed of it."""
        before, self._view = self._view, view
        if before is None or before.rows != view.rows:
            self.rowsShown.emit()
        if before != view:
            self.shown.emit()
        if work != self._work:
            self._work = work
            self.workShown.emit()

    @Property(str, notify=shown)
    def page(self) -> str:
        return self._view.page if self._view else ""

    @Property(str, notify=shown)
    def form(self) -> str:
        return self._view.form if self._view else ""

    @Property(str, notify=shown)
    def header(self) -> str:
        return self._view.header if self._view else ""

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property(str, notify=shown)
    def lead(self) -> str:
        return self._view.lead if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def tabs(self) -> list[dict[str, object]]:
        return as_rows(self._view.tabs) if self._view else []

    @Property(str, notify=rowsShown)
    def rows(self) -> str:
        """As JSON: a list inside a list would not reach QML."""
        return msgspec.json.encode(self._view.rows).decode() if self._view else "[]"

    @Property(str, notify=shown)
    def notice(self) -> str:
        return self._view.notice if self._view else ""

    @Property(str, notify=shown)
    def tone(self) -> str:
        return self._view.tone if self._view else ""

    @Property(str, notify=shown)
    def dirty(self) -> str:
        return self._view.dirty if self._view else ""

    @Property(str, notify=shown)
    def back(self) -> str:
        return self._view.back if self._view else ""

    @Property("QVariantMap", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def main(self) -> dict[str, object]:
        return as_rows((self._view.main,))[0] if self._view else {}

    @Property("QVariantMap", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def second(self) -> dict[str, object]:
        return as_rows((self._view.second,))[0] if self._view else {}

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def languages(self) -> list[dict[str, object]]:
        return as_rows(self._view.languages) if self._view else []

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def keys(self) -> list[dict[str, object]]:
        return as_rows(self._view.keys) if self._view else []

    @Property(str, notify=shown)
    def foot(self) -> str:
        return self._view.foot if self._view else ""

    @Property(str, notify=shown)
    def pageBefore(self) -> str:
        return self._view.before if self._view else ""

    @Property(str, notify=shown)
    def pageAfter(self) -> str:
        return self._view.after if self._view else ""

    @Property(str, notify=shown)
    def pages(self) -> str:
        return self._view.pages if self._view else ""

    @Property(float, notify=shown)
    def cardPx(self) -> float:
        return self._view.card_px if self._view else 0.0

    @Property(str, notify=workShown)
    def work(self) -> str:
        return self._work.what

    @Property(str, notify=workShown)
    def workLeft(self) -> str:
        return self._work.left

    @Property(float, notify=workShown)
    def workPart(self) -> float:
        return self._work.part

    @Slot(str)
    def act(self, name: str) -> None:
        """Something was touched. What is not on the page any more means nothing."""
        touch = self._view.touches.get(name) if self._view else None
        if touch is not None:
            self._send(touch)

    @Slot()
    def stir(self) -> None:
        """Somebody turned a leaf: they are there."""
        self._send(e.Stirred())
