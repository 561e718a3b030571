"""The dock beside the terminal's window: python -m ui.dock --control SOCKET. Demonstration only, not in the wheel."""

import argparse
import json
import queue
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from shiboken6 import delete

from ui import fonts
from ui.app import QML
from ui.bridge import Bridge
from ui.viewmodels.dock import DockViewModel
from ui.views.bench import played
from ui.views.dock import Around, dock_view

_LOOK_EVERY_MILLISECONDS: Final = 400

Order = dict[str, object]


@dataclass(frozen=True)
class Answered:
    """The demonstration's answer to one order."""

    around: Around
    trouble: str


@dataclass(frozen=True)
class Gone:
    """The demonstration has ended."""


class Cord:
    """Sends orders to the demonstration and posts its answers; a thread of its own, so that the dock never waits."""

    def __init__(self, path: Path, post: Callable[[Answered | Gone], None]) -> None:
        self._post = post
        self._orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(str(path))
        threading.Thread(target=self._run, name="cord", daemon=True).start()

    def give(self, order: Order) -> None:
        """Queue one order."""
        self._orders.put(order)

    def _run(self) -> None:
        with suppress(OSError, ValueError), self._socket.makefile("rwb") as lines:
            while True:
                lines.write(json.dumps(self._orders.get(), ensure_ascii=False).encode() + b"\n")
                lines.flush()
                self._post(_read(json.loads(lines.readline())))
        self._post(Gone())


def _read(answer: dict[str, Any]) -> Answered:
    return Answered(msgspec.convert(answer.get("state", {}), Around), "" if answer.get("ok") else str(answer["error"]))


class Dock:
    """The dock's window. Lives on the Qt thread."""

    def __init__(self, path: Path, x: int) -> None:
        self._last = Answered(Around(), "")
        self._taken = ""
        self._chosen = ""
        self._bridge = Bridge(self._hear)
        self._cord = Cord(path, self._bridge.post)
        self.view_model = DockViewModel(self._order)
        self._show()
        fonts.install()
        self.engine = QQmlApplicationEngine()
        self.engine.addImportPath(str(QML))
        self.engine.setInitialProperties({"dock": self.view_model, "x": x, "y": 0})
        self.engine.load(QUrl.fromLocalFile(str(QML / "Suiban" / "Dock" / "Dock.qml")))
        self._look = QTimer(interval=_LOOK_EVERY_MILLISECONDS)
        self._look.timeout.connect(lambda: self._cord.give({"do": "state"}))
        self._look.start()

    def close(self) -> None:
        """End the engine, and the view-model after it."""
        self._look.stop()
        delete(self.engine)

    def _order(self, order: str, card: str) -> None:
        if order == "take_paper":
            self._taken = self._last.around.ticket
            self._show()
            self._cord.give({"do": "take_paper"})
        elif order == "choose":
            self._chosen = card
            self._show()
        elif order == "play":
            self._cord.give({"do": "play", "device": self._chosen, "order": played(self._chosen, card)})
        else:
            self._cord.give({"do": order, "card": card} if card else {"do": order})

    def _hear(self, heard: object) -> None:
        match heard:
            case Answered():
                self._last = heard
                self._chosen = self._chosen or next(iter(heard.around.devices), "")
                self._show()
            case _:
                QGuiApplication.quit()

    def _show(self) -> None:
        self.view_model.show(dock_view(self._last.around, self._taken, self._last.trouble, self._chosen))


def main() -> int:
    """Show the dock until it is closed or the demonstration ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--control", type=Path, required=True, help="the demonstration's socket")
    parser.add_argument("--x", type=int, default=0, help="left edge of the window in pixels")
    asked = parser.parse_args()
    application = QGuiApplication(sys.argv[:1])
    dock = Dock(asked.control, asked.x)
    status = application.exec() if dock.engine.rootObjects() else 1
    dock.close()
    return status


if __name__ == "__main__":
    raise SystemExit(main())
