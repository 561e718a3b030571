"""The inside of a simulated document printer: trays, covers, a jam at a chosen page, and jobs that outlive a power cut.

It prints as time passes and remembers every side: whose it was and of which job.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from devices.document_printer.operations import JobState

_REMEMBERED: Final = 200


@dataclass
class Job:
    """One job; `sides` is 0 until its document is there."""

    number: int
    user: str
    title: str
    copies: int = 1
    sides: int = 0
    sides_out: int = 0
    state: JobState = JobState.PENDING
    begun: bool = False
    reason: str = "none"


@dataclass(frozen=True)
class Hardware:
    """What can be wrong with it, and what it does in spite of it."""

    sheets: int | None = None
    """None: more than anybody prints."""
    paper_low: bool = False
    toner: str = "full"
    cover: str = "closed"
    tray: bool = True
    output_full: bool = False
    jammed: bool = False
    paused: bool = False
    broken: bool = False
    accepting: bool = True
    keeps_jobs: bool = False
    """It refuses to cancel."""
    remark: str = ""

    def reasons(self) -> tuple[str, ...]:
        """RFC 8011 keywords, the severity at their end."""
        found = [
            (self.cover == "open", "cover-open-error"),
            (self.jammed, "media-jam-error"),
            (not self.tray, "input-tray-missing-error"),
            (self.sheets == 0, "media-empty-error"),
            (self.output_full, "output-area-full-error"),
            (self.toner == "out", "toner-empty-error"),
            (self.broken, "fuser-over-temp-error"),
            (self.paused, "paused"),
            (self.paper_low, "media-low-warning"),
            (self.toner == "low", "toner-low-report"),
            (bool(self.remark), self.remark),
        ]
        return tuple(keyword for stands, keyword in found if stands) or ("none",)

    @property
    def stopped(self) -> bool:
        """Whether it cannot go on."""
        return any(reason.endswith("-error") or reason == "paused" for reason in self.reasons())


ORDERS: Final[dict[str, Callable[[Hardware], Hardware]]] = {
    "paper_out": lambda now: replace(now, sheets=0),
    "paper_low": lambda now: replace(now, paper_low=True),
    "refill": lambda now: replace(now, sheets=None, paper_low=False),
    "toner_low": lambda now: replace(now, toner="low"),
    "toner_out": lambda now: replace(now, toner="out"),
    "toner_replace": lambda now: replace(now, toner="full"),
    "cover_open": lambda now: replace(now, cover="open"),
    "cover_close": lambda now: replace(now, cover="closed"),
    "tray_out": lambda now: replace(now, tray=False),
    "tray_in": lambda now: replace(now, tray=True),
    "output_full": lambda now: replace(now, output_full=True),
    "output_empty": lambda now: replace(now, output_full=False),
    "jam": lambda now: replace(now, jammed=True),
    "clear_jam": lambda now: replace(now, jammed=False),
    "break": lambda now: replace(now, broken=True),
    "mend": lambda now: replace(now, broken=False),
    "pause": lambda now: replace(now, paused=True),
    "resume": lambda now: replace(now, paused=False),
    "reject_jobs": lambda now: replace(now, accepting=False),
    "accept_jobs": lambda now: replace(now, accepting=True),
    "keep_jobs": lambda now: replace(now, keeps_jobs=True),
    "give_up_jobs": lambda now: replace(now, keeps_jobs=False),
}


class Spool:
    """Jobs and paper. `clock`: seconds; every call first does what was due by then."""

    def __init__(self, clock: Callable[[], float], seconds_a_side: float) -> None:
        self.hardware = Hardware()
        self.jobs: dict[int, Job] = {}
        self.out: list[Job] = []
        """The job of every side in the output tray, in their order."""
        self.jam_at: int | None = None
        """The side of the next document that jams."""
        self._clock = clock
        self._seconds_a_side = seconds_a_side
        self._next_at: float | None = None

    @property
    def current(self) -> Job | None:
        """The job it works on, or would if it could."""
        return next((job for job in self.jobs.values() if job.sides and not job.state.over), None)

    def add(self, user: str, title: str, copies: int) -> Job:
        """A job whose document is still to come."""
        self.catch_up()
        job = Job(len(self.jobs) + 1, user, title, copies)
        self.jobs[job.number] = job
        return job

    def load(self, job: Job, pages: int) -> None:
        """Its document is complete."""
        self.catch_up()
        job.sides = pages * job.copies
        self.catch_up()

    def cancel(self, job: Job) -> None:
        """Nothing more of it comes out."""
        self.catch_up()
        job.state, job.reason = JobState.CANCELLED, "job-canceled-by-user"
        self._next_at = None

    def catch_up(self) -> None:
        """Print what was due by now."""
        while (job := self.current) is not None:
            if self.hardware.stopped:
                job.state = JobState.STOPPED if job.begun else JobState.PENDING
                job.reason = "printer-stopped"
                self._next_at = None
                return
            job.state, job.reason, job.begun = JobState.PROCESSING, "job-printing", True
            if self._next_at is None:
                self._next_at = self._clock() + self._seconds_a_side
            if self._clock() < self._next_at:
                return
            self._next_at += self._seconds_a_side
            self._one_side(job)

    def _one_side(self, job: Job) -> None:
        if self.jam_at == job.sides_out + 1:
            self.jam_at = None
            self.hardware = replace(self.hardware, jammed=True)
            return
        job.sides_out += 1
        self.out.append(job)
        if self.hardware.sheets:
            self.hardware = replace(self.hardware, sheets=self.hardware.sheets - 1)
        if job.sides_out == job.sides:
            job.state, job.reason = JobState.COMPLETED, "job-completed-successfully"
            self._next_at = None

    def as_json(self) -> dict[str, object]:
        """For the control socket."""
        self.catch_up()
        return {
            "reasons": list(self.hardware.reasons()),
            "sides": len(self.out),
            "documents": sum(1 for job in self.jobs.values() if job.state is JobState.COMPLETED),
            "whose": [f"{job.user} {job.number}" for job in self.out[-_REMEMBERED:]],
            "waiting": [job.number for job in self.jobs.values() if not job.state.over],
            "jobs": [
                {
                    "number": job.number,
                    "user": job.user,
                    "title": job.title,
                    "state": job.state,
                    "sides": job.sides,
                    "out": job.sides_out,
                }
                for job in list(self.jobs.values())[-20:]
            ],
        }
