"""A page of text as a 24-pin printer with a Chinese font takes it (Epson ESC/P, ESC/P-K), and its status bytes. Pure.

Text goes out as text, in GBK; a line with one character outside GBK is drawn whole, since a line in two typefaces
looks like a forgery. Nothing ever prints as a question mark.
"""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

DOTS_PER_INCH: Final = 180
COLUMN_DOTS: Final = 15
"""One ASCII column at 12 characters an inch; a Chinese character takes two."""
COLUMNS: Final = 90
PINS: Final = 24
LINE_DOTS: Final = 30
"""Six lines an inch."""
BYTES_A_COLUMN: Final = PINS // 8

DLE: Final = 0x10
_REAL_TIME: Final = frozenset({0x04, 0x05, 0x14})
"""After DLE these are acted on at once, even in the middle of a picture."""

INITIALISE: Final = b"\x1b@"
CANCEL: Final = b"\x18" + INITIALISE
"""CAN empties the line, ESC @ the rest of the settings."""
CLEAR_AT_ONCE: Final = b"\x10\x05\x02"
"""DLE ENQ 2: leave the error and forget the buffer; boards without it ignore it."""
FORM_FEED: Final = b"\x0c"
NEXT_LINE: Final = b"\r\n"
ASK_BUFFER: Final = b"\x1d\x72\x01"
"""GS r 1: answered when everything before it has been taken from the buffer."""


class Drawing(Protocol):
    """Draws with the terminal's own fonts what the printer's character set lacks."""

    def line(self, text: str) -> bytes:
        """One line, 24 pins high: three bytes a column of dots, the top pin in the highest bit of the first."""


def ask_status(n: Literal[1, 2, 3, 4]) -> bytes:
    """DLE EOT n: printer, offline cause, error cause, paper."""
    return bytes((DLE, 0x04, n))


def columns(text: str) -> int:
    """How many columns a text takes: one for ASCII, two for everything else."""
    return sum(1 if char.isascii() else 2 for char in text)


def encode_page(lines: tuple[str, ...], drawing: Drawing, page_lines: int, stamp: bytes = b"") -> tuple[bytes, ...]:
    """A page in steps of at most one line, so that a printer that stops holds one line and not the rest of a page.

    The first step sets it up: bidirectional, 12 characters an inch, Chinese characters 30 dots wide, six lines an
    inch, the page's length. The last stamps and ejects. ValueError: too many or too wide lines.
    """
    if len(lines) > page_lines:
        raise ValueError(f"{len(lines)} lines on a page of {page_lines}")
    begin = INITIALISE + b"\x1bU\x00" + b"\x1bM" + b"\x1c&" + b"\x1cS\x00\x06"
    begin += bytes((0x1B, 0x33, LINE_DOTS, 0x1B, 0x43, page_lines))
    steps = [_line(at, line, drawing) + NEXT_LINE for at, line in enumerate(lines)]
    return (begin, *steps, stamp + FORM_FEED)


def _line(at: int, text: str, drawing: Drawing) -> bytes:
    clean = "".join(char for char in text.replace("¥", "￥") if char.isprintable() or char == "\u3000")
    if columns(clean) > COLUMNS:
        raise ValueError(f"line {at + 1} takes {columns(clean)} of {COLUMNS} columns")
    try:
        return clean.encode("gbk")
    except UnicodeEncodeError:
        return encode_graphics(drawing.line(clean))


def encode_graphics(strip: bytes) -> bytes:
    """ESC * 39: 180 dots an inch, three bytes a column. Blank columns at the end are left out.

    Holds none of the pairs that are acted on in real time: a dot becomes thicker where one would stand.
    """
    used = len(strip.rstrip(b"\x00"))
    count = -(-used // BYTES_A_COLUMN)
    if count & 0xFF == DLE and count >> 8 in _REAL_TIME:
        count += 1
    dots = bytearray(strip[: count * BYTES_A_COLUMN].ljust(count * BYTES_A_COLUMN, b"\x00"))
    for at in range(len(dots) - 1):
        if dots[at] == DLE and dots[at + 1] in _REAL_TIME:
            dots[at] = 0x30
    return b"\x1b*\x27" + count.to_bytes(2, "little") + bytes(dots)


@dataclass(frozen=True)
class StatusByte:
    """An answer to DLE EOT; it does not say to which n."""

    value: int


@dataclass(frozen=True)
class Taken:
    """An answer to GS r: everything before it has left the buffer."""


@dataclass(frozen=True)
class Flow:
    """XOFF or XON."""

    paused: bool


Reply = StatusByte | Taken | Flow


def decode_replies(chunk: bytes) -> list[Reply]:
    """What a board with DLE EOT sends back; each answer is one byte, told apart by its fixed bits."""
    found: list[Reply] = []
    for byte in chunk:
        if byte in (0x11, 0x13):
            found.append(Flow(paused=byte == 0x13))
        elif byte & 0x93 == 0x12:
            found.append(StatusByte(byte))
        elif byte & 0x90 == 0:
            found.append(Taken())
    return found
