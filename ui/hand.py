"""The scripted citizen's finger, for the demo and for tests: finds what is on the glass and touches it there."""

import json
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QPoint, QPointF, QSocketNotifier, Qt, QTimer
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from ui.app import CitizenScreen
from ui.glass import items, rect, seen
from ui.technician import TechnicianScreen

_LOOK_AGAIN_MILLISECONDS: Final = 20

Answer = dict[str, Any]


class NotThere(LookupError):
    """What should be touched is not on the glass."""


def find(window: QQuickWindow, name: str) -> QQuickItem:
    """The item called `name` where a finger can reach it. Raises NotThere, saying what can be reached instead."""
    for item in items(window.contentItem()):
        if item.objectName() == name and seen(item).contains(rect(item).center()):
            return item
    message = f"{name!r} is not on the glass; there are {names(window)}"
    raise NotThere(message)


def names(window: QQuickWindow) -> list[str]:
    """Everything with a name that can be seen."""
    named = (item for item in items(window.contentItem()) if item.objectName())
    return sorted({item.objectName() for item in named if not seen(item).isEmpty()})


def texts(window: QQuickWindow) -> list[str]:
    """Every text that can be seen, in the order of painting."""
    found = (item for item in items(window.contentItem()) if item.inherits("QQuickText"))
    return [str(item.property("text")) for item in found if item.property("text") and not seen(item).isEmpty()]


def touch(window: QQuickWindow, name: str) -> None:
    """Press and release on the glass at the middle of `name`; shields and masks act as for a real finger."""
    middle = rect(find(window, name)).center()
    where = QPoint(round(middle.x()), round(middle.y()))
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)


def draw(window: QQuickWindow, name: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
    """Write with a finger on `name`: strokes of points, in parts of its shorter side from its upper left corner."""
    box, left, none = rect(find(window, name)), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    side = min(box.width(), box.height())
    for stroke in strokes:
        points = [(box.topLeft() + QPointF(x, y) * side).toPoint() for x, y in stroke]
        QTest.mousePress(window, left, none, points[0])
        for one, other in pairwise(points):
            for part in range(1, 6):
                QTest.mouseMove(window, one + QPoint(other - one) * part / 5)
        QTest.mouseRelease(window, left, none, points[-1])


def _page(screen: CitizenScreen | TechnicianScreen) -> Answer:
    """What is shown; empty before anything is."""
    if isinstance(screen, TechnicianScreen):
        session = screen.session
        if session is None:
            return {}
        work = session.work.what if session.work else ""
        return {"screen": session.page.value, "tab": session.tab.value, "device": session.name, "work": work}
    journey = screen.journey
    if journey is None:
        return {}
    return {
        "screen": journey.screen.value,
        "overlay": journey.overlay.value,
        "page": page.name if (page := journey.page) else "",
        "hidden": journey.hidden,
        "countdown": journey.countdown_left,
        "ticket": journey.ticket.value,
        "number": journey.outcome.number if journey.outcome else "",
    }


def _is_off(item: QQuickItem) -> bool:
    return bool(item.objectName()) and not item.isEnabled()


class Hand:
    """Answers JSON lines on a Unix socket. Lives on the Qt thread."""

    def __init__(self, screen: CitizenScreen | TechnicianScreen, path: Path, *, settled: Callable[[], bool]) -> None:
        """`settled` says whether a touch would count now."""
        self._screen = screen
        self._path = path
        self._settled = settled
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen()
        self._knock = QSocketNotifier(self._listener.fileno(), QSocketNotifier.Type.Read)
        self._knock.activated.connect(self._accept)
        self._guests: list[_Guest] = []
        self._orders: Mapping[str, Callable[[Answer], Answer]] = {
            "where": lambda _: self._where(),
            "locate": self._locate,
            "tap": self._tap,
            "grab": self._grab,
            "draw": self._draw,
        }

    def close(self) -> None:
        """Hang up and take the socket away."""
        self._knock.setEnabled(False)
        for guest in self._guests:
            guest.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def answer(self, order: Answer) -> Answer:
        """Obey one order but `wait`. Never raises: what went wrong is in the answer."""
        try:
            return {"ok": True, **self._orders[str(order.get("do"))](order)}
        except KeyError as missing:
            return {"ok": False, "error": f"order {order!r} lacks or misnames {missing}"}
        except (NotThere, OSError) as error:
            return {"ok": False, "error": str(error)}

    def arrived(self, order: Answer) -> bool:
        """Whether what `wait` waits for is on the screen."""
        here = self._where()
        return all(
            here.get(key) == order[key]
            for key in ("screen", "overlay", "ticket", "tab", "device", "work")
            if key in order
        )

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        self._guests.append(_Guest(self, connection))

    def _where(self) -> Answer:
        page, window = _page(self._screen), self._screen.window
        if not page or window is None or not self._screen.is_open:
            return {"screen": "", "settled": False}
        return {
            **page,
            "settled": self._settled(),
            "names": names(window),
            "disabled": [item.objectName() for item in items(window.contentItem()) if _is_off(item)],
            "texts": texts(window),
        }

    def _locate(self, order: Answer) -> Answer:
        window = self._open_window()
        box, at = rect(find(window, str(order["name"]))), window.position()
        return {"x": at.x() + box.x(), "y": at.y() + box.y(), "width": box.width(), "height": box.height()}

    def _tap(self, order: Answer) -> Answer:
        touch(self._open_window(), str(order["name"]))
        return {}

    def _draw(self, order: Answer) -> Answer:
        draw(self._open_window(), str(order["name"]), order["strokes"])
        return {}

    def _grab(self, order: Answer) -> Answer:
        if not self._open_window().grabWindow().save(str(order["path"])):
            message = f"no picture could be written to {order['path']}"
            raise OSError(message)
        return {}

    def _open_window(self) -> QQuickWindow:
        window = self._screen.window
        if window is None or not self._screen.is_open:
            message = "no window is open"
            raise NotThere(message)
        return window


class _Guest:
    """One conversation."""

    def __init__(self, hand: Hand, connection: socket.socket) -> None:
        self._hand = hand
        self._connection = connection
        self._unread = b""
        self._notifier = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._read)

    def close(self) -> None:
        """Hang up."""
        self._notifier.setEnabled(False)
        self._connection.close()

    def _read(self) -> None:
        with suppress(ConnectionError):
            if part := self._connection.recv(65536):
                *lines, self._unread = (self._unread + part).split(b"\n")
                for line in lines:
                    self._obey(json.loads(line))
                return
        self.close()

    def _obey(self, order: Answer) -> None:
        if order.get("do") == "wait":
            self._wait(order, time.monotonic() + float(order.get("timeout_s", 10)))
        else:
            self._say(self._hand.answer(order))

    def _wait(self, order: Answer, deadline: float) -> None:
        if self._hand.arrived(order):
            self._say(self._hand.answer({"do": "where"}))
        elif time.monotonic() > deadline:
            self._say({**self._hand.answer({"do": "where"}), "ok": False, "error": f"waited in vain for {order}"})
        else:
            QTimer.singleShot(_LOOK_AGAIN_MILLISECONDS, lambda: self._wait(order, deadline))

    def _say(self, answer: Answer) -> None:
        with suppress(OSError):
            self._connection.sendall(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
