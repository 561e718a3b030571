"""What a document printer says of itself, what it is given and what came of it: words both ways to one share."""

from enum import StrEnum
from typing import Final, Literal

import msgspec

from devices import model
from devices.model import Action, Cover, Fault, Supply

ACTIONS: Final[dict[str, Action]] = {
    "document_printer.cover_open": Action.CLEAR,
    "document_printer.jammed": Action.CLEAR,
    "document_printer.paper_out": Action.CLEAR,
    "document_printer.tray_missing": Action.CLEAR,
    "document_printer.output_full": Action.CLEAR,
    "document_printer.toner_out": Action.CLEAR,
    "document_printer.hardware_error": Action.MAINTENANCE,
    "document_printer.offline": Action.RESET,
    "document_printer.job_left": Action.CLEAR,
    "document_printer.paused": Action.CLEAR,
    "document_printer.stopped": Action.CLEAR,
    "document_printer.not_accepting": Action.CLEAR,
    "document_printer.busy": Action.SUSPEND,
    "document_printer.refused": Action.CONFIGURATION,
    "document_printer.format_unsupported": Action.CONFIGURATION,
    "document_printer.stamp_missing": Action.CONFIGURATION,
    "document_printer.document_refused": Action.SOFTWARE,
    "document_printer.job_cancelled": Action.RESET,
    "document_printer.pages_missing": Action.CLEAR,
    "document_printer.not_confirmed": Action.CLEAR,
}
FAULTS: Final = tuple(ACTIONS)


class Activity(StrEnum):
    """What it is doing."""

    IDLE = "idle"
    PRINTING = "printing"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


YesNo = bool | Literal["unknown"]


class DocumentPrinterState(msgspec.Struct, frozen=True):
    """Every part as far as it is known now; a silent printer is unknown throughout."""

    online: YesNo = "unknown"
    activity: Activity = Activity.UNKNOWN
    paper: Supply = Supply.UNKNOWN
    toner: Supply = Supply.UNKNOWN
    cover: Cover = Cover.UNKNOWN
    jammed: YesNo = "unknown"
    tray_missing: YesNo = "unknown"
    output_full: YesNo = "unknown"
    paused: YesNo = "unknown"
    accepting: YesNo = "unknown"
    broken: YesNo = "unknown"
    """A part that only a field engineer can put right."""
    jobs_left: int = 0
    """Documents of ours that it still holds and would not give up: they may come out at any time."""
    remarks: tuple[str, ...] = ()
    """What else it reports, in its own keywords or codes."""

    def as_json(self) -> dict[str, object]:
        """For the command line and reports."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return plain

    def fault(self) -> Fault | None:
        """Why it cannot print now, the cause before its consequences; None when nothing known stands against it."""
        if self.online == "unknown":
            return model.fault("device.silent")
        for stands, key in (
            (self.cover is Cover.OPEN, "cover_open"),
            (self.jammed is True, "jammed"),
            (self.tray_missing is True, "tray_missing"),
            (self.paper is Supply.OUT, "paper_out"),
            (self.output_full is True, "output_full"),
            (self.toner is Supply.OUT, "toner_out"),
            (self.broken is True, "hardware_error"),
            (not self.online, "offline"),
            (self.jobs_left > 0, "job_left"),
            (self.paused is True, "paused"),
            (self.activity is Activity.STOPPED, "stopped"),
            (self.accepting is False, "not_accepting"),
        ):
            if stands:
                return document_fault(f"document_printer.{key}", ", ".join(self.remarks))
        return None


class Document(msgspec.Struct, frozen=True):
    """What is to be printed. Its content is a citizen's: it is never logged, recorded or named in a fault."""

    pdf: bytes
    pages: int
    """Sides with something on them, of one copy."""
    title: str
    """Shown on the printer's panel and kept in its job list, so it never names a person."""
    two_sided: bool = False
    copies: int = 1
    stamp: bool = False
    """Each copy must be stamped by the machine; refused where nothing stamps."""
    text_pages: tuple[tuple[str, ...], ...] = ()
    """The same as lines of text, for certificate stock in a printer without graphics; one tuple a page."""


class PrintOutcome(msgspec.Struct, frozen=True):
    """What came of one document.

    `printed`: every page has come out, on the printer's evidence. `failed`: certainly incomplete, and nothing more of
    it can come out. `uncertain`: neither is proven.
    """

    result: Literal["printed", "failed", "uncertain"]
    evidence: str
    pages_out: int | None = None
    """Sides that came out as far as the printer counts them; 0 only if not one did; None: unknown."""
    fault: Fault | None = None


def document_fault(key: str, detail: str = "") -> Fault:
    """One of the faults of this kind."""
    return Fault(key, ACTIONS[key], detail)
