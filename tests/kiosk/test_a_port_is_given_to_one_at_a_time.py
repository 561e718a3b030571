"""A device that takes its time to let go keeps its port until it has; nobody is given it, nobody is forgotten."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.model import Fault
from devices.tally import Tally
from devices.worker import Worker
from kiosk.fitted import fleet as fleets
from kiosk.fitted.fleet import Fleet
from kiosk.settings import Device, Devices
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.vitals import Vitals
from tests.waiting import until

FIRST, SECOND = Devices(locker=Device("serial:/dev/one")), Devices(locker=Device("serial:/dev/two"))


class State:
    """Nothing is wrong."""

    def as_json(self) -> dict[str, object]:
        """Empty."""
        return {}

    def fault(self) -> Fault | None:
        """None."""
        return None


class House:
    """A fleet whose drivers close when they are told to, and how many held the device at a time."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.inbox, self.may_close = Inbox(), threading.Event()
        self.opened: list[str] = []
        self.holding = self.most = 0
        monkeypatch.setattr(fleets, "worker_of", self._worker_of)
        self.fleet = Fleet(self.inbox, folder, changed=lambda _: None, counted=lambda _: None)

    def _worker_of(
        self, name: str, fitted: Device, folder: Path, post: Callable[[object], None], *_: object, **__: object
    ) -> Worker[Any]:
        assert folder.is_dir()

        def connect() -> SlowToClose:
            self.opened.append(fitted.port)
            self.holding += 1
            self.most = max(self.most, self.holding)
            return SlowToClose(self)

        return Worker(name, connect, post, poll_every=0.01)

    def live(self, seconds: float) -> None:
        """The main loop, for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.inbox.run_next(0.01)
            self.fleet.tick(time.monotonic())

    def until(self, seen: Callable[[], object]) -> None:
        """The main loop, until something is seen."""
        until(
            seen,
            "something",
            state=lambda: (self.opened, self.fleet.known()),
            meanwhile=lambda: self.live(0.02),
        )


class SlowToClose:
    """A driver."""

    def __init__(self, house: House) -> None:
        self.tally = Tally()
        self._house = house

    def status(self) -> State:
        """At once."""
        return State()

    def close(self) -> None:
        """As slow as a line that is full."""
        assert self._house.may_close.wait(10)
        self._house.holding -= 1


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    made = House(tmp_path, monkeypatch)
    made.fleet.apply(FIRST)
    made.until(lambda: made.holding)
    yield made
    made.may_close.set()
    made.fleet.close()


def test_settings_that_come_while_a_device_is_let_go_open_its_port_once(house: House) -> None:
    house.fleet.apply(SECOND)
    house.fleet.apply(SECOND)
    house.live(0.1)
    assert (house.most, house.opened) == (1, ["serial:/dev/one"])
    house.may_close.set()
    house.until(lambda: len(house.opened) == 2)
    assert (house.most, house.opened) == (1, ["serial:/dev/one", "serial:/dev/two"])


def test_nobody_is_told_that_the_ports_are_free_before_they_are(house: House) -> None:
    freed: list[int] = []
    house.fleet.apply(SECOND)
    house.fleet.stop(lambda: freed.append(house.holding))
    house.live(0.1)
    assert freed == []
    house.may_close.set()
    house.until(lambda: freed)
    house.live(0.1)
    assert (freed, house.opened) == ([0], ["serial:/dev/one"])


def test_whoever_waits_for_the_ports_is_told_whatever_is_ordered_meanwhile(house: House) -> None:
    freed: list[int] = []
    house.fleet.stop(lambda: freed.append(1))
    house.fleet.apply(SECOND)
    house.fleet.stop(lambda: freed.append(2))
    house.may_close.set()
    house.until(lambda: freed == [1, 2])
    house.live(0.1)
    assert house.holding == 0


def test_a_device_that_is_let_go_is_watched_until_it_has(house: House) -> None:
    vitals = Vitals(screen=lambda: None, workers=house.fleet.workers, threads={})
    house.fleet.apply(Devices())
    assert "locker leaving" in vitals.beats(time.monotonic())
    house.may_close.set()
    house.until(lambda: not house.holding)
    house.until(lambda: "locker leaving" not in vitals.beats(time.monotonic()))
