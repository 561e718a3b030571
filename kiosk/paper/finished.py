"""A finished certificate as its department signed it, OFD or PDF, made ready for rasters. It is never changed."""

import pypdfium2


class NotACertificate(ValueError):
    """The file cannot be shown as its department meant it; the sentence says why."""


def pdf_of(content: bytes, file_type: str) -> bytes:
    """The certificate as a PDF. Raises NotACertificate."""
    if file_type == "ofd":
        from kiosk.paper.ofd.pages import pdf_of_ofd  # noqa: PLC0415 - only where one is shown

        return pdf_of_ofd(content)
    if file_type != "pdf":
        raise NotACertificate(f"a certificate of type {file_type!r} cannot be read here; OFD and PDF can")
    try:
        pypdfium2.PdfDocument(content).close()
    except pypdfium2.PdfiumError as error:
        raise NotACertificate("the certificate is no PDF that can be read") from error
    return content
