"""The keypad: a USB keyboard whose few keys mean something. A key that is held counts once."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtQuick import QQuickWindow

from kiosk.voice.keys import Keys, Meaning

_FINGER: Final = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin)


class Keypad(QObject):
    """Hears the keys of a window before the page does, and that a finger is used instead."""

    def __init__(
        self, window: QQuickWindow, keys: Keys, pressed: Callable[[Meaning], None], finger: Callable[[], None]
    ) -> None:
        super().__init__()
        self._means = {Qt.Key[f"Key_{name}"].value: meaning for meaning, name in keys.pairs()}
        self._pressed = pressed
        self._finger = finger
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep every key from the page: it knows no keyboard."""
        if event.type() in _FINGER:
            self._finger()
            return False
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            meaning = self._means.get(event.key())
            if meaning is not None:
                self._pressed(meaning)
        return True
