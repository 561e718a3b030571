"""The whole house: a citizen's screen gives way to the technician, and comes back with what was set."""

import os
import subprocess
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.citizen import Album
from kiosk.demo.lines import Lines
from kiosk.demo.stage import PanelSize, Stage
from kiosk.technician.door import Door
from tests.demo.conftest import Visitor
from tests.kiosk.technician.conftest import display
from tests.kiosk.technician.workshop import CARD, CHEAP, PIN
from tests.waiting import until

__all__ = ["display"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("SUIBAN_FULL"),
        reason="long form (SUIBAN_FULL=1): its parts are tried in tests/kiosk/technician",
    ),
]
SIZE = PanelSize(width=1080, height=1920)


class Technician:
    """A pointer on the display, and eyes on whichever process shows itself."""

    def __init__(self, stage: Stage, display: str) -> None:
        self._stage = stage
        self._environment = {**os.environ, "DISPLAY": display}
        self._eyes: Lines | None = None

    def await_door(self) -> None:
        """The technician's process is the newest finger there is."""
        self._eyes = until(self._at_the_door, "the technician's door", state=lambda: self._stage.log("terminal"))

    def _at_the_door(self) -> Lines | None:
        for path in sorted(self._stage.hands.glob("*.sock"), key=lambda path: -path.stat().st_mtime)[:1]:
            try:
                eyes = Lines(path, patience=1.0)
            except OSError:
                continue
            if eyes.ask("where").get("screen") == "door":
                return eyes
            eyes.close()
        return None

    def look(self) -> dict[str, Any]:
        assert self._eyes is not None
        return self._eyes.ask("where")

    def wait_for(self, true: Callable[[dict[str, Any]], bool]) -> None:
        until(lambda: true(self.look()), "something on the screen", state=self.look)

    def tap(self, name: str) -> None:
        self.wait_for(lambda look: look["settled"] and name in look["names"] and name not in look["disabled"])
        assert self._eyes is not None
        box = self._eyes.ask("locate", name=name)
        self.point(box, "click", "1")

    def point(self, box: dict[str, Any], *order: str) -> None:
        place = (str(round(box["x"] + box["width"] / 2)), str(round(box["y"] + box["height"] / 2)))
        subprocess.run(("xdotool", "mousemove", *place, *order), env=self._environment, check=True, timeout=20)

    def close(self) -> None:
        if self._eyes is not None:
            self._eyes.close()


def test_the_number_held_for_five_seconds_opens_the_door_and_citizens_are_served_again_afterwards(
    tmp_path: Path, display: str
) -> None:
    environment = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "software"}
    with Stage(tmp_path, panel=SIZE, environment=environment) as stage:
        keys = stage.config.parent / "keys" / "technicians.json"
        Door(keys, tmp_path / "attempts", time.time, CHEAP).enrol("T-017", CARD, PIN)
        technician = Technician(stage, display)
        with Visitor(stage, Album(tmp_path)) as citizen:
            citizen.await_screen("attract")
            citizen.settle()
            technician.point(citizen.locate("service"), "click", "1")
            citizen.await_screen("home")  # a short touch is a citizen's
            citizen.settle()
            technician.point(citizen.locate("leave"), "click", "1")
            citizen.await_screen("attract")
            citizen.settle()
            technician.point(citizen.locate("service"), "mousedown", "1", "sleep", "5.4", "mouseup", "1")
        technician.await_door()
        stage.reader.ask("put_card", card="resident")
        technician.wait_for(lambda look: "已读到，可以取走" in look["texts"])
        for digit in PIN:
            technician.tap(f"key.{digit}")
        technician.tap("main")
        technician.wait_for(lambda look: "已安装的设备全部正常。" in look["texts"])
        stage.reader.ask("lift_card")

        technician.tap("calibrate")
        technician.tap("card.much_more")
        technician.tap("main")
        technician.wait_for(lambda look: look["work"] == "" and "版本 1" in "".join(look["texts"]))
        technician.tap("back")
        technician.tap("main")
        technician.wait_for(lambda look: look["screen"] == "leave")
        technician.tap("main")
        technician.close()

        with Visitor(stage, Album(tmp_path)) as citizen:
            citizen.await_screen("attract")
        assert tomllib.loads(stage.config.read_text(encoding="utf-8"))["panel"]["width_mm"] < 268.0
        events = [line["event"] for line in stage.trail()]
        assert events.count("technician_entered") == 1
        assert events.count("technician_left") == 1
        assert "bug_met" not in events
