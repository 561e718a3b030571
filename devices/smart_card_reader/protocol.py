"""ISO 7816-4 commands, answers, status words and records, both directions. Pure: it knows neither reader nor card."""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

SELECT: Final = 0xA4
READ_RECORD: Final = 0xB2
GET_RESPONSE: Final = 0xC0

OK: Final = 0x9000
SHORTEST_COMMAND: Final = 4
WHOLE: Final = 256
"""Le of a command that takes whatever there is; on the wire it is 00."""

STATUS_WORDS: Final[dict[int, str]] = {
    0x9000: "success",
    0x6281: "part of the answer may be damaged",
    0x6282: "the record ended before the expected length",
    0x6283: "the selected file is invalidated",
    0x6400: "the card stopped without a change",
    0x6581: "memory failure",
    0x6700: "wrong length",
    0x6981: "the command does not fit this kind of file",
    0x6982: "security status not satisfied",
    0x6983: "authentication blocked",
    0x6985: "conditions of use not satisfied",
    0x6986: "no file is selected",
    0x6A81: "function not supported",
    0x6A82: "application or file not found",
    0x6A83: "record not found",
    0x6A86: "wrong P1 P2",
    0x6A88: "referenced content not found",
    0x6B00: "wrong offset",
    0x6D00: "instruction not supported",
    0x6E00: "class not supported",
    0x6F00: "the card gives no reason",
    0x9303: "the application is locked for good",
}
"""Status words of ISO/IEC 7816-4, and 9303 of the PBOC card specification. 61xx and 6Cxx are answered, not judged."""


@dataclass(frozen=True)
class Command:
    """One short APDU. `le` None: no answer is expected beside the status word."""

    ins: int
    p1: int
    p2: int
    payload: bytes = field(default=b"", repr=False)
    le: int | None = None
    cla: int = 0

    @property
    def head(self) -> str:
        """CLA INS P1 P2: what may be shown of it."""
        return bytes((self.cla, self.ins, self.p1, self.p2)).hex(" ").upper()


@dataclass(frozen=True)
class Answer:
    """What a card answered. The payload is never shown."""

    sw: int
    payload: bytes = field(default=b"", repr=False)


def select_application(name: bytes) -> Command:
    """SELECT by application identifier."""
    return Command(SELECT, 0x04, 0x00, name)


def select_file(file: int) -> Command:
    """SELECT an elementary file under the current one."""
    return Command(SELECT, 0x02, 0x00, file.to_bytes(2, "big"))


def read_record(number: int, short_file: int, le: int) -> Command:
    """READ RECORD by number in the file with this short identifier (P2 = 8 x SFI + 4)."""
    return Command(READ_RECORD, number, short_file << 3 | 4, le=le)


def encode_command(command: Command) -> bytes:
    """The bytes of a short APDU (ISO 7816-3 cases 1 to 4). Raises ValueError for a payload that is none."""
    if len(command.payload) > 255 or not 0 <= (command.le or 0) <= WHOLE:
        raise ValueError("no short command")
    counted = bytes([len(command.payload)]) + command.payload if command.payload else b""
    expected = b"" if command.le is None else bytes([command.le % WHOLE])
    return bytes((command.cla, command.ins, command.p1, command.p2)) + counted + expected


def decode_command(apdu: bytes) -> Command:
    """A short APDU. Raises ValueError when its lengths do not add up."""
    if len(apdu) < SHORTEST_COMMAND:
        raise ValueError(f"no command in {len(apdu)} bytes")
    cla, ins, p1, p2 = apdu[:4]
    rest = apdu[4:]
    if len(rest) <= 1:
        return Command(ins, p1, p2, le=(rest[0] or WHOLE) if rest else None, cla=cla)
    size = rest[0]
    if not size or len(rest) not in (1 + size, 2 + size):
        raise ValueError(f"lengths do not add up in {len(apdu)} bytes")
    return Command(ins, p1, p2, rest[1 : 1 + size], (rest[-1] or WHOLE) if len(rest) == 2 + size else None, cla)


def encode_answer(answer: Answer) -> bytes:
    """Payload, then the status word."""
    return answer.payload + answer.sw.to_bytes(2, "big")


def decode_answer(raw: bytes) -> Answer:
    """Payload and status word. Raises ValueError for less than a status word."""
    if len(raw) < 2:
        raise ValueError(f"no answer in {len(raw)} bytes")
    return Answer(int.from_bytes(raw[-2:], "big"), raw[:-2])


def follow_up(command: Command, answer: Answer) -> Command | None:
    """What T=0 asks for before the answer is complete: 61xx "fetch xx bytes", 6Cxx "say it again with Le = xx"."""
    length = answer.sw & 0xFF or WHOLE
    if answer.sw >> 8 == 0x61:
        return Command(GET_RESPONSE, 0, 0, le=length, cla=command.cla)
    if answer.sw >> 8 == 0x6C and command.le != length:
        return replace(command, le=length)
    return None


def meaning(sw: int) -> str:
    """A status word in words."""
    if sw in STATUS_WORDS:
        return STATUS_WORDS[sw]
    if sw >> 4 == 0x63C:
        return f"verification failed, {sw & 0xF} tries left"
    return "unknown status word"


def encode_record(tag: int, value: bytes) -> bytes:
    """One record as the card keeps it: tag, length, value."""
    return bytes((tag, len(value))) + value


def decode_record(raw: bytes, tag: int) -> bytes:
    """The value of a record; what a longer record of another province has behind it is left.

    Raises ValueError when tag or length are not those of this record.
    """
    if len(raw) < 2 or raw[0] != tag or len(raw) < 2 + raw[1]:
        raise ValueError(f"no record {tag:02X} in {len(raw)} bytes")
    return raw[2 : 2 + raw[1]]


class Redaction:
    """For the flight recorder: of a command its head, of an answer its status word, never what is between."""

    def __call__(self, direction: Literal["out", "in", "dropped"], piece: bytes) -> bytes:
        """What of a piece may be kept. Each piece is one whole command or answer."""
        word = piece[-2:]
        told = direction == "in" and len(word) == 2 and word[0] & 0xF0 in (0x60, 0x90)  # ISO/IEC 7816-4: no other
        return piece[:4] if direction == "out" else word if told else b""
