"""The screen and every port change hands: never in the middle of a visit, never two at once, and always back again."""

import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.cabinet.protocol import Switch
from devices.cabinet.state import CabinetState
from kiosk import link
from kiosk.facts import Facts
from kiosk.link import Alive, Enter, FromTechnician, Over, Ready, ServiceOver, SettingsSaved, ToTerminal
from kiosk.terminal import service, visits
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.service import OperatorSwitch, ServiceMode, Turn
from kiosk.terminal.visits import VisitProcess, Visits
from tests.waiting import until

CHILD = """\
import os, select, socket, sys, time
folder, ready, alive, over = sys.argv[1], *map(bytes.fromhex, sys.argv[2:5])
mode = lambda: open(folder).read()
line = socket.socket(fileno=int(sys.argv[6]))
line.sendall(ready)
while True:
    if select.select([line], [], [], 0.02)[0]:
        said = line.recv(65536)
        if not said or b"Retire" in said:
            sys.exit(0)
        if b"ServiceWanted" in said and mode() == "at rest":
            line.sendall(over)
            sys.exit(0)
    if mode() == "finished":
        line.sendall(over)
        sys.exit(0)
    line.sendall(alive)
"""
TECHNICIAN = """\
import select, socket, sys, time
folder, ready, alive, saved, over = sys.argv[1], *map(bytes.fromhex, sys.argv[2:6])
mode = lambda: open(folder).read()
line = socket.socket(fileno=int(sys.argv[7]))
if mode() == "dies":
    sys.exit(3)
line.sendall(ready)
while True:
    if select.select([line], [], [], 0.02)[0]:
        sys.exit(0)
    if mode() == "hangs":
        time.sleep(60)
    if mode() == "leaves":
        line.sendall(saved + over)
        sys.exit(0)
    line.sendall(alive)
"""


def frame(message: ToTerminal | FromTechnician) -> str:
    """The bytes of one message, as the link sends them."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        link.visit_end(ours).send(message)
        raw: bytes = theirs.recv(65536)
        return raw.hex()


def program(path: Path, source: str, mode: Path, *messages: ToTerminal | FromTechnician) -> tuple[str, ...]:
    """The command of a tiny program that says these messages when its mode asks for it."""
    path.write_text(source, encoding="utf-8")
    return (sys.executable, "-I", "-S", str(path), str(mode), *map(frame, messages))


class House:
    """Visits, a technician, and devices that take a moment to be let go."""

    def __init__(self, folder: Path) -> None:
        self._visitors, self._technicians = folder / "visitors", folder / "technicians"
        self.inbox = Inbox()
        self.diary: list[str] = []
        self.visits = Visits(
            program(folder / "visit.py", CHILD, self._visitors, Ready(), Alive(), Over(0, "service")),
            post=self.inbox.post,
            entering=self._enter,
            heard=lambda *_: None,
            ended=lambda *_: self.diary.append("visit ended"),
        )
        self.service = ServiceMode(
            program(
                folder / "technician.py", TECHNICIAN, self._technicians,
                Ready(), Alive(), SettingsSaved(4), ServiceOver(),
            ),
            post=self.inbox.post,
            visits=self.visits,
            free=self._free,
            over=self._over,
        )  # fmt: skip

    def visitors_are(self, mode: str) -> None:
        """How visits behave from now on."""
        self._visitors.write_text(mode, encoding="utf-8")

    def technicians_are(self, mode: str) -> None:
        """How a technician behaves from now on."""
        self._technicians.write_text(mode, encoding="utf-8")

    def until(self, seen: Callable[[], bool]) -> None:
        """Live until something is seen; a visit and a technician never live at the same time."""
        until(seen, "something in the diary", state=lambda: self.diary, meanwhile=self._turn)

    def _turn(self) -> None:
        self.inbox.run_next(0.01)
        self.visits.tick(time.monotonic())
        self.service.tick(time.monotonic())
        assert self.service.turn is not Turn.TECHNICIAN or self.visits.empty

    def serves(self) -> bool:
        """Whether a visit is on the screen."""
        return self.visits.serving is not None

    def close(self) -> None:
        """End everybody."""
        self.service.stop()
        self.visits.stop()

    def _enter(self, process: VisitProcess) -> Enter:
        process.visit = 7
        self.diary.append("visit")
        return Enter(process.visit, "case", Facts())

    def _free(self, then: Callable[[], None]) -> None:
        assert self.visits.empty
        self.diary.append("devices free")
        self.inbox.post(then)

    def _over(self, then: Callable[[], None]) -> None:
        self.diary.append("settings read")
        self.inbox.post(then)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """One visit is on the screen."""
    monkeypatch.setattr(visits, "SPARE_AFTER", 0.0)
    monkeypatch.setattr(service, "HUNG_AFTER", 0.6)
    house = House(tmp_path)
    house.visitors_are("at rest")
    house.technicians_are("works")
    house.until(house.serves)
    yield house
    house.close()


def test_visits_end_devices_are_freed_the_technician_works_and_citizens_are_served_again(house: House) -> None:
    house.service.ask()
    house.until(lambda: house.service.turn is Turn.TECHNICIAN)
    house.technicians_are("leaves")
    house.until(lambda: house.service.turn is Turn.CITIZENS and house.serves())
    assert house.diary == ["visit", "visit ended", "devices free", "settings read", "visit"]


def test_a_citizen_is_never_interrupted(house: House) -> None:
    house.visitors_are("busy")
    house.service.ask()
    end = time.monotonic() + 0.5
    house.until(lambda: time.monotonic() > end)
    assert house.service.turn is Turn.ENDING
    assert house.serves()
    house.visitors_are("finished")
    house.until(lambda: house.service.turn is Turn.TECHNICIAN)


def test_asking_twice_is_asking_once(house: House) -> None:
    house.service.ask()
    house.service.ask()
    house.until(lambda: house.service.turn is Turn.TECHNICIAN)
    house.service.ask()
    assert house.diary.count("devices free") == 1


@pytest.mark.parametrize("mode", ["hangs", "dies"])
def test_a_technicians_screen_that_hangs_or_dies_is_ended_and_citizens_are_served(house: House, mode: str) -> None:
    house.technicians_are(mode)
    house.service.ask()
    house.until(lambda: house.diary[-2:] == ["settings read", "visit"])
    assert house.service.turn is Turn.CITIZENS


def test_a_technician_who_forgot_to_leave_does_not_close_the_terminal(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LONGEST_SECONDS", 0.3)
    house.service.ask()
    house.until(lambda: house.diary[-2:] == ["settings read", "visit"])


def test_a_machine_that_cannot_start_the_technicians_process_serves_citizens(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: tuple[str, ...]) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(service, "launch", refuse)
    house.service.ask()
    house.until(lambda: house.diary[-2:] == ["settings read", "visit"])


def test_a_terminal_that_stops_leaves_no_technician_behind(house: House) -> None:
    house.service.ask()
    house.until(lambda: house.service.turn is Turn.TECHNICIAN)
    assert house.service._process is not None
    popen = house.service._process.popen
    house.service.stop()
    assert popen.poll() is not None


def test_the_switch_asks_when_it_is_turned_and_not_while_it_stands() -> None:
    asked: list[int] = []
    switch = OperatorSwitch(lambda: asked.append(1))
    for stands in (Switch.MAINTENANCE, Switch.RUN, Switch.MAINTENANCE, Switch.MAINTENANCE):
        switch.seen(CabinetState(None, stands, None))
    assert len(asked) == 1
    switch.seen(None)
    switch.seen(CabinetState(None, Switch.MAINTENANCE, None))
    assert len(asked) == 1
