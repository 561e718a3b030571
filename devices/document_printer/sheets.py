"""A PDF taken apart into files of one page each."""

import io

import pypdfium2

from devices.document_printer.state import Document, document_fault
from devices.model import DeviceError


def one_by_one(document: Document) -> tuple[bytes, ...]:
    """Every page of the document as a PDF of its own. Raises DeviceError `document_printer.document_refused`."""
    try:
        whole = pypdfium2.PdfDocument(document.pdf)
    except pypdfium2.PdfiumError as error:
        raise DeviceError(document_fault("document_printer.document_refused", "no PDF")) from error
    try:
        if len(whole) != document.pages:
            said = f"{len(whole)} pages, {document.pages} announced"
            raise DeviceError(document_fault("document_printer.document_refused", said))
        return tuple(_page(whole, number) for number in range(len(whole)))
    finally:
        whole.close()


def _page(whole: pypdfium2.PdfDocument, number: int) -> bytes:
    alone = pypdfium2.PdfDocument.new()
    try:
        alone.import_pages(whole, [number])
        out = io.BytesIO()
        alone.save(out)
        return out.getvalue()
    finally:
        alone.close()
