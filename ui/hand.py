"""A scripted citizen's eyes and finger for the demonstration and the tests; not part of the wheel.

JSON lines over a Unix socket. A tap is a press and a release at a place of the real window, so whatever lies over a
button takes it, and a button that is off does nothing.
"""

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QPoint, QPointF, QSocketNotifier, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from ui.app import CitizenScreen

_LONGEST_LINE: Final = 65536


class NotThere(LookupError):
    """Nothing visible has that name."""


class Hand(QObject):
    """Listens for one citizen at a time, on the Qt thread."""

    def __init__(self, screen: CitizenScreen, path: Path, *, settled: Callable[[], bool]) -> None:
        super().__init__()
        self._screen = screen
        self._path = path
        self._settled = settled
        self._orders: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "where": self._where,
            "locate": self._locate,
            "tap": self._tap,
            "grab": self._grab,
        }
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(4)
        self._listener.setblocking(False)
        self._notifiers = [QSocketNotifier(self._listener.fileno(), QSocketNotifier.Type.Read, self)]
        self._notifiers[0].activated.connect(self._accept)
        self._talks: dict[int, tuple[socket.socket, bytearray]] = {}

    def close(self) -> None:
        """Stop listening."""
        for notifier in self._notifiers:
            notifier.setEnabled(False)
        for talk, _ in self._talks.values():
            talk.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        talk, _ = self._listener.accept()
        self._talks[talk.fileno()] = (talk, bytearray())
        notifier = QSocketNotifier(talk.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(lambda: self._read(talk, notifier))
        self._notifiers.append(notifier)

    def _read(self, talk: socket.socket, notifier: QSocketNotifier) -> None:
        number = talk.fileno()
        said = talk.recv(_LONGEST_LINE)
        if not said:
            notifier.setEnabled(False)
            self._notifiers.remove(notifier)
            del self._talks[number]
            talk.close()
            return
        heard = self._talks[number][1]
        heard += said
        while (end := heard.find(b"\n")) >= 0:
            order = json.loads(bytes(heard[:end]))
            del heard[: end + 1]
            talk.sendall(json.dumps(self._obey(order), ensure_ascii=False).encode() + b"\n")

    def _obey(self, order: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"ok": True, **self._orders[str(order["do"])](order)}
        except (KeyError, NotThere) as error:
            return {"ok": False, "error": f"{order}: {error}"}

    def _where(self, _: dict[str, Any]) -> dict[str, Any]:
        journey = self._screen.journey
        if journey is None or self._screen.window is None:
            return {"screen": "", "settled": False}
        items = list(self._visible())
        return {
            "screen": journey.screen.value,
            "overlay": journey.overlay.value,
            "field": journey.at_field,
            "ticket": journey.ticket.value,
            "settled": self._settled(),
            "hidden": journey.hidden,
            "countdown": journey.countdown_left,
            "texts": [text for item in items if isinstance(text := item.property("text"), str) and text],
            "disabled": [item.objectName() for item in items if item.objectName() and not item.isEnabled()],
        }

    def _locate(self, order: dict[str, Any]) -> dict[str, Any]:
        item = self._named(str(order["name"]))
        corner = item.mapToScene(QPointF(0, 0))
        assert self._screen.window is not None  # noqa: S101 - an item was found in it
        at = self._screen.window.position()
        return {"x": at.x() + corner.x(), "y": at.y() + corner.y(), "width": item.width(), "height": item.height()}

    def _tap(self, order: dict[str, Any]) -> dict[str, Any]:
        item = self._named(str(order["name"]))
        centre = item.mapToScene(QPointF(item.width() / 2, item.height() / 2))
        place = QPoint(round(centre.x()), round(centre.y()))
        assert self._screen.window is not None  # noqa: S101 - an item was found in it
        QTest.mouseClick(self._screen.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        return {}

    def _grab(self, order: dict[str, Any]) -> dict[str, Any]:
        if self._screen.window is None or not self._screen.window.grabWindow().save(str(order["path"])):
            raise NotThere(f"no picture could be written to {order['path']}")
        return {}

    def _named(self, name: str) -> QQuickItem:
        for item in self._visible():
            if item.objectName() == name:
                return item
        raise NotThere(f"nothing visible is called {name!r}")

    def _visible(self) -> Iterator[QQuickItem]:
        if self._screen.window is None:
            return
        waiting = [self._screen.window.contentItem()]
        while waiting:
            item = waiting.pop()
            if item.isVisible() and item.opacity() > 0:
                yield item
                waiting += item.childItems()
