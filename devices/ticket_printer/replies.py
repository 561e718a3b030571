"""What a printer sends back: status answers, automatic status, flow control and blocks share one line. Pure."""

from dataclasses import dataclass
from typing import Final

XON: Final = 0x11
XOFF: Final = 0x13
_BLOCK: Final = 0x37
_LONGEST_BLOCK: Final = 64


@dataclass(frozen=True)
class Resume:
    """XON: the printer takes bytes again."""


@dataclass(frozen=True)
class Pause:
    """XOFF: the printer's buffer is full."""


@dataclass(frozen=True)
class StatusByte:
    """An answer to DLE EOT; it does not say to which n."""

    value: int


@dataclass(frozen=True)
class AutomaticStatus:
    """Four bytes pushed by the printer on a change (ASB)."""

    octets: bytes

    @property
    def stopped(self) -> bool:
        """Whether it says that printing cannot go on: cover open, an error or the end of the paper."""
        return bool(self.octets[0] & 0x20 or self.octets[1] & 0x68 or self.octets[2] & 0x0C)


@dataclass(frozen=True)
class BufferedStatus:
    """An answer to GS r: everything sent before it has been taken from the buffer. Its four high bits are 0."""

    value: int


@dataclass(frozen=True)
class Block:
    """A `37 id … 00` answer."""

    identifier: int
    payload: bytes


@dataclass(frozen=True)
class Noise:
    """A byte no rule explains."""

    value: int


Event = Resume | Pause | StatusByte | AutomaticStatus | BufferedStatus | Block | Noise


class ReplyReader:
    """The demultiplexer: byte patterns and position tell the sources apart."""

    def __init__(self) -> None:
        self._asb = bytearray()
        self._block = bytearray()

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes; what they complete, in order."""
        return [event for byte in chunk if (event := self._next(byte)) is not None]

    def _next(self, byte: int) -> Event | None:
        if byte == XON:
            return Resume()
        if byte == XOFF:
            return Pause()
        if self._block:
            return self._in_block(byte)
        if byte == _BLOCK:
            self._block.append(byte)
            return None
        if byte & 0x93 == 0x12:
            return StatusByte(byte)
        if byte & 0x93 == 0x10:
            self._asb[:] = [byte]  # a group that broke off is worth nothing
            return None
        if byte & (0x90 if self._asb else 0xF0):
            return Noise(byte)
        if not self._asb:
            return BufferedStatus(byte)
        self._asb.append(byte)
        if len(self._asb) < 4:
            return None
        group, self._asb = bytes(self._asb), bytearray()
        return AutomaticStatus(group)

    def _in_block(self, byte: int) -> Event | None:
        if byte == 0:
            block, self._block = bytes(self._block), bytearray()
            return Block(block[1], block[2:]) if len(block) > 1 else Noise(_BLOCK)
        if not 0x20 <= byte <= 0x7E or len(self._block) > _LONGEST_BLOCK:
            self._block.clear()  # the end was lost; whatever this is begins anew
            return self._next(byte)
        self._block.append(byte)
        return None
