"""Sets a paper with typst and turns it into pages of dots: what leaves the visit process can be printed, not read.

Every call takes tenths of a second: not for a thread somebody waits on.
"""

import functools
import hashlib
import io
import json
from datetime import datetime
from importlib.resources import files
from typing import Final, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
import qrcode
import typst

from contract.papers import Paper
from kiosk.facts import Site
from kiosk.paper.sheet import Stamp, qr_of, sheet

DOTS_PER_INCH: Final = 300
MOST_PAGES: Final = 40
_POINTS: Final = 72


class Rasters(NamedTuple):
    """A paper as page rasters in a PDF without a letter in it. Its dots are a citizen's: nobody keeps them."""

    pdf: bytes
    pages: int
    sha256: str


class TooManyPages(ValueError):
    """A paper is longer than a terminal prints in one piece."""


def typeset(template: str, paper: Paper, stamp: Stamp, site: Site, *, language: str, printed_at: datetime) -> bytes:
    """The paper as a PDF with text: stays in the process it was made in. Raises typst.TypstError."""
    content = sheet(template, paper, stamp, site, language=language, printed_at=printed_at)
    content["code"] = qr_svg(qr_of(paper, stamp))
    return compiled(template, {"sheet": json.dumps(content, ensure_ascii=False)})


def compiled(template: str, inputs: dict[str, str]) -> bytes:
    """One of our templates, set with these inputs."""
    sources = dict(_sources()) | {"main.typ": _sources()[f"{template}.typ"]}
    made: bytes = typst.compile(sources, sys_inputs=inputs)  # type: ignore[call-overload]  # its stub knows no folders
    return made


@functools.cache
def _sources() -> dict[str, bytes]:
    folder = files("kiosk.paper") / "templates"
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(".typ")}


def rasterised(pdf: bytes, dots_per_inch: int = DOTS_PER_INCH) -> Rasters:
    """The same pages as grey pictures, one a page, each as large as the page. Raises TooManyPages, PdfiumError."""
    source, made = pypdfium2.PdfDocument(pdf), pypdfium2.PdfDocument.new()
    try:
        pages = len(source)
        if not 0 < pages <= MOST_PAGES:
            raise TooManyPages(f"{pages} pages; a terminal prints 1 to {MOST_PAGES} in one piece")
        for number in range(pages):
            _picture_of(source, number, made, dots_per_inch)
        held = io.BytesIO()
        made.save(held)
    finally:
        made.close()
        source.close()
    content = held.getvalue()
    return Rasters(content, pages, hashlib.sha256(content).hexdigest())


def _picture_of(source: pypdfium2.PdfDocument, number: int, made: pypdfium2.PdfDocument, dots_per_inch: int) -> None:
    page = source[number]
    width, height = page.get_size()
    bitmap = page.render(scale=dots_per_inch / _POINTS, grayscale=True)
    try:
        image = pypdfium2.PdfImage.new(made)
        image.set_bitmap(bitmap)
        image.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        sheet_of_paper = made.new_page(width, height)
        sheet_of_paper.insert_obj(image)
        sheet_of_paper.gen_content()
        sheet_of_paper.close()
    finally:
        _blank(bitmap)
        page.close()


def _blank(bitmap: pypdfium2.PdfBitmap) -> None:
    """Write over the dots before their memory is given back."""
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, bitmap.width, bitmap.height, 0xFFFFFFFF)
    bitmap.close()


def screen_pages(pdf: bytes, dots_per_inch: int = 110) -> tuple[bytes, ...]:
    """Each page as a PNG for the screen."""
    source = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(_png(source, number, dots_per_inch) for number in range(len(source)))
    finally:
        source.close()


def _png(source: pypdfium2.PdfDocument, number: int, dots_per_inch: int) -> bytes:
    page = source[number]
    try:
        held = io.BytesIO()
        page.render(scale=dots_per_inch / _POINTS, grayscale=False).to_pil().save(held, "PNG")
        return held.getvalue()
    finally:
        page.close()


def qr_svg(text: str) -> str:
    """A QR code as an SVG of black squares, without its quiet zone."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text.encode())
    code.make(fit=True)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    size = len(rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{dark}"/></svg>'
