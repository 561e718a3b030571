"""One simulator as a process of its own, with its line and its control socket."""

import json
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from devices.registry import KINDS

ROOT = Path(__file__).resolve().parents[2]


class Running:
    """One simulator: where its line is, and how to change its world."""

    def __init__(self, kind: str, folder: Path, *arguments: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.link = folder / "line"
        self.control = folder / "control"
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "devices.simulate",
                kind,
                "--while-stdin",
                *(("--link", str(self.link)) if self._on_a_tty(kind) else ()),
                "--control",
                str(self.control),
                *arguments,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(15)
        self._socket.connect(str(self.control))
        self._lines = self._socket.makefile("rb")

    @staticmethod
    def _on_a_tty(kind: str) -> bool:
        return str(import_module(KINDS[kind].simulator).LINE) == "pty"

    @property
    def address(self) -> str:
        return str(self.ready["address"])

    def raw(self, line: bytes) -> dict[str, Any]:
        self._socket.sendall(line + b"\n")
        answer: dict[str, Any] = json.loads(self._lines.readline())
        return answer

    def do(self, order: str, **more: object) -> dict[str, Any]:
        """Carry out an order; the state of the simulated world afterwards."""
        answer = self.raw(json.dumps({"do": order, **more}).encode())
        assert answer["ok"], answer
        state: dict[str, Any] = answer["state"]
        return state

    def fault(self, name: str, times: int | None = None) -> None:
        self.do("fault", name=name, times=times)

    def end(self) -> None:
        self._lines.close()
        self._socket.close()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=5)
        self.process.stdout.close()
