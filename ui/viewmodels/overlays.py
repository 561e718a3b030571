"""The two sheets that may lie over a page."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.journey import events as e
from ui.viewmodels.rows import as_rows
from ui.views.overlays import DifficultyView, HelpView

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1

Send = Callable[[e.Touch], None]


@QmlElement
class HelpViewModel(QObject):
    """The way to a person."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: HelpView | None = None

    def show(self, view: HelpView) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property(str, notify=shown)
    def why(self) -> str:
        return self._view.why if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def ways(self) -> list[dict[str, object]]:
        return as_rows(self._view.ways) if self._view else []

    @Property(str, notify=shown)
    def back(self) -> str:
        return self._view.back if self._view else ""

    @Property(str, notify=shown)
    def solved(self) -> str:
        return self._view.solved if self._view else ""

    @Property(str, notify=shown)
    def unsolved(self) -> str:
        return self._view.unsolved if self._view else ""

    @Property(str, notify=shown)
    def assist(self) -> str:
        return self._view.assist if self._view else ""

    @Slot()
    def openAssist(self) -> None:
        self._send(e.ServiceOpened("assist"))

    @Slot(str)
    def end(self, how: str) -> None:
        self._send(e.HelpEnded(how))

    @Slot()
    def close(self) -> None:
        self._send(e.OverlayClosed())


@QmlElement
class DifficultyViewModel(QObject):
    """What did not work."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: DifficultyView | None = None

    def show(self, view: DifficultyView) -> None:
        """Hold `view` and tell QML, unless it is what is shown already."""
        if view != self._view:
            self._view = view
            self.shown.emit()

    @Property(str, notify=shown)
    def title(self) -> str:
        return self._view.title if self._view else ""

    @Property(str, notify=shown)
    def why(self) -> str:
        return self._view.why if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def reasons(self) -> list[dict[str, object]]:
        return as_rows(self._view.reasons) if self._view else []

    @Property(str, notify=shown)
    def back(self) -> str:
        return self._view.back if self._view else ""

    @Property("QVariantList", notify=shown)  # type: ignore[arg-type]  # the stub knows no names of Qt types
    def ways(self) -> list[dict[str, object]]:
        return as_rows(self._view.ways) if self._view else []

    @Property(str, notify=shown)
    def call(self) -> str:
        return self._view.call if self._view else ""

    @Property(str, notify=shown)
    def complain(self) -> str:
        return self._view.complain if self._view else ""

    @Slot()
    def callHelp(self) -> None:
        self._send(e.HelpOpened())

    @Slot()
    def openComplaint(self) -> None:
        self._send(e.ServiceOpened("saying"))

    @Slot(str)
    def report(self, reason: str) -> None:
        self._send(e.DifficultyChosen(reason))

    @Slot()
    def close(self) -> None:
        self._send(e.OverlayClosed())
