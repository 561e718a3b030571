"""Locker doors through the link to simulated boards: opened once, told as the sensor says, watched until closed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.journey import events as e
from kiosk.link import OpenLocker
from kiosk.settings import Device
from tests.devices.running import Running
from tests.kiosk.papers.booth import CASE, VISIT, Booth

OPTIONS = {"family": "8a", "short_when": "closed", "first_lock": 1, "open_seconds": 0.6}


@pytest.fixture(scope="module")
def locker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running("locker", tmp_path_factory.mktemp("locker"), "--family", "8a")
    yield running
    running.end()


@pytest.fixture
def booth(tmp_path: Path, locker: Running) -> Iterator[Booth]:
    locker.do("reset")
    made = Booth(tmp_path, {"locker": Device(locker.address, OPTIONS)})
    made.ready("locker")
    yield made
    made.close()


def told(booth: Booth, request: str) -> list[tuple[str, str]]:
    return [(moved.state, moved.fault) for moved in booth.heard(e.DoorMoved) if moved.request == request]


@pytest.mark.slow
def test_a_door_opens_and_its_closing_is_seen(booth: Booth, locker: Running) -> None:
    booth.do(e.OpenDoor(VISIT, "pick", 3))
    booth.until(lambda: told(booth, "pick"), "the door")
    assert told(booth, "pick") == [("opened", "")]
    locker.do("close", door=3)
    booth.until(lambda: len(told(booth, "pick")) == 2, "the closing")
    assert told(booth, "pick")[-1] == ("closed", "")


@pytest.mark.slow
def test_a_door_that_is_stuck_is_told_as_stuck(booth: Booth, locker: Running) -> None:
    locker.do("jam", door=2)
    booth.do(e.OpenDoor(VISIT, "stuck", 2))
    booth.until(lambda: told(booth, "stuck"), "the door")
    assert told(booth, "stuck") == [("stuck", "locker.did_not_open")]


@pytest.mark.slow
def test_the_same_request_twice_opens_once_and_nobody_hears_it_after_the_visit(booth: Booth, locker: Running) -> None:
    for _ in range(2):
        booth.do(e.OpenDoor(VISIT, "once", 5))
    booth.until(lambda: told(booth, "once"), "the door")
    booth.leave()
    locker.do("close", door=5)
    booth.until(lambda: len([one for one in booth.crossed if isinstance(one, OpenLocker)]) == 2)
    assert told(booth, "once") == [("opened", "")]
    assert booth.doors._asked == {}


def test_without_a_locker_it_is_said(tmp_path: Path) -> None:
    booth = Booth(tmp_path)
    try:
        booth.do(e.OpenDoor(VISIT, "none", 1))
        booth.until(lambda: told(booth, "none"))
        assert told(booth, "none") == [("stuck", "absent.locker")]
        assert booth.crossed == [OpenLocker(VISIT, CASE, "none", 1)]
    finally:
        booth.close()
