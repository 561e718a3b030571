"""What the simulated printer says of itself: the attributes a driverless client expects (RFC 8011, PWG 5100.14)."""

from dataclasses import replace as replaced
from typing import Final

from devices.document_printer.operations import JobState
from devices.document_printer.protocol import Attribute, Range, Resolution, Tag, Value, attribute
from devices.document_printer.spool import Spool

__all__ = ["ANY_FORMAT", "NOT_OVER", "NOT_YET", "attributes", "replaced"]

ANY_FORMAT: Final = "application/octet-stream"
NOT_YET: Final = ("time-at-processing", (Value(Tag.NO_VALUE),))
NOT_OVER: Final = ("time-at-completed", (Value(Tag.NO_VALUE),))
_A4: Final = "iso_a4_210x297mm"
_SIZE: Final = (attribute("x-dimension", Tag.INTEGER, 21000), attribute("y-dimension", Tag.INTEGER, 29700))
_MEDIA: Final = (
    attribute("media-size", Tag.COLLECTION, _SIZE),
    *(attribute(f"media-{edge}-margin", Tag.INTEGER, 423) for edge in ("top", "bottom", "left", "right")),
)


def attributes(
    spool: Spool, uri: str, formats: tuple[str, ...], operations: tuple[int, ...], *, contradicting: bool
) -> tuple[Attribute, ...]:
    """Everything; whoever asks for less gets less. `contradicting`: it claims to be well whatever is wrong."""
    hardware = spool.hardware
    state = 5 if hardware.stopped else 4 if spool.current else 3
    reasons = hardware.reasons()
    if contradicting:
        state, reasons = 3, ("none",)
    queued = sum(1 for job in spool.jobs.values() if job.state < JobState.CANCELLED)
    return (
        attribute("printer-uri-supported", Tag.URI, uri),
        attribute("uri-security-supported", Tag.KEYWORD, "none"),
        attribute("uri-authentication-supported", Tag.KEYWORD, "requesting-user-name"),
        attribute("printer-name", Tag.NAME, "simulated"),
        attribute("printer-info", Tag.TEXT, "simulated document printer"),
        attribute("printer-make-and-model", Tag.TEXT, "Suiban simulated document printer"),
        attribute("printer-location", Tag.TEXT, ""),
        attribute("printer-more-info", Tag.URI, "http://localhost/"),
        attribute("printer-state", Tag.ENUM, state),
        attribute("printer-state-reasons", Tag.KEYWORD, *reasons),
        attribute("printer-is-accepting-jobs", Tag.BOOLEAN, int(hardware.accepting)),
        attribute("queued-job-count", Tag.INTEGER, queued),
        attribute("printer-up-time", Tag.INTEGER, 1),
        attribute("ipp-versions-supported", Tag.KEYWORD, "1.1", "2.0"),
        attribute("operations-supported", Tag.ENUM, *operations),
        attribute("charset-configured", Tag.CHARSET, "utf-8"),
        attribute("charset-supported", Tag.CHARSET, "utf-8"),
        attribute("natural-language-configured", Tag.LANGUAGE, "en"),
        attribute("generated-natural-language-supported", Tag.LANGUAGE, "en"),
        attribute("pdl-override-supported", Tag.KEYWORD, "attempted"),
        attribute("compression-supported", Tag.KEYWORD, "none"),
        attribute("document-format-default", Tag.MIME, formats[0]),
        attribute("document-format-supported", Tag.MIME, *formats, ANY_FORMAT),
        attribute("color-supported", Tag.BOOLEAN, 0),
        attribute("copies-default", Tag.INTEGER, 1),
        attribute("copies-supported", Tag.RANGE, Range(1, 99)),
        attribute("sides-default", Tag.KEYWORD, "one-sided"),
        attribute("sides-supported", Tag.KEYWORD, "one-sided", "two-sided-long-edge"),
        attribute("media-default", Tag.KEYWORD, _A4),
        attribute("media-ready", Tag.KEYWORD, _A4),
        attribute("media-supported", Tag.KEYWORD, _A4),
        attribute("media-col-default", Tag.COLLECTION, _MEDIA),
        attribute("media-col-database", Tag.COLLECTION, _MEDIA),
        attribute("media-size-supported", Tag.COLLECTION, _SIZE),
        attribute("printer-resolution-default", Tag.RESOLUTION, Resolution(300, 300)),
        attribute("printer-resolution-supported", Tag.RESOLUTION, Resolution(300, 300)),
        attribute("pwg-raster-document-resolution-supported", Tag.RESOLUTION, Resolution(300, 300)),
        attribute("pwg-raster-document-type-supported", Tag.KEYWORD, "sgray_8"),
        attribute("print-color-mode-supported", Tag.KEYWORD, "monochrome"),
    )
