"""What citizens come for, every part a real process: screen, devices on real ports, centre, departments, gateway."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.citizen import Album
from kiosk.demo.desk import Desk
from kiosk.demo.errands import Errands
from kiosk.demo.stage import MANAGER, PASSWORD, PanelSize, Stage
from tests.demo.conftest import OFFSCREEN, Visitor
from tests.waiting import until

pytestmark = pytest.mark.slow

HALL = OFFSCREEN | {"TZ": "Asia/Shanghai"}
"""The terminal's days are those of its centre."""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A terminal with everything fitted and a centre with everything behind it."""
    with Stage(tmp_path_factory.mktemp("hall"), panel=PanelSize(), environment=HALL, others=True) as running:
        running.await_link()
        fitted = {"document_printer", "locker", "id_card_reader"}
        until(lambda: fitted <= {e["device"] for e in noted(running, "device_up")}, "printer, locker and reader")
        yield running
        bugs = [event for event in running.trail() if event["event"] == "bug_met"]
        assert bugs == [], "the house met a bug of its own"


@pytest.fixture
def errands(hall: Stage, tmp_path: Path) -> Iterator[Errands]:
    with Visitor(hall, Album(tmp_path)) as citizen:
        desk = Desk(hall.url, MANAGER, PASSWORD)
        yield Errands(hall, citizen, desk, lambda _: None)
        hall.reader.ask("lift_card")


def noted(hall: Stage, event: str) -> list[dict[str, Any]]:
    return [line for line in hall.trail() if line["event"] == event]


def test_a_certificate_is_printed_with_a_serial_that_anybody_can_verify(hall: Stage, errands: Errands) -> None:
    address = errands.certificate()
    page = Desk(hall.url, MANAGER, PASSWORD).read(address)
    assert "有效：" in page
    assert "有效：" not in Desk(hall.url, MANAGER, PASSWORD).read(address[:-8] + "22222222"), "any code would do"


def test_a_complaint_made_offline_arrives_later(errands: Errands) -> None:
    errands.complaint()
    errands.complaint_arrives()


def test_help_is_rung_for_and_answered(errands: Errands) -> None:
    errands.helped()
