"""Simulated devices for measurements: processes of their own, at the speed of a real line when asked."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.demo.lines import Lines


class Simulated:
    """One running simulator: its address, and orders to its world."""

    def __init__(self, kind: str, folder: Path, *arguments: str) -> None:
        self.kind = kind
        control = folder / f"{kind}.control"
        self._process = subprocess.Popen(
            (
                sys.executable, "-m", "devices.simulate", kind, "--while-stdin", "--control", str(control), *arguments,
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        self.ready: dict[str, Any] = json.loads(self._process.stdout.readline())
        self._lines = Lines(control)

    @property
    def address(self) -> str:
        """As in the settings."""
        return str(self.ready["address"])

    def order(self, do: str, **values: object) -> dict[str, Any]:
        """The state of the world after the order. Raises kiosk.demo.lines.Refused."""
        state: dict[str, Any] = self._lines.ask(do, **values)["state"]
        return state

    def close(self) -> None:
        """End it."""
        self._lines.close()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        self._process.wait(10)


@contextmanager
def simulated(kind: str, folder: Path, *arguments: str) -> Iterator[Simulated]:
    """A simulator for as long as the block runs."""
    running = Simulated(kind, folder, *arguments)
    try:
        yield running
    finally:
        running.close()


@contextmanager
def on_a_tty(kind: str, folder: Path, baud: int, *arguments: str) -> Iterator[Simulated]:
    """A simulator behind a stable link, whose bytes take the time they take at `baud`."""
    link = folder / f"{kind}.tty"
    with simulated(kind, folder, "--link", str(link), "--pace", str(baud), *arguments) as running:
        yield running
