"""The real driver against simulated ESC/P and PJL printers: pages proven or not, and none for the next citizen."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PIL import Image

from devices import model
from devices.document_printer import escp_talk, pjl_talk
from devices.document_printer.pjl import ASK_STATUS
from devices.document_printer.sample import sample_document
from devices.document_printer.serial_driver import KIND, SerialDocumentPrinter, SerialPrinterOptions
from devices.document_printer.serial_redaction import Redaction
from devices.document_printer.serial_simulator import SimulatedSerialPrinter, simulated
from devices.document_printer.state import FAULTS, Document
from devices.driving import as_owner
from devices.kind import Level
from devices.model import DeviceError
from devices.port import BytePort, Deadline, open_port
from devices.simulation.faults import NAMES
from tests.devices.conftest import Start
from tests.devices.running import Running
from tests.waiting import until

STAMP = {"escp": "1b7a01", "pjl": b"@PJL SET STAMP=ON\r\n".hex()}
LINES = 6


@pytest.fixture(scope="module")
def processes(start: Start, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Running]:
    paper = tmp_path_factory.mktemp("sheets")
    return {
        language: start(
            "serial-document-printer", "--language", language, "--paper", str(paper / language), "--stamp", stamp
        )
        for language, stamp in STAMP.items()
    }


def fresh(process: Running) -> Running:
    process.fault("none")
    process.do("unplug")
    for order in ("replug", "refill", "cover_close", "clear_jam", "mend", "resume"):
        process.do(order)
    return process


@pytest.fixture(params=["escp", "pjl"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def printer(processes: dict[str, Running], language: str) -> Running:
    """A printer of each language in its first state."""
    return fresh(processes[language])


@pytest.fixture
def escp(processes: dict[str, Running]) -> Running:
    return fresh(processes["escp"])


@pytest.fixture
def pjl(processes: dict[str, Running]) -> Running:
    return fresh(processes["pjl"])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For lines that stay silent; where a page must come out, the printer has the time it has in service."""
    monkeypatch.setattr(pjl_talk, "_PJL_SECONDS", 0.4)
    monkeypatch.setattr(escp_talk, "_LOOK_SECONDS", 0.15)


@contextmanager
def connected(process: Running, language: str, **more: object) -> Iterator[SerialDocumentPrinter]:
    driver = KIND.connect(process.address, {"language": language, **more})
    try:
        yield driver
    finally:
        driver.close()


def document(whose: str, pages: int = 1, *, copies: int = 1, stamp: bool = False) -> Document:
    pdf = sample_document(whose, pages).pdf
    lines = tuple((f"{whose} {page + 1}", *("证明 0123456789",) * (LINES - 1)) for page in range(pages))
    return Document(pdf=pdf, pages=pages, title="certificate", copies=copies, stamp=stamp, text_pages=lines)


def soon(seconds: float = 30.0) -> Deadline:
    return Deadline.after(seconds)


def owners(state: dict[str, Any], since: int) -> list[str]:
    """Whose the sheets are that came out, as far as the last twenty."""
    texts = state["texts"][-(state["pages"] - since) :] if state["pages"] > since else []
    return [found[0] if (found := re.findall(r"person-\w", text)) else "nobody" for text in texts]


def test_every_page_comes_out_once_and_is_proven(printer: Running, language: str) -> None:
    with connected(printer, language) as driver:
        before = printer.do("state")["pages"]
        outcome = driver.print_document(document("person-a", pages=3, copies=2), soon())
        assert (outcome.result, outcome.pages_out, outcome.fault) == ("printed", 6, None)
        assert owners(printer.do("state"), before) == ["person-a"] * 6
        counts = driver.tally.take()
        assert (counts["documents"], counts["pages"], counts["printed"]) == (1, 6, 1)


def test_the_sheet_shows_what_was_ordered(escp: Running) -> None:
    with connected(escp, "escp") as driver:
        assert driver.print_document(document("person-a"), soon()).result == "printed"
        plain = Image.open(escp.do("state")["last"]).convert("L")
        rare = Document(pdf=b"", pages=1, title="rare", text_pages=(("", "生僻字 㛃𠮷䶮"),))
        assert driver.print_document(rare, soon()).result == "printed"
        drawn = Image.open(escp.do("state")["last"]).convert("L")
    for sheet, rows in ((plain, range(LINES)), (drawn, (1,))):
        for row in range(12):
            band = sheet.crop((0, 60 + 30 * row, sheet.width, 60 + 30 * row + 24))
            ink = band.point(lambda dot: 255 * (dot < 128)).getbbox()
            assert (ink is not None) is (row in rows)
    three_rare = drawn.crop((60 + 15 * 7, 90, 60 + 15 * 13, 114))
    assert sum(three_rare.histogram()[:128]) > 200


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("paper_out", "document_printer.paper_out"),
        ("cover_open", "document_printer.cover_open"),
        ("jam", "document_printer.jammed"),
        ("break", "document_printer.hardware_error"),
        ("pause", "document_printer.offline"),
        ("paper_low", None),
    ],
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(
    printer: Running, language: str, order: str, key: str | None
) -> None:
    with connected(printer, language) as driver:
        before = printer.do(order)["pages"]
        outcome = driver.print_document(document("person-a"), soon())
        after = printer.do("state")
        if key is None:
            assert outcome.result == "printed"
            assert driver.status().paper == "low"
            return
        assert (outcome.result, outcome.pages_out) == ("failed", 0)
        assert outcome.fault is not None
        assert outcome.fault.key == key
        assert (after["pages"], after["waiting"]) == (before, 0)


@pytest.mark.usefixtures("impatient")
def test_a_silent_printer_is_unknown_throughout_and_gets_nothing(printer: Running, language: str) -> None:
    with connected(printer, language) as driver:
        printer.fault("silence")
        known = driver.status().as_json()
        assert {value for value in known.values() if isinstance(value, str | bool)} == {"unknown"}
        outcome = driver.print_document(document("person-a"), soon())
        assert (outcome.result, outcome.fault and outcome.fault.key) == ("failed", "device.silent")
        printer.fault("none")
        assert driver.status().online is True
        assert printer.do("state")["waiting"] == 0


@pytest.mark.parametrize("page", [0, 1, 2])
@pytest.mark.parametrize(("trouble", "cure"), [("jam", "clear_jam"), ("paper_out", "refill")])
def test_a_document_stopped_at_any_page_is_never_printed_and_never_mixed_with_the_next(
    printer: Running, language: str, page: int, trouble: str, cure: str
) -> None:
    with connected(printer, language) as driver:
        before = printer.do("stop_at", pages=page, lines=3 if language == "escp" else 0, **{"with": trouble})["pages"]
        outcome = driver.print_document(document("person-a", pages=3), soon())
        assert outcome.result == "uncertain", "the page under way may still come out"
        assert outcome.fault is not None
        assert outcome.fault.key in {"document_printer.jammed", "document_printer.paper_out"}
        assert printer.do("state")["pages"] == before + page
        assert outcome.pages_out == (page or None)
        assert driver.print_document(document("person-b"), soon()).result == "failed"
        printer.do(cure)
        wait_until_empty(driver)
        assert driver.print_document(document("person-b"), soon()).result == "printed"
        assert owners(printer.do("state"), before) == ["person-a"] * (page + 1) + ["person-b"]


def wait_until_empty(driver: SerialDocumentPrinter) -> None:
    until(lambda: driver.status().fault() is None, "a printer at rest", state=driver.status)


def test_after_eight_hours_without_paper_at_most_the_page_under_way_comes_out(escp: Running) -> None:
    """And of it only what was on the paper, plus the line the printer held."""
    with connected(escp, "escp") as driver:
        before = escp.do("stop_at", pages=0, lines=2, **{"with": "paper_out"})["pages"]
        assert driver.print_document(document("person-a", pages=3), soon()).result == "uncertain"
        for _ in range(20):
            assert driver.status().fault() is not None  # looked at again and again, told once
        state = escp.do("refill")
        wait_until_empty(driver)
        state = escp.do("state")
        assert owners(state, before) == ["person-a"]
        assert state["texts"][-1].count("证明") <= 2
        assert state["waiting"] == 0


def test_a_document_called_off_in_the_middle_ends_and_the_next_begins_on_a_fresh_sheet(escp: Running) -> None:
    with connected(escp, "escp") as driver:
        before = escp.do("state")
        looks = iter(range(1000))
        outcome = driver.print_document(document("person-a", pages=3), soon(), lambda: next(looks) > 20)
        assert outcome.fault is not None
        assert outcome.fault.key == "document_printer.job_cancelled"
        assert outcome.result == "failed", "two pages are certainly missing and nothing is left"
        assert driver.print_document(document("person-b"), soon()).result == "printed"
        state = escp.do("state")
        assert owners(state, before["pages"])[-1] == "person-b"
        assert "person-a" not in state["texts"][-1]


@pytest.mark.parametrize("trouble", ["contradiction", "silence"])
def test_calling_off_takes_effect_within_a_tenth_of_a_second(
    printer: Running, language: str, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it waits for just then; withdrawing the page comes after."""
    ended = []
    with connected(printer, language) as driver:
        monkeypatch.setattr(driver, "_withdraw", lambda: ended.append(time.monotonic()))
        asked: list[float] = []

        def stop() -> bool:
            if not asked and time.monotonic() > begun + 0.5:
                asked.append(time.monotonic())
            return bool(asked)

        begun = time.monotonic() + 60
        pages = driver._talk.give

        def give(page: tuple[bytes, ...], until: Deadline, told: Callable[[], bool]) -> bool:
            nonlocal begun
            begun = time.monotonic()
            printer.fault(trouble)
            return pages(page, until, told)

        monkeypatch.setattr(driver._talk, "give", give)
        outcome = driver.print_document(document("person-a"), soon(), stop)
        assert outcome.result == "uncertain"
        assert ended
        assert not asked or ended[0] - asked[0] < 0.1
        assert trouble == "silence" or asked, "it waited for the printer until it was called off"


def test_a_document_called_off_before_its_first_byte_has_failed(printer: Running, language: str) -> None:
    with connected(printer, language) as driver:
        before = printer.do("state")["pages"]
        outcome = driver.print_document(document("person-a"), soon(), lambda: True)
        assert (outcome.result, outcome.evidence) == ("failed", "nothing was sent")
        assert printer.do("state")["pages"] == before


class BreaksAfter:
    """A port that dies once so many bytes of a document went out."""

    def __init__(self, port: BytePort, bytes_left: int) -> None:
        self._port = port
        self._left = bytes_left
        self.address = port.address
        self.read = port.read
        self.discard_input = port.discard_input
        self.close = port.close

    def write(self, payload: bytes, deadline: Deadline) -> None:
        if not Redaction()("out", payload):  # a document, not a question
            payload = payload[: self._left]
            self._left -= len(payload)
        self._port.write(payload, deadline)
        if self._left <= 0:
            self._port.close()


@pytest.mark.parametrize("after", [1, 2, 20, 40, 61, 90, 150])
def test_a_line_that_breaks_after_the_first_byte_is_uncertain_and_nothing_is_sent_again(
    printer: Running, language: str, after: int
) -> None:
    before = printer.do("state")["pages"]
    port = BreaksAfter(open_port(printer.address, Deadline.after(2)), after)
    options = SerialPrinterOptions(language="pjl" if language == "pjl" else "escp", eject_at_start=False)
    driver = SerialDocumentPrinter(port, options)
    outcome = driver.print_document(document("person-a", pages=2), soon())
    driver.close()
    assert (outcome.result, outcome.fault and outcome.fault.key) == ("uncertain", "port.lost")
    assert printer.do("state")["pages"] - before == (language == "escp" and after == 150), "one page fits in 150 bytes"
    with connected(printer, language) as again:  # a new process knows nothing of it
        assert again.print_document(document("person-b"), soon()).result == "printed"
    state = printer.do("state")
    assert owners(state, before)[-1] == "person-b"
    assert "person-a" not in state["texts"][-1], "nobody's page holds lines of another"


class CutOff:
    """A port straight to a simulated printer, that dies once so many bytes went out."""

    address = "direct"

    def __init__(self, device: SimulatedSerialPrinter, bytes_left: int = 1 << 30) -> None:
        self._device = device
        self._left = bytes_left
        self._arriving = b""

    def read(self, limit: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - BytePort's
        chunk, self._arriving = self._arriving[:limit], self._arriving[limit:]
        return chunk

    def write(self, payload: bytes, deadline: Deadline) -> None:  # noqa: ARG002 - BytePort's
        taken, self._left = payload[: self._left], self._left - len(payload)
        self._arriving += b"".join(self._device.received(taken))
        if self._left <= 0:
            raise DeviceError(model.fault("port.lost"))

    def discard_input(self) -> int:
        self._arriving = b""
        return 0

    def close(self) -> None:
        self._arriving = b""


@pytest.mark.slow
def test_cut_off_at_every_byte_nothing_is_invented_repeated_or_mixed_with_the_next(language: str) -> None:
    """From the first question after connecting to the last byte of the last page; SUIBAN_FULL=1 leaves no byte out."""
    options = SerialPrinterOptions(language="pjl" if language == "pjl" else "escp")
    theirs, ours = document("person-a", pages=2), document("person-b")
    results = set()
    for cut in range(1, 6000, 1 if os.environ.get("SUIBAN_FULL") else 7):
        device = simulated({"language": language, "paper": "", "stamp": "", "answers": "all"})
        try:
            outcome = SerialDocumentPrinter(CutOff(device, cut), options).print_document(theirs, soon())
        except DeviceError:
            continue  # cut off while connecting
        results.add(outcome.result)
        out = device.sheets.out
        assert out == 2 or outcome.result != "printed"
        assert out == 0 or outcome.result != "failed"
        assert (outcome.pages_out or 0) <= out <= 2
        if outcome.result == "printed":
            break
        assert SerialDocumentPrinter(CutOff(device), options).print_document(ours, soon()).result == "printed"
        assert [len(set(re.findall(r"person-\w", text))) <= 1 for text in device.sheets.texts] == [
            True
        ] * device.sheets.out
        assert "person-b" in device.sheets.texts[-1]
        assert device.sheets.out <= out + 2, "at most the page that broke off, and ours"
    assert results == {"failed", "uncertain", "printed"}


@pytest.fixture(scope="module")
def mute(start: Start) -> Running:
    return start("serial-document-printer", "--answers", "none")


def test_a_printer_that_says_nothing_back_is_never_believed(mute: Running) -> None:
    before = mute.do("state")["pages"]
    with connected(mute, "escp", answers="none") as driver:
        assert driver.status().online == "unknown"
        outcome = driver.print_document(document("person-a", pages=2), soon())
        assert (outcome.result, outcome.pages_out) == ("uncertain", None)
        assert outcome.fault is not None
        assert outcome.fault.key == "document_printer.not_confirmed"
        wait_for_pages(mute, before + 2)


def wait_for_pages(process: Running, pages: int) -> None:
    """Closing the line drops what is still on its way."""
    until(lambda: process.do("state")["pages"] >= pages, f"page {pages}")


@pytest.fixture(scope="module")
def cheap(start: Start) -> dict[str, Running]:
    """Printers that answer how they are but prove nothing."""
    kind = "serial-document-printer"
    return {name: start(kind, "--language", name, "--answers", "status") for name in ("escp", "pjl")}


def test_a_board_that_should_prove_pages_and_does_not_gets_none(cheap: dict[str, Running]) -> None:
    with connected(cheap["escp"], "escp") as driver:
        assert driver.status().jobs_left == 1, "what an earlier process left cannot be ruled out"
        assert driver.print_document(document("person-a"), soon(4.5)).result == "failed"
    assert cheap["escp"].do("state")["pages"] == 0


def test_a_board_that_only_says_how_it_is_is_asked_and_not_believed(cheap: dict[str, Running]) -> None:
    board = fresh(cheap["escp"])
    before = board.do("state")["pages"]
    with connected(board, "escp", answers="status") as driver:
        assert driver.status().fault() is None
        assert driver.print_document(document("person-a"), soon()).result == "uncertain"
        wait_for_pages(board, before + 1)
        board.do("stop_at", lines=2, **{"with": "paper_out"})
        stopped = driver.print_document(document("person-b"), soon())
        assert (stopped.result, stopped.fault and stopped.fault.key) == ("uncertain", "document_printer.paper_out")
        assert driver.print_document(document("person-c"), soon()).result == "failed"
        board.do("refill")
        wait_until_empty(driver)
        assert driver.print_document(document("person-c"), soon()).result == "uncertain"
        wait_for_pages(board, before + 3)
        assert owners(board.do("state"), before) == ["person-a", "person-b", "person-c"]


def test_a_pjl_printer_without_a_page_count_is_uncertain(cheap: dict[str, Running]) -> None:
    assert fresh(cheap["pjl"]).do("state")["pages"] == 0
    with connected(cheap["pjl"], "pjl") as driver:
        assert driver.print_document(document("person-a"), soon()).result == "uncertain"
        wait_for_pages(cheap["pjl"], 1)
        assert driver.status().fault() is None, "idle: nothing of it is left"


def test_a_stamp_is_put_on_each_page_that_needs_one_and_on_no_other(printer: Running, language: str) -> None:
    with connected(printer, language, stamp_bytes=STAMP[language]) as driver:
        before = printer.do("state")["seals"]
        assert driver.print_document(document("person-a"), soon()).result == "printed"
        assert printer.do("state")["seals"] == before
        outcome = driver.print_document(document("person-a", pages=2, stamp=True), soon())
        assert outcome.result == "printed"
        assert outcome.evidence.endswith("stamping ordered but not seen")
        assert printer.do("state")["seals"] == before + 2


def test_a_document_that_needs_a_stamp_is_refused_where_nothing_stamps(printer: Running, language: str) -> None:
    with connected(printer, language) as driver:
        before = printer.do("state")["pages"]
        outcome = driver.print_document(document("person-a", stamp=True), soon())
        assert (outcome.result, outcome.fault and outcome.fault.key) == ("failed", "document_printer.stamp_missing")
        assert printer.do("state")["pages"] == before


@pytest.mark.parametrize(
    ("language", "broken", "key"),
    [
        ("escp", Document(pdf=b"%PDF", pages=1, title="x"), "format_unsupported"),
        ("escp", Document(pdf=b"", pages=2, title="x", text_pages=(("a",),)), "document_refused"),
        ("escp", Document(pdf=b"", pages=1, title="x", text_pages=(("a" * 91,),)), "document_refused"),
        ("pjl", Document(pdf=b"", pages=1, title="x", text_pages=(("a",),)), "format_unsupported"),
        ("pjl", Document(pdf=b"no pdf", pages=1, title="x"), "document_refused"),
        ("pjl", Document(pdf=sample_document("x", 2).pdf, pages=1, title="x"), "document_refused"),
    ],
)
def test_a_document_the_printer_cannot_print_has_failed_before_a_byte_was_sent(
    processes: dict[str, Running], language: str, broken: Document, key: str
) -> None:
    process = fresh(processes[language])
    with connected(process, language) as driver:
        before = process.do("state")["pages"]
        outcome = driver.print_document(broken, soon())
        assert (outcome.result, outcome.evidence) == ("failed", "nothing was sent")
        assert outcome.fault is not None
        assert outcome.fault.key == f"document_printer.{key}"
        assert process.do("state")["pages"] == before


HARMLESS = {"pieces", "glued", "duplicate", "noise-before", "noise-after"}
DAMAGED = {
    "silence",
    "late-answer",
    "dropped-byte",
    "noise-inside",
    "flipped-bit",
    "echo",
    "baud-mismatch",
    "slow-loris",
}
BROKEN = {"disconnect-before", "disconnect-inside", "renumbered"}
OTHERS = {"baud-mismatch", "disconnect-after", "flapping", "stuck", "reboot", "contradiction"}
NO_LENGTH_IN_THESE_ANSWERS = {"short-length", "huge-length"}


@pytest.mark.parametrize("fault", sorted(HARMLESS))
def test_a_wordy_line_still_prints_each_page_once(printer: Running, language: str, fault: str) -> None:
    with connected(printer, language) as driver:
        before = printer.do("state")["pages"]
        printer.fault(fault)
        outcome = driver.print_document(document("person-a", pages=2), soon())
        printer.fault("none")
        pages = printer.do("state")["pages"] - before
        assert pages == 2 or outcome.result != "printed"
        assert pages <= 2
        assert fault.startswith("noise") or outcome.result == "printed"


@pytest.mark.usefixtures("impatient")
@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(DAMAGED))
def test_a_damaged_line_never_hangs_and_never_invents_a_page(printer: Running, language: str, fault: str) -> None:
    with connected(printer, language) as driver:
        before = printer.do("state")["pages"]
        printer.fault(fault)
        began = time.monotonic()
        outcome = driver.print_document(document("person-a"), soon(4.5))
        assert time.monotonic() - began < 6.0
        printer.fault("none")
        pages = printer.do("state")["pages"] - before
        assert pages <= 1
        assert pages == 1 or outcome.result != "printed"
        assert pages == 0 or outcome.result != "failed"


@pytest.mark.parametrize("fault", sorted(BROKEN))
def test_a_line_that_breaks_before_the_document_has_failed(
    printer: Running, language: str, fault: str, no_leaks: None
) -> None:
    with connected(printer, language) as driver:
        printer.fault(fault, times=1)
        outcome = driver.print_document(document("person-a"), soon())
        assert (outcome.result, outcome.fault and outcome.fault.key) == ("failed", "port.lost")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", ["baud-mismatch", "disconnect-after", "flapping", "stuck", "reboot"])
def test_whatever_else_a_line_does_no_page_is_invented(printer: Running, language: str, fault: str) -> None:
    with connected(printer, language) as driver:
        before = printer.do("state")["pages"]
        printer.fault(fault, times=1 if fault in {"disconnect-after", "reboot"} else None)
        outcome = driver.print_document(document("person-a"), soon(4.5))
        fresh(printer)
        pages = printer.do("state")["pages"] - before
        assert pages <= 1
        assert pages == 1 or outcome.result != "printed"


def test_a_printer_that_says_ready_and_prints_nothing_is_not_believed(printer: Running, language: str) -> None:
    with connected(printer, language) as driver:
        before = printer.do("state")["pages"]
        printer.fault("contradiction")
        outcome = driver.print_document(document("person-a"), soon(4.5))
        assert outcome.result in {"uncertain", "failed"}
        assert printer.do("state")["pages"] == before


def test_a_dead_line_is_known_at_once(printer: Running, language: str) -> None:
    with connected(printer, language) as driver:
        printer.do("unplug")
        with pytest.raises(DeviceError, match=r"port\.lost"):
            driver.status()


class FlowControlled:
    """A port whose printer stops the line for a while."""

    address = "flow"

    def __init__(self) -> None:
        self.arriving = [b"\x13", b"", b"", b"\x11"]
        self.written_while_paused = 0
        self.paused = False

    def read(self, limit: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - BytePort's
        chunk = self.arriving.pop(0) if self.arriving else b""
        self.paused = {b"\x13": True, b"\x11": False}.get(chunk, self.paused)
        return chunk

    def write(self, payload: bytes, deadline: Deadline) -> None:  # noqa: ARG002 - BytePort's
        self.written_while_paused += self.paused

    def discard_input(self) -> int:
        return 0

    def close(self) -> None:
        self.arriving = []


def test_xoff_holds_the_page_back_until_xon() -> None:
    port = FlowControlled()
    port.arriving = []
    driver = SerialDocumentPrinter(port, SerialPrinterOptions(answers="none"))
    port.arriving = [b"\x13", b"", b"", b"\x11"]
    assert driver.print_document(document("person-a"), soon()).result == "uncertain"
    assert (port.written_while_paused, port.arriving) == (0, [])


def test_checks_and_work_by_hand(printer: Running, language: str) -> None:
    with connected(printer, language) as driver:
        checks = {check.level: check for check in KIND.checks}
        assert all(finding.ok is not False for finding in checks[Level.INTERNAL].run(driver, soon()))
        [printed] = checks[Level.EXTERNAL].run(driver, soon())
        assert printed.ok is True
    options = {"language": language}
    assert KIND.by_hand(printer.address, "print-sample", options)["result"] == "printed"
    assert KIND.by_hand(printer.address, "cancel-jobs", options) == {"jobs_left": 0}
    assert KIND.by_hand(printer.address, "status", options)["online"] is True
    printer.do("paper_out")
    with pytest.raises(DeviceError, match=r"document_printer\.paper_out"):
        KIND.by_hand(printer.address, "print-sample", options)


def test_looking_moves_no_paper_and_a_page_that_may_be_under_way_is_ejected_before_the_first_document(
    escp: Running,
) -> None:
    blank = escp.do("state")["blank"]
    for _ in range(2):
        assert KIND.by_hand(escp.address, "status", {})["online"] is True
        with connected(escp, "escp") as driver:
            for check in KIND.checks:
                if check.level is Level.INTERNAL:
                    check.run(driver, soon())
    assert escp.do("state")["blank"] == blank, "neither by hand nor by a check nor by connecting"
    connect = as_owner(lambda: KIND.connect(escp.address, {}))
    results, sheets = [], []
    for _ in range(2):
        driver = connect()
        driver.status()
        results.append(driver.print_document(document("person-a"), soon()).result)
        sheets.append(escp.do("state")["blank"] - blank)
        driver.close()
    assert results == ["printed", "printed"]
    assert sheets == [1, 1], "one blank sheet in the process's life, none at a reconnect after a page that ended"


def test_a_reconnect_after_a_page_that_broke_off_ejects_it_before_the_next(escp: Running) -> None:
    connect = as_owner(lambda: KIND.connect(escp.address, {}))
    driver = connect()
    escp.do("stop_at", pages=0, lines=3, **{"with": "jam"})
    assert driver.print_document(document("person-a"), soon(4.5)).result != "printed"
    escp.do("unplug")
    driver.close()
    fresh(escp)
    driver = connect()
    driver.status()
    assert driver.page_left
    assert driver.print_document(document("person-b"), soon()).result == "printed"
    driver.close()
    assert "person-a" not in escp.do("state")["texts"][-1], "nobody's page holds lines of another"


def test_an_option_that_is_no_hex_is_configuration(escp: Running, no_leaks: None) -> None:
    with pytest.raises(DeviceError, match=r"device\.options_invalid"):
        KIND.connect(escp.address, {"stamp_bytes": "seal"})


def test_the_recorder_keeps_lengths_and_answers_and_nothing_of_the_page(printer: Running, language: str) -> None:
    recorder = KIND.recorder()
    driver = KIND.connect(printer.address, {"language": language}, recorder)
    assert driver.print_document(document("110105199003070017"), soon()).result == "printed"
    driver.close()
    seen = b"".join(frame.shown for frame in recorder.frames())
    assert b"1101" not in seen
    assert "证".encode("gbk") not in seen
    assert seen, "questions and answers are kept"


def test_a_recorder_that_kept_everything_would_be_caught() -> None:
    kept = Redaction()
    assert kept("out", b"110105199003070017") == b""
    assert kept("out", b"\x10\x04\x01") == b"\x10\x04\x01"
    assert kept("in", b"\x12\x32\x00") == b"\x12\x32\x00"


@pytest.mark.parametrize("piece", [1, 64])
def test_a_document_that_comes_back_on_an_echoing_line_leaves_its_length(piece: int) -> None:
    kept = Redaction()
    page = b"\x1b@" + "王小五 Wang 26 110105199003070017\r\n".encode("gbk")
    kept("out", page)
    assert b"".join(kept("in", page[at : at + piece]) for at in range(0, len(page), piece)) == b""


@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_of_pjl_the_codes_are_kept_and_what_the_panel_shows_is_not(piece: int) -> None:
    kept = Redaction()
    assert kept("out", ASK_STATUS) == ASK_STATUS
    told = b'@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY="Wang 110105199003070017"\r\nONLINE=TRUE\r\n\x0c'
    told += b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n%PDF-1.7\n(Wang 110105199003070017)\r\n110105199003070017\r\n"
    shown = b"".join(kept("in", told[at : at + piece]) for at in range(0, len(told), piece))
    assert shown == b"@PJL INFO STATUS\r\nCODE=10001\r\n\r\nONLINE=TRUE\r\n\x0c\r\n\n\r\n\r\n"


def test_its_faults_are_those_of_the_document_printer() -> None:
    assert KIND.faults == FAULTS


def test_every_fault_of_the_catalogue_is_tried_here() -> None:
    assert set(NAMES) - {"swapped"} <= HARMLESS | DAMAGED | BROKEN | OTHERS | NO_LENGTH_IN_THESE_ANSWERS
