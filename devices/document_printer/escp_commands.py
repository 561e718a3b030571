"""What an ESC/P printer reads: the byte stream of a host cut into commands. The other direction of escp.py. Pure."""

from dataclasses import dataclass, field
from typing import Final

from devices.document_printer.escp import BYTES_A_COLUMN, DLE
from devices.parts.printed import Character, Plain


@dataclass(frozen=True)
class Graphics:
    """One band of dots, three bytes a column."""

    dots: bytes = field(repr=False)


@dataclass(frozen=True)
class Unknown:
    """A byte or command no table has."""

    octets: bytes


EscpCommand = Plain | Character | Graphics | Unknown

_PARAMETERS: Final = {
    b"\x1b@": 0,
    b"\x1bU": 1,
    b"\x1bM": 0,
    b"\x1b3": 1,
    b"\x1bC": 1,
    b"\x1c&": 0,
    b"\x1c.": 0,
    b"\x1cS": 2,
    b"\x1dr": 1,
    b"\x10\x04": 1,
    b"\x10\x05": 1,
}
_CONTROLS: Final = (b"\r", b"\n", b"\x0c", b"\x18")


class EscpReader:
    """Takes a host's bytes in any pieces and gives complete commands. `stamp`: what makes the stamp strike."""

    def __init__(self, stamp: bytes = b"") -> None:
        self._stamp = stamp
        self._buffer = bytearray()

    def feed(self, chunk: bytes) -> list[EscpCommand]:
        """Take the next bytes; what they complete, in order."""
        self._buffer += chunk
        commands = []
        while self._buffer and (taken := self._next()) is not None:
            size, command = taken
            del self._buffer[:size]
            commands.append(command)
        return commands

    def _next(self) -> tuple[int, EscpCommand] | None:
        if self._stamp and self._stamp.startswith(bytes(self._buffer[: len(self._stamp)])):
            return (len(self._stamp), Plain(b"stamp")) if len(self._buffer) >= len(self._stamp) else None
        first = bytes(self._buffer[:1])
        if first[0] in (0x1B, 0x1C, 0x1D, DLE):
            return self._escaped()
        if first in _CONTROLS:
            return 1, Plain(first)
        if first[0] < 0x20:
            return 1, Unknown(first)
        if first[0] < 0x80:
            return 1, Character(first.decode("ascii"))
        if len(self._buffer) < 2:
            return None
        return 2, Character(self._buffer[:2].decode("gbk", "replace"))

    def _escaped(self) -> tuple[int, EscpCommand] | None:
        name = bytes(self._buffer[:2])
        if len(name) < 2:
            return None
        if name == b"\x1b*":
            return self._graphics()
        if name not in _PARAMETERS:
            return 2, Unknown(name)
        size = 2 + _PARAMETERS[name]
        return (size, Plain(name, bytes(self._buffer[2:size]))) if len(self._buffer) >= size else None

    def _graphics(self) -> tuple[int, EscpCommand] | None:
        if len(self._buffer) < 5:
            return None
        size = 5 + int.from_bytes(self._buffer[3:5], "little") * BYTES_A_COLUMN
        if self._buffer[2] != 0x27:
            return 5, Unknown(bytes(self._buffer[:5]))
        return (size, Graphics(bytes(self._buffer[5:size]))) if len(self._buffer) >= size else None


class RealTimeReader:
    """Finds DLE EOT n and DLE ENQ n wherever they are: a printer acts on them as they arrive."""

    def __init__(self) -> None:
        self._last = b""

    def feed(self, chunk: bytes) -> list[tuple[int, int]]:
        """Pairs of (04 or 05, n), in order."""
        found = []
        for byte in chunk:
            self._last = self._last[-2:] + bytes((byte,))
            if len(self._last) == 3 and self._last[0] == DLE and self._last[1] in (4, 5) and byte in (1, 2, 3, 4):
                found.append((self._last[1], byte))
                self._last = b""
        return found
