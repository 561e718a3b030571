"""The sheet 显示与声音: which touch of it means what."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.journey import events as e
from kiosk.journey.display import Contrast
from ui.viewmodels.rows import as_rows
from ui.views.display import DisplayView

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1

Send = Callable[[e.Touch], None]

_MEANS: Final[Mapping[str, Callable[[str], e.Touch]]] = {
    "elder": lambda value: e.ElderChosen(value == "on"),
    "size": lambda value: e.SizeChosen(int(value)),
    "contrast": lambda value: e.ContrastChosen(Contrast(value)),
    "low": lambda value: e.LowChosen(value == "on"),
    "voice": lambda value: e.VoiceChosen(value == "on"),
    "speed": lambda value: e.SpeedChosen(int(value)),
    "language": e.LanguageChosen,
}
"""Row of the sheet -> what a choice in it says to the visit."""


@QmlElement
class DisplayViewModel(QObject):
    """Rows of choices; each holds at once and loses nothing of the page below."""

    shown = Signal()

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self._view: DisplayView | None = None

    def show(self, view: DisplayView) -> None:
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
    def rows(self) -> list[dict[str, object]]:
        rows = self._view.rows if self._view else ()
        return [{"key": row.key, "label": row.label, "choices": list(as_rows(row.choices))} for row in rows]

    @Property(str, notify=shown)
    def back(self) -> str:
        return self._view.back if self._view else ""

    @Slot(str, str)
    def choose(self, row: str, value: str) -> None:
        self._send(_MEANS[row](value))

    @Slot()
    def close(self) -> None:
        self._send(e.OverlayClosed())
