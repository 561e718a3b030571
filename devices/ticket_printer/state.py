"""What a ticket printer says of itself: four status bytes become words, words become what somebody must clear."""

from enum import StrEnum
from typing import Final, Literal

import msgspec

from devices import model
from devices.model import Action, Cover, Fault, Part, Supply

ACTIONS: Final[dict[str, Action]] = {
    "ticket_printer.paper_out": Action.CLEAR,
    "ticket_printer.cover_open": Action.CLEAR,
    "ticket_printer.cutter_jammed": Action.CLEAR,
    "ticket_printer.mechanical_error": Action.MAINTENANCE,
    "ticket_printer.unrecoverable_error": Action.MAINTENANCE,
    "ticket_printer.overheated": Action.SUSPEND,
    "ticket_printer.error": Action.RESET,
    "ticket_printer.offline": Action.RESET,
    "ticket_printer.not_confirmed": Action.CLEAR,
    "ticket_printer.ticket_unprintable": Action.SOFTWARE,
}
FAULTS: Final = tuple(ACTIONS)


class PrinterError(StrEnum):
    """DLE EOT 3, the error that matters most first."""

    NONE = "none"
    UNRECOVERABLE = "unrecoverable"
    CUTTER = "cutter"
    MECHANICAL = "mechanical"
    OVERHEATED = "overheated"  # head temperature or supply voltage: passes by itself
    OTHER = "other"
    UNKNOWN = "unknown"


class Media(StrEnum):
    """A ticket in the presenter (CEN/XFS media)."""

    NOT_PRESENT = "not_present"
    PRESENT = "present"
    TAKEN = "taken"
    RETRACTED = "retracted"
    UNKNOWN = "unknown"


class Presenter(msgspec.Struct, frozen=True):
    """Which bits of the fourth automatic status byte its two sensors have; that differs between models, 0 is none."""

    present_bit: int = 0
    retracted_bit: int = 0

    @property
    def fitted(self) -> bool:
        """Whether there is one."""
        return self.present_bit != 0

    def seen(self, octet: int, before: Media) -> Media:
        """What the byte says now. A ticket that is gone was taken unless the sensor of the bin saw it."""
        if octet & self.present_bit:
            return Media.PRESENT
        if before is Media.PRESENT:
            return Media.RETRACTED if octet & self.retracted_bit else Media.TAKEN
        if before is Media.TAKEN and octet & self.retracted_bit:
            return Media.RETRACTED
        return Media.NOT_PRESENT if before is Media.UNKNOWN else before


_FAULT_OF_ERROR: Final = {
    PrinterError.UNRECOVERABLE: "ticket_printer.unrecoverable_error",
    PrinterError.CUTTER: "ticket_printer.cutter_jammed",
    PrinterError.MECHANICAL: "ticket_printer.mechanical_error",
    PrinterError.OVERHEATED: "ticket_printer.overheated",
    PrinterError.OTHER: "ticket_printer.error",
}


class TicketPrinterState(msgspec.Struct, frozen=True):
    """Every part as far as it is known now; a silent printer is unknown throughout."""

    online: bool | Literal["unknown"] = "unknown"
    paper: Supply = Supply.UNKNOWN
    cover: Cover = Cover.UNKNOWN
    cutter: Part = Part.UNKNOWN
    error: PrinterError = PrinterError.UNKNOWN
    media: Media | None = None
    """None: no presenter is fitted, which is not the same as unknown."""

    def as_json(self) -> dict[str, object]:
        """For the command line and reports; without what this model has not."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return {name: value for name, value in plain.items() if value is not None}

    def fault(self) -> Fault | None:
        """Why it cannot print now, the cause before its consequences; None when nothing known stands against it."""
        if self.cover is Cover.OPEN:
            return printer_fault("ticket_printer.cover_open")
        if self.paper is Supply.OUT:
            return printer_fault("ticket_printer.paper_out")
        if self.error in _FAULT_OF_ERROR:
            return printer_fault(_FAULT_OF_ERROR[self.error])
        if self.online == "unknown":
            return model.fault("device.silent")
        return None if self.online else printer_fault("ticket_printer.offline")


def printer_fault(key: str, detail: str = "") -> Fault:
    """One of the faults of this kind."""
    return Fault(key, ACTIONS[key], detail)


def state_of(
    printer: int | None, cause: int | None, error: int | None, paper: int | None, media: Media | None = None
) -> TicketPrinterState:
    """The answers to DLE EOT 1 to 4 as words; None for one that did not come."""
    return TicketPrinterState(
        online="unknown" if printer is None else not printer & 0x08,
        paper=_paper(cause, paper),
        cover=Cover.UNKNOWN if cause is None else Cover.OPEN if cause & 0x04 else Cover.CLOSED,
        cutter=Part.UNKNOWN if error is None else Part.INOPERABLE if error & 0x08 else Part.OK,
        error=_error(cause, error),
        media=media,
    )


def _paper(cause: int | None, paper: int | None) -> Supply:
    if (paper or 0) & 0x60 or (cause or 0) & 0x20:
        return Supply.OUT
    if paper is None:
        return Supply.UNKNOWN
    return Supply.LOW if paper & 0x0C else Supply.FULL


def _error(cause: int | None, error: int | None) -> PrinterError:
    for bit, meaning in (
        (0x20, PrinterError.UNRECOVERABLE),
        (0x08, PrinterError.CUTTER),
        (0x04, PrinterError.MECHANICAL),
        (0x40, PrinterError.OVERHEATED),
    ):
        if error is not None and error & bit:
            return meaning
    if cause is not None and cause & 0x40:
        return PrinterError.OTHER
    return PrinterError.UNKNOWN if error is None else PrinterError.NONE
