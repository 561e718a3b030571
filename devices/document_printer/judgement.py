"""What the end of a job proves about paper. Pure; errs towards "uncertain", never towards "printed"."""

from devices.document_printer.operations import JobState
from devices.document_printer.reasons import JobSeen
from devices.document_printer.state import PrintOutcome, document_fault
from devices.model import Fault


def judged(sides: int, seen: JobSeen | None, fault: Fault | None, *, is_queue: bool, trusted: bool) -> PrintOutcome:
    """`seen`: the job after it was over and gone from the list of jobs; None when that could not be found out.

    `is_queue`: a print service stands between, so "completed" means transmitted. `trusted`: a technician has seen that
    "completed" of this printer or queue means printed. `fault`: why waiting ended, if the job did not end by itself.
    """
    if seen is None:
        unknown = fault or document_fault("document_printer.not_confirmed")
        return PrintOutcome("uncertain", "how the job ended is not known", None, unknown)
    if seen.state is JobState.COMPLETED:
        return _completed(sides, seen.sides_out, is_queue=is_queue, trusted=trusted)
    return _ended_early(sides, seen, fault, is_queue=is_queue)


def _completed(sides: int, out: int | None, *, is_queue: bool, trusted: bool) -> PrintOutcome:
    if is_queue and not trusted:
        silent = document_fault("document_printer.not_confirmed", "completed in the queue")
        return PrintOutcome("uncertain", "transmitted to the printer", None, silent)
    if out is not None and out >= sides:
        return PrintOutcome("printed", f"completed, {out} of {sides} sides counted", out)
    if trusted and not out:
        return PrintOutcome("printed", "completed, sides are not counted", sides)
    if out is None:
        return PrintOutcome(
            "uncertain", "completed without a count", None, document_fault("document_printer.not_confirmed", "no count")
        )
    missing = f"{out} of {sides} sides counted"
    return PrintOutcome(
        "uncertain", f"completed, {missing}", out, document_fault("document_printer.pages_missing", missing)
    )


def _ended_early(sides: int, seen: JobSeen, fault: Fault | None, *, is_queue: bool) -> PrintOutcome:
    ended = "job_cancelled" if seen.state is JobState.CANCELLED else "document_refused"
    why = fault or document_fault(f"document_printer.{ended}", ", ".join(seen.reasons))
    if not seen.begun:
        return PrintOutcome("failed", "ended before it was begun", 0, why)
    if is_queue:
        return PrintOutcome("uncertain", "ended in the queue after it was begun", None, why)
    out = seen.sides_out
    if out is not None and out >= sides:
        return PrintOutcome("uncertain", f"ended early, yet {out} of {sides} sides counted", out, why)
    counted = "an unknown number" if out is None else f"{out}"
    return PrintOutcome("failed", f"ended early after {counted} of {sides} sides", out, why)
