"""The ID-card reader: find, select, read, and what its status codes mean for the people around it."""

import time
from collections.abc import Callable
from typing import Final

import msgspec

from devices import model
from devices.id_card_reader.faults import FAULT_OF_STATUS, FAULTS, fault_of, reader_fault
from devices.id_card_reader.layouts import CardContent, UnreadableContent, decode_text, with_newest_address, with_photo
from devices.id_card_reader.photo import PhotoDecoder, PhotoProgram
from devices.id_card_reader.protocol import (
    BadChecksum,
    Command,
    Frame,
    FrameReader,
    Redaction,
    Reply,
    answers,
    decode_blocks,
    decode_reply,
    encode_command,
    sam_id_text,
)
from devices.kind import Finding, HealthCheck, Kind, Level, Probe, over_a_line
from devices.model import DeviceError, Fault
from devices.port import BytePort, Deadline
from devices.tally import Tally

REPEATS: Final = 3
"""How often a reply that is damaged or missing is asked for again."""

_SECONDS: Final = {
    Command.FIND: 0.1,
    Command.SELECT: 0.1,
    Command.SAM_ID: 0.3,
    Command.READ_NEWEST_ADDRESS: 1.5,
    Command.READ: 2.0,
    Command.READ_WITH_FINGERPRINT: 3.0,
}
_USUAL_SECONDS: Final = 0.3
_GAP_SECONDS: Final = 0.3
"""A frame that stops for this long is broken: at 9600 baud a byte takes 1 ms."""
_WRITE_SECONDS: Final = 0.5
BY_HAND_SECONDS = 5.0
"""How long somebody who reads a card by hand has to lay it down."""
_RESEND_ONCE: Final = frozenset({0x10, 0x11, 0x24, 0x47})
_TRY_AGAIN: Final = frozenset({0x81, 0x41})


class IdCardReaderState(msgspec.Struct, frozen=True):
    """What the reader says of itself."""

    online: bool
    sam_id: str

    def as_json(self) -> dict[str, object]:
        """For the command line and reports."""
        return {"online": self.online, "sam_id": self.sam_id}

    def fault(self) -> Fault | None:
        """See DeviceState: a reader that has a state answers, authorised and tested."""
        return None


class IdCardReaderOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between models."""

    newest_address: bool = True
    photo_decoder: str = ""
    """The program that turns the card's photo into a picture; without one the photo is dropped unread."""


class IdCardReader:
    """One reader on one line. Every call ends by its deadline; failures are DeviceErrors."""

    def __init__(
        self, port: BytePort, *, newest_address: bool = True, photo_decoder: PhotoDecoder | None = None
    ) -> None:
        """`newest_address`: also ask for the address added later; readers without that command are remembered."""
        self.tally = Tally()
        self._decode_photo = photo_decoder
        self._port = port
        self._ask_newest_address = newest_address
        self._sam_id = ""

    def status(self) -> IdCardReaderState:
        """Ask the SAM how it is. Raises DeviceError when it is silent, failed its self-test or is not authorised."""
        deadline = Deadline.after(2.0)
        self._expect(Command.STATUS, deadline)
        return IdCardReaderState(online=True, sam_id=self._sam_id or self.sam_id(deadline))

    def sam_id(self, deadline: Deadline | None = None) -> str:
        """The id of the security module, as printed on it."""
        reply = self._expect(Command.SAM_ID, deadline or Deadline.after(2.0))
        self._sam_id = sam_id_text(reply.payload)
        return self._sam_id

    def find(self, deadline: Deadline | None = None) -> bool:
        """Whether a card lies there that was not read yet. Does not touch its content."""
        return self._expect(Command.FIND, deadline or Deadline.after(1.0)).sw3 == 0x9F

    def reset_and_find(self) -> bool:
        """Reset the SAM, then look: True if any card lies there, read before or not. Never selects or reads it."""
        deadline = Deadline.after(2.0)
        self._expect(Command.RESET, deadline)
        return self.find(deadline)

    def is_present(self) -> bool:
        """Whether the card read last still lies there: reads it again and drops the content.

        Find cannot tell: it answers "no card" for one that was read already. A card that was only nudged cannot be read
        either, so one that seems to be gone is looked for once more, as reset_and_find() does.
        """
        reply = self._ask(Command.READ, Deadline.after(3.0))
        if reply.sw3 not in {0x90, *_TRY_AGAIN}:
            raise DeviceError(fault_of(reply))
        return reply.sw3 == 0x90 or self.reset_and_find()

    def read_card(self, deadline: Deadline) -> CardContent | None:
        """Find, select, read. None when no card lies there, or only one that was read already.

        Raises `read_failed` when the card moved away in the middle.
        """
        failed: Reply | None = None
        for _ in range(1 + REPEATS):
            if not self.find(deadline):
                break
            reply = self._ask(Command.SELECT, deadline)
            if reply.sw3 == 0x90:
                reply = self._ask(Command.READ, deadline)
            if reply.sw3 == 0x90:
                return self._counted(self._content(reply, deadline))
            self.tally.add("reads_failed")
            if reply.sw3 not in _TRY_AGAIN:
                raise DeviceError(fault_of(reply))
            failed = reply
            if deadline.expired:
                break
        if failed is not None:
            raise DeviceError(fault_of(failed))
        return None

    def read_reference(
        self, deadline: Deadline, *, finger: bool, whose: Callable[[CardContent], bool] = lambda _: True
    ) -> bytes | None:
        """The photo (WLT), or the finger templates, of the card that lies there now, read before or not. None for none,
        and for a card that is not `whose` says it should be.

        Whoever asks hands it on to the device that compares, and keeps nothing of it.
        """
        if not self.reset_and_find() or self._ask(Command.SELECT, deadline).sw3 != 0x90:
            return None
        reply = self._ask(Command.READ_WITH_FINGERPRINT if finger else Command.READ, deadline)
        if reply.sw3 != 0x90:
            return None
        blocks = decode_blocks(reply.payload)
        try:
            if not whose(decode_text(blocks.text)):
                return None
        except UnreadableContent:
            return None
        return (blocks.fingerprint if finger else blocks.photo) or None

    def close(self) -> None:
        """Let go of the line."""
        self._port.close()

    def _content(self, reply: Reply, deadline: Deadline) -> CardContent:
        blocks = decode_blocks(reply.payload)
        try:
            content = decode_text(blocks.text)
        except UnreadableContent as error:
            self.tally.add("reads_failed")
            raise DeviceError(reader_fault("id_card_reader.card_not_supported", str(error))) from error
        if self._decode_photo is not None:
            content = with_photo(content, self._decode_photo(blocks.photo, deadline))
        if not self._ask_newest_address:
            return content
        try:
            reply = self._ask(Command.READ_NEWEST_ADDRESS, deadline.sooner(1.5), repeats=0)
        except DeviceError as error:
            if error.fault.key in model.LOST:
                raise
            self._ask_newest_address = False  # an extra some readers lack must not cost every citizen its time-out
            return content
        return with_newest_address(content, reply.payload) if reply.sw3 == 0x90 else content

    def _counted(self, content: CardContent) -> CardContent:
        self.tally.add("cards_read")
        return content

    def _expect(self, command: Command, deadline: Deadline) -> Reply:
        reply = self._ask(command, deadline)
        if FAULT_OF_STATUS.get(reply.sw3, "unknown") is not None:
            raise DeviceError(fault_of(reply))
        return reply

    def _ask(self, command: Command, deadline: Deadline, repeats: int = REPEATS) -> Reply:
        """One exchange: a missing or damaged reply is asked for again, within the deadline."""
        problem = model.fault("device.silent", command.name)
        resent = False
        for repeat in range(1 + repeats):
            if repeat:
                self.tally.add("retries")
            began = time.monotonic()
            got = self._exchange(command, deadline)
            if isinstance(got, Fault):
                self.tally.add("damaged_replies" if got.key == "device.garbled" else "timeouts")
                problem = got
            elif got.sw3 in _RESEND_ONCE and not resent:
                resent, problem = True, fault_of(got)
            else:
                self.tally.add("exchanges")
                self.tally.add("exchange_seconds", time.monotonic() - began)
                return got
            if deadline.expired:
                break
        raise DeviceError(problem)

    def _exchange(self, command: Command, deadline: Deadline) -> Reply | Fault:
        self._port.discard_input()
        self._port.write(encode_command(command), deadline.sooner(_WRITE_SECONDS))
        until, frames, heard = deadline.sooner(_SECONDS.get(command, _USUAL_SECONDS)), FrameReader(), False
        while not until.expired and (chunk := self._port.read(64, until.sooner(_GAP_SECONDS) if heard else until)):
            if not heard and command in (Command.FIND, Command.SELECT):
                until = deadline.sooner(_GAP_SECONDS)
            heard = True
            for event in frames.feed(chunk):
                if isinstance(event, BadChecksum):
                    return model.fault("device.garbled", command.name)
                if isinstance(event, Frame) and answers(command, reply := decode_reply(event.body)):
                    return reply
        return model.fault("device.garbled" if heard else "device.silent", command.name)


def _read(reader: IdCardReader) -> dict[str, object]:
    """Read whatever card lies there, also one read before; wait for it."""
    deadline = Deadline.after(BY_HAND_SECONDS)
    reader.reset_and_find()
    while not deadline.expired:
        content = reader.read_card(deadline)
        if content is not None:
            return dict(content.as_json())
        time.sleep(min(0.2, deadline.left()))
    raise DeviceError(reader_fault("id_card_reader.no_card"))


BY_HAND: Final[dict[str, Callable[[IdCardReader], dict[str, object]]]] = {
    "read": _read,
    "status": lambda reader: reader.status().as_json(),
    "sam-id": lambda reader: {"sam_id": reader.sam_id()},
}
"""What `./suiban device id-card-reader PORT …` can do."""


def _answers(reader: IdCardReader, _: Deadline) -> tuple[Finding, ...]:
    return (Finding("sam_id", ok=True, found=reader.status().sam_id),)


def _reads_a_card(reader: IdCardReader, deadline: Deadline) -> tuple[Finding, ...]:
    reader.reset_and_find()
    while not deadline.expired:
        content = reader.read_card(deadline)
        if content is not None:
            return (Finding("card", ok=True, found=content.kind.value),)  # its kind, never whose it is
        time.sleep(min(0.2, deadline.left()))
    return (Finding("card", ok=False, found="none"),)


def _recognise(answer: bytes) -> str | None:
    for event in FrameReader().feed(answer):
        if isinstance(event, Frame):
            return sam_id_text(payload) if len(payload := decode_reply(event.body).payload) == 16 else ""
    return None


def _reader(port: BytePort, options: IdCardReaderOptions) -> IdCardReader:
    decoder = PhotoProgram(options.photo_decoder) if options.photo_decoder else None
    return IdCardReader(port, newest_address=options.newest_address, photo_decoder=decoder)


KIND: Final = Kind(
    name="id-card-reader",
    title="ID-card reader (SAM-V)",
    schemes=("serial", "tcp", "simulator"),
    options=IdCardReaderOptions,
    open=over_a_line(_reader),
    redaction=Redaction,
    simulator="devices.id_card_reader.simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _answers), HealthCheck(Level.INTERACTIVE, _reads_a_card)),
    faults=FAULTS,
    probe=Probe((115200, 57600, 38400, 19200, 9600), encode_command(Command.SAM_ID), _recognise, leaves_no_trace=False),
)
