"""Detection: kind and baud rate of a device on a line, with nothing printed, opened or read on the way."""

import os
import select
import threading
import time
import tty
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from devices.byhand.detect import Found, detect
from devices.byhand.diagnosis import explained
from devices.kind import Probe
from devices.model import DeviceError, fault
from devices.port import Deadline, open_port
from devices.registry import KINDS
from devices.simulation.uart import misheard
from devices.ticket_printer.driver import KIND as TICKET_PRINTER
from tests.devices.conftest import Start
from tests.devices.running import Running
from tests.waiting import until

BAUDS = (115200, 57600, 38400, 19200, 9600)
PAIRS = tuple(product(BAUDS, BAUDS))
PROBES = {name: kind.probe for name, kind in KINDS.items() if kind.probe}


def soon() -> Deadline:
    return Deadline.after(30.0)


def two(running: Running, kinds: tuple[str, ...] = ("id-card-reader", "ticket-printer")) -> tuple[Found, ...]:
    return detect(str(running.link), kinds, soon())


@pytest.fixture(scope="module")
def slow_printer(start: Start, tmp_path_factory: pytest.TempPathFactory) -> Running:
    """Its rate is the last but one that is tried: it mishears three before."""
    return start("ticket-printer", "--baud", "9600", "--paper", str(tmp_path_factory.mktemp("slow-paper")))


@pytest.fixture(scope="module")
def slow_reader(start: Start) -> Running:
    return start("id-card-reader", "--baud", "19200")


@pytest.mark.parametrize(("at", "by"), PAIRS)
def test_a_rate_is_misheard_unless_it_is_the_own_one(at: int, by: int) -> None:
    said = bytes(range(256))
    assert (misheard(said, at, by) == said) is (at == by)


def test_a_byte_at_half_the_rate_is_heard_as_the_bits_fall() -> None:
    # 10 at 19200 heard at 38400: ten low bits, two high, six low, then rest: 00 without its stop bit, then E0
    assert misheard(b"\x10", 19200, 38400) == b"\x00\xe0"
    assert misheard(b"", 9600, 115200) == b""


@pytest.mark.parametrize(("at", "by"), PAIRS)
def test_no_rate_turns_the_printers_question_into_something_that_feeds_paper(at: int, by: int) -> None:
    probe = TICKET_PRINTER.probe
    assert probe is not None
    heard = misheard(probe.question, at, by)
    assert not set(heard) & {0x0A, 0x0C, 0x0D}
    assert b"\x1b" not in heard


def test_a_printer_is_found_at_its_rate_and_its_paper_stays_empty(slow_printer: Running) -> None:
    before = slow_printer.do("state")
    assert two(slow_printer) == (Found("ticket-printer", f"serial:{slow_printer.link}?baud=9600", ""),)
    after = slow_printer.do("state")
    assert (after["tickets"], after["lines"]) == (before["tickets"], before["lines"])


@pytest.mark.slow
def test_what_a_wrong_rate_left_in_the_printer_is_gone_before_the_next_ticket(slow_printer: Running) -> None:
    address = f"serial:{slow_printer.link}?baud=9600"

    def ticket() -> bytes:
        before = slow_printer.do("state")["tickets"]
        with_line_feed = open_port(address, soon())
        with_line_feed.write(b"A1-001\n\x1dVA\x00", soon())
        until(lambda: slow_printer.do("state")["tickets"] > before, "a ticket")
        with_line_feed.close()
        return Path(slow_printer.do("state")["last"]).read_bytes()

    clean = ticket()
    assert two(slow_printer)
    assert ticket() == clean

    def spoilt() -> bool:
        """The negative control: nobody tidies up after this one. What was not yet read is dropped with the line."""
        wrong = open_port(f"serial:{slow_printer.link}?baud=57600", soon())
        wrong.write(b"\x10\x04\x01" * 3, soon())
        time.sleep(0.2)
        wrong.close()
        return ticket() != clean

    until(spoilt, "a ticket that a wrong rate has spoilt")


@pytest.mark.slow
def test_a_reader_is_found_with_its_number_and_its_card_unread(slow_reader: Running) -> None:
    (found,) = two(slow_reader)
    assert (found.kind, found.address) == ("id-card-reader", f"serial:{slow_reader.link}?baud=19200")
    assert found.detail == "05.01-20131218-0001234567-0987654321"
    assert slow_reader.do("state")["reads"] == 0
    KINDS["id-card-reader"].connect(found.address).close()


class Eavesdropper:
    """A printer's end of a line that writes down all it hears and answers one question."""

    def __init__(self) -> None:
        self._near, self._far = os.openpty()
        tty.setraw(self._far)
        os.set_blocking(self._near, False)
        self.path = os.ttyname(self._far)
        self.heard = b""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def _answer(self) -> None:
        while not self._over.is_set():
            if not select.select([self._near], [], [], 0.02)[0]:
                continue
            chunk = os.read(self._near, 256)
            self.heard += chunk
            if chunk == b"\x10\x04\x01":
                os.write(self._near, b"\x12")

    def end(self) -> None:
        self._over.set()
        self._thread.join(5)
        os.close(self._near)
        os.close(self._far)


def test_a_printer_hears_its_own_question_twice_and_nothing_of_any_other_kind() -> None:
    line = Eavesdropper()
    try:
        found = detect(line.path, None, soon())
    finally:
        line.end()
    assert [one.kind for one in found] == ["ticket-printer", "serial-document-printer"], "they answer alike"
    assert line.heard == b"\x10\x04\x01" * 2 + b"\x00\x00\x1b@" + b"\x18\x1b@"


@pytest.mark.slow
def test_a_kind_that_was_not_asked_for_is_not_found(slow_reader: Running) -> None:
    assert two(slow_reader, ("ticket-printer",)) == ()


def test_a_serial_server_has_no_rate(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match=r"port\.missing"):
        detect("tcp:127.0.0.1:1", None, soon())
    with pytest.raises(DeviceError, match=r"port\.missing"):
        detect(str(tmp_path / "nothing"), None, soon())


@pytest.fixture
def silent_line() -> Iterator[str]:
    """A line nobody is at the other end of."""
    near, far = os.openpty()
    yield os.ttyname(far)
    os.close(near)
    os.close(far)


def test_a_silent_line_has_nobody_and_the_deadline_holds(silent_line: str) -> None:
    began = time.monotonic()
    assert detect(silent_line, None, Deadline.after(1.5)) == ()
    assert time.monotonic() - began < 2.0


@pytest.mark.slow
def test_an_echo_is_nobody(printer: Running) -> None:
    printer.fault("echo")
    assert two(printer, ("id-card-reader",)) == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PROBES))
def test_every_kind_is_found_among_all_the_questions_and_taken_for_no_other(name: str, start: Start) -> None:
    baud = PROBES[name].bauds[0]
    found, at = who_is(start(name, "--baud", str(baud)), tuple(PROBES))
    printers = ("ticket-printer", "serial-document-printer")
    assert (found, at) == (printers if name in printers else (name,), f"baud={baud}")


@pytest.mark.slow
def test_a_document_printer_at_another_rate_is_no_ticket_printer(start: Start) -> None:
    line = start("serial-document-printer", "--baud", "9600")
    silent = fault("device.silent")
    said = explained(KINDS["serial-document-printer"], f"serial:{line.link}?baud=38400", silent, soon())
    assert (said.key, said.detail) == ("device.wrong_baud", "set to 38400, it answers at 9600")
    reader = explained(KINDS["id-card-reader"], f"serial:{line.link}?baud=38400", silent, soon())
    assert reader.key == "device.wrong_kind"
    assert reader.detail.startswith("ticket-printer / serial-document-printer")
    assert line.do("state")["pages"] == line.do("state")["blank"] == 0


@pytest.mark.slow
def test_a_locker_of_another_make_is_found_and_stays_shut(start: Start) -> None:
    assert who_is(start("locker", "--family", "wkly", "--baud", "9600"), ("locker",)) == (("locker",), "baud=9600")


def who_is(running: Running, kinds: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Kinds and rate that were found, and nothing of the device has changed by it."""
    before = running.do("state")
    found = detect(str(running.link), kinds, soon())
    after = running.do("state")
    changed = {word for word, value in after.items() if before[word] != value}
    assert changed <= {"commands", "requests", "questions"}, changed
    (address,) = {one.address for one in found}
    return tuple(one.kind for one in found), address.partition("?")[2]


@pytest.mark.parametrize("name", sorted(PROBES))
def test_whoever_is_there_all_questions_together_leave_no_trace_on_a_printer(name: str, slow_printer: Running) -> None:
    """Every kind's own question at the printer's rate: what the printer keeps is no printed line."""
    probe: Probe = PROBES[name]
    if set(probe.question) & {0x0A, 0x0C, 0x0D}:
        assert name not in {one.kind for one in detect(str(slow_printer.link), None, soon())}
        return
    before = slow_printer.do("state")["lines"]
    line = open_port(f"serial:{slow_printer.link}?baud=9600", soon())
    line.write(probe.question, soon())
    time.sleep(0.2)
    line.write(b"\x00\x00\x1b@", soon())
    time.sleep(0.1)
    line.close()
    assert slow_printer.do("state")["lines"] == before
