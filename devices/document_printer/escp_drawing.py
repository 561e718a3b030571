"""Draws a line of text 24 pins high with the terminal's own fonts: the Drawing of escp.py, by Pillow."""

from PIL import Image, ImageDraw

from devices.document_printer.escp import COLUMN_DOTS, PINS, columns
from devices.parts.fonts import font_for

_INK: int = 100
"""From this grey on a pin strikes."""


class PinDrawing:
    """See escp.Drawing. Raises fonts.FontMissing."""

    def line(self, text: str) -> bytes:
        """See escp.Drawing."""
        strip = Image.new("1", (max(1, columns(text) * COLUMN_DOTS), PINS))
        draw_text(strip, (0, 0), text)
        return to_columns(strip)


def draw_text(strip: Image.Image, at: tuple[int, int], text: str) -> None:
    """Characters on their cells of 15 or 30 by 24 dots, in white."""
    left, top = at
    for char in text:
        cell = Image.new("L", (columns(char) * COLUMN_DOTS, PINS))
        ImageDraw.Draw(cell).text(
            (cell.width / 2, 18.6), char, font=font_for(char, 21, bold=False), fill=255, anchor="ms"
        )
        strip.paste(1 if strip.mode == "1" else 255, (left, top), cell.point(lambda dot: 255 * (dot > _INK), mode="1"))
        left += cell.width


def to_columns(strip: Image.Image) -> bytes:
    """A picture 24 dots high as three bytes a column."""
    turned = strip.transpose(Image.Transpose.TRANSPOSE)  # a column becomes a row of 24 dots
    return turned.tobytes()


def from_columns(octets: bytes) -> Image.Image:
    """The other way round."""
    return Image.frombytes("1", (PINS, len(octets) // (PINS // 8)), octets).transpose(Image.Transpose.TRANSPOSE)
