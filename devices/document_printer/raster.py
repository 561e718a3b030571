"""Draws a PDF as PWG Raster for printers that take pictures only."""

from collections.abc import Iterator
from typing import Final

import pypdfium2
from PIL import Image, ImageChops

from devices.document_printer import pwg
from devices.document_printer.pwg import Depth, Page
from devices.document_printer.state import Document, document_fault
from devices.model import DeviceError

_A4_INCHES: Final = (210 / 25.4, 297 / 25.4)


def rasterised(document: Document, dots_per_inch: int, types: tuple[str, ...]) -> bytes:
    """The document with its copies. Raises DeviceError `document_printer.document_refused`, …format_unsupported."""
    depth: Depth = "sgray_8"
    if "sgray_8" not in types and types:
        if "black_1" not in types:
            raise DeviceError(document_fault("document_printer.format_unsupported", ", ".join(types)))
        depth = "black_1"
    pages = document.pages * document.copies
    drawn = _pages(document, dots_per_inch, depth)
    return b"".join(pwg.encode_document(drawn, pages, two_sided=document.two_sided))


def _pages(document: Document, dots_per_inch: int, depth: Depth) -> Iterator[Page]:
    try:
        opened = pypdfium2.PdfDocument(document.pdf)
    except pypdfium2.PdfiumError as error:
        raise DeviceError(document_fault("document_printer.document_refused", "no PDF")) from error
    try:
        if len(opened) != document.pages:
            said = f"{len(opened)} pages, {document.pages} announced"
            raise DeviceError(document_fault("document_printer.document_refused", said))
        for _ in range(document.copies):
            for number in range(len(opened)):
                yield _drawn(opened, number, dots_per_inch, depth)
    finally:
        opened.close()


def _drawn(opened: pypdfium2.PdfDocument, number: int, dots_per_inch: int, depth: Depth) -> Page:
    """One page on A4, as large as fits and in the middle."""
    width, height = (round(inches * dots_per_inch) for inches in _A4_INCHES)
    page = opened[number]
    try:
        across, along = page.get_size()
        scale = min(width / across, height / along)
        picture = page.render(scale=scale, grayscale=True).to_pil()
    finally:
        page.close()
    sheet = Image.new("L", (width, height), pwg.WHITE)
    sheet.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    if depth == "black_1":
        sheet = ImageChops.invert(sheet).convert("1", dither=Image.Dither.NONE)
    return Page(width, height, dots_per_inch, depth, sheet.tobytes())
