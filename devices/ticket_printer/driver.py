"""The ticket printer: truthful status, and a ticket that is printed, failed or uncertain, never guessed."""

import contextlib
import time
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from devices import model
from devices.kind import Finding, HealthCheck, Kind, Level, Probe, over_a_line
from devices.model import DeviceError, Fault
from devices.port import BytePort, Deadline
from devices.tally import Tally
from devices.ticket_printer.bitmap import Bitmap
from devices.ticket_printer.document import Qr, Text, Ticket, sample_ticket
from devices.ticket_printer.protocol import (
    ASB_ON,
    INITIALISE,
    RECOVER_AND_CLEAR,
    Drawing,
    ask_status,
    encode_ticket,
    redacted,
)
from devices.ticket_printer.replies import (
    AutomaticStatus,
    Block,
    BufferedStatus,
    Noise,
    Pause,
    ReplyReader,
    Resume,
    StatusByte,
)
from devices.ticket_printer.state import FAULTS, TicketPrinterState, printer_fault, state_of

__all__ = ["BY_HAND", "PrintOutcome", "TicketPrinter", "TicketPrinterOptions", "TicketPrinterState"]

_ANSWER_SECONDS: Final = 0.25
_WRITE_SECONDS: Final = 2.0
_PAUSED_SECONDS: Final = 10.0
_SLOWEST_BYTES_PER_SECOND: Final = 900
"""9600 baud."""
_PROCESS_ID: Final = 0x22
_PIECE: Final = 256
_STALE_SECONDS: Final = 30.0
"""An answer that has not come by then was lost with the printer's buffer."""


class TicketPrinterOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between models."""

    native_qr: bool = True
    full_cut: bool = False
    evidence_seconds: float = 8.0
    answers_status: bool = True
    """False for boards without DLE EOT: they are sent tickets although they look silent."""


class PrintOutcome(msgspec.Struct, frozen=True):
    """`failed` means that not one byte was sent; whatever cannot be proven after that is `uncertain`."""

    result: Literal["printed", "failed", "uncertain"]
    evidence: str
    fault: Fault | None = None


class LateDrawing:
    """Loads Pillow, qrcode and fonts only when a ticket needs them: most never do, and the terminal never ends."""

    def line(self, text: str, style: Text) -> Bitmap:
        """See Drawing."""
        return self._drawing().line(text, style)

    def qr(self, code: Qr) -> Bitmap:
        """See Drawing."""
        return self._drawing().qr(code)

    def _drawing(self) -> Drawing:
        from devices.ticket_printer.raster import FontDrawing  # noqa: PLC0415

        return FontDrawing()


class TicketPrinter:
    """One printer on one line. Every call ends by its deadline."""

    def __init__(
        self, port: BytePort, options: TicketPrinterOptions | None = None, drawing: Drawing | None = None
    ) -> None:
        """Switches the automatic status on; raises DeviceError when the line is dead."""
        self.tally = Tally()
        self._port = port
        self._options = options or TicketPrinterOptions()
        self._drawing = drawing or LateDrawing()
        self._replies = ReplyReader()
        self._status_bytes: list[int] = []
        self._owed = 0
        self._owed_until = Deadline.after(0)
        self._blocks: list[Block] = []
        self._stopped = self._paused = self._noisy = False
        self._answered = True
        self._write(ASB_ON)

    @property
    def address(self) -> str:
        """Where it is."""
        return self._port.address

    def status(self) -> TicketPrinterState:
        """Ask all four groups, one at a time: an answer does not say which question it belongs to."""
        self._hear(Deadline.after(0))
        printer = self._ask(1)
        if printer is None:
            printer = self._ask(1)
        if printer is None:
            self._answered = False
            return TicketPrinterState()
        state = state_of(printer, self._ask(2), self._ask(3), self._ask(4))
        if not self._answered:
            self._answered, self._owed = True, 0
            self._write(ASB_ON)  # a power cycle switched it off
        return state

    def print_ticket(self, ticket: Ticket, print_id: str) -> PrintOutcome:
        """Print it and wait for evidence. `print_id`: four characters, fresh for each ticket.

        Never raises for the device and never sends anything twice.
        """
        try:
            fault = self.status().fault()
            if fault and (fault.key != "device.silent" or self._options.answers_status):
                return PrintOutcome("failed", "nothing was sent", fault)
            encoded = self._encoded(ticket, print_id)
        except DeviceError as error:
            return PrintOutcome("failed", "nothing was sent", error.fault)
        try:
            self._send(encoded)
            outcome = self._evidence(print_id, len(encoded))
        except DeviceError as error:
            outcome = PrintOutcome("uncertain", "the line broke after the first byte", error.fault)
        if outcome.result == "uncertain":
            self._owed_until = Deadline.after(_STALE_SECONDS)
            with contextlib.suppress(DeviceError):
                self.recover()
        return outcome

    def recover(self) -> None:
        """After a cutter error or jam: clear the buffers and go on. The ticket must be issued again under a new id.

        Never DLE ENQ 1: it prints the line again by itself, and a ticket sent anew would be the second one.
        """
        self._write(RECOVER_AND_CLEAR)

    def close(self) -> None:
        """Let go of the line."""
        self._port.close()

    def _encoded(self, ticket: Ticket, print_id: str) -> bytes:
        options = self._options
        try:
            return encode_ticket(
                ticket, print_id, self._drawing, native_qr=options.native_qr, full_cut=options.full_cut
            )
        except (ValueError, RuntimeError) as error:
            raise DeviceError(printer_fault("ticket_printer.ticket_unprintable", type(error).__name__)) from error

    def _send(self, encoded: bytes) -> None:
        self._blocks.clear()
        # the answers of an uncertain ticket may still come: they must not prove this one
        self._owed = 1 + (0 if self._owed_until.expired else self._owed)
        self._stopped = self._noisy = False
        for at in range(0, len(encoded), _PIECE):
            self._hear(Deadline.after(0))
            paused_until = Deadline.after(_PAUSED_SECONDS)
            while self._paused:
                if paused_until.expired:
                    raise DeviceError(model.fault("port.stuck", f"{self._port.address} XOFF"))
                self._hear(paused_until)
            self._write(encoded[at : at + _PIECE])

    def _evidence(self, print_id: str, length: int) -> PrintOutcome:
        deadline = Deadline.after(self._options.evidence_seconds + length / _SLOWEST_BYTES_PER_SECOND)
        wanted = Block(_PROCESS_ID, print_id.encode("ascii"))
        stopped_until: Deadline | None = None
        while not deadline.expired and (stopped_until is None or not stopped_until.expired):
            self._hear(deadline.sooner(0.2))
            if wanted in self._blocks:
                return PrintOutcome("printed", "process id")
            if self._owed == 0 and not self._noisy:  # a single byte proves nothing among bytes nobody understands
                # printers that know GS ( H have answered it by now: it was asked first
                paper_ended = self.status().fault()
                if paper_ended is None or paper_ended.key == "device.silent":
                    return PrintOutcome("printed", "buffered status")
                return PrintOutcome("uncertain", "buffer consumed, printer stopped", paper_ended)
            if self._stopped and stopped_until is None:
                stopped_until = Deadline.after(1.0)  # what was printed before it stopped may still be confirmed
        fault = self.status().fault()
        return PrintOutcome("uncertain", "no evidence", fault or printer_fault("ticket_printer.not_confirmed"))

    def _ask(self, n: Literal[1, 2, 3, 4]) -> int | None:
        self._status_bytes.clear()
        self._write(ask_status(n))
        deadline = Deadline.after(_ANSWER_SECONDS)
        while not self._status_bytes and not deadline.expired:
            self._hear(deadline)
        return self._status_bytes[0] if self._status_bytes else None

    def _write(self, payload: bytes) -> None:
        self._port.write(payload, Deadline.after(_WRITE_SECONDS))

    def _hear(self, deadline: Deadline) -> None:
        """Take what has arrived, waiting for it until the deadline at most."""
        for event in self._replies.feed(self._port.read(64, deadline)):
            match event:
                case StatusByte(value=value):
                    self._status_bytes.append(value)
                case AutomaticStatus():
                    self._stopped = event.stopped
                case BufferedStatus():
                    self._owed = max(0, self._owed - 1)
                case Block():
                    self._blocks.append(event)
                case Pause():
                    self._paused = True
                case Resume():
                    self._paused = False
                case Noise():
                    self._noisy = True


def _print_sample(printer: TicketPrinter) -> dict[str, object]:
    outcome = printer.print_ticket(sample_ticket(printer.address), time.strftime("%M%S"))
    if outcome.fault is not None:
        raise DeviceError(outcome.fault)
    return {"result": outcome.result, "evidence": outcome.evidence}


BY_HAND: Final[dict[str, Callable[[TicketPrinter], dict[str, object]]]] = {
    "status": lambda printer: printer.status().as_json(),
    "print-sample": _print_sample,
}
"""What `./suiban device ticket-printer PORT …` can do."""


def _answers(printer: TicketPrinter, _: Deadline) -> tuple[Finding, ...]:
    state = printer.status()
    fault = state.fault()
    return (
        Finding("status", ok=fault is None, found=fault.key if fault else "ready"),
        Finding("paper", ok=None if state.paper == "unknown" else state.paper != "out", found=state.paper.value),
    )


def _prints(printer: TicketPrinter, _: Deadline) -> tuple[Finding, ...]:
    outcome = printer.print_ticket(sample_ticket(printer.address), time.strftime("%M%S"))
    proven = {"printed": True, "failed": False, "uncertain": None}[outcome.result]
    return (Finding("print", proven, outcome.fault.key if outcome.fault else outcome.evidence),)


def _recognise(answer: bytes) -> str | None:
    return "" if any(isinstance(event, StatusByte) for event in ReplyReader().feed(answer)) else None


KIND: Final = Kind(
    name="ticket-printer",
    title="ticket printer (ESC/POS)",
    schemes=("serial", "tcp", "simulator"),
    options=TicketPrinterOptions,
    open=over_a_line(TicketPrinter),
    redaction=lambda: redacted,
    simulator="devices.ticket_printer.simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _answers), HealthCheck(Level.EXTERNAL, _prints)),
    faults=FAULTS,
    # NUL ends a two-byte character that broke off, ESC @ empties the line: nothing of a wrong rate is ever printed
    probe=Probe((115200, 38400, 19200, 9600, 57600), ask_status(1), _recognise, afterwards=b"\x00\x00" + INITIALISE),
)
