"""One document under way: handed over, followed to its end, and withdrawn unless it ended as completed."""

import contextlib
import time
from collections.abc import Callable
from typing import Final

from devices.document_printer.formats import Prepared
from devices.document_printer.ipp_client import Bounds, ToldToStop
from devices.document_printer.ipp_talk import IppTalk
from devices.document_printer.operations import JobState
from devices.document_printer.reasons import JobSeen, trouble
from devices.document_printer.state import document_fault
from devices.document_printer.watch import Watch
from devices.model import DeviceError, Fault
from devices.port import Deadline

_GLANCE_SECONDS: Final = 0.05
_COUNT_SECONDS: Final = 1.5
"""How long a count that is too low may still rise after "completed"."""
_STANDING: Final = frozenset({JobState.HELD, JobState.STOPPED})


class Attempt:
    """`seen` is the job as it ended, None as long as that is not known; `fault` why waiting for it ended."""

    def __init__(self, talk: IppTalk, title: str, ready: Prepared, sides: int) -> None:
        self.seen: JobSeen | None = None
        self.fault: Fault | None = None
        self._talk = talk
        self._title = title
        self._ready = ready
        self._sides = sides
        self._number: int | None = None
        self._sides_out: int | None = None

    def begin(self) -> None:
        """Have the job made without its document: its number is known before anything can come out. DeviceError."""
        self._number = self._talk.create_job(self._title, self._ready.template)

    def carry_out(self, until: Deadline, stop: Callable[[], bool], grace_seconds: float) -> bool:
        """Hand the document over and wait for its end. Whether it ended by itself, as completed."""
        watch = Watch(stop, self._look, grace_seconds)
        try:
            with self._talk.until_told(stop):
                if watch():
                    raise ToldToStop  # noqa: TRY301 - the one place where a stop is turned into an outcome
                self._hand_over(Bounds(until, watch))
                self._follow(watch, until)
        except DeviceError as error:
            self.fault = watch.fault or error.fault
        except ToldToStop:
            self.fault = watch.fault or document_fault("document_printer.job_cancelled")
        return self.fault is None and self.seen is not None and self.seen.state is JobState.COMPLETED

    def withdraw(self, deadline: Deadline) -> bool:
        """Cancel it, and whatever else is ours, until the printer lists none of it. Whether that was seen."""
        while True:
            with contextlib.suppress(DeviceError):
                if self._number is not None:
                    self._talk.cancel(self._number)
                for job in self._talk.ours():
                    self._talk.cancel(job.number)
                gone = not self._talk.ours()
                seen = self._talk.job(self._number) if self._number is not None else None
                if gone and (seen is None or seen.state.over):
                    self.seen = seen
                    return True
            if deadline.expired:
                self.seen = None
                return False
            time.sleep(_GLANCE_SECONDS)

    def _hand_over(self, bounds: Bounds) -> None:
        ready = self._ready
        if self._number is not None:
            self._talk.send_document(self._number, ready.document_format, ready.payload, bounds)
        else:
            self._number = self._talk.print_job(
                self._title, ready.document_format, ready.template, ready.payload, bounds
            )

    def _follow(self, watch: Watch, until: Deadline) -> None:
        counted_until: Deadline | None = None
        while not watch():
            if self.seen is not None and self.seen.state.over:
                counted_until = counted_until or Deadline.after(_COUNT_SECONDS)
                if self._counted(self.seen) or counted_until.expired:
                    return
            elif until.expired:
                raise DeviceError(document_fault("document_printer.not_confirmed", "not at its end in time"))
            time.sleep(_GLANCE_SECONDS)
        raise ToldToStop

    def _counted(self, seen: JobSeen) -> bool:
        return seen.state is not JobState.COMPLETED or seen.sides_out is None or seen.sides_out >= self._sides

    def _look(self) -> Fault | None:
        """What stands against the job now."""
        if self._number is not None:
            self.seen = self._talk.job(self._number)
            if self.seen is None:
                return document_fault("document_printer.not_confirmed", "the printer does not know the job any more")
            if self.seen.state.over:
                return None
        state = self._talk.state()
        return state.fault() or self._standing_still(self.seen, state.remarks)

    def _standing_still(self, seen: JobSeen | None, remarks: tuple[str, ...]) -> Fault | None:
        """Why nothing comes out, of a printer or queue that does not call itself stopped."""
        if seen is None:
            return None
        if seen.state in _STANDING:
            return document_fault("document_printer.stopped", ", ".join(seen.reasons))
        came_out, self._sides_out = seen.sides_out != self._sides_out, seen.sides_out
        return None if came_out else trouble(remarks)
