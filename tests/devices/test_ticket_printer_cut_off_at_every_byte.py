"""Killed or unplugged at every byte of a ticket: never two of it, never "printed" without paper, nor two on one piece.

A sample of the bytes here; all of them with SUIBAN_FULL=1.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from devices.model import DeviceError
from devices.port import BytePort, Deadline, open_port
from devices.ticket_printer.driver import PrintOutcome, TicketPrinter, TicketPrinterOptions
from devices.ticket_printer.protocol import INITIALISE, SCRAP_CUT, encode_ticket
from devices.ticket_printer.raster import FontDrawing
from tests.devices.killed_printing import ticket
from tests.devices.running import ROOT, Running

WHOLE = SCRAP_CUT + encode_ticket(ticket("0000"), "0000", FontDrawing())
LENGTH = len(WHOLE)
FEW = sorted({0, 1, 2, 5, 6, 7, 20, WHOLE.index(b"\x1dv0") + 5, WHOLE.index(b"\x1dv0") + 900, LENGTH - 14, LENGTH - 1})
BYTES = range(LENGTH) if os.environ.get("SUIBAN_FULL") else FEW


class Printing:
    """The process that prints in children."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.devices.killed_printing"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ticket(self, address: str, mark: str, at: int = -1) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(address, mark, at, file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(5)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def printing() -> Iterator[Printing]:
    one = Printing()
    yield one
    one.end()


def whole(pieces: list[str], mark: str) -> int:
    """On how many pieces the whole ticket is."""
    return sum(f"BEGIN {mark}" in piece and f"END {mark}" in piece for piece in pieces)


def judge(pieces: list[str], broken: str, after: str, result: str) -> None:
    assert whole(pieces, broken) <= 1, "twice"
    assert whole(pieces, broken) == 1 or result != "printed", "a success without paper"
    assert whole(pieces, broken) == 0 or result != "failed", "paper in spite of failure"
    assert whole(pieces, after) == 1, "the next one came out once"
    assert not any(broken in piece and after in piece for piece in pieces), "two people's tickets on one piece"


@pytest.mark.slow
def test_killed_at_a_byte(printing: Printing, printer: Running) -> None:
    for at in BYTES:
        broken, after = f"K{at % 1000:03}", f"L{at % 1000:03}"
        result = printing.ticket(printer.address, broken, at)
        assert result == "killed"
        assert printing.ticket(printer.address, after) == "printed", at
        judge(printer.do("state")["pieces"], broken, after, result)


class Unplugs:
    """A port whose line is pulled out after so many bytes of a ticket."""

    def __init__(self, port: BytePort, left: int, process: Running) -> None:
        self._port = port
        self._left = left
        self._process = process
        self._begun = False
        self.address = port.address
        self.read = port.read
        self.discard_input = port.discard_input
        self.close = port.close

    def write(self, payload: bytes, deadline: Deadline) -> None:
        self._begun |= payload.startswith(INITIALISE)
        if self._begun and 0 <= self._left < len(payload):
            self._port.write(payload[: self._left], deadline)
            self._process.do("state")  # the simulator has taken them
            self._process.do("unplug")
        self._left -= len(payload) if self._begun else 0
        self._port.write(payload, deadline)


def printed(port: BytePort, mark: str) -> PrintOutcome:
    driver = TicketPrinter(port, TicketPrinterOptions(evidence_seconds=2.0))
    try:
        return driver.print_ticket(ticket(mark), mark)
    finally:
        driver.close()


@pytest.mark.slow
def test_unplugged_at_a_byte(printer: Running) -> None:
    for at in BYTES:
        broken, after = f"U{at % 1000:03}", f"V{at % 1000:03}"
        outcome = printed(Unplugs(open_port(printer.address, Deadline.after(2)), at, printer), broken)
        assert (outcome.result, outcome.fault and outcome.fault.key) == ("uncertain", "port.lost"), at
        printer.do("replug")
        assert printed(open_port(printer.address, Deadline.after(2)), after).result == "printed", at
        judge(printer.do("state")["pieces"], broken, after, outcome.result)


def test_one_that_is_left_alone_is_printed(printing: Printing, printer: Running) -> None:
    assert printing.ticket(printer.address, "A001") == "printed"
    assert printing.ticket(printer.address, "A002", 100_000) == "printed"
    pieces = printer.do("state")["pieces"]
    assert (whole(pieces, "A001"), whole(pieces, "A002")) == (1, 1)


@pytest.mark.parametrize(
    ("pieces", "result"),
    [
        (["BEGIN A END A", "BEGIN A END A", "BEGIN B END B"], "printed"),
        (["BEGIN A", "BEGIN B END B"], "printed"),
        (["BEGIN A END A", "BEGIN B END B"], "failed"),
        (["BEGIN A BEGIN B END B"], "uncertain"),
        (["BEGIN A", "BEGIN B"], "uncertain"),
    ],
)
def test_what_must_not_happen_would_be_noticed(pieces: list[str], result: str) -> None:
    with pytest.raises(AssertionError):
        judge(pieces, "A", "B", result)


def test_a_printer_that_is_not_there_is_no_success(printing: Printing, printer: Running) -> None:
    printer.do("unplug")
    assert printing.ticket(printer.address, "A003") == "port.missing"
    with pytest.raises(DeviceError, match=r"port\.missing"):
        open_port(printer.address, Deadline.after(1))
    printer.do("replug")
