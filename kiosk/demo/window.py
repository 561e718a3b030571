"""The demonstration on a display: the terminal's window, and beside it the dock that plays the world around it."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from devices.simulation.faults import NAMES
from kiosk.demo import departments, gateway
from kiosk.demo.lines import Refused
from kiosk.demo.stage import MANAGER, PASSWORD, PanelSize, Stage

_SCREEN_SHARE: Final = 0.88
_SOFTWARE: Final = {"QT_QUICK_BACKEND": "software"}


def demo(out: Path, *, hall_node: bool = False) -> int:
    """Show terminal and dock until the dock is closed; returns the exit status."""
    out.mkdir(parents=True, exist_ok=True)
    height = int(_screen_height() * _SCREEN_SHARE)
    panel = PanelSize(width=height * 9 // 16, height=height, x=0)
    with (
        tempfile.TemporaryDirectory(prefix="suiban-demo-") as folder,
        Stage(Path(folder), panel=panel, environment=_SOFTWARE, others=True, hall_node=hall_node) as stage,
    ):
        print(f"manager's page: {stage.url} — user {MANAGER}, password {PASSWORD}", flush=True)
        if stage.hall_url:
            print(f"the hall's own pages: {stage.hall_url}, same user", flush=True)
        print(f"calls for help: {stage.url}/help (the manager is on duty day and night)", flush=True)
        print(f"payments: a phone that scans the code opens a page of {stage.gateway} on this machine", flush=True)
        Dock(stage, Path(folder) / "dock.sock").serve(x=panel.width + 20)
    return 0


def _screen_height() -> int:
    """Asked of a process of its own: this one must not become a Qt program."""
    program = "from PySide6.QtGui import QGuiApplication as A; a = A([]); print(a.primaryScreen().size().height())"
    asked = subprocess.run((sys.executable, "-c", program), capture_output=True, text=True, check=False, timeout=30)
    lines = asked.stdout.split()
    return int(lines[-1]) if asked.returncode == 0 and lines else 1080


def _accept(listener: socket.socket, dock: subprocess.Popen[bytes]) -> socket.socket | None:
    """The dock's call, or None when its process ended without one."""
    listener.settimeout(0.5)
    while dock.poll() is None:
        with suppress(TimeoutError):
            connection, _ = listener.accept()
            return connection
    return None


class Dock:
    """The dock's process and the orders it may give: each plays one thing a person could do to the machine."""

    def __init__(self, stage: Stage, path: Path) -> None:
        self._stage = stage
        self._path = path
        self._orders: dict[str, Callable[[dict[str, Any]], object]] = {
            "put_card": lambda order: stage.reader.ask("put_card", card=order.get("card", "resident")),
            "lift_card": lambda _: stage.reader.ask("lift_card"),
            "paper_out": lambda _: stage.printer.ask("paper_out"),
            "paper_low": lambda _: stage.printer.ask("paper_low"),
            "refill": lambda _: stage.printer.ask("refill"),
            "cover_open": lambda _: stage.printer.ask("cover_open"),
            "cover_close": lambda _: stage.printer.ask("cover_close"),
            "cut_link": lambda _: stage.cable.cut(),
            "mend_link": lambda _: stage.cable.mend(),
            "play": lambda order: stage.devices[str(order["device"])].ask(**order["order"]),
            "plug_in": lambda _: stage.jack.plug(plugged=True),
            "plug_out": lambda _: stage.jack.plug(plugged=False),
            "departments": lambda order: departments.be(stage.departments, str(order["card"])),
            "gateway": lambda order: gateway.be(stage.gateway, str(order["card"])),
            "take_paper": lambda _: stage.printer.ask("take_ticket"),
            "state": lambda _: None,
        }

    def serve(self, x: int) -> None:
        """Start the dock and obey it until it is closed."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(self._path))
            listener.listen(1)
            command = (sys.executable, "-m", "ui.dock", "--control", str(self._path), "--x", str(x))
            with subprocess.Popen(command, env={**os.environ, "QT_QUICK_BACKEND": "software"}) as dock:
                connection = _accept(listener, dock)
                if connection is None:
                    return
                with connection, connection.makefile("rwb") as lines:
                    for line in lines:
                        lines.write(json.dumps(self._obey(json.loads(line)), ensure_ascii=False).encode() + b"\n")
                        lines.flush()
                dock.wait()

    def _obey(self, order: dict[str, Any]) -> dict[str, Any]:
        try:
            self._orders[str(order["do"])](order)
        except (KeyError, Refused, OSError) as error:
            return {"ok": False, "error": str(error), "state": self._state()}
        return {"ok": True, "state": self._state()}

    def _state(self) -> dict[str, Any]:
        papers = sorted(self._stage.papers.glob("*.png"))
        return {
            "reader": self._stage.reader.ask("state")["state"],
            "printer": self._stage.printer.ask("state")["state"],
            "link": self._stage.cable.whole,
            "headphones": self._stage.jack.plugged,
            "departments": departments.mode_of(self._stage.departments),
            "gateway": gateway.mode_of(self._stage.gateway),
            "ticket": str(papers[-1]) if papers else "",
            "centre": self._stage.url,
            "devices": {name: _device(lines.ask("state")["state"]) for name, lines in self._stage.devices.items()},
            "faults": NAMES,
        }


def _device(state: dict[str, Any]) -> dict[str, Any]:
    return {"plugged": bool(state["plugged"]), "fault": str(state["fault"])}
