"""SAM-V frames, commands and replies, both directions. Pure: it does not know who plays reader and who plays host."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from operator import xor
from typing import Final, Literal

PREAMBLE: Final = bytes.fromhex("AAAAAA9669")
TEXT_BYTES: Final = 256
LONGEST: Final = 2314
"""Largest legal Len of a reply: text, photo and fingerprint."""


class Command(Enum):
    """CMD PARA of the host. 61 (RF bytes) is left out: nobody knows it at byte level."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    SAM_ID = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ = b"\x30\x01"
    READ_NEWEST_ADDRESS = b"\x30\x03"
    READ_MANAGEMENT_NUMBER = b"\x30\x05"
    READ_WITH_FINGERPRINT = b"\x30\x10"
    BAUD_115200 = b"\x60\x00"
    BAUD_57600 = b"\x60\x01"
    BAUD_38400 = b"\x60\x02"
    BAUD_19200 = b"\x60\x03"
    BAUD_9600 = b"\x60\x04"


STATUSES: Final[dict[int, str]] = {
    0x90: "success",
    0x9F: "card found",
    0x91: "the card holds no such content",
    0x80: "no card, or the card read before still lies there",
    0x81: "select failed",
    0x41: "read failed",
    0x31: "the card failed to authenticate the SAM",
    0x32: "the SAM failed to authenticate the card",
    0x33: "content verification failed",
    0x37: "fingerprint verification failed",
    0x3F: "length error",
    0x40: "unknown card type",
    0x47: "random number failed",
    0x10: "checksum error in what the host sent",
    0x11: "length error in what the host sent",
    0x21: "command error",
    0x23: "no privilege for this command",
    0x24: "unrecognised error",
    0x60: "SAM self-test failed",
    0x66: "SAM not authorised",
}
"""Every SW3 that can be on the wire."""

_ONLY_AFTER: Final = {
    0x9F: Command.FIND.value,
    0x80: Command.FIND.value,
    0x81: Command.SELECT.value,
    0x91: b"\x30",
    0x41: b"\x30",
    0x33: b"\x30",
    0x37: b"\x30",
}
_PAYLOAD_BYTES: Final = {Command.SELECT: 8, Command.SAM_ID: 16, Command.READ_NEWEST_ADDRESS: 70}


@dataclass(frozen=True)
class Frame:
    """The body of a frame whose checksum was right: CMD PARA or SW1 SW2 SW3, then what belongs to it."""

    body: bytes = field(repr=False)


@dataclass(frozen=True)
class BadChecksum:
    """A complete frame came, damaged."""

    length: int


@dataclass(frozen=True)
class BadLength:
    """A preamble came with a length no frame can have."""

    length: int


@dataclass(frozen=True)
class Reply:
    """What the reader answered. SW1 SW2 are the card's own status word for 31, 41, 47 and 81."""

    sw3: int
    payload: bytes = field(default=b"", repr=False)
    sw1: int = 0
    sw2: int = 0


@dataclass(frozen=True)
class CardBlocks:
    """The blocks of a read reply as the card holds them; none of them is ever shown."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    fingerprint: bytes = field(default=b"", repr=False)


def frame(body: bytes) -> bytes:
    """The wire form of a body; the checksum covers the two length bytes as well."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([reduce(xor, counted)])


def encode_command(command: Command) -> bytes:
    """The complete frame of a command."""
    return frame(command.value)


def decode_command(body: bytes) -> Command | None:
    """The command in a frame's body, or None for one no reader knows."""
    return next((command for command in Command if command.value == body[:2]), None)


def encode_reply(reply: Reply) -> bytes:
    """The complete frame of a reply."""
    return frame(bytes((reply.sw1, reply.sw2, reply.sw3)) + reply.payload)


def decode_reply(body: bytes) -> Reply:
    """The reply in a frame's body of at least three bytes."""
    return Reply(body[2], body[3:], body[0], body[1])


def encode_blocks(blocks: CardBlocks, *, with_fingerprint: bool = False) -> bytes:
    """Payload of a read reply: two or three big-endian lengths, then the blocks."""
    parts = (blocks.text, blocks.photo, blocks.fingerprint) if with_fingerprint else (blocks.text, blocks.photo)
    return b"".join(len(part).to_bytes(2, "big") for part in parts) + b"".join(parts)


def decode_blocks(payload: bytes) -> CardBlocks:
    """Cut a read reply by the lengths it carries itself. Raises ValueError when they do not add up."""
    for count in (2, 3):
        sizes = [int.from_bytes(payload[i : i + 2], "big") for i in range(0, 2 * count, 2)]
        if len(payload) == 2 * count + sum(sizes) and sizes[0] == TEXT_BYTES:
            ends = [2 * count + sum(sizes[: i + 1]) for i in range(count)]
            return CardBlocks(*(payload[end - size : end] for end, size in zip(ends, sizes, strict=True)))
    raise ValueError(f"no blocks in {len(payload)} bytes")


def answers(command: Command, reply: Reply) -> bool:
    """Whether this reply can belong to this command: a late one to an earlier command must not be taken for it."""
    if reply.sw3 in _ONLY_AFTER:
        return command.value.startswith(_ONLY_AFTER[reply.sw3])
    return reply.sw3 != 0x90 or _succeeds(command, reply.payload)


def _succeeds(command: Command, payload: bytes) -> bool:
    match command:
        case Command.FIND:
            return False
        case Command.READ | Command.READ_WITH_FINGERPRINT:
            return _has_blocks(payload)
        case Command.READ_MANAGEMENT_NUMBER:
            return bool(payload)
        case _:
            return len(payload) == _PAYLOAD_BYTES.get(command, 0)


def _has_blocks(payload: bytes) -> bool:
    try:
        decode_blocks(payload)
    except ValueError:
        return False
    return True


def sam_id_text(raw: bytes) -> str:
    """The 16 bytes of a SAM id as AA.BB-YYYYMMDD-NNNNNNNNNN-NNNNNNNNNN."""
    date, first, second = (int.from_bytes(raw[i : i + 4], "little") for i in (4, 8, 12))
    return f"{raw[0]:02}.{raw[2]:02}-{date:08}-{first:010}-{second:010}"


class FrameReader:
    """Cuts a byte stream into frames: skips noise, resynchronises, refuses impossible lengths at once."""

    def __init__(self, shortest: int = 4, longest: int = LONGEST) -> None:
        """`shortest` is 4 for replies and 3 for commands."""
        self._shortest = shortest
        self._longest = longest
        self._buffer = bytearray()

    @property
    def inside(self) -> bool:
        """Whether the beginning of something has arrived whose end has not."""
        return bool(self._buffer)

    def feed(self, chunk: bytes) -> list[Frame | BadChecksum | BadLength]:
        """Take the next bytes; what they complete, in order."""
        self._buffer += chunk
        events = []
        while (event := self._next()) is not None:
            events.append(event)
        return events

    def _next(self) -> Frame | BadChecksum | BadLength | None:
        start = self._buffer.find(PREAMBLE)
        if start < 0:
            del self._buffer[: len(self._buffer) - self._hopeful()]
            return None
        del self._buffer[:start]
        if len(self._buffer) < 7:
            return None
        length = int.from_bytes(self._buffer[5:7], "big")
        if not self._shortest <= length <= self._longest:
            del self._buffer[:5]
            return BadLength(length)
        if len(self._buffer) < 7 + length:
            return None
        counted = bytes(self._buffer[5 : 7 + length])
        if reduce(xor, counted):
            del self._buffer[:5]  # the length itself may be what broke: the next frame may begin inside this one
            return BadChecksum(length)
        del self._buffer[: 7 + length]
        return Frame(counted[2:-1])

    def _hopeful(self) -> int:
        """How many bytes at the end may be the beginning of a preamble."""
        return next((size for size in range(4, 0, -1) if self._buffer.endswith(PREAMBLE[:size])), 0)


class Redaction:
    """For the flight recorder: of each frame the preamble, length and three bytes of status, never what follows."""

    def __init__(self) -> None:
        self._matched = {"in": 0, "out": 0, "dropped": 0}

    def __call__(self, direction: Literal["out", "in", "dropped"], piece: bytes) -> bytes:
        """What of a piece may be kept."""
        return bytes(self._shown(direction, piece))

    def _shown(self, direction: str, piece: bytes) -> Iterable[int]:
        at = self._matched[direction]
        for byte in piece:
            if at < 5:
                at = _advance(at, byte)
                if at == 5:
                    yield from PREAMBLE
            else:
                yield byte
                at = (at + 1) % 10
        self._matched[direction] = at


def _advance(at: int, byte: int) -> int:
    if byte == PREAMBLE[at]:
        return at + 1
    if byte == 0xAA:
        return min(at, 3) if at >= 3 else 1
    return 0
