"""What the terminal process and a visit process say to each other: msgspec frames over one Unix socket pair.

The visit seals before it speaks, so nothing personal crosses here but what paper needs: a masked name.
"""

import os
import select
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Generic, TypeVar

import msgspec

from contract.codes import Satisfaction
from contract.envelope import Sealed
from contract.feed import SealingKey
from contract.messages import Body, Filed
from contract.scans import ScanRef
from kiosk import memory_file
from kiosk.facts import Facts

_LENGTH: Final = struct.Struct(">I")
_LONGEST: Final = 1 << 20
SCAN_PIECE: Final = 256 * 1024
"""Bytes of a scan in one frame: other messages never wait long behind it."""
SEND_SECONDS: Final = 2.0


class _Message(msgspec.Struct, frozen=True, tag=True):
    """One frame: a type and its values."""


# --- terminal -> visit ----------


class Enter(_Message, frozen=True):
    """The spare becomes the visit: open the reader, show the screen. A card that already lies there is left behind."""

    visit: int
    case_id: str
    facts: Facts
    walk: bool = False
    """走流程: staff try what a citizen does, and nothing of it is real."""


class FactsChanged(_Message, frozen=True):
    facts: Facts


class Spelled(_Message, frozen=True):
    """The Pinyin of the catalogue, for the search."""

    spelling: dict[str, tuple[str, ...]]


class CaseKept(_Message, frozen=True):
    visit: int
    case_id: str
    case_number: str
    number: str
    business_date: str
    filed_at: str
    promise_date: str | None
    item: str
    promise_certain: bool = True
    missing_until: str = ""
    """容缺: the last day for what is to be brought."""


class CaseNotKept(_Message, frozen=True):
    visit: int
    case_id: str
    fault: str


class TicketNews(_Message, frozen=True):
    visit: int
    case_id: str
    state: str
    fault: str


class DocumentNews(_Message, frozen=True):
    """What is known about the receipt on A4 of this visit's case."""

    visit: int
    case_id: str
    state: str
    fault: str


class PaperPrepared(_Message, frozen=True):
    """A paper of this visit has its serial, durably: set it and hand its pages over."""

    visit: int
    paper_id: str
    serial: str
    code: str
    copy: int
    voids: str


class PaperNews(_Message, frozen=True):
    """What is known about a paper of this visit."""

    visit: int
    paper_id: str
    state: str
    fault: str
    pages_out: int | None


class DoorNews(_Message, frozen=True):
    """What a locker door did: `opened`, `closed`, `stuck` or `unknown`."""

    visit: int
    request: str
    state: str
    fault: str


class PermitNews(_Message, frozen=True):
    """What became of a permit; `state` is one of `kiosk.journey.machines.PermitState`, `tail` the end of its number."""

    visit: int
    request: str
    state: str
    fault: str
    tail: str = ""
    valid_until: str = ""


class RecordNews(_Message, frozen=True):
    """A record of this visit is durable; with a `fault` it is not."""

    visit: int
    record_id: str
    fault: str


class SealTo(_Message, frozen=True):
    """Seal to these keys from now on, instead of those in the settings; none means those in the settings again."""

    keys: tuple[SealingKey, ...]


class ScanGoOn(_Message, frozen=True):
    """The piece of the scan that ended at `offset` is on disk: the next, please."""

    visit: int
    case_id: str
    hash: str
    offset: int


class ScanKept(_Message, frozen=True):
    """The whole scan outlives a power cut from now on: a case may name it."""

    visit: int
    case_id: str
    hash: str


class ScanNotKept(_Message, frozen=True):
    visit: int
    case_id: str
    hash: str
    fault: str


class CarriedAnswer(_Message, frozen=True):
    """What the centre answered; only the visit that asked can open it."""

    visit: int
    question_id: str
    sealed: Sealed


class NotCarried(_Message, frozen=True):
    """No answer: `why` is `offline`, `slow`, `refused` or `broken`. What was asked may have been done."""

    visit: int
    question_id: str
    why: str


class ServiceWanted(_Message, frozen=True):
    """The cabinet's switch asks for a technician: end as soon as nobody is served."""

    visit: int


class Retire(_Message, frozen=True):
    """End now; the terminal is stopping."""


ToVisit = (
    Enter
    | FactsChanged
    | Spelled
    | SealTo
    | CaseKept
    | CaseNotKept
    | TicketNews
    | DocumentNews
    | PaperPrepared
    | PaperNews
    | DoorNews
    | PermitNews
    | RecordNews
    | ScanGoOn
    | ScanKept
    | ScanNotKept
    | CarriedAnswer
    | NotCarried
    | ServiceWanted
    | Retire
)

# --- visit -> terminal ----------


class Ready(_Message, frozen=True):
    """The engine is loaded and the window hidden: this spare is warm."""


class Shown(_Message, frozen=True):
    """The first frame of this visit is on the glass."""


class Alive(_Message, frozen=True):
    """Sent by the screen's own loop: a visit that hangs falls silent."""

    rests: bool = False
    """Nobody uses it: the attract screen is shown."""


class KeepCase(_Message, frozen=True):
    visit: int
    case_id: str
    item: str
    language: str
    masked_name: str
    sealed: Sealed
    item_version: int = 0
    """The item as this citizen saw it; 0 for whatever it is now."""
    scans: tuple[ScanRef, ...] = ()
    """Each was kept before."""
    filed: Filed = Filed()
    """What the centre may judge by without opening the seal."""


class KeepScan(_Message, frozen=True):
    """A piece of a sealed scan of this visit's case, at `offset` of `size` bytes; the next waits for `ScanGoOn`.

    One scan at a time: a piece at offset 0 begins another and forgets the one before.
    """

    visit: int
    case_id: str
    hash: str
    suite: str
    size: int
    offset: int
    piece: bytes


class PrintCase(_Message, frozen=True):
    visit: int
    case_id: str


class PrintReceipt(_Message, frozen=True):
    """The citizen wants the receipt of the filing on A4. `received`: code of each material and how it is there."""

    visit: int
    case_id: str
    received: tuple[tuple[str, str], ...] = ()


class PreparePaper(_Message, frozen=True):
    """The visit wants to print a paper of its own: write the intent down and give it a serial."""

    visit: int
    case_id: str
    paper_id: str
    template: str
    copies: int
    voids: str


class PrintPages(_Message, frozen=True):
    """The pages of a prepared paper as rasters: dots, no letters. `content` (a PDF of pictures) crosses as a sealed
    file in memory beside this frame, never in it.
    """

    visit: int
    case_id: str
    paper_id: str
    pages: int
    sha256: str
    content: bytes = b""
    two_sided: bool = False


class PrintSlip(_Message, frozen=True):
    """A slip for the ticket printer. `data` is that of `contract.papers.SLIPS`: all of it masked."""

    visit: int
    case_id: str
    paper_id: str
    template: str
    data: dict[str, Any]
    language: str
    voids: str = ""


class PaperNotSet(_Message, frozen=True):
    """A prepared paper could not be set: nothing of it will be printed."""

    visit: int
    case_id: str
    paper_id: str
    fault: str


class OpenLocker(_Message, frozen=True):
    """Open a locker door for this visit's citizen."""

    visit: int
    case_id: str
    request: str
    door: int


class TakeInPermit(_Message, frozen=True):
    """Take a travel permit in for this visit's citizen."""

    visit: int
    case_id: str
    request: str


class Endorse(_Message, frozen=True):
    """Print an endorsement on the permit inside. Nothing of `text` is personal."""

    visit: int
    case_id: str
    request: str
    paper_id: str
    text: str


class GiveBackPermit(_Message, frozen=True):
    """Give the permit back."""

    visit: int
    case_id: str
    request: str


class KeepRecord(_Message, frozen=True):
    """A record of this visit's own: its personal part is sealed."""

    visit: int
    record_id: str
    body: Body
    sealed: Sealed | None


class KeepRating(_Message, frozen=True):
    visit: int
    case_id: str
    satisfaction: Satisfaction
    tags: tuple[str, ...] = ()
    tags_version: int = 0
    again: bool = False
    item: str = ""
    case_number: str = ""
    record_id: str = ""


class KeepDifficulty(_Message, frozen=True):
    visit: int
    page: str
    item: str | None
    last_error: str | None
    reason: str


class CarryQuestion(_Message, frozen=True):
    """Ask the centre; its answer, or why there is none, comes within `seconds`."""

    visit: int
    question_id: str
    sealed: Sealed
    seconds: float


class DeviceSeen(_Message, frozen=True):
    """A device as this visit knows it; `presence` is online, offline or unknown, `state` in the device's own words."""

    name: str
    presence: str
    fault: str
    state: dict[str, Any] = {}


class DeviceCounted(_Message, frozen=True):
    """What a device of this visit did since the last time, for the ledger."""

    name: str
    counts: dict[str, float]


class CardLying(_Message, frozen=True):
    """A card of an earlier visit lies on the reader (True), or has been lifted (False)."""

    lying: bool


class Over(_Message, frozen=True):
    """The last word of a visit. The ending `service` asks for the technician's turn."""

    visit: int
    ending: str


ToTerminal = (
    Ready
    | Shown
    | Alive
    | KeepCase
    | KeepScan
    | PrintCase
    | PrintReceipt
    | PreparePaper
    | PrintPages
    | PrintSlip
    | PaperNotSet
    | OpenLocker
    | TakeInPermit
    | Endorse
    | GiveBackPermit
    | KeepRecord
    | KeepRating
    | KeepDifficulty
    | CarryQuestion
    | DeviceSeen
    | DeviceCounted
    | CardLying
    | Over
)

# --- technician's process <-> terminal ----------


class SettingsSaved(_Message, frozen=True):
    """The technician saved this revision of the settings; it is applied when their turn is over."""

    revision: int


class ServiceOver(_Message, frozen=True):
    """The last word of the technician's process, said when it has let go of every device. `walk`: the next visit is a
    walk-through (TS-10).
    """

    walk: bool = False


FromTechnician = Ready | Alive | SettingsSaved | ServiceOver
ToTechnician = Retire

Incoming = TypeVar("Incoming")


class LinkClosed(ConnectionError):
    """The other process is gone."""


class Link(Generic[Incoming]):
    """One end of the pair. `send` from any thread; `listen` hands every message to a callable on a thread of its
    own.
    """

    def __init__(self, end: socket.socket, decoder: msgspec.msgpack.Decoder[Incoming]) -> None:
        self._socket = end
        self._sending = threading.Lock()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = decoder

    def send(self, message: ToVisit | ToTerminal | FromTechnician) -> None:
        """Raises LinkClosed when the peer is gone or does not take the frame within SEND_SECONDS, NotOurs for pages
        that are too large to hand over.
        """
        if isinstance(message, PrintPages):
            descriptor = memory_file.sealed(message.content)
            try:
                self._send(msgspec.structs.replace(message, content=b""), descriptor)
            finally:
                os.close(descriptor)
        else:
            self._send(message, None)

    def _send(self, message: ToVisit | ToTerminal | FromTechnician, descriptor: int | None) -> None:
        body = self._encoder.encode(message)
        with self._sending:
            try:
                self._send_all(_LENGTH.pack(len(body)) + body, descriptor)
            except OSError as error:
                reason = f"link: {error}"
                raise LinkClosed(reason) from error

    def _send_all(self, frame: bytes, descriptor: int | None) -> None:
        # SO_SNDTIMEO rather than settimeout(), which would bound the listening thread's recv as well.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(SEND_SECONDS), 0))
        if descriptor is not None:  # it travels with the first bytes of its frame
            sent = socket.send_fds(self._socket, [frame[: _LENGTH.size]], [descriptor])
            frame = frame[sent:]
        self._socket.sendall(frame)

    def wait(self, seconds: float) -> None:
        """Return when the other side has said something or is gone, at the latest after `seconds`."""
        select.select((self._socket,), (), (), seconds)

    def listen(self, hear: Callable[[Incoming], None], closed: Callable[[], None]) -> None:
        """Start the reading thread. `closed` is called once, when the peer is gone or speaks nonsense."""

        def run() -> None:
            try:
                while True:
                    hear(self._receive())
            except (LinkClosed, msgspec.DecodeError):
                closed()

        threading.Thread(target=run, name="link", daemon=True).start()

    def _receive(self) -> Incoming:
        descriptors: list[int] = []
        try:
            (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, descriptors))
            if length > _LONGEST:
                message = f"link: a frame of {length} bytes; at most {_LONGEST} are allowed"
                raise LinkClosed(message)
            decoded = self._decoder.decode(self._exactly(length, descriptors))
            if isinstance(decoded, PrintPages):
                return msgspec.structs.replace(decoded, content=_handed_over(descriptors))
            return decoded
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _exactly(self, count: int, descriptors: list[int]) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            try:
                part, found, _, _ = socket.recv_fds(self._socket, count - len(parts), 1)
                descriptors += found
            except OSError as error:
                message = f"link: {error}"
                raise LinkClosed(message) from error
            if not part:
                message = "link: the other process closed it"
                raise LinkClosed(message)
            parts += part
        return bytes(parts)

    def close(self) -> None:
        """Wake the reading thread and let go."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def _handed_over(descriptors: list[int]) -> bytes:
    """What came beside a frame; empty where nothing did, or nothing we take."""
    with suppress(memory_file.NotOurs, OSError):
        return memory_file.content(descriptors[0]) if len(descriptors) == 1 else b""
    return b""


def visit_end(end: socket.socket) -> Link[ToVisit]:
    """The end a visit process holds."""
    return Link(end, msgspec.msgpack.Decoder(ToVisit))


def technician_end(end: socket.socket) -> Link[ToTechnician]:
    """The end the technician's process holds."""
    return Link(end, msgspec.msgpack.Decoder(ToTechnician))


def service_end(end: socket.socket) -> Link[FromTechnician]:
    """The end the terminal holds while a technician works."""
    return Link(end, msgspec.msgpack.Decoder(FromTechnician))


def terminal_end(end: socket.socket) -> Link[ToTerminal]:
    """The end the terminal process holds."""
    return Link(end, msgspec.msgpack.Decoder(ToTerminal))
