"""PDF under PJL: how are you, here is a page, has it been counted, forget it."""

import time
from typing import Final

from devices import model
from devices.document_printer import pjl
from devices.document_printer.serial_state import state_of_code
from devices.document_printer.serial_talk import GLANCE_SECONDS, PIECE, Answers, Line, Stop, end_if, nobody
from devices.document_printer.state import Document, DocumentPrinterState, document_fault
from devices.model import DeviceError
from devices.port import BytePort, Deadline

_ANSWER_SECONDS: Final = 0.4
_PJL_SECONDS: Final = 1.0
"""A PJL printer answers between two pages, not in the middle of one."""


class PjlTalk:
    """PDF under PJL, every page a job of its own: its page count proves each, and a jam leaves one page at most."""

    def __init__(self, port: BytePort, *, answers: Answers, stamp: bytes) -> None:
        self._port = port
        self._answers = answers
        self._stamp = stamp
        self._line = Line(port, lambda _until: None)
        self._stop: Stop = nobody
        self.page_left = False

    def state(self) -> DocumentPrinterState:
        """See Talk."""
        found = self._asked(pjl.ASK_STATUS, pjl.Status) if self._answers != "none" else None
        return state_of_code(found) if found is not None else DocumentPrinterState()

    def pages(self, document: Document) -> tuple[tuple[bytes, ...], ...]:
        """See Talk."""
        if not document.pdf:
            raise DeviceError(document_fault("document_printer.format_unsupported", "PDF only"))
        from devices.document_printer.sheets import one_by_one  # noqa: PLC0415 - PDFium only where needed

        stamp = self._stamp if document.stamp else b""
        try:
            pages = tuple((pjl.encode_job(page, stamp),) for page in one_by_one(document))
        except ValueError as error:
            raise DeviceError(document_fault("document_printer.document_refused", str(error))) from error
        return pages * document.copies

    def give(self, page: tuple[bytes, ...], until: Deadline, stop: Stop) -> bool:
        """See Talk."""
        self._stop = stop
        try:
            return self._given(page, until)
        finally:
            self._stop = nobody

    def _given(self, page: tuple[bytes, ...], until: Deadline) -> bool:
        counted = self._asked(pjl.ASK_PAGE_COUNT, pjl.PageCount) if self._answers == "all" else pjl.PageCount(None)
        end_if(self._stop, until)
        if counted is None:
            raise DeviceError(model.fault("device.silent"))
        before = counted.sides
        for step in page:
            self._line.send(step, until, self._stop)
        if before is None:
            return False
        while not self._counted_beyond(before):
            fault = self.state().fault()
            end_if(self._stop, until)
            if fault is not None and (fault.key != "device.silent" or until.left() < _PJL_SECONDS):
                raise DeviceError(fault)
            time.sleep(GLANCE_SECONDS)
        return True

    def clear(self, until: Deadline, stop: Stop) -> None:
        """See Talk: a page printer ends its pages by itself."""

    def forget(self, until: Deadline, *, eject: bool) -> bool | None:  # noqa: ARG002 - as above
        """See Talk: nothing takes a page back from a PJL printer; it is gone once the printer is idle and ready."""
        self._port.write(pjl.CANCEL, until.sooner(_ANSWER_SECONDS))
        return self.state().activity == "idle" if self._answers != "none" else None

    def _counted_beyond(self, before: int) -> bool:
        """Told twice: there is no checksum, and a flipped bit in a number is another number."""
        count = self._count()
        return count is not None and count > before and self._count() == count

    def _count(self) -> int | None:
        found = self._asked(pjl.ASK_PAGE_COUNT, pjl.PageCount) if self._answers == "all" else None
        return found.sides if found is not None else None

    def _asked(self, question: bytes, kind: type[pjl.R]) -> pjl.R | None:
        """The last answer of that kind; None when none came in time."""
        self._port.discard_input()
        self._port.write(question, Deadline.after(_ANSWER_SECONDS))
        until, reader = Deadline.after(_PJL_SECONDS), pjl.ReplyReader()
        while not until.expired and not self._stop():
            for reply in reader.feed(self._port.read(PIECE, until.sooner(GLANCE_SECONDS))):
                if isinstance(reply, kind):
                    return reply
        return None
