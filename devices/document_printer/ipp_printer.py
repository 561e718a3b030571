"""A document printer or a print queue over IPP: truthful status, and a document that is printed, failed or uncertain.

Nothing is sent twice, and whatever did not end as printed is withdrawn, so that it cannot come out for somebody else.
"""

import time
from collections.abc import Callable
from typing import Final

import msgspec

from devices import model
from devices.document_printer.attempt import Attempt
from devices.document_printer.formats import prepared
from devices.document_printer.ipp_talk import IppTalk
from devices.document_printer.judgement import judged
from devices.document_printer.operations import CAPABILITY_ATTRIBUTES, Operation
from devices.document_printer.reasons import capabilities_of
from devices.document_printer.state import Document, DocumentPrinterState, PrintOutcome, document_fault
from devices.model import DeviceError, Fault
from devices.port import Deadline, resolve
from devices.recording.recorder import Recorder
from devices.tally import Tally

_OPEN_SECONDS: Final = 5.0
_GLANCE_SECONDS: Final = 0.05
_WITHDRAW_SECONDS: Final = 5.0
"""The end of the time for a document is kept for withdrawing it: so much, or a third where there is little."""
_PURGE_SECONDS: Final = 1.0
_RESUME_AGAIN_SECONDS: Final = 30.0


class DocumentPrinterOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between printers."""

    user: str = "suiban"
    """Whose jobs are ours. Terminals that share a printer need a name each: they cancel what is theirs."""
    answer_seconds: float = 3.0
    grace_seconds: float = 3.0
    """How long a printer may stand still in mid-document before the document is withdrawn."""
    trusts_completed: bool = False
    """Take "completed" without a page count, or from a queue, as printed; only where somebody saw that it holds."""
    resume_paused: bool = True


class IppPrinter:
    """One printer at one address. Every call ends by its deadline."""

    def __init__(self, address: str, options: DocumentPrinterOptions, recorder: Recorder | None = None) -> None:
        """Raises DeviceError when nobody answers. Changes nothing: somebody's document may be under way."""
        self.tally = Tally()
        self._options = options
        self._left = 0
        self._resume_after = Deadline.after(0)
        behind, self._end = resolve(address, Deadline.after(_OPEN_SECONDS))
        try:
            self._talk = IppTalk(behind, options.user, options.answer_seconds, recorder)
            self.capabilities = capabilities_of(self._talk.told(*CAPABILITY_ATTRIBUTES))
        except BaseException:
            self._end()
            raise

    @property
    def address(self) -> str:
        """Where it is."""
        return self._talk.address

    def inherit(self, _before: object | None) -> None:
        """See Inheriting: the next look cancels what an earlier process left behind, and may resume after a pause."""
        self._talk.owns = True
        self._left = 1

    def status(self) -> DocumentPrinterState:
        """How it is now. Cancels first what an earlier document of its own may have left behind."""
        if self._left:
            self._cancel_all()
        state = msgspec.structs.replace(self._talk.state(), jobs_left=self._left)
        stands = state.fault()
        if stands and stands.key == "document_printer.paused" and self._resumed():
            state = self._talk.state()
        return state

    def purge(self) -> int:
        """Cancel every document of ours that it still holds; how many it would not give up. Raises DeviceError."""
        return self._cancel_all(of_all=True)

    def _cancel_all(self, *, of_all: bool = False) -> int:
        """Of this connection alone, unless it owns the printer."""
        deadline = Deadline.after(_PURGE_SECONDS)
        self._left = max(1, self._left)  # until somebody has seen that there is none
        while left := self._talk.ours(of_all=of_all):
            for job in left:
                self.tally.add("cancelled", int(self._talk.cancel(job.number)))
            if deadline.expired:
                break
            time.sleep(_GLANCE_SECONDS)
        self._left = len(left)
        return self._left

    def print_document(
        self, document: Document, deadline: Deadline, stop: Callable[[], bool] = lambda: False
    ) -> PrintOutcome:
        """Print it and wait for its end; `stop` is asked all the while. Never raises for the device."""
        self.tally.add("documents")
        outcome = self._printed(document, deadline, stop)
        self.tally.add(outcome.result)
        self.tally.add("pages", outcome.pages_out or 0)
        return outcome

    def close(self) -> None:
        """Let go of it."""
        self._end()

    def _printed(self, document: Document, deadline: Deadline, stop: Callable[[], bool]) -> PrintOutcome:
        until = Deadline(deadline.at - min(_WITHDRAW_SECONDS, deadline.left() / 3))
        sides = document.pages * document.copies
        try:
            if fault := self._stands_against(until):
                return PrintOutcome("failed", "nothing was sent", 0, fault)
            attempt = Attempt(self._talk, document.title, prepared(document, self.capabilities), sides)
            self._left = 1  # until it has been seen how it ended
            if {Operation.CREATE_JOB, Operation.SEND_DOCUMENT} <= self.capabilities.operations:
                attempt.begin()
        except DeviceError as error:
            return PrintOutcome("failed", "nothing was sent", 0, error.fault)
        completed = attempt.carry_out(until, stop, self._options.grace_seconds)
        if completed:
            self._left = 0
        else:
            self.tally.add("cancelled")
            self._left = int(not attempt.withdraw(deadline))
        return judged(
            sides,
            attempt.seen,
            attempt.fault,
            is_queue=self.capabilities.is_queue,
            trusted=self._options.trusts_completed,
        )

    def _stands_against(self, until: Deadline) -> Fault | None:
        if until.expired:
            return document_fault("document_printer.busy", "no time is left")
        return self.status().fault()

    def _resumed(self) -> bool:
        """Have a paused printer go on, now that nothing of ours waits in it; whether it agreed."""
        may = (
            self._talk.owns and self._options.resume_paused and Operation.RESUME_PRINTER in self.capabilities.operations
        )
        if not may or not self._resume_after.expired:
            return False
        self._resume_after = Deadline.after(_RESUME_AGAIN_SECONDS)
        try:
            self._talk.resume()
        except DeviceError as error:
            if error.fault.key in model.LOST:
                raise
            return False
        return True
