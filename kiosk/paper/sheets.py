"""Papers a visit sets itself, in the terminal: a serial before they are set, the printer after, each step written down.

Only page rasters come here, and nothing of them stays: no file, no copy, no log. A paper belongs to its visit: when
that is over, what has not come out yet never does.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Protocol

from devices.document_printer.state import Document, PrintOutcome
from devices.events import JobDone, JobFailed
from devices.port import Deadline
from kiosk import audit
from kiosk.journey.events import TicketState
from kiosk.link import PaperNews, PaperNotSet, PaperPrepared, PreparePaper, PrintPages
from kiosk.paper.documents import NOT_SET, VISIT_OVER
from kiosk.paper.one_printer import Printer
from kiosk.paper.printing import StoreJobs
from kiosk.terminal.inbox import Inbox
from offline_cache.records import DocumentEnd, PrintState
from offline_cache.sheets import SheetWanted, StoredSheet

MOST_COPIES: Final = 5
MOST_PAGES: Final = 60
"""Pages times copies of one paper."""
MOST_A_VISIT: Final = 40
"""Papers: more is a fault of the visit, not a citizen's wish."""
_LEAST_SECONDS: Final = 60.0
_SECONDS_A_PAGE: Final = 8.0
_MOST_SECONDS: Final = 170.0
"""A device at work answers no questions for three minutes at most (`fleet.JOB_SECONDS`)."""
ON_BATTERY: Final = "power.on_battery"
REFUSED: Final = "document_printer.document_refused"
NO_STORE: Final = "store.io"


class Visitor(Protocol):
    """The visit process a paper is for."""

    def send(self, message: PaperPrepared | PaperNews) -> None:
        """Tell it; one that is gone hears nothing."""


@dataclass
class _Sheet:
    visit: int
    case_id: str
    wanted: SheetWanted
    visitor: Visitor
    cancelled: threading.Event = field(default_factory=threading.Event)
    stored: StoredSheet | None = None
    """There once the journal has it."""
    handed_over: bool = False


class SheetDesk:
    """Every paper of visits that the shared printer is given. Main thread only."""

    def __init__(
        self,
        printer: Printer,
        store: StoreJobs,
        inbox: Inbox,
        *,
        changed: Callable[[], None],
        on_battery: Callable[[], bool] = lambda: False,
    ) -> None:
        """`changed` is told whenever something was written down that the centre should hear of."""
        self._printer = printer
        self._store = store
        self._inbox = inbox
        self._changed = changed
        self._on_battery = on_battery
        self._sheets: dict[str, _Sheet] = {}
        self._asked: dict[str, int] = {}
        """By case, how many papers its visit asked for."""
        self._stopped = False
        printer.heard = self._hear

    @property
    def busy(self) -> bool:
        """Whether a paper is prepared or printed."""
        return bool(self._sheets)

    def prepare(self, visitor: Visitor, message: PreparePaper) -> None:
        """Write down that a paper is wanted and give it its serial. Asked again for the same paper it does nothing."""
        if message.paper_id in self._sheets:
            return
        wanted = SheetWanted(message.paper_id, message.case_id, message.template, message.copies, message.voids)
        sheet = _Sheet(message.visit, message.case_id, wanted, visitor)
        count = self._asked[message.case_id] = self._asked.get(message.case_id, 0) + 1
        if self._on_battery():
            self._tell(sheet, TicketState.FAILED, ON_BATTERY, 0)
            return
        if self._stopped or not 1 <= message.copies <= MOST_COPIES or count > MOST_A_VISIT:
            self._tell(sheet, TicketState.FAILED, REFUSED, 0)
            return
        self._sheets[message.paper_id] = sheet
        prepared = self._store.do(lambda store: store.sheets.prepare(wanted))
        self._inbox.when_done(prepared, partial(self._prepared, sheet), lambda _: self._drop(sheet, NO_STORE))

    def print_pages(self, message: PrintPages) -> None:
        """The rasters of a prepared paper: claim it, and send it to the printer. Once."""
        sheet = self._waiting(message)
        if sheet is None or sheet.stored is None:
            return
        sheet.handed_over = True
        if not message.content or not 0 < message.pages * sheet.wanted.copies <= MOST_PAGES:
            self._finish(sheet, DocumentEnd(PrintState.FAILED, "", REFUSED, 0))
            return
        paper_id = sheet.wanted.paper_id
        claimed = self._store.do(lambda store: store.sheets.claim(paper_id, message.sha256, message.pages))
        self._inbox.when_done(
            claimed, lambda ours: self._send(sheet, message, ours=ours), lambda _: self._drop(sheet, NO_STORE)
        )

    def not_set(self, message: PaperNotSet) -> None:
        """The visit could not set it: nothing was sent, and nothing will be."""
        sheet = self._waiting(message)
        if sheet is not None:
            sheet.handed_over = True
            self._finish(sheet, DocumentEnd(PrintState.FAILED, "", message.fault or NOT_SET, 0))

    def visit_over(self, case_id: str) -> None:
        """The citizen is gone: nothing of theirs may come out any more."""
        self._asked.pop(case_id, None)
        for sheet in [sheet for sheet in self._sheets.values() if sheet.case_id == case_id]:
            self._call_off(sheet)

    def stop(self) -> None:
        """The terminal stops: withdraw what is under way, begin nothing."""
        self._stopped = True
        for sheet in list(self._sheets.values()):
            self._call_off(sheet)

    def _call_off(self, sheet: _Sheet) -> None:
        sheet.cancelled.set()
        self._printer.cancel(sheet.wanted.paper_id)
        if sheet.stored is not None and not sheet.handed_over:  # its pages will never come
            sheet.handed_over = True
            self._finish(sheet, DocumentEnd(PrintState.FAILED, "", VISIT_OVER, 0))

    def _waiting(self, message: PrintPages | PaperNotSet) -> _Sheet | None:
        """The paper whose pages these are, if it waits for them."""
        sheet = self._sheets.get(message.paper_id)
        waits = sheet is not None and sheet.case_id == message.case_id and not sheet.handed_over
        return sheet if waits else None

    def _prepared(self, sheet: _Sheet, stored: StoredSheet | None) -> None:
        if stored is None:  # prepared before, or a reprint that may not be
            self._drop(sheet, REFUSED)
            return
        sheet.stored = stored
        if sheet.cancelled.is_set():
            self._finish(sheet, DocumentEnd(PrintState.FAILED, "", VISIT_OVER, 0))
            return
        self._tell(sheet, TicketState.PRINTING, "", None)
        sheet.visitor.send(
            PaperPrepared(sheet.visit, stored.paper_id, stored.serial, stored.code, stored.copy, stored.voids or "")
        )

    def _send(self, sheet: _Sheet, message: PrintPages, *, ours: bool) -> None:
        if not ours or sheet.stored is None:  # somebody has it already; whoever that is will finish it
            self._sheets.pop(sheet.wanted.paper_id, None)
            return
        document = Document(
            pdf=message.content,
            pages=message.pages,
            title=sheet.stored.serial,
            two_sided=message.two_sided,
            copies=sheet.wanted.copies,
        )
        seconds = min(_MOST_SECONDS, _LEAST_SECONDS + _SECONDS_A_PAGE * message.pages * sheet.wanted.copies)

        def work(printer: Any) -> PrintOutcome:  # noqa: ANN401 - of whichever kind is fitted
            if sheet.cancelled.is_set():
                return PrintOutcome("failed", "nothing was sent", 0)
            outcome: PrintOutcome = printer.print_document(document, Deadline.after(seconds), sheet.cancelled.is_set)
            return outcome

        self._printer.submit(sheet.wanted.paper_id, work, sheet.cancelled)

    def _hear(self, event: JobDone | JobFailed) -> None:
        sheet = self._sheets.get(str(event.token))
        if sheet is None:
            return
        match event:
            case JobDone(result=PrintOutcome() as outcome):
                fault = outcome.fault.key if outcome.fault else ""
                over = sheet.cancelled.is_set() and outcome.result != "printed"
                end = DocumentEnd(
                    PrintState(outcome.result),
                    outcome.evidence,
                    fault or (VISIT_OVER if over else ""),
                    outcome.pages_out,
                )
            case JobFailed(fault=fault, begun=begun):
                # A refused job never reached the printer; what a driver that failed has sent nobody knows.
                end = DocumentEnd(
                    PrintState.UNCERTAIN if begun else PrintState.FAILED, "", fault.key, None if begun else 0
                )
            case _:
                return
        self._finish(sheet, end)

    def _finish(self, sheet: _Sheet, end: DocumentEnd) -> None:
        paper_id = sheet.wanted.paper_id
        audit.note(
            "document_finished",
            serial=sheet.stored.serial if sheet.stored else "",
            outcome=end.outcome.value,
            pages_out=end.pages_out,
            evidence=end.evidence,
            fault=end.reason,
        )
        written = self._store.do(lambda store: store.sheets.finish(paper_id, end))

        # The screen says "printed" only after the journal does.
        def told(_: StoredSheet) -> None:
            self._sheets.pop(paper_id, None)
            self._tell(sheet, TicketState(end.outcome.value), end.reason, end.pages_out)
            self._changed()

        def not_written(_: BaseException) -> None:
            self._sheets.pop(paper_id, None)
            self._tell(sheet, TicketState.UNCERTAIN, end.reason, end.pages_out)

        self._inbox.when_done(written, told, not_written)

    def _drop(self, sheet: _Sheet, fault: str) -> None:
        """Nothing was sent: where the store cannot say so now, it will at the next start."""
        self._sheets.pop(sheet.wanted.paper_id, None)
        self._tell(sheet, TicketState.FAILED, fault, 0)

    @staticmethod
    def _tell(sheet: _Sheet, state: TicketState, fault: str, pages_out: int | None) -> None:
        sheet.visitor.send(PaperNews(sheet.visit, sheet.wanted.paper_id, state.value, fault, pages_out))
