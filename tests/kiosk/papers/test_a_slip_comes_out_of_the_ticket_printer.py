"""Bookings and complaints on 80 mm, through link, journal and a simulated ticket printer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.papers import paper_of
from devices.ticket_printer.document import Cut, Qr, Row, Text
from kiosk.journey import events as e
from kiosk.link import PrintSlip
from kiosk.paper import tickets
from kiosk.settings import Device
from tests.devices.running import Running
from tests.kiosk.papers.booth import VISIT, Booth
from tests.kiosk.papers.samples import DATA, SITE


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running("ticket-printer", tmp_path_factory.mktemp("tickets"))
    yield running
    running.end()


@pytest.fixture
def booth(tmp_path: Path, printer: Running) -> Iterator[Booth]:
    made = Booth(tmp_path, {"ticket_printer": Device(printer.address)})
    made.ready("ticket_printer")
    yield made
    made.close()


def ask(booth: Booth, template: str, paper_id: str, language: str = "zh-Hans") -> None:
    data = tuple(DATA[template.removesuffix("_slip")].items())
    booth.do(e.PrintPaper(VISIT, paper_id, template, data, language))


@pytest.mark.slow
def test_a_slip_is_printed_once_and_journalled(booth: Booth) -> None:
    for template in ("appointment_slip", "complaint_slip"):
        ask(booth, template, template)
        ask(booth, template, template)
        booth.until(lambda template=template: booth.paper(template)[-1:] == [("printed", "")], template)  # type: ignore[misc]
    assert booth.journal() == [("appointment_slip", "printed", 1), ("complaint_slip", "printed", 1)]
    assert len([message for message in booth.crossed if isinstance(message, PrintSlip)]) == 2


def test_without_a_ticket_printer_it_is_said_and_written_down(tmp_path: Path) -> None:
    booth = Booth(tmp_path)
    try:
        ask(booth, "appointment_slip", "none")
        booth.until(lambda: booth.paper("none")[-1:] == [("failed", "absent.ticket_printer")])
        assert booth.journal() == [("appointment_slip", "failed", 1)]
    finally:
        booth.close()


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_a_booking_slip_says_when_where_and_carries_its_code(language: str) -> None:
    paper = paper_of("appointment_slip", DATA["appointment"])
    ticket = tickets.slip("appointment_slip", paper, SITE, language, "S-1")
    said = [element.text for element in ticket if isinstance(element, Text)]
    rows = {element.right for element in ticket if isinstance(element, Row)}
    assert {"2026-11-26", "09:30 – 10:00"} <= set(said)
    assert {"YY-4821-7730", "张*", "S-1"} <= rows
    assert [element.payload for element in ticket if isinstance(element, Qr)] == ["YY-4821-7730"]
    assert isinstance(ticket[-1], Cut)
