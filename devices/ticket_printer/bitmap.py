"""A black-and-white picture and its raster bytes, in which no real-time command can hide. Pure."""

from dataclasses import dataclass, field
from typing import Final

DLE: Final = 0x10
REAL_TIME: Final = frozenset({0x04, 0x05, 0x14})
"""After DLE these are acted on at once by the printer, even in the middle of a picture or of QR data."""

BAND_ROWS: Final = 64
"""Enough for a line of text in double height; what a printer may still swallow of a broken one is soon made up for."""


@dataclass(frozen=True)
class Bitmap:
    """Rows of `width` dots, eight to a byte, the leftmost in the highest bit; 1 is black."""

    width: int
    rows: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Rows must be whole bytes and equally long."""
        if self.width % 8 or any(len(row) * 8 != self.width for row in self.rows):
            raise ValueError("rows of a bitmap are whole bytes of its width")


def encode_raster(bitmap: Bitmap) -> bytes:
    """GS v 0 bands without the pairs 10 04, 10 05 and 10 14: the picture moves by up to 7 dots, or a dot thickens."""
    rows = _moved(bitmap) or tuple(_thickened(row) for row in bitmap.rows)
    encoded = bytearray()
    band: list[bytes] = []
    for row in rows:
        if len(band) == BAND_ROWS or (band and band[-1][-1] == DLE and row[0] in REAL_TIME):
            encoded += _band(band)
            band = []
        band.append(row)
    return bytes(encoded + _band(band)) if band else bytes(encoded)


def has_pair(octets: bytes) -> bool:
    """Whether a printer would find a real-time command in these bytes."""
    return any(bytes((DLE, second)) in octets for second in REAL_TIME)


def _band(rows: list[bytes]) -> bytes:
    # the head cannot end in DLE: width and height in it are below 256, so its high bytes are zero
    head = b"\x1d\x76\x30\x00" + len(rows[0]).to_bytes(2, "little") + len(rows).to_bytes(2, "little")
    return head + b"".join(rows)


def _moved(bitmap: Bitmap) -> tuple[bytes, ...] | None:
    for dots in range(8):
        edge = (1 << dots) - 1
        if any(row[-1] & edge for row in bitmap.rows):
            return None
        rows = tuple((int.from_bytes(row) >> dots).to_bytes(len(row)) for row in bitmap.rows)
        if not any(has_pair(row) for row in rows):
            return rows
    return None


def _thickened(row: bytes) -> bytes:
    patched = bytearray(row)
    for at in range(len(row) - 1):
        if patched[at] == DLE and patched[at + 1] in REAL_TIME:
            patched[at] = 0x30
    return bytes(patched)
