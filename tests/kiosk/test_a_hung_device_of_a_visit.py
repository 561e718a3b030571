"""A device of the visit whose driver hangs: soon not known any more; in the end the visit makes room for the spare."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from devices.model import Fault
from devices.recording.recorder import Recorder
from devices.tally import Tally
from kiosk import link
from kiosk.fitted import fitting
from kiosk.fitted.fitting import STALE_AFTER
from kiosk.link import Alive, DeviceSeen, Link, ToTerminal
from kiosk.settings import Device
from kiosk.terminal.vitals import WORKER_SECONDS
from kiosk.visit import equipment
from kiosk.visit.equipment import Equipment
from kiosk.visit.process import Visit
from tests.waiting import until

SCANNER = "code_scanner"


@dataclass(frozen=True)
class State:
    def as_json(self) -> dict[str, object]:
        return {}

    def fault(self) -> Fault | None:
        return None


class Stuck:
    """A kind whose driver answers until `hangs`, and is its own driver."""

    name = "code-scanner"

    def __init__(self) -> None:
        self.tally = Tally()
        self.hangs = threading.Event()
        self.freed = threading.Event()

    def connect(self, *_: object) -> "Stuck":
        return self

    def recorder(self, _: Path) -> Recorder:
        return Recorder(lambda _, __: b"")

    def status(self) -> State:
        if self.hangs.is_set():
            self.freed.wait(20)
        return State()

    def close(self) -> None:
        """Nothing is open."""


class House:
    """A visit's end with one device, and what the terminal hears of it."""

    def __init__(self, folder: Path) -> None:
        ours, theirs = socket.socketpair()
        self.heard: list[ToTerminal] = []
        self.terminal = link.terminal_end(ours)
        self.terminal.listen(self.heard.append, lambda: None)
        self.end = link.visit_end(theirs)
        self.equipment = Equipment({SCANNER: Device("tcp:127.0.0.1:9")}, folder, self.end)
        self.worker = self.equipment.start(SCANNER)

    def said(self) -> list[str]:
        """What was said of the device, in order."""
        return [one.presence for one in self.heard if isinstance(one, DeviceSeen)]

    def until(self, seen: Callable[[], object]) -> None:
        until(seen, "something", state=lambda: self.heard)

    def close(self) -> None:
        self.equipment.stop()
        cast("Link[object]", self.end).close()
        self.terminal.close()


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stuck]:
    made = Stuck()
    monkeypatch.setattr(fitting, "KINDS", {made.name: made})
    yield made
    made.freed.set()


@pytest.fixture
def house(stuck: Stuck, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    made.until(lambda: made.said() == ["online"])
    yield made
    stuck.freed.set()
    made.close()


def test_a_device_that_hangs_is_not_known_any_more_and_known_again_when_it_answers(house: House, stuck: Stuck) -> None:
    house.equipment.tick(time.monotonic())
    stuck.hangs.set()
    house.until(lambda: house.worker is not None and house.worker.busy_since)
    house.equipment.tick(time.monotonic() + STALE_AFTER)
    assert house.said() == ["online"], "it is at work, within its time"
    for _ in range(2):
        house.equipment.tick(time.monotonic() + equipment.JOB_SECONDS + 1)
    house.until(lambda: house.said() == ["online", "unknown"])
    stuck.hangs.clear()
    stuck.freed.set()
    house.until(lambda: house.worker is not None and time.monotonic() - house.worker.fresh_at < 1)
    house.equipment.tick(time.monotonic())
    house.until(lambda: house.said() == ["online", "unknown", "online"])


def test_a_visit_whose_device_hangs_for_good_falls_silent(
    house: House, stuck: Stuck, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = Visit.__new__(Visit)  # without its window
    visit.__dict__.update(_equipment=house.equipment, _link=house.end, _silent=False, _rests=False)
    visit._beat()
    house.until(lambda: Alive() in house.heard)
    stuck.hangs.set()
    house.until(lambda: house.worker is not None and house.worker.busy_since)
    house.heard.clear()
    late = time.monotonic() + WORKER_SECONDS + 2
    monkeypatch.setattr("kiosk.visit.process.time.monotonic", lambda: late)
    for _ in range(2):
        visit._beat()
    monkeypatch.undo()
    assert capsys.readouterr().err.count('"late": "code_scanner"') == 1
    assert Alive() not in house.heard
