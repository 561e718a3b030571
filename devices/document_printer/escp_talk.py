"""ESC/P with Chinese text: how are you, here is a page, has it been taken, forget it."""

import contextlib
from typing import Final, Literal, Protocol

from devices.document_printer import escp
from devices.document_printer.escp import StatusByte, Taken
from devices.document_printer.serial_state import state_of_bytes
from devices.document_printer.serial_talk import GLANCE_SECONDS, Answers, Line, Stop, end_if, nobody
from devices.document_printer.state import Document, DocumentPrinterState, document_fault
from devices.model import DeviceError
from devices.parts.fonts import FontMissing
from devices.parts.unanswered import Unanswered
from devices.port import BytePort, Deadline

_ANSWER_SECONDS: Final = 0.4
_LATE_SECONDS: Final = 1.2
"""No printer answers a question about its state as late as this."""
_LOOK_SECONDS: Final = 0.5
_QUIET_SECONDS: Final = 0.06
_FORGET_SECONDS: Final = 1.0
"""An eject may take longer; then the next look finds the answer."""
_CAUSES: Final[tuple[Literal[2, 3, 4], ...]] = (2, 3, 4)


class EscpOptions(Protocol):
    """What an EscpTalk must know of its printer."""

    @property
    def answers(self) -> Answers:
        """Whether it knows DLE EOT and GS r."""

    @property
    def page_lines(self) -> int:
        """How long its stock is."""

    @property
    def eject_at_start(self) -> bool:
        """Whether a page of an earlier process may still be in it."""


class EscpTalk:
    """ESC/P with Chinese text: with DLE EOT and GS r line by line, each when the one before has left the buffer."""

    def __init__(self, port: BytePort, options: EscpOptions, stamp: bytes) -> None:
        self._port = port
        self._answers = options.answers
        self._proves = options.answers == "all"
        self._page_lines = options.page_lines
        self._stamp = stamp
        self._line = Line(port, self._hear)
        self._status: list[int] = []
        self._unanswered = Unanswered(_LATE_SECONDS)
        self._owed = 0
        self.page_left = options.eject_at_start
        self._cancelled = False
        self._stop: Stop = nobody

    def state(self) -> DocumentPrinterState:
        """See Talk."""
        if self._answers == "none":
            return DocumentPrinterState()
        self._begin_round()
        first = self._ask(1)
        if first is None:
            first = self._ask(1, again=True)
        return state_of_bytes(first, *(self._ask(n) if first is not None else None for n in _CAUSES))

    def pages(self, document: Document) -> tuple[tuple[bytes, ...], ...]:
        """See Talk."""
        from devices.document_printer.escp_drawing import PinDrawing  # noqa: PLC0415 - Pillow only where needed

        if not document.text_pages:
            raise DeviceError(document_fault("document_printer.format_unsupported", "text only"))
        if len(document.text_pages) != document.pages:
            said = f"{len(document.text_pages)} pages, {document.pages} announced"
            raise DeviceError(document_fault("document_printer.document_refused", said))
        stamp, drawing = self._stamp if document.stamp else b"", PinDrawing()
        try:
            pages = tuple(escp.encode_page(page, drawing, self._page_lines, stamp) for page in document.text_pages)
        except ValueError as error:
            raise DeviceError(document_fault("document_printer.document_refused", str(error))) from error
        except FontMissing as error:
            said = "a character no font here has"  # which one would say something of the content
            raise DeviceError(document_fault("document_printer.document_refused", said)) from error
        return pages * document.copies

    def give(self, page: tuple[bytes, ...], until: Deadline, stop: Stop) -> bool:
        """See Talk."""
        self._stop = stop
        try:
            return self._given(page, until)
        finally:
            self._stop = nobody

    def _given(self, page: tuple[bytes, ...], until: Deadline) -> bool:
        self.page_left, self._cancelled = True, False
        if not self._proves:
            self._line.send(b"".join(page), until, self._stop)
            self._stands()
            self.page_left = False
            return False
        self._settle(until)
        self._owed = 0
        for step in page:
            self._line.send(step, until, self._stop)
            self._ask_whether_taken(until)
            self._wait_until_taken(until)
        self._stands()
        self.page_left = False
        return True

    def clear(self, until: Deadline, stop: Stop) -> None:
        """See Talk."""
        if not self.page_left:
            return
        self._stop = stop
        try:
            self._cancel(until, eject=True)
            self._wait_until_taken(until)
        except DeviceError:
            self.page_left = True
            raise
        finally:
            self._stop = nobody

    def forget(self, until: Deadline, *, eject: bool) -> bool | None:
        """See Talk: the answer to what is asked after CAN proves that everything before it is gone.

        A page that broke off is ejected, or the next document would be printed below it. A printer that has stopped is
        told once, not at every look: it would eject as often.
        """
        well = self._answers == "none" or self.state().fault() is None
        self._settle(until)
        if not self._cancelled or (well and self._owed):
            self._cancel(until, eject=eject and self.page_left)
            if well and self._owed:
                with contextlib.suppress(DeviceError):  # a line that is lost says so at the next question
                    self._wait_until_taken(until.sooner(_FORGET_SECONDS))
        if not self._proves:
            return None if well else False
        return not self._owed

    def _cancel(self, until: Deadline, *, eject: bool) -> None:
        self._cancelled = True
        self._port.write(escp.CLEAR_AT_ONCE + escp.CANCEL + (escp.FORM_FEED if eject else b""), until)
        self.page_left &= not eject
        if self._proves:
            self._owed = 0
            self._ask_whether_taken(until)

    def _ask_whether_taken(self, until: Deadline) -> None:
        self._hear(Deadline.after(0))
        self._owed += 1
        self._port.write(escp.ASK_BUFFER, until.sooner(_ANSWER_SECONDS))

    def _wait_until_taken(self, until: Deadline) -> None:
        """A printer that does not answer is asked what has stopped it."""
        while self._owed:
            look = until.sooner(_LOOK_SECONDS)
            while self._owed and not look.expired:
                end_if(self._stop, until)
                self._hear(look.sooner(GLANCE_SECONDS))
            if self._owed:
                self._stands()
                end_if(self._stop, until)

    def _settle(self, until: Deadline) -> None:
        """Hear what is still on its way: answers to earlier questions must not prove what comes now."""
        while not until.expired and self._hear(until.sooner(_QUIET_SECONDS)):
            pass

    def _stands(self) -> None:
        fault = self.state().fault() if self._answers != "none" else None
        if fault is not None and not self._stop():  # called off, it did not wait for the answer
            raise DeviceError(fault)

    def _begin_round(self) -> None:
        """What earlier questions are still owed is taken, or has had its time."""
        self._hear(Deadline.after(0))
        while (until := self._unanswered.awaited_until()) is not None and not self._stop():
            self._hear(until.sooner(GLANCE_SECONDS))

    def _ask(self, n: Literal[1, 2, 3, 4], *, again: bool = False) -> int | None:
        """What the questions before are owed comes first and is not believed. `again`: it was the same question."""
        self._hear(Deadline.after(0))
        self._status.clear()
        before = 0 if again else self._unanswered.count
        self._port.write(escp.ask_status(n), Deadline.after(_ANSWER_SECONDS))
        self._unanswered.asked()
        until = Deadline.after(_ANSWER_SECONDS * (2 if before else 1))
        while len(self._status) <= before and not until.expired and not self._stop():
            self._hear(until.sooner(GLANCE_SECONDS))
        return self._status[before] if len(self._status) > before else None

    def _hear(self, until: Deadline) -> bool:
        chunk = self._port.read(64, until)
        for reply in escp.decode_replies(chunk):
            match reply:
                case StatusByte(value=value):
                    self._status.append(value)
                    self._unanswered.answered()
                case Taken():
                    self._owed = max(0, self._owed - 1)
                case flow:
                    self._line.paused = flow.paused
        return bool(chunk)
