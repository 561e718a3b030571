"""What the voice and the five keys put on the glass: the caption of what is said, and the frame of where one is."""

from PySide6.QtCore import Property, QObject, QRectF, Signal
from PySide6.QtQml import QmlElement

QML_IMPORT_NAME = "Suiban"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class CaptionViewModel(QObject):
    """What is being said. `kept`: the page leaves it its strip, because there is more to come."""

    shown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._kept = False

    def show(self, text: str) -> None:
        """Show `text`; nothing takes it away."""
        if text != self._text:
            self._text = text
            self.shown.emit()

    def keep(self, *, kept: bool) -> None:
        """Keep its strip free of the page, or no longer."""
        if kept != self._kept:
            self._kept = kept
            self.shown.emit()

    @Property(str, notify=shown)
    def text(self) -> str:
        return self._text

    @Property(bool, notify=shown)
    def kept(self) -> bool:
        return self._kept


@QmlElement
class FocusViewModel(QObject):
    """Where the five keys are, in pixels of the window; nowhere while a finger is used."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()

    def move(self, rect: QRectF) -> None:
        """Frame this part of the window; an empty one takes the frame away."""
        if rect != self._rect:
            self._rect = rect
            self.moved.emit()

    @Property(bool, notify=moved)
    def shown(self) -> bool:
        return not self._rect.isEmpty()

    @Property(QRectF, notify=moved)
    def rect(self) -> QRectF:
        return self._rect
