"""Frames whose answer carries the number of its question: a late answer is never taken for another's. Pure.

`7E A5 | length | number | code | data | CRC`: length is 16 bit, high byte first, of number, code and data; the CRC is
that of Modbus over everything from the length on, low byte first. An answer has the number of its question, its code
with the highest bit set, and a status as first byte of its data.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from devices.parts.modbus import crc16

START: Final = b"\x7e\xa5"
ANSWER: Final = 0x80
LONGEST: Final = 1100
"""Bytes of number, code and data together."""
_SHOWN: Final = 5
"""Bytes after the start that a recorder keeps: length, number, code, status. What follows may be somebody's."""


class Frame(msgspec.Struct, frozen=True):
    """One question or answer."""

    number: int
    code: int
    data: bytes = b""

    @property
    def answer(self) -> bool:
        """Whether it comes from the device."""
        return bool(self.code & ANSWER)


def encode(frame: Frame) -> bytes:
    """The whole frame. Raises ValueError for data no frame can carry."""
    body = bytes((frame.number, frame.code)) + frame.data
    if len(body) > LONGEST:
        raise ValueError(f"{len(body)} bytes in one frame; at most {LONGEST}")
    counted = len(body).to_bytes(2, "big") + body
    return START + counted + crc16(counted).to_bytes(2, "little")


def answer_to(question: Frame, status: int, data: bytes = b"") -> bytes:
    """The device's answer to a question."""
    return encode(Frame(question.number, question.code | ANSWER, bytes((status,)) + data))


class FrameReader:
    """Cuts a stream into frames; what is damaged is counted and passed over."""

    def __init__(self) -> None:
        self.damaged = 0
        self._buffer = bytearray()

    def feed(self, chunk: bytes) -> Iterator[Frame]:
        """What the next bytes complete."""
        self._buffer += chunk
        while True:
            start = self._buffer.find(START)
            if start < 0:
                del self._buffer[: max(0, len(self._buffer) - self._buffer.endswith(START[:1]))]
                return
            del self._buffer[:start]
            if len(self._buffer) < 4:
                return
            length = int.from_bytes(self._buffer[2:4], "big")
            if not 2 <= length <= LONGEST:
                self._pass_over()
                continue
            if len(self._buffer) < 6 + length:
                return
            counted, crc = bytes(self._buffer[2 : 4 + length]), bytes(self._buffer[4 + length : 6 + length])
            if crc16(counted).to_bytes(2, "little") != crc:
                self._pass_over()
                continue
            del self._buffer[: 6 + length]
            yield Frame(counted[2], counted[3], counted[4:])

    def _pass_over(self) -> None:
        """The length itself may be what broke: the next frame may begin inside this one."""
        self.damaged += 1
        del self._buffer[:2]


class Redaction:
    """For the flight recorder: of each frame its start, length, number, code and status, never what follows."""

    def __init__(self) -> None:
        self._at = {"in": 0, "out": 0, "dropped": 0}

    def __call__(self, direction: str, piece: bytes) -> bytes:
        """What of a piece may be kept."""
        kept = bytearray()
        at = self._at[direction]
        for byte in piece:
            if at < len(START):
                at = at + 1 if byte == START[at] else int(byte == START[0])
                if at == len(START):
                    kept += START
            else:
                kept.append(byte)
                at = (at + 1) % (len(START) + _SHOWN)
        self._at[direction] = at
        return bytes(kept)
