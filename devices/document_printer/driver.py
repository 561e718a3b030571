"""The document printer over IPP as a kind of device: what can be asked, checked and done by hand."""

from collections.abc import Callable
from typing import Final

from devices.document_printer.ipp_printer import DocumentPrinterOptions, IppPrinter
from devices.document_printer.redaction import redacted
from devices.document_printer.sample import sample_document
from devices.document_printer.state import FAULTS, Document, DocumentPrinterState, PrintOutcome
from devices.kind import Finding, HealthCheck, Kind, Level
from devices.model import DeviceError
from devices.port import Deadline

__all__ = ["Document", "DocumentPrinterOptions", "DocumentPrinterState", "IppPrinter", "PrintOutcome"]

_SAMPLE_SECONDS: Final = 60.0


def _print_sample(printer: IppPrinter) -> dict[str, object]:
    outcome = printer.print_document(sample_document(printer.address), Deadline.after(_SAMPLE_SECONDS))
    if outcome.result == "failed" and outcome.fault is not None:
        raise DeviceError(outcome.fault)
    return {"result": outcome.result, "evidence": outcome.evidence, "pages_out": outcome.pages_out}


def _describe(printer: IppPrinter) -> dict[str, object]:
    can = printer.capabilities
    return {
        "formats": list(can.formats),
        "sides": list(can.sides),
        "most_copies": can.most_copies,
        "dots_per_inch": can.dots_per_inch,
        "operations": sorted(can.operations),
        "is_queue": can.is_queue,
    }


BY_HAND: Final[dict[str, Callable[[IppPrinter], dict[str, object]]]] = {
    "status": lambda printer: printer.status().as_json(),
    "describe": _describe,
    "cancel-jobs": lambda printer: {"jobs_left": printer.purge()},
    "print-sample": _print_sample,
}
"""What `./suiban device document-printer ADDRESS …` can do."""


def _answers(printer: IppPrinter, _: Deadline) -> tuple[Finding, ...]:
    state = printer.status()
    fault = state.fault()
    formats = printer.capabilities.formats
    return (
        Finding("status", ok=fault is None, found=fault.key if fault else state.activity.value),
        Finding("paper", ok=None if state.paper == "unknown" else state.paper != "out", found=state.paper.value),
        Finding("format", ok=bool({"application/pdf", "image/pwg-raster"} & {*formats}), found=", ".join(formats)),
        Finding("jobs left", ok=state.jobs_left == 0, found=str(state.jobs_left)),
    )


def _prints(printer: IppPrinter, deadline: Deadline) -> tuple[Finding, ...]:
    outcome = printer.print_document(sample_document(printer.address), deadline)
    proven = {"printed": True, "failed": False, "uncertain": None}[outcome.result]
    return (Finding("print", proven, outcome.fault.key if outcome.fault else outcome.evidence),)


KIND: Final = Kind(
    name="document-printer",
    title="document printer (IPP)",
    schemes=("ipp", "http", "simulator"),
    options=DocumentPrinterOptions,
    open=IppPrinter,
    redaction=lambda: redacted,
    simulator="devices.document_printer.simulator",
    actions=BY_HAND,
    checks=(HealthCheck(Level.INTERNAL, _answers), HealthCheck(Level.EXTERNAL, _prints)),
    faults=FAULTS,
)
