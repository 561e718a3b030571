"""ESC/POS of a ticket: from values to bytes. Pure: what a printer cannot write itself, a Drawing draws."""

from collections.abc import Iterator
from typing import Final, Literal, Protocol, assert_never

from devices.ticket_printer.bitmap import BAND_ROWS, DLE, Bitmap, encode_raster
from devices.ticket_printer.document import Align, Cut, Feed, Qr, QrLevel, Row, Rule, Text, Ticket

DOTS: Final = 576
"""Dots a line: 72 mm of 80 mm paper at 8 dots a millimetre."""
CELL: Final = 12
"""Dots of one column; a Chinese character takes two."""
COLUMNS: Final = DOTS // CELL
GAP: Final = 8
"""Dots between two lines."""

INITIALISE: Final = b"\x1b\x40"
ASB_ON: Final = b"\x1d\x61\xff"
ASK_BUFFERED_STATUS: Final = b"\x1d\x72\x01"
RECOVER_AND_CLEAR: Final = b"\x10\x05\x02"
CLEAR_BUFFERS: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: taken even while the printer has stopped; the seven bytes make sure that it is meant (Epson)."""
PARTIAL_CUT: Final = b"\x1d\x56\x42\x00"
FULL_CUT: Final = b"\x1d\x56\x41\x00"

SCRAP_CUT: Final = INITIALISE + PARTIAL_CUT
"""Cuts off what a ticket that broke off left on the paper: nobody is handed the beginning of another one's ticket."""
LONGEST_COMMAND: Final = 8 + BAND_ROWS * DOTS // 8
"""Bytes of the longest command in a ticket: so many a printer may still swallow of one that broke off."""

_ALIGN: Final[dict[Align, bytes]] = {"left": b"\x1b\x61\x00", "centre": b"\x1b\x61\x01", "right": b"\x1b\x61\x02"}
_LEVEL: Final[dict[QrLevel, int]] = {"L": 0x30, "M": 0x31, "Q": 0x32, "H": 0x33}
_RULE: Final = b"".join(
    encode_raster(Bitmap(width, (bytes((ink,)) * (width // 8),) * rows))
    for width, rows, ink in ((8, 6, 0x00), (DOTS, 2, 0xFF), (8, 8, 0x00))
)
"""White as narrow as can be: as wide as the line it costs a second more at 9600 baud. The font's own ─ leaves gaps."""
_LONGEST_QR: Final = 2953
_FORBIDDEN_QR_LENGTHS: Final = frozenset({0x0410 - 3, 0x0510 - 3, 0x1410 - 3})
"""Lengths whose pL pH would read as a real-time command."""


class Drawing(Protocol):
    """Draws with the terminal's own fonts what the printer's character set lacks."""

    def line(self, text: str, style: Text) -> Bitmap:
        """One line, as wide as the paper."""

    def qr(self, code: Qr) -> Bitmap:
        """A QR code, as wide as itself."""


def ask_status(n: Literal[1, 2, 3, 4]) -> bytes:
    """DLE EOT n: printer, offline cause, error cause, paper."""
    return bytes((DLE, 0x04, n))


def ask_print_id(print_id: str) -> bytes:
    """GS ( H: the printer returns these four characters when everything before them is printed. ValueError if unfit."""
    raw = print_id.encode("ascii", "replace")
    if len(raw) != 4 or not print_id.isascii() or not all(0x20 <= byte <= 0x7E for byte in raw):
        raise ValueError("a print id is four printable ASCII characters")
    return b"\x1d\x28\x48\x06\x00\x30\x30" + raw


def stored_logo(number: int, key: str) -> bytes:
    """Print the picture the printer keeps: FS p NUMBER, or GS ( L by its two-character KEY; nothing without either."""
    if key:
        return _ALIGN["centre"] + b"\x1d\x28\x4c\x06\x00\x30\x45" + key.encode("ascii") + b"\x01\x01"
    return _ALIGN["centre"] + bytes((0x1C, 0x70, number, 0)) if number else b""


def encode_ticket(
    ticket: Ticket,
    print_id: str,
    drawing: Drawing,
    *,
    native_qr: bool = True,
    full_cut: bool = False,
    logo: bytes = b"",
) -> bytes:
    """The whole ticket, then the two questions whose answers prove that it was printed. ValueError: cannot be printed.

    `1D 61 FF` follows the initialisation, because that switches the automatic status off. Contains no real-time pair.
    """
    encoded = bytearray(INITIALISE + ASB_ON + b"\x1c\x26" + logo)
    for element in ticket:
        match element:
            case Text():
                for line in wrapped(element.text, COLUMNS // element.width):
                    encoded += _line(line, element, drawing)
            case Row(bold=bold):
                for line, align in _row(element):
                    encoded += _line(line, Text(line, align, bold=bold), drawing)
            case Rule():
                encoded += _ALIGN["left"] + _RULE
            case Qr():
                encoded += _ALIGN["centre"] + _qr(element, drawing, native=native_qr)
            case Feed(lines=lines):
                encoded += b"\x1d\x21\x00" + _spacing(1) + _fed(lines)
            case Cut():
                encoded += FULL_CUT if full_cut else PARTIAL_CUT
            case _:
                assert_never(element)
    return bytes(encoded + ask_print_id(print_id) + ASK_BUFFERED_STATUS)


def columns(text: str) -> int:
    """How many columns a text takes: one for ASCII, two for everything else."""
    return sum(1 if char.isascii() else 2 for char in text)


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken at a blank where one is near; control characters are gone."""
    lines: list[str] = []
    for paragraph in text.replace("¥", "￥").split("\n"):
        rest = "".join(char for char in paragraph if char.isprintable() or char == "\u3000")
        while columns(rest) > width:
            end = _break(rest, width)
            lines.append(rest[:end].rstrip(" "))
            rest = rest[end:].lstrip(" ")
        lines.append(rest)
    return lines


def _break(text: str, width: int) -> int:
    end = taken = 0
    for char in text:
        taken += 1 if char.isascii() else 2
        if taken > width:
            break
        end += 1
    end = max(1, end)
    if end < len(text) and text[end - 1].isascii() and text[end].isascii() and text[end] != " ":
        blank = text.rfind(" ", 0, end)
        if blank > end // 2:
            return blank
    return end


def _row(row: Row) -> Iterator[tuple[str, Align]]:
    left, right = (" ".join(wrapped(side, 1 << 16)) for side in (row.left, row.right))
    gap = COLUMNS - columns(left) - columns(right)
    if gap >= 1:
        yield left + " " * gap + right, "left"
        return
    for line in wrapped(left, COLUMNS):
        yield line, "left"
    for line in wrapped(right, COLUMNS - 4):
        yield line, "right"


def _line(text: str, style: Text, drawing: Drawing) -> bytes:
    try:
        native = text.encode("gbk")
    except UnicodeEncodeError:
        # one character the printer lacks, and the whole line is drawn: a line in two typefaces looks like a mistake
        return _ALIGN["left"] + encode_raster(drawing.line(text, style))
    doubled = (0x04 if style.width == 2 else 0) | (0x08 if style.height == 2 else 0)
    size = bytes((0x1D, 0x21, (style.width - 1) << 4 | (style.height - 1)))
    # printers that let GS ! rule Chinese as well take the later of the two: GS ! comes last
    chinese = bytes((0x1C, 0x21, doubled))
    look = _ALIGN[style.align] + bytes((0x1B, 0x45, style.bold)) + chinese + size + _spacing(style.height)
    return look + native + b"\n"


def _spacing(height: int) -> bytes:
    return bytes((0x1B, 0x33, 24 * height + GAP))


def _fed(lines: int) -> bytes:
    whole, rest = divmod(max(0, lines), 255)
    return b"\x1b\x64\xff" * whole + (bytes((0x1B, 0x64, rest)) if rest else b"")


def _qr(code: Qr, drawing: Drawing, *, native: bool) -> bytes:
    payload = code.payload.encode()
    if len(payload) > _LONGEST_QR:
        raise ValueError(f"a QR code of {len(payload)} bytes: at most {_LONGEST_QR}")
    if not native or DLE in payload or len(payload) in _FORBIDDEN_QR_LENGTHS:
        return encode_raster(drawing.qr(code))
    group = b"\x1d\x28\x6b"
    return (
        group
        + b"\x04\x00\x31\x41\x32\x00"
        + group
        + bytes((0x03, 0x00, 0x31, 0x43, code.module))
        + group
        + bytes((0x03, 0x00, 0x31, 0x45, _LEVEL[code.level]))
        + group
        + (len(payload) + 3).to_bytes(2, "little")
        + b"\x31\x50\x30"
        + payload
        + group
        + b"\x03\x00\x31\x51\x30"
    )
