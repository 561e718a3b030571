"""The ticket printer: truthful status, and a ticket that is printed, failed or uncertain, never guessed."""

import contextlib
import time
from collections.abc import Callable
from typing import Annotated, Final, Literal

import msgspec

from devices.kind import Finding, HealthCheck, Kind, Level, Probe, over_a_line
from devices.model import DeviceError, Fault
from devices.port import BytePort, Deadline
from devices.tally import Tally
from devices.ticket_printer.bitmap import Bitmap
from devices.ticket_printer.document import Cut, Qr, Text, Ticket, sample_ticket
from devices.ticket_printer.length import paper_mm
from devices.ticket_printer.line import PrinterLine
from devices.ticket_printer.protocol import (
    CLEAR_BUFFERS,
    INITIALISE,
    RECOVER_AND_CLEAR,
    SCRAP_CUT,
    Drawing,
    ask_status,
    encode_ticket,
    stored_logo,
)
from devices.ticket_printer.redaction import redaction
from devices.ticket_printer.replies import Block, ReplyReader, StatusByte
from devices.ticket_printer.state import FAULTS, Media, Presenter, TicketPrinterState, printer_fault, state_of

__all__ = ["BY_HAND", "PrintOutcome", "TicketPrinter", "TicketPrinterOptions", "TicketPrinterState"]

_SLOWEST_BYTES_PER_SECOND: Final = 900
"""9600 baud, whatever the settings say: an outcome must not become uncertain for want of a second."""
_PROCESS_ID: Final = 0x22


class TicketPrinterOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between models."""

    native_qr: bool = True
    full_cut: bool = False
    evidence_seconds: float = 8.0
    answers_status: bool = True
    """False for boards without DLE EOT: they are sent tickets although they look silent."""
    logo: Annotated[int, msgspec.Meta(ge=0, le=255)] = 0
    """Number of the picture stored with FS q that heads each ticket; 0 is none."""
    logo_key: Annotated[str, msgspec.Meta(pattern=r"^([ -~]{2})?$")] = ""
    """The same for one stored with GS ( L, by its two characters."""
    clears_buffer: bool = False
    """Knows DLE DC4 8: what is left of an uncertain ticket is cleared and does not come out after the refill."""
    presenter: Presenter = Presenter()
    cutter_mm: float = 12.0
    """Paper from the head to the cutter, for the paper counter."""


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
        self._options = options or TicketPrinterOptions()
        self._line = PrinterLine(port, self.tally, self._options.presenter)
        self._drawing = drawing or LateDrawing()
        self._answered = True
        self._settling = True

    @property
    def address(self) -> str:
        """Where it is."""
        return self._line.address

    def status(self) -> TicketPrinterState:
        """Ask all four groups, one at a time: an answer does not say which question it belongs to."""
        line = self._line
        line.begin_round()
        printer = line.ask(1)
        if printer is None:
            printer = line.ask(1, again=True)
        if printer is None:
            self._answered = False
            return TicketPrinterState(media=None if line.media is None else Media.UNKNOWN)
        state = state_of(printer, line.ask(2), line.ask(3), line.ask(4), line.media)
        if not self._answered:
            self._answered, self._settling = True, True
            line.switch_on_automatic_status()  # a power cycle switched it off
        if self._settling and state.fault() is None:
            self._settling = False  # once a connection here, so that the first ticket need not wait for it
            line.settle(thoroughly=False)
        return state

    def print_ticket(self, ticket: Ticket, print_id: str) -> PrintOutcome:
        """Print it and wait for evidence. `print_id`: four characters, fresh for each ticket.

        Never raises for the device and never sends anything twice.
        """
        outcome = self._printed(ticket, print_id)
        self.tally.add(f"tickets_{outcome.result}")
        return outcome

    def _printed(self, ticket: Ticket, print_id: str) -> PrintOutcome:
        try:
            fault = self.status().fault()
            if fault and (fault.key != "device.silent" or self._options.answers_status):
                return PrintOutcome("failed", "nothing was sent", fault)
            encoded = self._encoded(ticket, print_id)
            if not self._line.clean:
                encoded = SCRAP_CUT + encoded
                if not self._line.settled:
                    self._line.settle(thoroughly=True)
        except DeviceError as error:
            return PrintOutcome("failed", "nothing was sent", error.fault)
        try:
            self.tally.add("paper_mm", paper_mm(encoded, self._options.cutter_mm))
            self.tally.add("cuts", sum(isinstance(element, Cut) for element in ticket))
            self._line.send(encoded)
            outcome = self._evidence(print_id, len(encoded))
        except DeviceError as error:
            outcome = PrintOutcome("uncertain", "the line broke after the first byte", error.fault)
        self._line.clean = outcome.result == "printed"
        if outcome.result == "uncertain":
            self._line.settled = False
            with contextlib.suppress(DeviceError):
                self.recover()
        return outcome

    def recover(self) -> None:
        """After a cutter error or jam: clear the buffers and go on. The ticket must be issued again under a new id.

        Never DLE ENQ 1: it prints the line again by itself, and a ticket sent anew would be the second one.
        """
        self._line.write(RECOVER_AND_CLEAR)
        if self._options.clears_buffer:
            self._line.write(CLEAR_BUFFERS)

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()

    def _encoded(self, ticket: Ticket, print_id: str) -> bytes:
        options = self._options
        try:
            return encode_ticket(
                ticket,
                print_id,
                self._drawing,
                native_qr=options.native_qr,
                full_cut=options.full_cut,
                logo=stored_logo(options.logo, options.logo_key),
            )
        except (ValueError, RuntimeError) as error:
            raise DeviceError(printer_fault("ticket_printer.ticket_unprintable", type(error).__name__)) from error

    def _evidence(self, print_id: str, length: int) -> PrintOutcome:
        line = self._line
        deadline = Deadline.after(self._options.evidence_seconds + length / _SLOWEST_BYTES_PER_SECOND)
        wanted = Block(_PROCESS_ID, print_id.encode("ascii"))
        stopped_until: Deadline | None = None
        while not deadline.expired and (stopped_until is None or not stopped_until.expired):
            line.hear(deadline.sooner(0.2))
            if wanted in line.blocks:
                return PrintOutcome("printed", "process id")
            # a single byte proves nothing among bytes nobody understands, or when it may be another ticket's
            if line.consumed and line.settled and not line.noisy:
                # printers that know GS ( H have answered it by now: it was asked first
                return self._standing()
            if line.stopped and stopped_until is None:
                stopped_until = Deadline.after(1.0)  # what was printed before it stopped may still be confirmed
        fault = self.status().fault()
        return PrintOutcome("uncertain", "no evidence", fault or printer_fault("ticket_printer.not_confirmed"))

    def _standing(self) -> PrintOutcome:
        """Everything was taken from the buffer: printed, if the printer still stands well.

        A line whose printer lost its power says 00 as well, so silence is no good sign. Only a board that never tells
        how it is may be silent here, and only if it still answers the other question.
        """
        stands_against = self.status().fault()
        if stands_against is None:
            return PrintOutcome("printed", "buffered status")
        if stands_against.key != "device.silent":
            return PrintOutcome("uncertain", "buffer consumed, printer stopped", stands_against)
        if not self._options.answers_status and self._line.takes() and not self._line.noisy:
            return PrintOutcome("printed", "buffered status, twice")
        return PrintOutcome("uncertain", "buffer consumed, then silence", stands_against)


def _print_sample(printer: TicketPrinter) -> dict[str, object]:
    outcome = printer.print_ticket(sample_ticket(printer.address), time.strftime("%M%S"))
    if outcome.fault is not None:
        raise DeviceError(outcome.fault)
    return {"result": outcome.result, "evidence": outcome.evidence}


def _recovered(printer: TicketPrinter) -> dict[str, object]:
    printer.recover()
    return printer.status().as_json()


BY_HAND: Final[dict[str, Callable[[TicketPrinter], dict[str, object]]]] = {
    "status": lambda printer: printer.status().as_json(),
    "print-sample": _print_sample,
    "recover": _recovered,
}
"""What `./suiban device ticket-printer PORT …` can do."""


def _answers(printer: TicketPrinter, _: Deadline) -> tuple[Finding, ...]:
    state = printer.status()
    fault = state.fault()
    # a part that hides how it is may be what keeps it from printing: no other part proves that it can
    ready = True if "unknown" not in (state.paper, state.cover, state.cutter, state.error) else None
    found = fault.key if fault else "ready" if ready else "unknown"
    return (
        Finding("status", ok=False if fault else ready, found=found),
        Finding("paper", ok=False if state.paper == "out" else ready, found=state.paper.value),
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
    redaction=redaction,
    simulator="devices.ticket_printer.simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _answers), HealthCheck(Level.EXTERNAL, _prints)),
    faults=FAULTS,
    # NUL ends a two-byte character that broke off, ESC @ empties the line: nothing of a wrong rate is ever printed
    probe=Probe((115200, 38400, 19200, 9600, 57600), ask_status(1), _recognise, afterwards=b"\x00\x00" + INITIALISE),
)
