"""The line to a ticket printer: what is sent, held back while the printer says so, and everything that comes back."""

from typing import Final, Literal

from devices import model
from devices.model import DeviceError
from devices.parts.unanswered import Unanswered
from devices.port import BytePort, Deadline, baud_of
from devices.tally import Tally
from devices.ticket_printer.protocol import ASB_ON, ASK_BUFFERED_STATUS, LONGEST_COMMAND, ask_status
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
from devices.ticket_printer.state import Media, Presenter

_ANSWER_SECONDS: Final = 0.25
_LATE_SECONDS: Final = 1.2
"""No printer answers a question about its state as late as this."""
_WRITE_SECONDS: Final = 2.0
_PAUSED_SECONDS: Final = 10.0
_SETTLE_SECONDS: Final = 0.3
_QUIET_SECONDS: Final = 0.1
_STALE_SECONDS: Final = 30.0
"""An answer that has not come by then was lost with the printer's buffer."""
_PIECE: Final = 256
_HEAD_END: Final = bytes(8)


class PrinterLine:
    """One connection to one printer. Every call ends by its deadline; a broken line is a DeviceError `port.…`."""

    def __init__(self, port: BytePort, tally: Tally, presenter: Presenter) -> None:
        """Ends a command whose head broke off, with NULs as its missing numbers, then switches the automatic status on.

        Any other byte could become the height of a picture that swallows all that follows.
        """
        self._port = port
        self._tally = tally
        self._presenter = presenter
        self._bytes_a_second = baud_of(port.address) / 12  # ten bits a byte, and some time to swallow it
        self._replies = ReplyReader()
        self._status_bytes: list[int] = []
        self._unanswered = Unanswered(_LATE_SECONDS)
        self._paused = False
        self.blocks: list[Block] = []
        """What came back by name since the ticket began."""
        self.stopped = False
        """Whether the printer said by itself that it cannot go on."""
        self.noisy = False
        """Whether bytes came that no rule explains."""
        self._owed = 0
        self._owed_until = Deadline.after(0)
        self.settled = False
        """Whether no answer can be on its way that belongs to an earlier ticket, perhaps of an earlier connection."""
        self.clean = False
        """Whether the paper is known to hold nothing that was not cut off."""
        self.media = Media.UNKNOWN if presenter.fitted else None
        self.write(_HEAD_END)
        self.switch_on_automatic_status()

    @property
    def address(self) -> str:
        """Where it leads."""
        return self._port.address

    def close(self) -> None:
        """Let go."""
        self._port.close()

    def switch_on_automatic_status(self) -> None:
        """A power cycle and an initialisation switch it off."""
        self.write(ASB_ON)

    def begin_round(self) -> None:
        """Before the first of some questions: what earlier ones are still owed is taken, or has had its time."""
        self.hear(Deadline.after(0))
        while (until := self._unanswered.awaited_until()) is not None:
            self.hear(until)

    def ask(self, n: Literal[1, 2, 3, 4], *, again: bool = False) -> int | None:
        """DLE EOT n, one at a time: an answer does not say which question it belongs to.

        What the questions before are owed comes first and is not believed. `again`: it was the same question.
        """
        self.hear(Deadline.after(0))
        self._status_bytes.clear()
        before = 0 if again else self._unanswered.count
        self.write(ask_status(n))
        self._unanswered.asked()
        deadline = Deadline.after(_ANSWER_SECONDS * (2 if before else 1))
        while len(self._status_bytes) <= before and not deadline.expired:
            self.hear(deadline)
        if len(self._status_bytes) <= before:
            self._tally.add("timeouts")
            return None
        return self._status_bytes[before]

    def settle(self, *, thoroughly: bool) -> None:
        """Ask for the buffered status and take every answer that comes with it.

        Answers come in the order of the questions, so what an earlier connection is owed comes before this one's. A
        printer that answers nothing may be inside a command that broke off: thoroughly, it is given as many NULs as it
        may still swallow and asked again. One that is silent even then may answer in the middle of the next ticket:
        `settled` stays False, and a single byte proves nothing there.
        """
        if self._owed_until.expired:
            self._owed = 0
        if not self.takes() and not (thoroughly and self.takes(bytes(LONGEST_COMMAND))):
            return
        quiet = Deadline.after(_QUIET_SECONDS)
        while not quiet.expired:
            if self.hear(quiet):
                quiet = Deadline.after(_QUIET_SECONDS)
        self.settled = True

    def takes(self, padding: bytes = b"") -> bool:
        """Whether it takes what it is sent, and says so when it is asked."""
        self.send(padding + ASK_BUFFERED_STATUS)
        deadline = Deadline.after(_SETTLE_SECONDS + len(padding) / self._bytes_a_second)
        while not self.consumed and not deadline.expired:
            self.hear(deadline)
        return self.consumed

    @property
    def consumed(self) -> bool:
        """Whether everything that was sent up to the last question was taken from the buffer."""
        return self._owed == 0

    def send(self, encoded: bytes) -> None:
        """Piece by piece, as fast as the printer takes it. It ends with the question for the buffered status."""
        self.blocks.clear()
        self.stopped = self.noisy = False
        self._owed += 1
        self._owed_until = Deadline.after(_STALE_SECONDS)
        for at in range(0, len(encoded), _PIECE):
            self.hear(Deadline.after(0))
            paused_until = Deadline.after(_PAUSED_SECONDS)
            while self._paused:
                if paused_until.expired:
                    raise DeviceError(model.fault("port.stuck", f"{self._port.address} XOFF"))
                self.hear(paused_until)
            self.write(encoded[at : at + _PIECE])

    def write(self, payload: bytes) -> None:
        """Send a few bytes, flow control or not: real-time commands are taken even then."""
        self._port.write(payload, Deadline.after(_WRITE_SECONDS))

    def hear(self, deadline: Deadline) -> bool:
        """Take what has arrived, waiting for it until the deadline at most; False when nothing came."""
        chunk = self._port.read(64, deadline)
        for event in self._replies.feed(chunk):
            match event:
                case StatusByte(value=value):
                    self._status_bytes.append(value)
                    self._unanswered.answered()
                case AutomaticStatus():
                    self.stopped = event.stopped
                    self._see_media(event.octets[3])
                case BufferedStatus():
                    self._owed = max(0, self._owed - 1)
                case Block():
                    self.blocks.append(event)
                case Pause():
                    self._paused = True
                case Resume():
                    self._paused = False
                case Noise():
                    self.noisy = True
        return bool(chunk)

    def _see_media(self, octet: int) -> None:
        if self.media is None:
            return
        before, self.media = self.media, self._presenter.seen(octet, self.media)
        if before is not self.media and self.media in (Media.TAKEN, Media.RETRACTED):
            self._tally.add(f"tickets_{self.media.value}")
