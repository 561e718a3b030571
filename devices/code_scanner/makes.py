"""Newland, Honeywell and Zebra (SSI): how each is triggered and asked, and how its answers look. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from devices.code_scanner.protocol import Answer, Dropped, Event, Framing, Reader, Scanned, TextReader, cut_burst

MakeName = Literal["newland", "honeywell", "zebra"]
_VERDICTS: Final[dict[int, Literal["ack", "nak", "enq"]]] = {0x06: "ack", 0x15: "nak", 0x05: "enq"}


@dataclass(frozen=True)
class Command:
    """Bytes to a scanner. `answer` is how the text of its answer begins; None when none comes."""

    octets: bytes
    answer: str | None


@dataclass(frozen=True)
class Make:
    """What a driver needs of one make."""

    start: Command
    stop: Command
    ask: Command
    """What mode it is in."""
    set_up: Command
    """Triggered by commands only, until the power goes: nothing is written to memory that wears out."""
    wanted: str
    """The answer to `ask` once that is so."""
    reader: Callable[[Framing], Reader]


def newland(text: str) -> bytes:
    """A Newland command frame; `@` sets for good, `#` until the power goes."""
    return b"\x7e\x010000" + text.encode("ascii") + b";\x03"


_NEWLAND_ANSWER: Final = re.compile(rb"\x02\x010000[@#]?([A-Z]{6}[\x20-\x7e]{0,64}?)([\x05\x06\x15]);\x03")


def newland_answer(octets: bytes) -> tuple[int, int, Answer] | None:
    """The first answer frame: `02 01 30 30 30 30` prefix text ACK, NAK or ENQ `3B 03`."""
    return _answer(_NEWLAND_ANSWER.search(octets))


def honeywell(text: str) -> bytes:
    """A Honeywell menu command; text ends in `.` (kept) or `!` (until the power goes)."""
    return b"\x16M\r" + text.encode("ascii")


_HONEYWELL_ANSWER: Final = re.compile(rb"(TRGMOD[\x20-\x2d\x2f-\x7e]{0,16}?)([\x05\x06\x15])[.!]")
"""Nothing marks where an answer begins but the command it echoes, and only one is ever sent."""


def honeywell_answer(octets: bytes) -> tuple[int, int, Answer] | None:
    """The first answer: the command echoed, with ACK, NAK or ENQ before its last mark."""
    return _answer(_HONEYWELL_ANSWER.search(octets))


def _answer(found: re.Match[bytes] | None) -> tuple[int, int, Answer] | None:
    if found is None:
        return None
    return found.start(), found.end(), Answer(_VERDICTS[found[2][0]], found[1].decode("ascii").upper())


HOST: Final = 0x04
DECODER: Final = 0x00
ACK: Final = 0xD0
NAK: Final = 0xD1
DECODED: Final = 0xF3
PARAMETERS: Final = 0xC6
ASK_PARAMETERS: Final = 0xC7
START: Final = 0xE4
STOP: Final = 0xE5
MORE_FOLLOWS: Final = 0x02
"""Status bit of a code that needs several packets."""
_TRIGGER_BY_HOST: Final = b"\x8a\x08"
_CODES_IN_PACKETS: Final = b"\xee\x01"
"""Only a packet has a checksum; sent raw, a code has none."""
_FROM_DECODER: Final = frozenset({ACK, NAK, DECODED, PARAMETERS})


def ssi(opcode: int, payload: bytes = b"", source: int = HOST, status: int = 0) -> bytes:
    """A packet: length, opcode, source, status, payload, and the two's complement of the sum, high byte first."""
    body = bytes((4 + len(payload), opcode, source, status)) + payload
    return body + (-sum(body) & 0xFFFF).to_bytes(2, "big")


class SsiReader:
    """Packets from the decoder. There is no mark where one begins: what does not add up is skipped byte by byte."""

    terminated = False

    def __init__(self, framing: Framing) -> None:
        self._framing = Framing("none", framing.prefix, framing.suffix)
        self._buffer = bytearray()
        self._parts = bytearray()

    @property
    def inside(self) -> bool:
        """See Reader."""
        return bool(self._buffer or self._parts)

    def feed(self, chunk: bytes) -> list[Event]:
        """See Reader."""
        self._buffer += chunk
        events: list[Event] = []
        skipped = 0
        while self._buffer:
            size = self._buffer[0] + 2
            possible = size >= 6 and _begins(self._buffer)
            if possible and len(self._buffer) < size:
                break
            packet = bytes(self._buffer[:size])
            if possible and -sum(packet[:-2]) & 0xFFFF == int.from_bytes(packet[-2:], "big"):
                events += self._understood(packet)
                del self._buffer[:size]
            else:
                skipped += 1
                del self._buffer[0]
        if skipped:
            events.append(Dropped("damaged", skipped))
        return events

    def quiet(self) -> list[Event]:
        """See Reader: what waited for more was no packet, but one may begin inside it."""
        events: list[Event] = []
        while self._buffer:
            del self._buffer[0]
            events += self.feed(b"")
        self._parts.clear()
        return [*events, Dropped("unfinished", 1)]

    def _understood(self, packet: bytes) -> list[Event]:
        opcode, status, payload = packet[1], packet[3], packet[4:-2]
        match opcode:
            case 0xD0:
                return [Answer("ack")]
            case 0xD1:
                return [Answer("nak")]
            case 0xC6:
                return [Answer("ack", payload[1:].hex().upper(), ssi(ACK))]
            case _:
                return self._decoded(payload[1:], more=bool(status & MORE_FOLLOWS))

    def _decoded(self, part: bytes, *, more: bool) -> list[Event]:
        self._parts += part
        if more:
            return [Answer("ack", "MORE", ssi(ACK))]
        whole = bytes(self._parts)
        self._parts.clear()
        found = cut_burst(whole, self._framing)
        if isinstance(found, Scanned):
            return [Scanned(found.raw, ssi(ACK))]
        return [Dropped(found.reason if found else "unfinished", len(whole), ssi(ACK))]


def _begins(octets: bytearray) -> bool:
    return (len(octets) < 2 or octets[1] in _FROM_DECODER) and (len(octets) < 3 or octets[2] == DECODER)


MAKES: Final[dict[MakeName, Make]] = {
    "newland": Make(
        start=Command(newland("#SCNTRG1"), "SCNTRG1"),
        stop=Command(newland("#SCNTRG0"), "SCNTRG0"),
        ask=Command(newland("#SCNMOD*"), "SCNMOD"),
        set_up=Command(newland("#SCNMOD0"), "SCNMOD"),
        wanted="SCNMOD0",
        reader=lambda framing: TextReader(framing, newland_answer),
    ),
    "honeywell": Make(
        start=Command(b"\x16T\r", None),
        stop=Command(b"\x16U\r", None),
        ask=Command(honeywell("TRGMOD?."), "TRGMOD"),
        set_up=Command(honeywell("TRGMOD0!"), "TRGMOD"),
        wanted="TRGMOD0",
        reader=lambda framing: TextReader(framing, honeywell_answer),
    ),
    "zebra": Make(
        start=Command(ssi(START), ""),
        stop=Command(ssi(STOP), ""),
        ask=Command(ssi(ASK_PARAMETERS, b"\x8a\xee"), "8A"),
        set_up=Command(ssi(PARAMETERS, b"\xff" + _TRIGGER_BY_HOST + _CODES_IN_PACKETS), ""),
        wanted="8A08EE01",
        reader=SsiReader,
    ),
}

_WHOLE_ANSWER: Final = re.compile(
    rb"\x02\x010000[@#]?[A-Z]{6}[0-9*]{0,6}[\x05\x06\x15];\x03|[A-Z]{6}[0-9]{0,4}[\x05\x06\x15][.!]|\x04\xd0\x00\x00\xff\x2c"
)


def redacted(direction: Literal["out", "in", "dropped"], piece: bytes) -> bytes:
    """For the flight recorder: commands, and pieces that are an answer and nothing else; of codes only the length."""
    return piece if direction == "out" or (direction == "in" and _WHOLE_ANSWER.fullmatch(piece)) else b""
