"""Pages of dots as a PWG Raster document (PWG 5102.4): a fixed header and run lengths, line by line. Pure."""

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

SYNC: Final = b"RaS2"
HEADER_BYTES: Final = 1796
WHITE: Final = 0xFF
_LONGEST_RUN: Final = 128
_PAIR: Final = 2
_MOST_REPEATS: Final = 256
_RUNS: Final = re.compile(rb"(.)\1{0,127}", re.DOTALL)
"""A byte and how often it follows itself, at most as long as one run may be."""

Depth = Literal["sgray_8", "black_1"]
_COLOUR_SPACE: Final[dict[Depth, int]] = {"sgray_8": 18, "black_1": 3}
_BITS: Final[dict[Depth, int]] = {"sgray_8": 8, "black_1": 1}


@dataclass(frozen=True)
class Page:
    """One side as bytes of whole lines: 8 bits a dot with 255 for white, or 1 bit a dot with 1 for black."""

    width: int
    height: int
    dots_per_inch: int
    depth: Depth
    dots: bytes

    @property
    def bytes_a_line(self) -> int:
        """Lines are padded to whole bytes."""
        return (self.width * _BITS[self.depth] + 7) // 8


def encode_document(pages: Iterable[Page], total: int, *, two_sided: bool) -> Iterator[bytes]:
    """The document, a page at a time. `total` sides are announced in each header."""
    yield SYNC
    for page in pages:
        yield _header(page, total, two_sided=two_sided) + _lines(page)


def _header(page: Page, total: int, *, two_sided: bool) -> bytes:
    """Offsets as in PWG 5102.4 table 1; whatever is not written here is zero."""
    header = bytearray(HEADER_BYTES)
    header[0:9] = b"PwgRaster"
    header[1732 : 1732 + 18] = b"iso_a4_210x297mm\x00\x00"
    for at, number in {
        272: int(two_sided),
        276: page.dots_per_inch,
        280: page.dots_per_inch,
        340: 1,  # copies come as pages of their own
        352: round(page.width * 72 / page.dots_per_inch),
        356: round(page.height * 72 / page.dots_per_inch),
        372: page.width,
        376: page.height,
        384: _BITS[page.depth],
        388: _BITS[page.depth],
        392: page.bytes_a_line,
        400: _COLOUR_SPACE[page.depth],
        420: 1,
        452: total,
        456: 1,
        460: 1,
        480: 0xFFFFFF,
    }.items():
        struct.pack_into(">I", header, at, number)
    return bytes(header)


def _lines(page: Page) -> bytes:
    """Equal lines share one repeat count; each line is packed in runs (PWG 5102.4 4.4)."""
    out = bytearray()
    size = page.bytes_a_line
    lines = [page.dots[at : at + size] for at in range(0, page.height * size, size)]
    at = 0
    while at < len(lines):
        line = lines[at]
        repeats = 1
        while repeats < _MOST_REPEATS and at + repeats < len(lines) and lines[at + repeats] == line:
            repeats += 1
        out.append(repeats - 1)
        out += packed(line)
        at += repeats
    return bytes(out)


def packed(line: bytes) -> bytes:
    """One line: n-1 and a byte that comes n times, or 257-n and n bytes that differ.

    A pair costs as much among bytes that differ as by itself, and those on its sides then need no second head.
    """
    out = bytearray()
    differing = bytearray()
    for run in _RUNS.finditer(line):
        length = run.end() - run.start()
        if length <= (_PAIR if differing else 1) and len(differing) + length <= _LONGEST_RUN:
            differing += run.group()
            continue
        out += _literal(differing)
        differing = bytearray(run.group() if length == 1 else b"")
        if length > 1:
            out += bytes((length - 1, line[run.start()]))
    return bytes(out + _literal(differing))


def _literal(differing: bytearray) -> bytes:
    match len(differing):
        case 0:
            return b""
        case 1:
            return b"\x00" + differing
        case length:
            return bytes((257 - length,)) + differing


def decode_document(document: bytes) -> tuple[Page, ...]:
    """The other direction, as a printer reads it. Raises ValueError for anything that is not PWG Raster of ours."""
    if not document.startswith(SYNC):
        raise ValueError("no sync word")
    pages, at = [], len(SYNC)
    while at < len(document):
        header, at = document[at : at + HEADER_BYTES], at + HEADER_BYTES
        if len(header) < HEADER_BYTES or not header.startswith(b"PwgRaster\x00"):
            raise ValueError(f"no page header before {at}")
        width, height, space = (int.from_bytes(header[place : place + 4], "big") for place in (372, 376, 400))
        depth = next((name for name, number in _COLOUR_SPACE.items() if number == space), None)
        if depth is None:
            raise ValueError(f"colour space {space}")
        blank = Page(width, height, int.from_bytes(header[276:280], "big"), depth, b"")
        dots = bytearray()
        while len(dots) < height * blank.bytes_a_line:
            line, repeats, at = _line_at(document, at, blank.bytes_a_line)
            dots += line * repeats
        pages.append(Page(width, height, blank.dots_per_inch, depth, bytes(dots)))
    return tuple(pages)


def _line_at(document: bytes, at: int, size: int) -> tuple[bytes, int, int]:
    """One line, how often it comes, and where the next one begins."""
    repeats, at = int.from_bytes(document[at : at + 1], "big") + 1, at + 1
    line = bytearray()
    while len(line) < size:
        if at + 1 >= len(document):
            raise ValueError(f"ends within a line at {at}")
        count = document[at]
        if count < 128:
            line += document[at + 1 : at + 2] * (count + 1)
            at += 2
        else:
            line += document[at + 1 : at + 1 + 257 - count]
            at += 1 + 257 - count
    if len(line) != size:
        raise ValueError(f"a run does not end with its line at {at}")
    return bytes(line), repeats, at
