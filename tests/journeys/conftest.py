"""A whole hall for a file's tests: screen, devices on real ports, centre, departments and gateway as real processes."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.demo import departments, gateway
from kiosk.demo.citizen import Album, Citizen
from kiosk.demo.desk import Desk
from kiosk.demo.errands import Errands
from kiosk.demo.lines import Refused
from kiosk.demo.stage import MANAGER, PASSWORD, PanelSize, Stage
from tests.demo.conftest import OFFSCREEN, Visitor
from tests.waiting import until

ELSEWHERE = OFFSCREEN | {"TZ": "America/Los_Angeles"}
"""The machine's own zone is another: the days of terminal and centre are the hall's, as their settings say."""
_WELL = {
    "id_card_reader": ("replug", "lift_card"),
    "document_printer": ("replug", "clear_jam", "refill"),
    "document_camera": ("replug", "take_page"),
    "ticket_printer": ("replug", "refill", "take_ticket"),
}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A terminal with everything fitted and a centre with everything behind it."""
    with Stage(tmp_path_factory.mktemp("hall"), panel=PanelSize(), environment=ELSEWHERE, others=True) as running:
        running.await_link()
        fitted = {"document_printer", "document_camera", "locker", "id_card_reader"}
        until(lambda: fitted <= _up(running), "printer, camera, locker and reader", state=lambda: _up(running))
        yield running
        bugs = [event for event in running.trail() if event["event"] == "bug_met"]
        assert bugs == [], "the house met a bug of its own"


def _up(hall: Stage) -> set[str]:
    return {event["device"] for event in hall.trail() if event["event"] == "device_up"}


@pytest.fixture
def citizen(hall: Stage, tmp_path: Path) -> Iterator[Citizen]:
    """Somebody in front of a terminal whose world is well, also after a test that failed: its visit is ended."""
    with Visitor(hall, Album(tmp_path)) as somebody:
        yield somebody
        hall.cable.mend()
        gateway.be(hall.gateway, "up")
        departments.be(hall.departments, "up")
        for device, orders in _WELL.items():
            for order in orders:
                with suppress(Refused):
                    hall.devices[device].ask(order)
        if somebody.look().get("screen") != "attract":
            with suppress(ProcessLookupError):  # it has just gone by itself
                os.kill(somebody.process, signal.SIGKILL)
            somebody.await_another(somebody.process)


@pytest.fixture
def errands(hall: Stage, citizen: Citizen) -> Errands:
    """What that citizen can come for."""
    return Errands(hall, citizen, Desk(hall.url, MANAGER, PASSWORD), lambda _: None)
