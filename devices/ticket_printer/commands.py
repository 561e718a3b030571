"""What a printer reads: the byte stream of a host cut into commands. The other direction of protocol.py. Pure."""

from dataclasses import dataclass, field
from typing import Final

from devices.parts.printed import Character, Plain
from devices.ticket_printer.bitmap import DLE, Bitmap


@dataclass(frozen=True)
class LineFeed:
    """Print the line."""


@dataclass(frozen=True)
class Raster:
    """A picture."""

    bitmap: Bitmap


@dataclass(frozen=True)
class Group:
    """GS ( x: a function group with a counted parameter block."""

    letter: str
    parameters: bytes = field(repr=False)


@dataclass(frozen=True)
class Unknown:
    """A byte or command no table has."""

    octets: bytes


PrinterCommand = Plain | Character | LineFeed | Raster | Group | Unknown

_CLEAR: Final = bytes.fromhex("10140801031401060208")
_REAL_TIME: Final = {bytes((DLE, 4, n)) for n in (1, 2, 3, 4)} | {bytes((DLE, 5, n)) for n in (1, 2)} | {_CLEAR}
_FEEDING_CUTS: Final = (bytearray(b"\x41"), bytearray(b"\x42"))
_PARAMETERS: Final = {
    b"\x1b\x40": 0,
    b"\x1b\x61": 1,
    b"\x1b\x45": 1,
    b"\x1b\x33": 1,
    b"\x1b\x32": 0,
    b"\x1b\x64": 1,
    b"\x1c\x26": 0,
    b"\x1c\x2e": 0,
    b"\x1c\x21": 1,
    b"\x1c\x57": 1,
    b"\x1d\x21": 1,
    b"\x1d\x61": 1,
    b"\x1d\x72": 1,
    b"\x10\x04": 1,
    b"\x10\x05": 1,
    b"\x10\x14": 8,
    b"\x1c\x70": 2,
}


class CommandReader:
    """Takes a host's bytes in any pieces and gives complete commands. Starts in Chinese mode, as the printers do."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._chinese = True

    def feed(self, chunk: bytes) -> list[PrinterCommand]:
        """Take the next bytes; what they complete, in order."""
        self._buffer += chunk
        commands = []
        while self._buffer and (taken := self._next()) is not None:
            size, command = taken
            del self._buffer[:size]
            commands.append(command)
        return commands

    def _next(self) -> tuple[int, PrinterCommand] | None:
        first = self._buffer[0]
        if first in (0x1B, 0x1C, 0x1D, DLE):
            return self._escaped()
        if first == 0x0A:
            return 1, LineFeed()
        if first < 0x20:
            return 1, Unknown(bytes((first,)))
        if first < 0x80 or not self._chinese:
            return 1, Character(chr(first))
        if len(self._buffer) < 2:
            return None
        return 2, Character(self._buffer[:2].decode("gbk", "replace"))

    def _escaped(self) -> tuple[int, PrinterCommand] | None:
        name = bytes(self._buffer[:2])
        if len(name) < 2:
            return None
        match name:
            case b"\x1d\x76":
                return self._raster()
            case b"\x1d\x28":
                return self._group()
            case b"\x1d\x56":
                count = 2 if self._buffer[2:3] in _FEEDING_CUTS else 1
            case _ if name in _PARAMETERS:
                count = _PARAMETERS[name]
            case _:
                return 2, Unknown(name)
        if len(self._buffer) < 2 + count:
            return None
        if name in (b"\x1c\x26", b"\x1c\x2e", b"\x1b\x40"):
            self._chinese = name != b"\x1c\x2e"
        return 2 + count, Plain(name, bytes(self._buffer[2 : 2 + count]))

    def _raster(self) -> tuple[int, PrinterCommand] | None:
        if len(self._buffer) < 8:
            return None
        width = int.from_bytes(self._buffer[4:6], "little")
        height = int.from_bytes(self._buffer[6:8], "little")
        size = 8 + width * height
        if len(self._buffer) < size:
            return None
        rows = tuple(bytes(self._buffer[at : at + width]) for at in range(8, size, width or 1))
        return size, Raster(Bitmap(width * 8, rows))

    def _group(self) -> tuple[int, PrinterCommand] | None:
        if len(self._buffer) < 5:
            return None
        size = 5 + int.from_bytes(self._buffer[3:5], "little")
        if len(self._buffer) < size:
            return None
        return size, Group(chr(self._buffer[2]), bytes(self._buffer[5:size]))


class RealTimeReader:
    """Finds DLE EOT n, DLE ENQ n and DLE DC4 8 wherever they are, also inside pictures: they are acted on at once."""

    def __init__(self) -> None:
        self._last = b""

    def feed(self, chunk: bytes) -> list[tuple[int, int]]:
        """Pairs of (04, 05 or 14, n), in order."""
        found = []
        for byte in chunk:
            self._last = self._last[1 - len(_CLEAR) :] + bytes((byte,))
            met = next((command for command in _REAL_TIME if self._last.endswith(command)), None)
            if met:
                found.append((met[1], met[2]))
                self._last = b""
        return found
