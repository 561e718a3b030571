"""A document as one printer takes it: PDF where it can, pictures where it must, nothing where neither would be true."""

from typing import Final

import msgspec

from devices.document_printer.protocol import Attribute, Tag, attribute
from devices.document_printer.reasons import Capabilities
from devices.document_printer.state import Document, document_fault
from devices.model import DeviceError

PDF: Final = "application/pdf"
PWG_RASTER: Final = "image/pwg-raster"
_A4: Final = "iso_a4_210x297mm"
_TWO_SIDED: Final = "two-sided-long-edge"


class Prepared(msgspec.Struct, frozen=True):
    """What is sent, what it is, and what the printer is to do with it."""

    document_format: str
    payload: bytes
    template: tuple[Attribute, ...]


def prepared(document: Document, can: Capabilities) -> Prepared:
    """Raises DeviceError where the printer cannot do what the document needs."""
    if document.stamp:  # no attribute of IPP says that a seal was put on paper
        raise DeviceError(document_fault("document_printer.stamp_missing"))
    if document.pdf and PDF in can.formats and document.copies <= can.most_copies:
        return Prepared(PDF, document.pdf, _template(document, can, document.copies))
    if document.pdf and PWG_RASTER in can.formats:
        from devices.document_printer.raster import rasterised  # noqa: PLC0415 - Pillow and PDFium only where needed

        return Prepared(
            PWG_RASTER, rasterised(document, can.dots_per_inch, can.raster_types), _template(document, can, copies=1)
        )
    raise DeviceError(document_fault("document_printer.format_unsupported", ", ".join(can.formats)))


def _template(document: Document, can: Capabilities, copies: int) -> tuple[Attribute, ...]:
    """Only what the printer says it knows; a printer with one side prints two pages on two sheets."""
    wanted = []
    if copies > 1:
        wanted.append(attribute("copies", Tag.INTEGER, copies))
    sides = _TWO_SIDED if document.two_sided else "one-sided"
    if sides in can.sides:
        wanted.append(attribute("sides", Tag.KEYWORD, sides))
    if _A4 in can.media:
        wanted.append(attribute("media", Tag.KEYWORD, _A4))
    return tuple(wanted)
