"""Documents on A4: intent, typesetting, the printer, and how it ended, each step written down before the next is taken.

A document belongs to its visit: when that is over, what has not come out yet never does.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from contract.catalogue import Item
from devices.document_printer.state import Document, PrintOutcome
from devices.events import JobDone, JobFailed
from devices.port import Deadline
from kiosk import audit
from kiosk.facts import Site
from kiosk.journey.events import TicketState
from kiosk.paper import receipt
from kiosk.paper.printing import StoreJobs
from kiosk.paper.receipt import Materials, Received, Typeset, named
from kiosk.terminal.inbox import Inbox
from offline_cache.records import DocumentEnd, PrintState, StoredDocument

PRINT_SECONDS: Final = 120.0
"""As long as a citizen would wait for a page; after it the document is withdrawn."""
VISIT_OVER: Final = "visit.over"
NOT_SET: Final = "document_printer.document_refused"

Tell = Callable[[TicketState, str], None]
"""What the screen should say about a document: its state and the key of a fault."""


class Printer(Protocol):
    """The shared document printer, as the fleet knows it."""

    heard: Callable[[JobDone | JobFailed], None]

    def submit(self, token: object, job: Callable[[Any], object], cancelled: threading.Event | None = None) -> None:
        """Have a job done; `heard` is told how it ended."""

    def cancel(self, token: object) -> None:
        """Call a job off."""


@dataclass
class _Job:
    document: StoredDocument
    tell: Tell
    cancelled: threading.Event


class DocumentDesk:
    """Every document the shared printer is given. Main thread only."""

    def __init__(
        self,
        printer: Printer,
        store: StoreJobs,
        inbox: Inbox,
        *,
        items: dict[str, Item],
        site: Callable[[], Site],
        changed: Callable[[], None],
        typeset: Callable[[StoredDocument, Item, Site, Materials], Typeset] = receipt.typeset,
    ) -> None:
        """`changed` is told whenever something was written down that the centre should hear of."""
        self._printer = printer
        self._store = store
        self._inbox = inbox
        self._items = items
        self._site = site
        self._changed = changed
        self._typeset = typeset
        self._setting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="typesetting")
        self._asked: dict[str, threading.Event] = {}
        """By case, what is only in the journal's hands, before the rest or after it, and how to call it off."""
        self._received: dict[str, Received] = {}
        """By case, what its receipt lists; gone with the visit."""
        self._jobs: dict[str, _Job] = {}
        self._stopped = False
        printer.heard = self._hear

    @property
    def busy(self) -> bool:
        """Whether a document is prepared or printed."""
        return bool(self._asked or self._jobs)

    def print_receipt(self, case_id: str, tell: Tell, received: Received = ()) -> None:
        """Print the receipt of a kept case. Asked again while one is under way it does nothing; after one that failed
        it is a new paper that voids the old one. Whoever cannot have one is told so.
        """
        under_way = case_id in self._asked or any(job.document.case.case_id == case_id for job in self._jobs.values())
        if self._stopped or under_way:
            return
        self._asked[case_id] = threading.Event()
        self._received[case_id] = received
        prepared = self._store.do(lambda store: store.documents.prepare(case_id, receipt.TEMPLATE))
        self._inbox.when_done(
            prepared, partial(self._prepared, case_id, tell), lambda _: self._not_prepared(case_id, tell)
        )

    def visit_over(self, case_id: str) -> None:
        """The citizen is gone: nothing of theirs may come out any more, nor of what was asked for a moment ago."""
        self._received.pop(case_id, None)
        if case_id in self._asked:
            self._asked[case_id].set()
        for document_id, job in self._jobs.items():
            if job.document.case.case_id == case_id:
                job.cancelled.set()
                self._printer.cancel(document_id)

    def stop(self) -> None:
        """The terminal stops: withdraw what is under way, begin nothing."""
        self._stopped = True
        for asked in self._asked.values():
            asked.set()
        for document_id, job in self._jobs.items():
            job.cancelled.set()
            self._printer.cancel(document_id)
        self._setting.shutdown(wait=True)

    def _not_prepared(self, case_id: str, tell: Tell) -> None:
        del self._asked[case_id]
        tell(TicketState.FAILED, "store.io")

    def _prepared(self, case_id: str, tell: Tell, document: StoredDocument | None) -> None:
        cancelled = self._asked.pop(case_id)
        if document is None:  # the journal holds one that printed, whose end it was not told, or the last there may be
            tell(TicketState.FAILED, "store.io")
            return
        self._jobs[document.document_id] = job = _Job(document, tell, cancelled)
        if cancelled.is_set():
            self._finish(job, DocumentEnd(PrintState.FAILED, "", VISIT_OVER, 0))
            return
        tell(TicketState.PRINTING, "")
        received = named(self._received.get(case_id, ()), self._items)
        made = self._setting.submit(self._typeset, document, self._items[document.case.item], self._site(), received)
        self._inbox.when_done(
            made,
            lambda typeset: self._set(job, typeset),
            lambda _: self._finish(job, DocumentEnd(PrintState.FAILED, "", NOT_SET, 0)),
        )

    def _set(self, job: _Job, typeset: Typeset) -> None:
        if job.cancelled.is_set():
            self._finish(job, DocumentEnd(PrintState.FAILED, "", VISIT_OVER, 0))
            return
        document_id = job.document.document_id
        claimed = self._store.do(lambda store: store.documents.claim(document_id, typeset.sha256, typeset.pages))
        self._inbox.when_done(
            claimed,
            lambda ours: self._send(job, typeset, ours=ours),
            # Nothing was sent: where the store cannot say so now, it will at the next start.
            lambda _: self._give_up(job),
        )

    def _send(self, job: _Job, typeset: Typeset, *, ours: bool) -> None:
        if not ours:  # somebody has it already; whoever that is will finish it
            del self._jobs[job.document.document_id]
            return
        document = Document(pdf=typeset.pdf, pages=typeset.pages, title=job.document.serial, text_pages=typeset.lines)

        def work(printer: Any) -> PrintOutcome:  # noqa: ANN401 - of whichever kind is fitted
            if job.cancelled.is_set():
                return PrintOutcome("failed", "nothing was sent", 0)
            outcome: PrintOutcome = printer.print_document(
                document, Deadline.after(PRINT_SECONDS), job.cancelled.is_set
            )
            return outcome

        self._printer.submit(job.document.document_id, work, job.cancelled)

    def _hear(self, event: JobDone | JobFailed) -> None:
        job = self._jobs.get(str(event.token))
        if job is None:
            return
        match event:
            case JobDone(result=PrintOutcome() as outcome):
                fault = outcome.fault.key if outcome.fault else ""
                reason = fault or (VISIT_OVER if job.cancelled.is_set() and outcome.result != "printed" else "")
                end = DocumentEnd(PrintState(outcome.result), outcome.evidence, reason, outcome.pages_out)
            case JobFailed(fault=fault, begun=begun):
                # A refused job never reached the printer; what a driver that failed has sent nobody knows.
                end = DocumentEnd(
                    PrintState.UNCERTAIN if begun else PrintState.FAILED, "", fault.key, None if begun else 0
                )
            case _:
                return
        self._finish(job, end)

    def _finish(self, job: _Job, end: DocumentEnd) -> None:
        del self._jobs[job.document.document_id]
        case_id = job.document.case.case_id
        self._asked[case_id] = job.cancelled  # under way until the journal has answered
        audit.note(
            "document_finished",
            serial=job.document.serial,
            outcome=end.outcome.value,
            pages_out=end.pages_out,
            evidence=end.evidence,
            fault=end.reason,
        )
        written = self._store.do(lambda store: store.documents.finish(job.document.document_id, end))

        # The screen says "printed" only after the journal does.
        def told(_: StoredDocument) -> None:
            del self._asked[case_id]
            job.tell(TicketState(end.outcome.value), end.reason)
            self._changed()

        def not_written(_: BaseException) -> None:
            del self._asked[case_id]
            job.tell(TicketState.UNCERTAIN, end.reason)

        self._inbox.when_done(written, told, not_written)

    def _give_up(self, job: _Job) -> None:
        del self._jobs[job.document.document_id]
        job.tell(TicketState.FAILED, "store.io")
