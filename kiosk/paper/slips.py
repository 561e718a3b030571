"""Slips of a visit on the paper of tickets: masked lines, a serial, the journal of its sheets. Main thread only."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from contract.papers import NotAPaper, paper_of
from devices.events import JobDone, JobFailed
from devices.ticket_printer.driver import PrintOutcome
from kiosk import audit
from kiosk.facts import Site
from kiosk.journey.events import TicketState
from kiosk.link import PaperNews, PrintSlip
from kiosk.paper import tickets
from kiosk.paper.one_printer import Printer
from kiosk.paper.printing import StoreJobs
from kiosk.paper.sheets import NO_STORE, REFUSED, Visitor
from kiosk.terminal.inbox import Inbox
from offline_cache.records import DocumentEnd, PrintState
from offline_cache.sheets import SheetWanted, StoredSheet


@dataclass(frozen=True)
class _Slip:
    visitor: Visitor
    message: PrintSlip
    serial: str


class SlipDesk:
    """Every slip visits asked for. A slip is short: what was sent comes out, also when its citizen has gone."""

    def __init__(
        self,
        printer: Printer,
        store: StoreJobs,
        inbox: Inbox,
        *,
        site: Callable[[], Site],
        changed: Callable[[], None],
    ) -> None:
        """`changed` is told whenever something was written down that the centre should hear of."""
        self._printer = printer
        self._store = store
        self._inbox = inbox
        self._site = site
        self._changed = changed
        self._jobs = secrets.randbelow(10_000)
        self._slips: dict[str, _Slip] = {}
        printer.heard = self._hear

    @property
    def busy(self) -> bool:
        """Whether a slip is printed."""
        return bool(self._slips)

    def print_slip(self, visitor: Visitor, message: PrintSlip) -> None:
        """Write it down, give it its serial, claim it and print it: once for each paper id."""
        wanted = SheetWanted(message.paper_id, message.case_id, message.template, 1, message.voids)
        digest = hashlib.sha256(msgspec.json.encode(message.data, order="sorted")).hexdigest()

        def prepared(store: Any) -> StoredSheet | None:  # noqa: ANN401 - the store, on its thread
            sheet: StoredSheet | None = store.sheets.prepare(wanted)
            return sheet if sheet is not None and store.sheets.claim(message.paper_id, digest, 1) else None

        self._inbox.when_done(
            self._store.do(prepared),
            partial(self._prepared, visitor, message),
            lambda _: self._tell(visitor, message, TicketState.FAILED, NO_STORE),
        )

    def _prepared(self, visitor: Visitor, message: PrintSlip, sheet: StoredSheet | None) -> None:
        if sheet is None:
            self._tell(visitor, message, TicketState.FAILED, REFUSED)
            return
        slip = self._slips[sheet.paper_id] = _Slip(visitor, message, sheet.serial)
        try:
            paper = paper_of(message.template, message.data)
            ticket = tickets.slip(message.template, paper, self._site(), message.language, sheet.serial)
        except (NotAPaper, ValueError) as error:
            audit.bug("terminal", error)
            self._finish(slip, DocumentEnd(PrintState.FAILED, "", REFUSED, 0))
            return
        self._tell(visitor, message, TicketState.PRINTING, "")
        self._jobs += 1
        mark = f"{self._jobs % 10_000:04d}"
        self._printer.submit(sheet.paper_id, lambda printer: printer.print_ticket(ticket, mark))

    def _hear(self, event: JobDone | JobFailed) -> None:
        slip = self._slips.get(str(event.token))
        if slip is None:
            return
        match event:
            case JobDone(result=PrintOutcome() as outcome):
                fault = outcome.fault.key if outcome.fault else ""
                out = 1 if outcome.result == "printed" else 0 if outcome.result == "failed" else None
                self._finish(slip, DocumentEnd(PrintState(outcome.result), outcome.evidence, fault, out))
            case JobFailed(fault=fault, begun=begun):
                state = PrintState.UNCERTAIN if begun else PrintState.FAILED
                self._finish(slip, DocumentEnd(state, "", fault.key, None if begun else 0))
            case _:
                pass

    def _finish(self, slip: _Slip, end: DocumentEnd) -> None:
        paper_id = slip.message.paper_id
        del self._slips[paper_id]
        audit.note(
            "document_finished",
            serial=slip.serial,
            outcome=end.outcome.value,
            pages_out=end.pages_out,
            evidence=end.evidence,
            fault=end.reason,
        )
        written = self._store.do(lambda store: store.sheets.finish(paper_id, end))
        state = TicketState(end.outcome.value)

        # The screen says "printed" only after the journal does.
        def told(_: StoredSheet) -> None:
            self._tell(slip.visitor, slip.message, state, end.reason, end.pages_out)
            self._changed()

        self._inbox.when_done(
            written, told, lambda _: self._tell(slip.visitor, slip.message, TicketState.UNCERTAIN, end.reason, None)
        )

    @staticmethod
    def _tell(visitor: Visitor, message: PrintSlip, state: TicketState, fault: str, pages_out: int | None = 0) -> None:
        visitor.send(PaperNews(message.visit, message.paper_id, state.value, fault, pages_out))
