"""Draws with the terminal's own fonts: whole lines with rare characters, and QR codes for printers that have none."""

import qrcode
from PIL import Image, ImageDraw

from devices.parts.fonts import font_for
from devices.ticket_printer.bitmap import Bitmap
from devices.ticket_printer.document import Qr, Text
from devices.ticket_printer.protocol import CELL, DOTS, GAP, columns

_LEVELS = {
    "L": qrcode.constants.ERROR_CORRECT_L,
    "M": qrcode.constants.ERROR_CORRECT_M,
    "Q": qrcode.constants.ERROR_CORRECT_Q,
    "H": qrcode.constants.ERROR_CORRECT_H,
}


class FontDrawing:
    """The Drawing of protocol.py, by Pillow and qrcode."""

    def line(self, text: str, style: Text) -> Bitmap:
        """See Drawing. Raises FontMissing."""
        picture = Image.new("1", (DOTS, 24 * style.height + GAP))
        wide = columns(text) * CELL * style.width
        left = {"left": 0, "centre": (DOTS - wide) // 2, "right": DOTS - wide}[style.align]
        draw_text(picture, (left, 0), text, style)
        return to_bitmap(picture)

    def qr(self, code: Qr) -> Bitmap:
        """See Drawing."""
        return to_bitmap(qr_picture(code.payload.encode(), code.module, code.level))


def draw_text(picture: Image.Image, at: tuple[int, int], text: str, style: Text) -> None:
    """Characters in white on their cells of 12 or 24 dots, times width and height."""
    left, top = at
    for char in text:
        cells = columns(char)
        glyph = _glyph(char, style.height, bold=style.bold, cells=cells)
        size = (cells * CELL * style.width, 24 * style.height)
        if glyph.size != size:
            glyph = glyph.resize(size, Image.Resampling.BILINEAR)
        picture.paste(
            1 if picture.mode == "1" else 255, (left, top), glyph.point(lambda dot: 255 * (dot > 100), mode="1")
        )
        left += size[0]


def qr_picture(payload: bytes, module: int, level: str) -> Image.Image:
    """A QR code in white on black with its quiet zone, padded to whole bytes. ValueError: wider than the paper."""
    code = qrcode.QRCode(error_correction=_LEVELS[level], box_size=1, border=4)
    code.add_data(payload, optimize=0)
    code.make(fit=True)
    matrix = code.get_matrix()
    side = len(matrix)
    if side * module > DOTS:
        raise ValueError(f"a QR code of {side * module} dots is wider than the paper")
    small = Image.new("1", (side, side))
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            small.putpixel((x, y), int(dark))
    picture = Image.new("1", (-(-side * module // 8) * 8, side * module))
    picture.paste(small.resize((side * module, side * module), Image.Resampling.NEAREST), (0, 0))
    return picture


def to_bitmap(picture: Image.Image) -> Bitmap:
    """A picture of mode 1 as rows of bytes."""
    width, height = picture.size
    octets, stride = picture.tobytes(), width // 8
    return Bitmap(width, tuple(octets[at * stride : (at + 1) * stride] for at in range(height)))


def _glyph(char: str, height: int, *, bold: bool, cells: int) -> Image.Image:
    font = font_for(char, 21 * height, bold=bold)
    cell = Image.new("L", (cells * CELL * height, 24 * height))
    # 21 of 24 dots on a common base line: neither the top of a Chinese character nor the tail of a g is clipped
    ImageDraw.Draw(cell).text((cell.width / 2, 18.6 * height), char, font=font, fill=255, anchor="ms")
    return cell
