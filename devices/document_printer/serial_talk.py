"""What both languages of serial document printers share: a page goes out watched, and can be called off at any time."""

from collections.abc import Callable
from typing import Final, Literal, Protocol

from devices.document_printer.state import Document, DocumentPrinterState, document_fault
from devices.model import DeviceError
from devices.port import BytePort, Deadline

Stop = Callable[[], bool]
Answers = Literal["all", "status", "none"]
GLANCE_SECONDS: Final = 0.05
_STALL_SECONDS: Final = 10.0
"""How long a printer may take no bytes at all: a line of pins takes a second."""
PIECE: Final = 256


class Talk(Protocol):
    """One printer in its own language. Every failure is a DeviceError."""

    page_left: bool
    """Whether a page that broke off may be in it: the next document would come out on that."""

    def state(self) -> DocumentPrinterState:
        """How it is; unknown throughout when it does not answer."""

    def pages(self, document: Document) -> tuple[tuple[bytes, ...], ...]:
        """Each page in the steps it is given in. Raises document_refused or format_unsupported."""

    def give(self, page: tuple[bytes, ...], until: Deadline, stop: Stop) -> bool:
        """Hand a page over and wait until it has come out; False when this printer cannot prove it."""

    def clear(self, until: Deadline, stop: Stop) -> None:
        """Eject such a page, and wait until it is out."""

    def forget(self, until: Deadline, *, eject: bool) -> bool | None:
        """Cancel what it holds; whether nothing of it can come out any more. None: this printer will never tell.

        `eject`: paper may move.
        """


class Line:
    """Writing with a deadline that watches for a call to stop and for XOFF."""

    def __init__(self, port: BytePort, hear: Callable[[Deadline], object]) -> None:
        self._port = port
        self._hear = hear
        self.paused = False

    def send(self, payload: bytes, until: Deadline, stop: Stop) -> None:
        for at in range(0, len(payload), PIECE):
            self._hear(Deadline.after(0))
            while self.paused:
                end_if(stop, until)
                self._hear(until.sooner(GLANCE_SECONDS))
            end_if(stop, until)
            self._port.write(payload[at : at + PIECE], until.sooner(_STALL_SECONDS))


def end_if(stop: Stop, until: Deadline) -> None:
    """Raises DeviceError when somebody called it off or the time is over."""
    if stop():
        raise DeviceError(document_fault("document_printer.job_cancelled"))
    if until.expired:
        raise DeviceError(document_fault("document_printer.not_confirmed", "not at its end in time"))


def nobody() -> bool:
    """Nobody calls it off."""
    return False
