"""Shared devices: only what changed is disturbed, everything is let go for the technician, old news is no news."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.model import Presence
from devices.recording.ring_file import read_ring
from kiosk.fitted import fitting
from kiosk.fitted import fleet as fleets
from kiosk.fitted.fitting import ring_of
from kiosk.fitted.fleet import Fleet
from kiosk.settings import Device, Devices
from kiosk.terminal.inbox import Inbox
from tests.devices.conftest import start
from tests.devices.running import Running
from tests.waiting import until

__all__ = ["start"]


class House:
    """A fleet and its main loop."""

    def __init__(self, folder: Path) -> None:
        self.inbox = Inbox()
        self.changes: list[str] = []
        self.fleet = Fleet(self.inbox, folder, changed=self.changes.append, counted=lambda _: None)

    def until(self, seen: Callable[[], object]) -> None:
        """Live until something is seen."""
        until(seen, "something", state=self.fleet.known, meanwhile=self._turn)

    def _turn(self) -> None:
        self.inbox.run_next(0.01)
        self.fleet.tick(time.monotonic())

    def online(self, name: str) -> bool:
        """Whether a device answers."""
        return self.fleet[name].known.presence is Presence.ONLINE


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.fleet.close()


@pytest.fixture(scope="module")
def printer(start: Callable[..., Running]) -> Running:
    return start("ticket-printer")


def at(running: Running) -> Device:
    """Where it is."""
    return Device(running.address)


def test_what_is_not_fitted_is_absent_and_not_reported(house: House) -> None:
    house.fleet.apply(Devices())
    assert house.fleet["locker"].known.fault == "absent.locker"
    assert house.fleet.reports() == ()


def test_only_a_device_whose_settings_changed_is_disturbed(house: House, printer: Running) -> None:
    house.fleet.apply(Devices(ticket_printer=at(printer)))
    house.until(lambda: house.online("ticket_printer"))
    worker = house.fleet["ticket_printer"].worker
    house.fleet.apply(Devices(ticket_printer=at(printer), power=Device("tcp:127.0.0.1:9")))
    assert house.fleet["ticket_printer"].worker is worker
    house.until(lambda: house.fleet["power"].known.presence is Presence.OFFLINE)
    house.fleet.apply(Devices(ticket_printer=Device("serial:/dev/nowhere")))
    house.until(lambda: house.fleet["ticket_printer"].known.fault == "port.missing")
    assert house.fleet["ticket_printer"].worker is not worker
    assert house.fleet["power"].known.fault == "absent.power"


def test_every_port_is_free_when_the_fleet_says_so_and_is_taken_again(house: House, printer: Running) -> None:
    house.fleet.apply(Devices(ticket_printer=at(printer)))
    house.until(lambda: house.online("ticket_printer"))
    worker = house.fleet["ticket_printer"].worker
    freed: list[bool] = []
    house.fleet.stop(lambda: freed.append(worker is not None and not worker.alive))
    assert house.fleet["ticket_printer"].known.presence is Presence.UNKNOWN
    house.until(lambda: freed)
    assert freed == [True]
    house.fleet.apply(Devices(ticket_printer=at(printer)))
    house.until(lambda: house.online("ticket_printer"))


def test_a_state_nobody_confirms_is_unknown_and_known_again_when_somebody_does(
    house: House, printer: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.fleet.apply(Devices(ticket_printer=at(printer)))
    house.until(lambda: house.online("ticket_printer"))
    state = house.fleet["ticket_printer"].known.state
    with monkeypatch.context() as late:
        late.setattr(fitting, "STALE_AFTER", -1.0)
        house.fleet.tick(time.monotonic() + fleets.JOB_SECONDS + 1)
        known = house.fleet["ticket_printer"].known
        assert (known.presence, known.state) == (Presence.UNKNOWN, None)
    house.until(lambda: house.online("ticket_printer"))
    assert house.fleet["ticket_printer"].known.state == state


def test_a_job_for_a_device_that_is_not_there_is_answered(house: House) -> None:
    answers: list[object] = []
    house.fleet["locker"].heard = answers.append
    house.fleet["locker"].submit("job", lambda _: None)
    house.until(lambda: answers)


def test_raw_troubles_are_in_the_trail(house: House, printer: Running, capsys: pytest.CaptureFixture[str]) -> None:
    house.fleet.apply(Devices(ticket_printer=at(printer)))
    house.until(lambda: house.online("ticket_printer"))
    printer.do("paper_out")
    house.until(lambda: house.fleet["ticket_printer"].known.trouble == "ticket_printer.paper_out")
    printer.do("refill")
    house.until(lambda: house.fleet["ticket_printer"].known.trouble == "")
    said = [line for line in capsys.readouterr().err.splitlines() if "device_state" in line]
    assert ["paper_out" in line for line in said] == [True, False]


def one_turn(house: House, printer: Running, ring: Path) -> bool:
    """The fleet holds the printer and lets it go; whether frames came to disk meanwhile."""
    began = time.time_ns() // 1000
    house.fleet.apply(Devices(ticket_printer=at(printer)))
    house.until(lambda: house.online("ticket_printer"))
    freed: list[bool] = []
    house.fleet.stop(lambda: freed.append(True))
    house.until(lambda: freed)
    return any(frame.at_us > began for frame in read_ring(ring))


def test_the_recorder_on_disk_goes_on_after_every_turn_and_no_descriptor_is_left(
    house: House, printer: Running, tmp_path: Path
) -> None:
    ring = ring_of(tmp_path, "ticket_printer")
    assert [one_turn(house, printer, ring) for _ in range(3)] == [True, True, True]
    assert ring not in {held.readlink() for held in Path("/proc/self/fd").iterdir() if held.is_symlink()}
