"""An IPP printer's own account of itself as our words: state, reasons with their suffixes, what it can do. Pure."""

from typing import Final, Literal

import msgspec

from devices.document_printer.operations import JobState, number, words
from devices.document_printer.protocol import Content, Resolution
from devices.document_printer.state import Activity, DocumentPrinterState, document_fault
from devices.model import Cover, Fault, Supply

Contents = dict[str, tuple[Content, ...]]

Part = Literal[
    "paper_out", "paper_low", "toner_out", "toner_low", "cover", "jam", "tray", "output", "paused", "offline", "broken"
]

PARTS: Final[dict[str, Part]] = {
    "media-empty": "paper_out",
    "media-needed": "paper_out",
    "media-low": "paper_low",
    "media-jam": "jam",
    "toner-empty": "toner_out",
    "toner-low": "toner_low",
    "marker-supply-empty": "toner_out",
    "marker-supply-low": "toner_low",
    "marker-ink-empty": "toner_out",
    "marker-ink-low": "toner_low",
    "developer-empty": "toner_out",
    "developer-low": "toner_low",
    "cover-open": "cover",
    "door-open": "cover",
    "interlock-open": "cover",
    "input-tray-missing": "tray",
    "output-area-full": "output",
    "output-tray-missing": "output",
    "paused": "paused",
    "moving-to-paused": "paused",
    "offline": "offline",
    "shutdown": "offline",
    "deactivated": "offline",
    "connecting-to-device": "offline",
    "timed-out": "offline",
    "opc-life-over": "broken",
    "fuser-over-temp": "broken",
    "fuser-under-temp": "broken",
    "marker-waste-full": "broken",
    "marker-waste-receptacle-full": "broken",
    "subunit-missing": "broken",
    "spool-area-full": "broken",
}
"""RFC 8011 5.4.12 and PWG 5100.9; a keyword that is not here is kept as a remark."""

_SUFFIXES: Final = ("-error", "-warning", "-report")
_HARMLESS: Final = ("-warning", "-report")
_TROUBLES: Final[dict[Part, str]] = {
    "paper_out": "paper_out",
    "toner_out": "toner_out",
    "cover": "cover_open",
    "jam": "jammed",
    "tray": "tray_missing",
    "output": "output_full",
    "offline": "offline",
    "broken": "hardware_error",
}
_ACTIVITIES: Final = {3: Activity.IDLE, 4: Activity.PRINTING, 5: Activity.STOPPED}


def plain_reason(keyword: str) -> str:
    """The keyword without its severity, which printers get wrong: whether it stopped is what counts."""
    for suffix in _SUFFIXES:
        if keyword.endswith(suffix):
            return keyword[: -len(suffix)]
    return keyword


def state_of(told: Contents) -> DocumentPrinterState:
    """What Get-Printer-Attributes says. A reason stands against it only once it has stopped (printer-state 5).

    A printer with two trays goes on with one empty, so "empty" of one that has not stopped is low, and a jam or an
    open cover of one that works on is not known.
    """
    activity = _ACTIVITIES.get(number(told, "printer-state") or 0, Activity.UNKNOWN)
    keywords = words(told, "printer-state-reasons")
    if activity is Activity.UNKNOWN or not keywords:
        return DocumentPrinterState(online=True, activity=activity, accepting=_accepting(told), remarks=keywords)
    stopped = activity is Activity.STOPPED
    named = {PARTS[plain] for plain in map(plain_reason, keywords) if plain in PARTS}

    def stands(part: Part) -> bool | Literal["unknown"]:
        return False if part not in named else True if stopped else "unknown"

    cover = {True: Cover.OPEN, False: Cover.CLOSED, "unknown": Cover.UNKNOWN}
    return DocumentPrinterState(
        online=stands("offline") is not True,
        activity=activity,
        paper=_supply("paper_out" in named, "paper_low" in named, stopped=stopped),
        toner=_supply("toner_out" in named, "toner_low" in named, stopped=stopped),
        cover=cover[stands("cover")],
        jammed=stands("jam"),
        tray_missing=stands("tray"),
        output_full=stands("output"),
        paused=stands("paused"),
        accepting=_accepting(told),
        broken=stands("broken"),
        remarks=tuple(keyword for keyword in keywords if keyword != "none"),
    )


def trouble(remarks: tuple[str, ...]) -> Fault | None:
    """The first thing it calls an error although it has not stopped.

    A queue goes on "processing" while its printer stands still, so this counts once nothing comes out any more.
    """
    for keyword in remarks:
        part = PARTS.get(plain_reason(keyword))
        if part in _TROUBLES and not keyword.endswith(_HARMLESS):
            return document_fault(f"document_printer.{_TROUBLES[part]}", keyword)
    return None


def _accepting(told: Contents) -> bool | Literal["unknown"]:
    found = number(told, "printer-is-accepting-jobs")
    return "unknown" if found is None else bool(found)


def _supply(out: bool, low: bool, *, stopped: bool) -> Supply:  # noqa: FBT001 - two facts in a fixed order
    if out and stopped:
        return Supply.OUT
    return Supply.LOW if out or low else Supply.FULL


class Capabilities(msgspec.Struct, frozen=True):
    """What does not change while it runs."""

    operations: frozenset[int] = frozenset()
    formats: tuple[str, ...] = ()
    most_copies: int = 1
    sides: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    dots_per_inch: int = 300
    raster_types: tuple[str, ...] = ()
    is_queue: bool = False
    """A CUPS queue, whose "completed" means transmitted; a printer's own means printed."""


def capabilities_of(told: Contents) -> Capabilities:
    """What Get-Printer-Attributes says that it can do."""
    copies = told.get("copies-supported", (None,))[0]
    return Capabilities(
        operations=frozenset(code for code in told.get("operations-supported", ()) if isinstance(code, int)),
        formats=tuple(name.lower() for name in words(told, "document-format-supported")),
        most_copies=copies[1] if isinstance(copies, tuple) and isinstance(copies[1], int) else 1,
        sides=words(told, "sides-supported"),
        media=words(told, "media-supported"),
        dots_per_inch=_dots(told.get("pwg-raster-document-resolution-supported", ())),
        raster_types=words(told, "pwg-raster-document-type-supported"),
        is_queue="cups-version" in told,
    )


def _dots(resolutions: tuple[Content, ...]) -> int:
    """300 dpi where there is a choice: enough for a seal, small enough to send."""
    offered = [each.across for each in resolutions if isinstance(each, Resolution) and each.unit == 3]
    return min(offered, key=lambda dots: abs(dots - 300)) if offered else 300


_JOB_STATES: Final[dict[int | None, JobState]] = {state.value: state for state in JobState}


class JobSeen(msgspec.Struct, frozen=True):
    """One job as far as the printer tells."""

    number: int
    state: JobState
    reasons: tuple[str, ...]
    sides_out: int | None
    user: str
    begun: bool
    """It was being printed at some time, as far as is known."""


def job_of(told: Contents) -> JobSeen | None:
    """What a job's attributes say; None for a job without number or with a state nobody defined."""
    identity, state = number(told, "job-id"), number(told, "job-state")
    if identity is None or state not in _JOB_STATES:
        return None
    user = told.get("job-originating-user-name", (None,))[0]
    return JobSeen(
        number=identity,
        state=_JOB_STATES[state],
        reasons=words(told, "job-state-reasons"),
        sides_out=number(told, "job-impressions-completed"),
        user=user if isinstance(user, str) else "",
        begun=told.get("time-at-processing", (1,))[0] not in (None, 0),
    )
