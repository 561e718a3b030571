"""The program on a real X server: a pointer moved and pressed by xdotool takes a number, and the glass shows it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import ImageGrab, ImageStat

from kiosk.demo.citizen import Album, Citizen
from kiosk.demo.stage import PanelSize, Stage
from tests.demo.conftest import Visitor

pytestmark = pytest.mark.slow
SIZE = PanelSize(width=720, height=1280)


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of our own on a free number."""
    read, write = os.pipe()
    screen = f"{SIZE.width}x{SIZE.height}x24"
    command = ("Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp")
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
        server.terminate()


def test_a_number_is_taken_with_a_pointer(tmp_path: Path, display: str) -> None:
    environment = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "software"}
    with (
        Stage(tmp_path, panel=SIZE, environment=environment) as stage,
        Visitor(stage, Album(tmp_path)) as citizen,
    ):
        for page, name in (("attract", "attract"), ("home", "door.number"), ("item", "main")):
            citizen.await_screen(page)
            _point_and_press(display, citizen, name)
        citizen.await_screen("card")
        stage.reader.ask("put_card", card="resident")
        citizen.await_screen("person")
        _point_and_press(display, citizen, "main")
        citizen.await_screen("result")
        citizen.settle()
        glass = ImageGrab.grab(xdisplay=display)
        assert glass.size == (SIZE.width, SIZE.height)
        assert max(ImageStat.Stat(glass.convert("L")).stddev) > 20
        (kept,) = [event["number"] for event in stage.trail() if event["event"] == "case_kept"]
        assert kept in citizen.look()["texts"]


def _point_and_press(display: str, citizen: Citizen, name: str) -> None:
    citizen.settle()
    box = citizen.locate(name)
    place = (round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2))
    command = ("xdotool", "mousemove", str(place[0]), str(place[1]), "click", "1")
    subprocess.run(command, env={**os.environ, "DISPLAY": display}, check=True, timeout=10)
