"""Answers that do not say which question they belong to: a late one never stands for the next question's."""

from collections.abc import Callable
from typing import Any

import pytest

from devices.document_printer.escp_talk import EscpTalk
from devices.document_printer.serial_driver import SerialPrinterOptions
from devices.parts.unanswered import Unanswered
from devices.port import BytePort, Deadline
from devices.ticket_printer.driver import TicketPrinter
from tests.devices.slow_answers import LateOnce


def ticket_status(port: BytePort) -> Callable[[], Any]:
    return TicketPrinter(port).status


def sheet_status(port: BytePort) -> Callable[[], Any]:
    return EscpTalk(port, SerialPrinterOptions(), b"").state


KINDS = pytest.mark.parametrize(("status", "late"), [(ticket_status, 0.3), (sheet_status, 0.5)])


@KINDS
@pytest.mark.parametrize("loses", [False, True])
def test_paper_that_is_out_never_reads_full(
    status: Callable[[BytePort], Callable[[], Any]], late: float, *, loses: bool
) -> None:
    ask = status(LateOnce(late, loses=loses))
    first = ask()
    assert (first.online, first.cover.value) in {(False, "closed"), (False, "unknown")}
    assert first.paper.value == ("unknown" if loses else "out")
    again = ask()
    assert (again.paper.value, again.cover.value, again.online) == ("out", "closed", False)


def test_what_is_on_its_way_is_counted_and_forgotten_in_time() -> None:
    owed = Unanswered(30.0)
    owed.answered()  # nobody had asked
    assert owed.count == 0
    assert owed.awaited_until() is None
    owed.asked()
    owed.asked()
    owed.answered()
    assert owed.count == 1
    assert owed.awaited_until() is not None
    short = Unanswered(0.0)
    short.asked()
    assert short.awaited_until() is None
    assert short.count == 0


def test_a_printer_that_answers_in_time_is_not_waited_for() -> None:
    ask = ticket_status(LateOnce(0.0))
    ask()
    until = Deadline.after(0.2)
    assert ask().paper.value == "out"
    assert not until.expired
