"""A document printer on a serial line: certificate stock in ESC/P, or PDF under PJL; the same promises as over IPP."""

import time
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from devices import model
from devices.document_printer import escp
from devices.document_printer.escp_talk import EscpTalk
from devices.document_printer.pjl_talk import PjlTalk
from devices.document_printer.sample import sample_document
from devices.document_printer.serial_redaction import Redaction
from devices.document_printer.serial_talk import Answers, Talk, end_if
from devices.document_printer.state import (
    FAULTS,
    Document,
    DocumentPrinterState,
    PrintOutcome,
    document_fault,
)
from devices.kind import Finding, HealthCheck, Kind, Level, Probe, over_a_line
from devices.model import DeviceError, Fault
from devices.port import BytePort, Deadline
from devices.tally import Tally

_FORGET_SECONDS: Final = 3.0
_SAMPLE_SECONDS: Final = 90.0
SAMPLE_LINES: Final = ("随办  Suiban", "", "串口打印机测试页", "生僻字：㛃𠮷䶮", "0123456789 ABCDEFGHIJ abcdefghij")


class SerialPrinterOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between printers."""

    language: Literal["escp", "pjl"] = "escp"
    answers: Answers = "all"
    """`status`: it says how it is (DLE EOT, PJL) but proves no page (no GS r, no PAGECOUNT), `none`: nothing at all.

    Without proof every document is uncertain.
    """
    page_lines: int = 70
    """Lines of the stock at six an inch: 70 for A4."""
    eject_at_start: bool = True
    """ESC/P: eject before the first document what an earlier process may have left half printed; costs a sheet."""
    stamp_bytes: str = ""
    """In hex: what makes a stamping device that the printer drives put the seal on the page under way."""


class SerialDocumentPrinter:
    """One printer on one line. Every call ends by its deadline; nothing is sent twice."""

    def __init__(self, port: BytePort, options: SerialPrinterOptions | None = None) -> None:
        """Raises DeviceError `device.options_invalid`. Cancels what an earlier process may have left unfinished.

        Nothing moves: a page that may be under way is ejected before the first document.
        """
        self.tally = Tally()
        self._port = port
        self._options = options or SerialPrinterOptions()
        self._stamp = _octets(self._options.stamp_bytes)
        self._talk = self._language()
        self._left = 1
        self._forget(eject=False)

    @property
    def address(self) -> str:
        """Where it is."""
        return self._port.address

    def inherit(self, before: object | None) -> None:
        """See Inheriting: where the connection before ended well, no page can be under way."""
        if isinstance(before, SerialDocumentPrinter) and not before.page_left:
            self._talk.page_left = False

    @property
    def page_left(self) -> bool:
        """Whether a page may be under way in it."""
        return self._talk.page_left or bool(self._left)

    def status(self) -> DocumentPrinterState:
        """How it is now; a silent printer is unknown throughout. No paper moves."""
        if self._left:
            self._forget(eject=False)
        return msgspec.structs.replace(self._talk.state(), jobs_left=self._left)

    def purge(self) -> int:
        """Cancel what it may still hold of ours and eject a page under way; 1 while that is not certain to be gone.

        Raises DeviceError.
        """
        return self._forget(eject=True)

    def _forget(self, *, eject: bool) -> int:
        self._left = int(self._talk.forget(Deadline.after(_FORGET_SECONDS), eject=eject) is False)
        return self._left

    def print_document(
        self, document: Document, deadline: Deadline, stop: Callable[[], bool] = lambda: False
    ) -> PrintOutcome:
        """Print it page by page, each when the one before is proven. Never raises for the device."""
        self.tally.add("documents")
        outcome = self._printed(document, deadline, stop)
        self.tally.add(outcome.result)
        self.tally.add("pages", outcome.pages_out or 0)
        return outcome

    def close(self) -> None:
        """Let go of the line."""
        self._port.close()

    def _printed(self, document: Document, deadline: Deadline, stop: Callable[[], bool]) -> PrintOutcome:
        until = Deadline(deadline.at - _FORGET_SECONDS)
        out, proven, begun = 0, True, False
        try:
            if fault := self._stands_against(document):
                return PrintOutcome("failed", "nothing was sent", 0, fault)
            pages = self._talk.pages(document)
            self._talk.clear(until, stop)
            for page in pages:
                end_if(stop, until)
                begun = True
                proven = self._talk.give(page, until, stop) and proven
                out, begun = out + 1, False
        except DeviceError as error:
            return self._ended_early(document.pages * document.copies, out, error.fault, begun=begun, proven=proven)
        if not proven:
            self._left = int(self._options.answers != "none")  # until it says that it is idle
            return PrintOutcome(
                "uncertain", "sent; this printer proves nothing", None, document_fault("document_printer.not_confirmed")
            )
        sealed = ", stamping ordered but not seen" if document.stamp else ""
        return PrintOutcome("printed", f"{out} pages, {self._evidence}{sealed}", out)

    def _ended_early(self, sides: int, out: int, fault: Fault, *, begun: bool, proven: bool) -> PrintOutcome:
        """After `out` pages. `begun`: some bytes of the next one went out as well."""
        if not begun and out == 0:
            return PrintOutcome("failed", "nothing was sent", 0, fault)
        self._left = int(begun)
        if begun:
            self._withdraw()
        counted = out if proven and (out or not begun) else None
        # the page under way may or may not be on paper; only a page that was never begun is certainly missing
        incomplete = sides - out - int(begun) > 0
        if incomplete and proven and not self._left:
            return PrintOutcome("failed", f"ended early, {out} of {sides} pages proven", counted, fault)
        return PrintOutcome("uncertain", f"ended early, {out} of {sides} pages proven", counted, fault)

    def _withdraw(self) -> None:
        try:
            self.purge()
        except DeviceError:
            self._left = 1

    def _stands_against(self, document: Document) -> Fault | None:
        if document.stamp and not self._stamp:
            return document_fault("document_printer.stamp_missing")
        fault = self.status().fault()
        silent = fault is not None and fault.key == "device.silent"
        return None if silent and self._options.answers == "none" else fault

    @property
    def _evidence(self) -> str:
        return "counted by the printer" if self._options.language == "pjl" else "taken line by line, printer well"

    def _language(self) -> Talk:
        if self._options.language == "pjl":
            return PjlTalk(self._port, answers=self._options.answers, stamp=self._stamp)
        return EscpTalk(self._port, self._options, self._stamp)


def _octets(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise DeviceError(model.fault("device.options_invalid", "stamp_bytes is not hex")) from error


def sample(printer: SerialDocumentPrinter) -> Document:
    """One page in whatever form the printer takes."""
    page = (*SAMPLE_LINES, printer.address, time.strftime("%Y-%m-%d %H:%M"))
    return msgspec.structs.replace(sample_document(printer.address), text_pages=(page,))


def _print_sample(printer: SerialDocumentPrinter) -> dict[str, object]:
    outcome = printer.print_document(sample(printer), Deadline.after(_SAMPLE_SECONDS))
    if outcome.result == "failed" and outcome.fault is not None:
        raise DeviceError(outcome.fault)
    return {"result": outcome.result, "evidence": outcome.evidence, "pages_out": outcome.pages_out}


BY_HAND: Final[dict[str, Callable[[SerialDocumentPrinter], dict[str, object]]]] = {
    "status": lambda printer: printer.status().as_json(),
    "cancel-jobs": lambda printer: {"jobs_left": printer.purge()},
    "print-sample": _print_sample,
}
"""What `./suiban device serial-document-printer PORT …` can do."""


def _answers(printer: SerialDocumentPrinter, _: Deadline) -> tuple[Finding, ...]:
    state = printer.status()
    fault = state.fault()
    # PJL has one word for "ready"; of ESC/P each part that may keep it from printing must be known
    known = state.activity == "idle" or "unknown" not in (state.paper, state.cover, state.jammed, state.broken)
    ready = True if known else None
    return (
        Finding("status", ok=False if fault else ready, found=fault.key if fault else state.activity.value),
        Finding("paper", ok=False if state.paper == "out" else ready, found=state.paper.value),
        Finding("jobs left", ok=False if state.jobs_left else ready, found=str(state.jobs_left)),
    )


def _prints(printer: SerialDocumentPrinter, deadline: Deadline) -> tuple[Finding, ...]:
    outcome = printer.print_document(sample(printer), deadline)
    proven = {"printed": True, "failed": False, "uncertain": None}[outcome.result]
    return (Finding("print", proven, outcome.fault.key if outcome.fault else outcome.evidence),)


def _recognise(answer: bytes) -> str | None:
    return "" if any(isinstance(reply, escp.StatusByte) for reply in escp.decode_replies(answer)) else None


KIND: Final = Kind(
    name="serial-document-printer",
    title="serial document printer (ESC/P, PJL)",
    schemes=("serial", "tcp", "simulator"),
    options=SerialPrinterOptions,
    open=over_a_line(SerialDocumentPrinter),
    redaction=Redaction,
    simulator="devices.document_printer.serial_simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _answers), HealthCheck(Level.EXTERNAL, _prints)),
    faults=FAULTS,
    # no question in PJL: a mute printer would print it on certificate stock
    probe=Probe((115200, 38400, 19200, 9600, 57600), escp.ask_status(1), _recognise, afterwards=escp.CANCEL),
)
