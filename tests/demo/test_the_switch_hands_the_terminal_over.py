"""The cabinet's switch, the technician's real process, and citizens again: every device let go and taken back."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.citizen import Citizen
from kiosk.demo.stage import Stage
from tests.devices.running import Running
from tests.waiting import until

pytestmark = pytest.mark.slow


def events(stage: Stage, name: str) -> list[dict[str, Any]]:
    """What the trail says of one kind of event."""
    return [event for event in stage.trail() if event["event"] == name]


@pytest.fixture(scope="module")
def cabinet(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The terminal has a cabinet with an operator's switch from its second start on."""
    board = Running("cabinet", tmp_path_factory.mktemp("cabinet"))
    stage.stop_terminal()
    settings = stage.config.read_text(encoding="utf-8")
    stage.config.write_text(f'{settings}\n[devices.cabinet]\nport = "{board.address}?baud=9600"\n', encoding="utf-8")
    stage.start_terminal()
    yield board
    board.end()


def test_a_turned_switch_waits_for_the_citizen_and_then_hands_over_and_back(
    stage: Stage, citizen: Citizen, cabinet: Running
) -> None:
    citizen.await_screen("attract")
    until(lambda: [e for e in events(stage, "device_up") if e["device"] == "cabinet"], "the cabinet")
    citizen.press("attract")
    citizen.await_screen("home")
    cabinet.do("switch", to="maintenance")
    until(lambda: events(stage, "service_asked"), "the terminal to see the switch")
    time.sleep(0.5)
    assert citizen.look()["screen"] == "home", "the citizen was interrupted"
    assert not events(stage, "service_began")
    with suppress(ConnectionError):  # a visit without a card is gone before it can answer
        citizen.press("leave")
    began = until(lambda: events(stage, "service_began"), "the technician's process")[0]
    holders = held(stage.terminal_pid, (stage.folder / "reader").resolve(), (stage.folder / "printer").resolve())
    assert holders == [], "the terminal still holds a port"
    cabinet.do("switch", to="run")
    os.kill(began["pid"], signal.SIGTERM)
    until(lambda: events(stage, "service_over"), "the end of the technician's turn")
    citizen.await_screen("attract")
    before = citizen.tickets()
    citizen.visit("number", "zh-Hans", "resident")
    assert citizen.tickets() == before + 1


def held(process: int, *ports: Path) -> list[str]:
    """Which of these a process has open."""
    folder = Path(f"/proc/{process}/fd")
    return [str(port) for port in ports for fd in folder.iterdir() if fd.exists() and fd.resolve() == port]
