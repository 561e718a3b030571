"""The serial simulator's sheets: what the pins would strike, or what a PDF page looks like, as PNG files."""

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image

from devices.document_printer.escp import COLUMN_DOTS, DOTS_PER_INCH, PINS, columns
from devices.document_printer.escp_drawing import draw_text, from_columns

WIDTH: Final = round(8.27 * DOTS_PER_INCH)
_MARGIN: Final = 60
_SEAL: Final = (200, 30, 30)


class Sheets:
    """The sheet in the printer, and those that came out."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._strikes: list[tuple[int, int, Image.Image]] = []
        self._across = self._down = 0
        self._words: list[str] = []
        self._sealed = False
        self.line_dots = 30
        self.page_lines = 70
        self.out = 0
        self.blank = 0
        self.seals = 0
        self.texts: list[str] = []
        """What each sheet says, without what was drawn as dots; only a simulator may know."""
        self.last: Path | None = None
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def character(self, char: str) -> None:
        """Strike one character."""
        cell = Image.new("1", (columns(char) * COLUMN_DOTS, PINS))
        draw_text(cell, (0, 0), char)
        self._strike(cell)
        self._words.append(char)

    def dots(self, octets: bytes) -> None:
        """Strike a band of dots."""
        self._strike(from_columns(octets))

    def carriage_return(self) -> None:
        """Back to the left edge."""
        self._across = 0

    def next_line(self) -> None:
        """The paper moves on."""
        self._down += self.line_dots
        self._words.append("\n")

    def seal(self) -> None:
        """The stamping device strikes."""
        self._sealed = True
        self.seals += 1

    def eject(self) -> None:
        """The sheet comes out; one with nothing on it is not worth a picture."""
        if not self._strikes:
            self.blank += 1
            return
        self._came_out(self._struck, "".join(self._words))
        self._strikes, self._words, self._across, self._down, self._sealed = [], [], 0, 0, False

    def pdf(self, octets: bytes) -> int:
        """A PDF job: how many pages came out of it."""
        try:
            opened = pypdfium2.PdfDocument(octets)
        except pypdfium2.PdfiumError:
            return 0
        try:
            for page in opened:
                words = page.get_textpage().get_text_range()
                self._came_out(partial(_rendered, page), words)
            return len(opened)
        finally:
            opened.close()

    def _strike(self, picture: Image.Image) -> None:
        self._strikes.append((self._across, self._down, picture))
        self._across += picture.width

    def _struck(self) -> Image.Image:
        sheet = Image.new("RGB", (WIDTH, self.page_lines * self.line_dots + 2 * _MARGIN), "white")
        for left, top, picture in self._strikes:
            sheet.paste((20, 20, 60), (left + _MARGIN, top + _MARGIN), picture)
        return sheet

    def _came_out(self, drawn: Callable[[], Image.Image], words: str) -> None:
        self.out += 1
        self.texts.append(words)
        if not self._folder:
            return
        sheet = drawn()
        if self._sealed:
            sheet.paste(_SEAL, (sheet.width - 300, sheet.height - 300, sheet.width - 100, sheet.height - 100))
        self.last = self._folder / f"sheet-{self.out:04}.png"
        fresh = io.BytesIO()
        sheet.save(fresh, "PNG")
        part = self.last.with_suffix(".part")
        part.write_bytes(fresh.getvalue())
        part.replace(self.last)


def _rendered(page: pypdfium2.PdfPage) -> Image.Image:
    picture: Image.Image = page.render(scale=1.5).to_pil()
    return picture.convert("RGB")
