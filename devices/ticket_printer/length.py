"""How much paper a ticket takes: its bytes read as a printer reads them. Pure."""

from typing import Final

from devices.parts.printed import Plain
from devices.ticket_printer.commands import CommandReader, Group, LineFeed, PrinterCommand, Raster

DOTS_A_MM: Final = 8
STORED_LOGO_DOTS: Final = 96
"""A stored logo's height cannot be asked for; ours are 12 mm."""
_DEFAULT_SPACING: Final = 30
_QR_SHARE: Final = {0x30: 0.79, 0x31: 0.62, 0x32: 0.46, 0x33: 0.35}
"""What error correction leaves of a code for its content (ISO/IEC 18004)."""


def paper_mm(encoded: bytes, cutter_mm: float) -> float:
    """Millimetres the paper moves for these bytes; `cutter_mm` more for each cut, from the head to the cutter."""
    meter = _Meter()
    for command in CommandReader().feed(encoded):
        meter.read(command)
    return meter.dots / DOTS_A_MM + meter.cuts * cutter_mm


class _Meter:
    def __init__(self) -> None:
        self.dots = 0
        self.cuts = 0
        self._spacing = _DEFAULT_SPACING
        self._module = 3
        self._level = 0x31
        self._octets = 0

    def read(self, command: PrinterCommand) -> None:
        match command:
            case LineFeed():
                self.dots += self._spacing
            case Raster(bitmap=bitmap):
                self.dots += len(bitmap.rows)
            case Group(letter="k", parameters=parameters):
                self._qr(parameters)
            case Group(letter="L") | Plain(name=b"\x1c\x70"):
                self.dots += STORED_LOGO_DOTS
            case Plain(name=b"\x1b\x33", parameters=parameters):
                self._spacing = parameters[0]
            case Plain(name=b"\x1b\x32" | b"\x1b\x40"):
                self._spacing = _DEFAULT_SPACING
            case Plain(name=b"\x1b\x64", parameters=parameters):
                self.dots += parameters[0] * self._spacing
            case Plain(name=b"\x1d\x56"):
                self.cuts += 1
            case _:
                pass

    def _qr(self, parameters: bytes) -> None:
        match parameters[:2]:
            case b"\x31\x43":
                self._module = parameters[2]
            case b"\x31\x45":
                self._level = parameters[2]
            case b"\x31\x50":
                self._octets = len(parameters) - 3
            case b"\x31\x51":
                self.dots += (_modules(self._octets, self._level) + 8) * self._module


def _modules(octets: int, level: int) -> int:
    """The side of the smallest code that holds so many bytes; one size off at most."""
    needed = octets + 3
    for version in range(1, 40):
        alignments = version // 7 + 2 if version > 1 else 0
        bits = (16 * version + 128) * version + 64
        if alignments:
            bits -= (25 * alignments - 10) * alignments - 55
        if version >= 7:
            bits -= 36
        if bits / 8 * _QR_SHARE.get(level, 0.62) >= needed:
            return 17 + 4 * version
    return 177
