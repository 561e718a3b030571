"""The simulator's paper: what the print head would burn, as a picture 576 dots wide."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PIL import Image

from devices.ticket_printer.bitmap import Bitmap
from devices.ticket_printer.document import Text
from devices.ticket_printer.protocol import CELL, DOTS, columns
from devices.ticket_printer.raster import draw_text, qr_picture

_MARGIN: Final = 24
_ALIGN: Final = ("left", "centre", "right")


@dataclass(frozen=True)
class Style:
    """How the next characters come out."""

    align: int = 0
    width: int = 1
    height: int = 1
    chinese_width: int = 1
    chinese_height: int = 1
    bold: bool = False
    spacing: int = 30


class PaperRoll:
    """Everything printed since the last cut."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._strips: list[Image.Image] = []
        self._line: list[tuple[str, Text]] = []
        self._text = ""
        self._printed = False
        self.style = Style()
        self.lines = 0
        self.cuts = 0
        """Tickets. A blank piece is none, and neither is what was left on the paper before an initialisation."""
        self.pieces: list[str] = []
        """The letters on each of them."""
        self.last: Path | None = None
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def character(self, char: str, style: Style) -> None:
        """Put one character into the line; a full line is printed first, as the printer does."""
        wide = not char.isascii()
        width, height = (style.chinese_width, style.chinese_height) if wide else (style.width, style.height)
        if self._used() + columns(char) * CELL * width > DOTS:
            self.end_line()
        self._line.append((char, Text(char, width=width, height=height, bold=style.bold)))

    def end_line(self) -> None:
        """Print the line and move on by the line spacing, or by the line's own height if that is more."""
        self._text += "".join(char for char, _ in self._line) + "\n" * bool(self._line)
        tallest = max((24 * look.height for _, look in self._line), default=24)
        strip = Image.new("1", (DOTS, max(tallest, self.style.spacing)))
        left = self._left(self._used())
        for char, look in self._line:
            # every character stands on the line's common base
            draw_text(strip, (left, tallest - 24 * look.height), char, look)
            left += columns(char) * CELL * look.width
        self._line.clear()
        self._add(strip)

    def feed(self, lines: int) -> None:
        """Print what is in the line, then move on."""
        if self._line:
            self.end_line()
        if lines:
            self._add(Image.new("1", (DOTS, lines * self.style.spacing)))

    def picture(self, bitmap: Bitmap) -> None:
        """Print a raster picture."""
        self._place(Image.frombytes("1", (bitmap.width, len(bitmap.rows)), b"".join(bitmap.rows)))

    def qr(self, payload: bytes, module: int, level: str) -> None:
        """Draw the stored QR code as the printer's firmware would."""
        self._place(qr_picture(payload, module, level))

    def cut(self) -> bool:
        """Cut; the piece becomes a picture if there is a folder for it. False for a blank one."""
        self.feed(0)
        strips, self._strips = self._strips, []
        text, self._text = self._text, ""
        printed, self._printed = self._printed, False
        if not any(strip.getbbox() for strip in strips):
            return False
        self.cuts += printed
        self.pieces = [*self.pieces[-9:], text]
        if self._folder:
            self._keep(strips, self._folder)
        return True

    def _keep(self, strips: list[Image.Image], folder: Path) -> None:
        height = sum(strip.height for strip in strips) + 2 * _MARGIN
        paper, top = Image.new("L", (DOTS, height), 255), _MARGIN
        for strip in strips:
            paper.paste(0, (0, top), strip)
            top += strip.height
        self.last = folder / f"ticket-{self.cuts:04}.png"
        fresh = self.last.with_suffix(".part")
        paper.save(fresh, "PNG")
        fresh.replace(self.last)

    def reset(self) -> None:
        """Initialised: the style is forgotten, the paper is not."""
        self._line.clear()
        self._printed = False
        self.style = replace(Style())

    def _used(self) -> int:
        return sum(columns(char) * CELL * look.width for char, look in self._line)

    def _left(self, wide: int) -> int:
        return {"left": 0, "centre": (DOTS - wide) // 2, "right": DOTS - wide}[_ALIGN[self.style.align % 3]]

    def _place(self, picture: Image.Image) -> None:
        strip = Image.new("1", (DOTS, picture.height))
        strip.paste(picture, (self._left(picture.width), 0))
        self._add(strip)

    def _add(self, strip: Image.Image) -> None:
        self.lines += 1
        self._printed = True
        self._strips.append(strip)
