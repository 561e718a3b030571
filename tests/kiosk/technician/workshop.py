"""A technician's turn as a real process, with simulated devices on pseudo-terminals and a finger or a pointer."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import argon2

from kiosk.demo.lines import Lines
from kiosk.technician.door import Door
from tests.waiting import LONG, until

ROOT = Path(__file__).resolve().parents[3]
CARD = "11010519491231002X"
"""The number on the simulator's resident card."""
PIN = "246813"
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
SETTINGS = """\
[terminal]
id = "GL-01"
district = "610117"
number = "0001"
series = "1"

[site]
hall = {{ zh-Hans = "高陵区 24 小时政务服务", en = "Gaoling 24-hour Public Services" }}
place = {{ zh-Hans = "一楼东侧自助区", en = "Ground floor, east self-service area" }}
supervision_phone = "029-12345"
desk_phone = "029-86910000"
staffed_hours = "8:30–17:30"

[panel]            # measured with a ruler
width_px = {width}
height_px = {height}
width_mm = 268.0
fullscreen = false

{devices}
[centre]
url = "http://127.0.0.1:9"
signing_keys = [{{ id = "centre-0", key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }}]
sealing_keys = [{{ id = "seal-0", key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" }}]
"""


class Workshop:
    """Simulators, settings and the technician's process; leaving it ends all of them."""

    def __init__(
        self,
        folder: Path,
        devices: Mapping[str, str],
        *,
        size: tuple[int, int] = (1080, 1920),
        display: str = "",
    ) -> None:
        """`display`: an X server on which a pointer touches; "" is no screen and a finger of the program's own.

        `devices`: name in the settings -> address, with {folder} for the place of the simulators' links.
        """
        self.folder = folder
        self.settings = folder / "kiosk.toml"
        self._pointed = bool(display)
        screen = {**OFFSCREEN, "QT_QPA_PLATFORM": "xcb", "DISPLAY": display} if display else OFFSCREEN
        self._environment = {**os.environ, **screen, "PYTHONPATH": str(ROOT)}
        self._things = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self.finger: Lines | None = None
        sections = "".join(
            f'[devices.{name}]\nport = "{address.format(folder=folder)}"   # as delivered\n\n'
            for name, address in devices.items()
        )
        self.settings.write_text(SETTINGS.format(width=size[0], height=size[1], devices=sections), encoding="utf-8")
        door = Door(folder / "keys" / "technicians.json", folder / "attempts", time.time, CHEAP)
        door.enrol("T-017", CARD, PIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._things.close()

    def simulate(self, kind: str, link: str, **options: str) -> Lines:
        """A device on a pseudo-terminal under the name `link`; returns its controls."""
        control = self.folder / f"{link}.control"
        words = [part for name, value in options.items() for part in (f"--{name}", value)]
        if "port" not in options:  # a socket has a number instead of a name
            words += ["--link", str(self.folder / link)]
        process = subprocess.Popen(
            [sys.executable, "-m", "devices.simulate", kind,
             "--control", str(control), *words],
            stdout=subprocess.PIPE, env=self._environment,
        )  # fmt: skip
        self._things.callback(_end, process)
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"]
        return self._things.enter_context(Lines(control))

    def begin(self) -> None:
        """Start the technician's process and wait for its door."""
        command = [sys.executable, "-m", "kiosk", "technician", "--config", str(self.settings)]
        with (self.folder / "trail.jsonl").open("ab") as trail:
            process = subprocess.Popen([*command, "--hand", str(self.folder)], env=self._environment, stderr=trail)
        self._process = process
        self.finger = Lines(self.folder / f"{process.pid}.sock", patience=20.0)
        self.wait(screen="door")

    def enter(self, controls: Lines) -> None:
        """Lay the card, type the PIN, come in."""
        self.wait_for("card", lambda look: any("等待放卡" in text for text in look["texts"]))
        controls.ask("put_card", card="resident")
        self.wait_for("card", lambda look: any("已读到" in text for text in look["texts"]))
        self.type_digits(PIN)
        self.tap("main")
        self.wait(screen="overview")
        controls.ask("lift_card")

    def type_digits(self, digits: str) -> None:
        for digit in digits:
            self.tap(f"key.{digit}")

    def ask(self, do: str, **values: object) -> dict[str, Any]:
        assert self.finger is not None
        return self.finger.ask(do, **values)

    def look(self) -> dict[str, Any]:
        return self.ask("where")

    def wait(self, **wanted: object) -> dict[str, Any]:
        """Until the screen is so, and a touch counts."""
        return self.wait_for(
            f"the page {wanted}",
            lambda look: bool(look["settled"]) and all(look[at] == to for at, to in wanted.items()),
        )

    def wait_for(self, what: str, true: Callable[[dict[str, Any]], bool], seconds: float = LONG) -> dict[str, Any]:
        """Until the screen shows something."""
        return until(
            lambda: look if true(look := self.look()) else None, what, seconds, state=lambda: self.look()["texts"]
        )

    def tap(self, name: str) -> None:
        """Touch something as soon as it can be touched."""
        self.wait_for(name, lambda look: look["settled"] and name in look["names"] and name not in look["disabled"])
        display = self._environment.get("DISPLAY") if self._pointed else None
        if display is None:
            self.ask("tap", name=name)
            return
        box = self.ask("locate", name=name)
        place = (str(round(box["x"] + box["width"] / 2)), str(round(box["y"] + box["height"] / 2)))
        subprocess.run(("xdotool", "mousemove", *place, "click", "1"), env=self._environment, check=True, timeout=10)

    def leave(self, seconds: float = 15.0) -> int:
        """Until the process has ended by itself."""
        assert self._process is not None
        return self._process.wait(seconds)

    def picture(self, path: Path) -> None:
        """What is on the glass."""
        self.ask("grab", path=str(path))

    def trail(self) -> list[dict[str, Any]]:
        """The audit trail so far."""
        lines = (self.folder / "trail.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def end(self) -> None:
        """End the technician's process, if it still runs."""
        if self.finger is not None:
            self.finger.close()
        if self._process is not None:
            _end(self._process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
