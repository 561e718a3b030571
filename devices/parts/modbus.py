"""Modbus RTU as far as relay and input boards need it: read inputs, write one coil, refusals. Both directions; pure.

Source: Modbus application protocol 1.1b3 (functions 02 and 05) and Modbus over serial line 1.02 (RTU frames, CRC-16).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final

READ_INPUTS: Final = 0x02
WRITE_COIL: Final = 0x05
_REFUSED: Final = 0x80
_REQUEST_BYTES: Final = 8
_MOST_INPUTS: Final = 256
"""A board has fewer; a longer count in a reply is damage, and waiting for its bytes would cost the deadline."""

EXCEPTIONS: Final = {
    0x01: "illegal function",
    0x02: "illegal address",
    0x03: "illegal value",
    0x04: "device failure",
    0x05: "acknowledged, still working",
    0x06: "device busy",
    0x08: "memory parity error",
    0x0A: "gateway path unavailable",
    0x0B: "gateway target did not answer",
}
"""Every exception code there is."""


@dataclass(frozen=True)
class ReadInputs:
    """Ask for discrete inputs; addresses count from 0."""

    unit: int
    first: int
    count: int


@dataclass(frozen=True)
class WriteCoil:
    """Switch one coil. A board acknowledges by repeating the request byte for byte."""

    unit: int
    coil: int
    on: bool


@dataclass(frozen=True)
class Inputs:
    """Discrete inputs, lowest address first, padded to whole bytes. A reply does not say which address that is."""

    unit: int
    bits: tuple[bool, ...]


@dataclass(frozen=True)
class Refused:
    """An exception reply."""

    unit: int
    function: int
    code: int


Request = ReadInputs | WriteCoil
Reply = Inputs | WriteCoil | Refused


def crc16(payload: bytes) -> int:
    """CRC-16 with polynomial A001 (reflected), start FFFF; it goes on the wire low byte first."""
    crc = 0xFFFF
    for byte in payload:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


def _framed(body: bytes) -> bytes:
    return body + crc16(body).to_bytes(2, "little")


def encode_request(request: Request) -> bytes:
    """The complete frame of a request. Raises ValueError for an address or a count that no frame can carry."""
    if isinstance(request, ReadInputs):
        if not 1 <= request.count <= _MOST_INPUTS:
            raise ValueError(f"{request.count} inputs")
        function, address, value = READ_INPUTS, request.first, request.count
    else:
        function, address, value = WRITE_COIL, request.coil, 0xFF00 if request.on else 0
    if not (1 <= request.unit <= 247 and 0 <= address <= 0xFFFF):
        raise ValueError(f"unit {request.unit}, address {address}")
    return _framed(bytes((request.unit, function)) + address.to_bytes(2, "big") + value.to_bytes(2, "big"))


def encode_reply(reply: Reply) -> bytes:
    """The complete frame of a reply."""
    match reply:
        case Inputs(unit=unit, bits=bits):
            packed = sum(bit << place for place, bit in enumerate(bits)).to_bytes((len(bits) + 7) // 8, "little")
            return _framed(bytes((unit, READ_INPUTS, len(packed))) + packed)
        case WriteCoil():
            return encode_request(reply)
        case Refused(unit=unit, function=function, code=code):
            return _framed(bytes((unit, function | _REFUSED, code)))


class _Stream(ABC):
    """Cuts frames out of a stream: what does not begin one that fits its CRC is skipped, byte by byte."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.damaged = 0
        """Bytes that were skipped so far."""

    def _next(self) -> bytes | None:
        while self._buffer:
            length = self._length()
            if length > len(self._buffer):
                return None
            frame = bytes(self._buffer[:length])
            if frame and _framed(frame[:-2]) == frame:
                del self._buffer[:length]
                return frame
            del self._buffer[0]
            self.damaged += 1
        return None

    @abstractmethod
    def _length(self) -> int:
        """How long the frame at the beginning is; 0 when none can begin like this."""


class ReplyReader(_Stream):
    """Cuts what boards answer."""

    def feed(self, chunk: bytes) -> list[Reply]:
        """The replies these bytes complete."""
        self._buffer += chunk
        found: list[Reply] = []
        while (frame := self._next()) is not None:
            found.append(_reply(frame))
        return found

    def _length(self) -> int:
        buffer = self._buffer
        if len(buffer) < 3:
            return 3
        match buffer[1]:
            case 0x02:
                return buffer[2] + 5 if 1 <= buffer[2] <= _MOST_INPUTS // 8 else 0
            case 0x05:
                return _REQUEST_BYTES
            case 0x82 | 0x85:
                return 5
        return 0


class RequestReader(_Stream):
    """Cuts what a master asks, as a board does."""

    def feed(self, chunk: bytes) -> list[Request | Refused]:
        """The requests these bytes complete; for a function that no such board has, the refusal it deserves."""
        self._buffer += chunk
        found: list[Request | Refused] = []
        while (frame := self._next()) is not None:
            found.append(_request(frame))
        return found

    def _length(self) -> int:
        return _REQUEST_BYTES


def _reply(frame: bytes) -> Reply:
    unit, function = frame[0], frame[1]
    if function & _REFUSED:
        return Refused(unit, function & ~_REFUSED, frame[2])
    if function == WRITE_COIL:
        return WriteCoil(unit, int.from_bytes(frame[2:4], "big"), frame[4:6] == b"\xff\x00")
    return Inputs(unit, tuple(bool(byte >> place & 1) for byte in frame[3:-2] for place in range(8)))


def _request(frame: bytes) -> Request | Refused:
    unit, function, address, value = frame[0], frame[1], frame[2:4], frame[4:6]
    number = int.from_bytes(value, "big")
    if function == READ_INPUTS:
        return ReadInputs(unit, int.from_bytes(address, "big"), number) if number else Refused(unit, function, 0x03)
    if function == WRITE_COIL:
        known = value in (b"\xff\x00", b"\x00\x00")
        return WriteCoil(unit, int.from_bytes(address, "big"), number > 0) if known else Refused(unit, function, 0x03)
    return Refused(unit, function, 0x01)
