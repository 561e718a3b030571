"""The real driver against the simulated printer: status that is true, tickets that are printed, failed or uncertain."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from devices.model import Cover, DeviceError, Supply
from devices.port import BytePort, Deadline, open_port
from devices.simulation.faults import NAMES
from devices.ticket_printer.document import Cut, Element, Feed, Qr, Row, Rule, Text, sample_ticket
from devices.ticket_printer.driver import PrintOutcome, TicketPrinter, TicketPrinterOptions
from devices.ticket_printer.protocol import INITIALISE, ask_print_id
from tests.devices.running import Running

TICKET: tuple[Element, ...] = (
    Text("随办", align="centre", width=2, height=2, bold=True),
    Rule(),
    Text("A1-001", align="centre", width=4, height=4, bold=True),
    Row("姓名", "王*"),
    Text("生僻字 㛃𠮷䶮"),
    Feed(1),
    Qr("https://example.gov.cn/q/A1-001"),
    Cut(),
)
QUICK = TicketPrinterOptions(evidence_seconds=0.6)


@contextmanager
def connected(process: Running, options: TicketPrinterOptions = QUICK) -> Iterator[TicketPrinter]:
    printer = TicketPrinter(open_port(process.address, Deadline.after(2)), options)
    try:
        yield printer
    finally:
        printer.close()


def test_status_comes_within_thirty_milliseconds(printer: Running) -> None:
    with connected(printer) as driver:
        took = []
        for _ in range(20):
            began = time.perf_counter()
            driver.status()
            took.append(time.perf_counter() - began)
        assert driver.status().as_json() == {
            "online": True,
            "paper": "full",
            "cover": "closed",
            "cutter": "ok",
            "error": "none",
        }
        assert min(took) < 0.030


@pytest.mark.parametrize(
    ("order", "part", "value", "key"),
    [
        ("paper_low", "paper", "low", None),
        ("paper_out", "paper", "out", "ticket_printer.paper_out"),
        ("cover_open", "cover", "open", "ticket_printer.cover_open"),
        ("jam", "cutter", "inoperable", "ticket_printer.cutter_jammed"),
    ],
)
def test_the_state_of_the_printer_is_seen_and_nothing_is_sent_to_one_that_cannot_print(
    printer: Running, order: str, part: str, value: str, key: str | None
) -> None:
    with connected(printer) as driver:
        driver.status()
        before = printer.do(order)
        state = driver.status()
        assert state.as_json()[part] == value
        assert state.online is (key is None)
        outcome = driver.print_ticket(TICKET, "A001")
        after = printer.do("state")
        if key is None:
            assert outcome.result == "printed"
        else:
            assert outcome.result == "failed"
            assert outcome.fault is not None
            assert outcome.fault.key == key
            assert (after["tickets"], after["waiting"]) == (before["tickets"], 0)


def test_a_silent_printer_is_unknown_throughout_and_gets_no_ticket(printer: Running) -> None:
    with connected(printer) as driver:
        printer.fault("silence")
        assert set(driver.status().as_json().values()) == {"unknown"}
        outcome = driver.print_ticket(TICKET, "A001")
        assert (outcome.result, outcome.fault and outcome.fault.key) == ("failed", "device.silent")
        printer.fault("none")
        assert driver.status().paper is Supply.FULL


def test_a_ticket_is_printed_once_and_proven_by_its_own_id(printer: Running) -> None:
    with connected(printer) as driver:
        before = printer.do("state")["tickets"]
        assert driver.print_ticket(TICKET, "A001") == PrintOutcome("printed", "process id")
        assert driver.print_ticket(TICKET, "A002").result == "printed"
        state = printer.do("state")
        assert (state["tickets"], state["waiting"]) == (before + 2, 0)


def test_the_paper_shows_what_was_ordered(printer: Running) -> None:
    with connected(printer) as driver:
        driver.print_ticket(TICKET, "A001")
    paper = Image.open(printer.do("state")["last"])
    assert paper.width == 576
    [code] = zxingcpp.read_barcodes(paper)
    assert code.text == "https://example.gov.cn/q/A1-001"
    ink = paper.point(lambda dot: 255 - dot)
    title, number, rare = (ink.crop((0, top, 576, top + high)) for top, high in ((24, 56), (96, 104), (232, 32)))
    for strip in (title, number):
        left, top, right, bottom = strip.getbbox() or (0, 0, 0, 0)
        assert abs(left - (576 - right)) < 16, "centred"
        assert top > 0, "not clipped at the top"
        assert bottom < strip.height, "not clipped at the bottom"
    assert rare.getbbox() is not None
    assert rare.crop((24 * 3 + 12, 0, 24 * 6 + 12, 32)).histogram()[255] > 150, "three rare characters have strokes"


def test_a_code_drawn_as_a_picture_is_read_as_well(printer: Running) -> None:
    with connected(printer, TicketPrinterOptions(native_qr=False)) as driver:
        assert driver.print_ticket(sample_ticket("测试"), "A003").result == "printed"
    [code] = zxingcpp.read_barcodes(Image.open(printer.do("state")["last"]))
    assert code.text == "https://example.gov.cn/q/A1-001"


def test_paper_that_ends_in_the_middle_is_uncertain_and_says_why(printer: Running) -> None:
    with connected(printer) as driver:
        printer.do("paper_left", lines=3)
        outcome = driver.print_ticket(TICKET, "A001")
        assert (outcome.result, outcome.fault and outcome.fault.key) == ("uncertain", "ticket_printer.paper_out")
        assert driver.print_ticket(TICKET, "A002").result == "failed"
        printer.do("refill")
        assert driver.print_ticket(TICKET, "A003").result == "printed"


def test_a_cover_opened_while_the_ticket_waits_is_uncertain(printer: Running) -> None:
    with connected(printer) as driver:
        printer.do("paper_left", lines=1)
        outcome = driver.print_ticket(TICKET, "A001")
        assert outcome.result == "uncertain"
        printer.do("cover_open")
        assert driver.status().cover is Cover.OPEN


@pytest.mark.parametrize("answers_status", [True, False])
@pytest.mark.parametrize("process_ids", [True, False])
def test_power_that_goes_in_mid_ticket_is_never_a_success(
    printer: Running, *, answers_status: bool, process_ids: bool
) -> None:
    options = TicketPrinterOptions(evidence_seconds=0.4, answers_status=answers_status)
    port = open_port(printer.address, Deadline.after(2))
    driver = TicketPrinter(port if process_ids else Without(port, ask_print_id("A001")), options)
    try:
        before = printer.do("power_off_after", lines=3)["tickets"]
        outcome = driver.print_ticket(TICKET, "A001")  # the line says 00 as the power goes: a break
        assert (outcome.result, outcome.fault and outcome.fault.key) == ("uncertain", "device.silent")
        printer.do("power_on")
        assert driver.print_ticket(TICKET, "A002").result == "printed"
        assert printer.do("state")["tickets"] == before + 1
    finally:
        driver.close()


def test_recovery_clears_the_jam_and_what_waited(printer: Running) -> None:
    with connected(printer) as driver:
        printer.do("jam")
        driver._line.write(b"half a ticket")
        driver.recover()
        assert driver.status().fault() is None
        assert printer.do("state")["waiting"] == 0


def test_a_printer_without_process_ids_is_believed_by_its_buffered_status(printer: Running) -> None:
    port = open_port(printer.address, Deadline.after(2))
    driver = TicketPrinter(Without(port, ask_print_id("A001")), QUICK)
    try:
        assert driver.print_ticket(TICKET, "A001") == PrintOutcome("printed", "buffered status")
    finally:
        driver.close()


class Without:
    """A port to a printer that does not know one command."""

    def __init__(self, port: BytePort, unknown: bytes) -> None:
        self._port = port
        self._unknown = unknown
        self.address = port.address
        self.read = port.read
        self.discard_input = port.discard_input
        self.close = port.close

    def write(self, payload: bytes, deadline: Deadline) -> None:
        self._port.write(payload.replace(self._unknown, b""), deadline)


BROKEN_LINE = ("disconnect-before", "disconnect-inside", "disconnect-after", "renumbered", "flapping", "stuck")


@pytest.mark.parametrize("fault", ["disconnect-before", "disconnect-inside", "renumbered"])
def test_a_line_that_breaks_before_the_ticket_has_failed(printer: Running, fault: str, no_leaks: None) -> None:
    with connected(printer) as driver:
        driver.status()
        printer.fault(fault, times=1)
        outcome = driver.print_ticket(TICKET, "A001")
        assert (outcome.result, outcome.fault and outcome.fault.key) == ("failed", "port.lost")


class BreaksAfter:
    """A port that dies once so many bytes of a ticket went out."""

    def __init__(self, port: BytePort, bytes_left: int) -> None:
        self._port = port
        self._left = bytes_left
        self._begun = False
        self.address = port.address
        self.read = port.read
        self.discard_input = port.discard_input
        self.close = port.close

    def write(self, payload: bytes, deadline: Deadline) -> None:
        self._begun |= payload.startswith(INITIALISE)
        if self._begun:
            payload = payload[: self._left]
            self._left -= len(payload)
        self._port.write(payload, deadline)
        if self._left <= 0:
            self._port.close()


@pytest.mark.parametrize("after", [1, 2, 5, 100, 256, 257, 800])
def test_a_line_that_breaks_after_the_first_byte_is_uncertain_and_nothing_is_sent_again(
    printer: Running, after: int
) -> None:
    before = printer.do("state")["tickets"]
    driver = TicketPrinter(BreaksAfter(open_port(printer.address, Deadline.after(2)), after), QUICK)
    outcome = driver.print_ticket(TICKET, "A001")
    driver.close()
    assert (outcome.result, outcome.fault and outcome.fault.key) == ("uncertain", "port.lost")
    assert printer.do("state")["tickets"] == before


def test_a_printer_that_takes_no_bytes_is_left_in_time(printer: Running) -> None:
    with connected(printer) as driver:
        printer.fault("stuck")
        began = time.monotonic()
        assert driver.print_ticket(TICKET, "A001").result == "failed"
        assert time.monotonic() - began < 3.0


@pytest.mark.parametrize("fault", ["glued", "pieces", "duplicate"])
def test_a_wordy_line_still_prints_exactly_one_ticket(printer: Running, fault: str) -> None:
    with connected(printer) as driver:
        before = printer.do("state")["tickets"]
        printer.fault(fault)
        outcome = driver.print_ticket(TICKET, "A001")
        printer.fault("none")
        tickets = printer.do("state")["tickets"] - before
        assert (outcome.result, tickets) == ("printed", 1)
        assert driver.status().paper is Supply.FULL


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize("fault", ["silence", "late-answer", "slow-loris", "contradiction"])
def test_a_ticket_without_evidence_is_never_called_printed(printer: Running, fault: str) -> None:
    options = TicketPrinterOptions(evidence_seconds=0.3, answers_status=False)
    with connected(printer, options) as driver:
        printer.fault(fault)
        outcome = driver.print_ticket((Text("A1-001"), Cut()), "A001")
        assert outcome.result == "uncertain"
        assert outcome.fault is not None


def test_the_late_answers_of_an_uncertain_ticket_do_not_prove_the_next_one(printer: Running) -> None:
    with connected(printer, TicketPrinterOptions(evidence_seconds=0.2)) as driver:
        printer.do("paper_left", lines=2)
        assert driver.print_ticket(TICKET, "A001").result == "uncertain"
        printer.do("refill")
        before = printer.do("state")["tickets"]
        printer.do("paper_left", lines=2)
        second = driver.print_ticket(TICKET, "A002")
        assert second.result == "uncertain"
        assert printer.do("state")["tickets"] == before


@pytest.mark.parametrize(
    "fault", ["noise-before", "noise-after", "echo", "baud-mismatch", "flipped-bit", "dropped-byte", "noise-inside"]
)
def test_a_garbled_line_never_hangs_and_never_invents_a_ticket(printer: Running, fault: str) -> None:
    with connected(printer) as driver:
        before = printer.do("state")["tickets"]
        printer.fault(fault)
        began = time.monotonic()
        outcome = driver.print_ticket(TICKET, "A001")
        assert time.monotonic() - began < 6
        printer.fault("none")
        tickets = printer.do("state")["tickets"] - before
        assert tickets <= 1
        assert outcome.result != "printed" or tickets == 1
        assert outcome.result != "failed" or tickets == 0


def test_a_power_cycle_switches_the_automatic_status_off_and_the_driver_on_again(printer: Running) -> None:
    with connected(printer) as driver:
        printer.fault("reboot", times=1)
        driver.status()
        printer.fault("silence")
        driver.status()
        printer.fault("none")
        assert driver.status().paper is Supply.FULL
        assert driver.status().paper is Supply.FULL  # by now the order that followed the first status has arrived
        printer.do("paper_out")
        until = Deadline.after(1)
        while not driver._line.stopped and not until.expired:
            driver._line.hear(until)
        assert driver._line.stopped, "the printer told by itself"


class CheapBoard:
    """A printer that answers DLE EOT, ignores process ids, and answers GS r when it is let, in order, all at once."""

    address = "cheap"

    def __init__(self) -> None:
        self.waiting = 0
        self.prompt = True
        self.says_how_it_is = True
        self.let_with_next_ticket = 0
        self.says_with_next_ticket = b""
        self._out = b""

    def release(self, answers: int) -> None:
        self._out += b"\x00" * min(answers, self.waiting)
        self.waiting -= min(answers, self.waiting)

    def read(self, limit: int, deadline: Deadline) -> bytes:
        if not self._out:
            time.sleep(min(0.01, deadline.left()))
        chunk, self._out = self._out[:limit], self._out[limit:]
        return chunk

    def write(self, payload: bytes, deadline: Deadline) -> None:  # noqa: ARG002 - BytePort's
        if payload.startswith(b"\x10\x04") and self.says_how_it_is:
            self._out += b"\x12"
        if payload.endswith(b"\x1d\x72\x01"):
            self.waiting += 1
            if self.prompt:
                self.release(1)
            if len(payload.lstrip(b"\0")) > 3:
                self.release(self.let_with_next_ticket)
                self._out, self.says_with_next_ticket = self._out + self.says_with_next_ticket, b""

    def discard_input(self) -> int:
        return 0

    def close(self) -> None:
        self.waiting = 0


@pytest.mark.slow
def test_a_late_buffered_status_does_not_prove_the_next_ticket() -> None:
    board = CheapBoard()
    driver = TicketPrinter(board, TicketPrinterOptions(evidence_seconds=0.05))
    assert driver.print_ticket((Cut(),), "A001") == PrintOutcome("printed", "buffered status")
    board.prompt = False
    assert driver.print_ticket((Cut(),), "A002").result == "uncertain"
    board.let_with_next_ticket = 3  # for A002 and the two questions after it, while A003 is being printed
    assert driver.print_ticket((Cut(),), "A003").result == "uncertain"
    board.release(1)
    board.prompt = True
    assert driver.print_ticket((Cut(),), "A004") == PrintOutcome("printed", "buffered status")


@pytest.mark.slow
def test_what_an_earlier_connection_is_owed_does_not_prove_a_ticket_of_this_one() -> None:
    board = CheapBoard()
    board.prompt = False
    assert TicketPrinter(board, TicketPrinterOptions(evidence_seconds=0.05)).print_ticket((Cut(),), "A001").fault
    again = TicketPrinter(board, TicketPrinterOptions(evidence_seconds=0.05))
    board.let_with_next_ticket = 4  # everything but the answer for A002 itself
    assert again.print_ticket((Cut(),), "A002").result == "uncertain"
    last = TicketPrinter(board, TicketPrinterOptions(evidence_seconds=0.05))
    board.release(9)
    board.prompt, board.let_with_next_ticket = True, 0
    assert last.print_ticket((Cut(),), "A003") == PrintOutcome("printed", "buffered status")


@pytest.mark.slow
def test_a_board_that_never_says_how_it_is_must_answer_the_other_question_twice() -> None:
    board = CheapBoard()
    board.says_how_it_is = False
    options = TicketPrinterOptions(evidence_seconds=0.05, answers_status=False)
    driver = TicketPrinter(board, options)
    assert driver.print_ticket((Cut(),), "A001") == PrintOutcome("printed", "buffered status, twice")
    board.prompt, board.says_with_next_ticket = False, b"\0"
    assert driver.print_ticket((Cut(),), "A002").result == "uncertain"


def test_the_id_of_another_ticket_proves_nothing() -> None:
    board = CheapBoard()
    driver = TicketPrinter(board, TicketPrinterOptions(evidence_seconds=0.05))
    driver.status()
    board.prompt = False
    board.says_with_next_ticket = b"\x37\x22A000\x00"
    assert driver.print_ticket((Cut(),), "A001").result == "uncertain"
    board.prompt = True
    board.release(9)
    driver.status()
    board.prompt = False
    board.says_with_next_ticket = b"\x37\x22A002\x00"
    assert driver.print_ticket((Cut(),), "A002") == PrintOutcome("printed", "process id")


def test_xoff_pauses_the_ticket_and_xon_resumes_it() -> None:
    port = FlowControlled()
    driver = TicketPrinter(port, TicketPrinterOptions(evidence_seconds=0.1))
    port.arriving = [b"\x13", b"", b"\x11"]
    driver._line.send(b"x" * 600)
    assert port.written[-3:] == [b"x" * 256, b"x" * 256, b"x" * 88]
    assert port.silent_reads_while_paused == 1


class FlowControlled:
    """A port whose printer stops and resumes the line."""

    address = "flow"

    def __init__(self) -> None:
        self.arriving: list[bytes] = []
        self.written: list[bytes] = []
        self.silent_reads_while_paused = 0

    def read(self, limit: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - BytePort's
        chunk = self.arriving.pop(0) if self.arriving else b""
        self.silent_reads_while_paused += not chunk and bool(self.arriving)
        return chunk

    def write(self, payload: bytes, deadline: Deadline) -> None:  # noqa: ARG002 - BytePort's
        assert not self.arriving, "written while the printer had said stop"
        self.written.append(payload)

    def discard_input(self) -> int:
        return 0

    def close(self) -> None:
        self.arriving = []


def test_a_ticket_no_machine_can_draw_has_failed_before_a_byte_was_sent(printer: Running) -> None:
    with connected(printer) as driver:
        outcome = driver.print_ticket((Qr("x" * 3000), Cut()), "A001")
        assert (outcome.result, outcome.fault and outcome.fault.key) == ("failed", "ticket_printer.ticket_unprintable")
        assert driver.print_ticket((Cut(),), "bad id").result == "failed"


def test_a_dead_line_is_known_at_once(printer: Running, tmp_path: Path) -> None:
    with connected(printer) as driver:
        printer.do("unplug")
        with pytest.raises(DeviceError, match=r"port\.lost"):
            driver.status()


def test_every_fault_of_the_catalogue_is_tried_here() -> None:
    tried = {"noise-before", "noise-after", "glued", "pieces", "duplicate", "reboot"}
    tried |= {"silence", "late-answer", "slow-loris", "contradiction"}
    tried |= {"echo", "baud-mismatch", "flipped-bit", "dropped-byte", "noise-inside"}
    no_length_in_these_answers = {"short-length", "huge-length"}
    in_test_two_devices_swapped = {"swapped"}
    assert tried | set(BROKEN_LINE) | no_length_in_these_answers | in_test_two_devices_swapped == set(NAMES)
