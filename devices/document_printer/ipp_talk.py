"""What one says to an IPP printer, each a question with its deadline: how it is, which jobs it holds, begin, cancel."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from devices.document_printer.ipp_client import Bounds, IppClient
from devices.document_printer.operations import FAULT_OF_STATUS, PRINTER_ATTRIBUTES, Requests, Status
from devices.document_printer.protocol import Attribute, Delimiter, Message
from devices.document_printer.reasons import Contents, JobSeen, job_of, state_of
from devices.document_printer.state import DocumentPrinterState, document_fault
from devices.model import DeviceError
from devices.port import Deadline
from devices.recording.recorder import Recorder

_LAST_SUCCESS: Final = 0x00FF


class IppTalk:
    """One printer, and the jobs there that belong to `user` or were begun here. Everything raises DeviceError."""

    def __init__(self, address: str, user: str, answer_seconds: float, recorder: Recorder | None) -> None:
        self._client = IppClient(address, recorder)
        self._requests = Requests(self._client.printer_uri, user)
        self._user = user
        self._answer_seconds = answer_seconds
        self._begun: set[int] = set()
        self.owns = False
        """Whether no other connection may have jobs of our user under way."""
        self._stop: Callable[[], bool] = lambda: False

    @property
    def address(self) -> str:
        """Where it is."""
        return self._client.address

    @contextmanager
    def until_told(self, stop: Callable[[], bool]) -> Iterator[None]:
        """Within this, every question ends with ToldToStop as soon as `stop` says so."""
        before, self._stop = self._stop, stop
        try:
            yield
        finally:
            self._stop = before

    def told(self, *wanted: str) -> Contents:
        """The printer's attributes."""
        answer = self._ask(self._requests.printer_attributes(*wanted))
        return next(answer.contents(Delimiter.PRINTER), {})

    def state(self) -> DocumentPrinterState:
        """How it is."""
        return state_of(self.told(*PRINTER_ATTRIBUTES))

    def resume(self) -> None:
        """Go on after a pause."""
        self._ask(self._requests.resume_printer())

    def ours(self, *, of_all: bool = False) -> tuple[JobSeen, ...]:
        """Our jobs that could still come out: everything of our user where this is its owner, else what began here."""
        of_all = of_all or self.owns
        answer = self._ask(self._requests.jobs_not_completed())
        seen = [job for told in answer.contents(Delimiter.JOB) if (job := job_of(told))]
        return tuple(job for job in seen if (of_all and job.user == self._user) or job.number in self._begun)

    def job(self, number: int) -> JobSeen | None:
        """How far a job is; None when the printer does not know it any more."""
        answer = self._exchange(self._requests.job_attributes(number))
        if answer.code == Status.NOT_FOUND:
            return None
        _believe(answer)
        return next(map(job_of, answer.contents(Delimiter.JOB)), None)

    def cancel(self, number: int) -> bool:
        """Nothing more of it; whether the printer agreed."""
        return self._exchange(self._requests.cancel_job(number)).code <= _LAST_SUCCESS

    def create_job(self, title: str, template: tuple[Attribute, ...]) -> int:
        """A job without its document yet."""
        return self._number_of(self._ask(self._requests.create_job(title, template)))

    def send_document(self, number: int, document_format: str, document: bytes, bounds: Bounds) -> None:
        """The document of a job. Raises ToldToStop, too."""
        self._ask(self._requests.send_document(number, document_format), bounds, document)

    def print_job(
        self, title: str, document_format: str, template: tuple[Attribute, ...], document: bytes, bounds: Bounds
    ) -> int:
        """A job with its document at once. Raises ToldToStop, too."""
        return self._number_of(self._ask(self._requests.print_job(title, document_format, template), bounds, document))

    def _number_of(self, answer: Message) -> int:
        seen = next(map(job_of, answer.contents(Delimiter.JOB)), None)
        if seen is None:
            raise DeviceError(document_fault("document_printer.document_refused", "no job number"))
        self._begun.add(seen.number)
        return seen.number

    def _ask(self, request: Message, bounds: Bounds | None = None, document: bytes = b"") -> Message:
        return _believe(self._exchange(request, bounds, document))

    def _exchange(self, request: Message, bounds: Bounds | None = None, document: bytes = b"") -> Message:
        return self._client.exchange(
            request, bounds or Bounds(Deadline.after(self._answer_seconds), self._stop), document
        )


def _believe(answer: Message) -> Message:
    if answer.code > _LAST_SUCCESS:
        key = FAULT_OF_STATUS.get(answer.code, "document_refused")
        raise DeviceError(document_fault(f"document_printer.{key}", f"IPP {answer.code:04X}"))
    return answer
