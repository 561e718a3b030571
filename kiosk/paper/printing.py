"""Tickets: from a stored case to paper and back into the journal, each step claimed before it is taken."""

import secrets
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from contract.catalogue import Item
from devices.events import JobDone, JobFailed
from devices.model import Presence
from devices.ticket_printer.driver import PrintOutcome
from devices.ticket_printer.state import TicketPrinterState
from kiosk import audit
from kiosk.facts import Site
from kiosk.fitted.fleet import Known
from kiosk.journey.events import TicketState
from kiosk.paper import tickets
from kiosk.paper.one_printer import Printer
from kiosk.terminal.inbox import Inbox
from offline_cache.records import PrintState, StoredCase
from offline_cache.store import Store

T = TypeVar("T")
Tell = Callable[[TicketState, str], None]
"""What the screen should say about a ticket: its state and the key of a fault."""


class StoreJobs(Protocol):
    """The store's thread."""

    def do(self, job: Callable[[Store], T]) -> "Future[T]":
        """Run `job` on the store thread."""


def printer_word(known: Known) -> str:
    """The key under `printer.` in the words. A printer that is silent or hides its paper is `unknown`, never ready."""
    if known.presence is Presence.OFFLINE:
        return "lost"
    state = known.state
    if not isinstance(state, TicketPrinterState) or state.online == "unknown":
        return "unknown"
    if state.paper == "out":
        return "out"
    if state.cover == "open":
        return "cover"
    if state.online is False:
        return "fault"
    return {"low": "low", "full": "ready"}.get(state.paper, "unknown")


class TicketDesk:
    """Every ticket the shared printer is given, and its way through the paper journal."""

    def __init__(
        self,
        printer: Printer,
        store: StoreJobs,
        inbox: Inbox,
        *,
        items: dict[str, Item],
        site: Callable[[], Site],
        changed: Callable[[], None],
    ) -> None:
        """`changed` is told, on the main thread, whenever a ticket is finished."""
        self._printer = printer
        self._store = store
        self._inbox = inbox
        self._items = items
        self._site = site
        self._changed = changed
        self._jobs = secrets.randbelow(10_000)  # what an earlier process asked for may still be answered
        self._telling: dict[str, tuple[StoredCase, Tell]] = {}
        printer.heard = self._hear

    @property
    def busy(self) -> bool:
        """Whether a ticket is printed or waits for the printer."""
        return bool(self._telling)

    def print_case(self, case_id: str, tell: Tell) -> None:
        """Print the ticket of a stored case, once. A ticket that was claimed before is never claimed again."""
        claimed = self._store.do(lambda store: store.tickets.claim(case_id))
        self._inbox.when_done(claimed, partial(self._claimed, tell), lambda _: tell(TicketState.FAILED, "store.io"))

    def _claimed(self, tell: Tell, case: StoredCase | None) -> None:
        if case is None:
            return
        tell(TicketState.PRINTING, "")
        self._telling[case.print_id] = (case, tell)
        slip = tickets.Slip(
            case_number=case.case_number,
            number=case.number,
            business_date=case.business_date,
            filed_at=datetime.fromisoformat(case.filed_at),
            masked_name=case.masked_name,
            promise_date=case.promise_date,
            language=case.language,
            promise_certain=case.promise_certain,
            green=bool(case.green),
            case_id=case.case_id,
        )
        ticket = tickets.ticket(slip, self._items[case.item], self._site())
        # What the printer echoes as evidence has room for four characters; it need only differ from the last ones.
        self._jobs += 1
        mark = f"{self._jobs % 10_000:04d}"
        self._printer.submit(case.print_id, lambda printer: printer.print_ticket(ticket, mark))

    def _hear(self, event: JobDone | JobFailed) -> None:
        match event:
            case JobDone(token=str() as print_id, result=PrintOutcome() as outcome):
                fault = outcome.fault.key if outcome.fault else ""
                self._finish(print_id, PrintState(outcome.result), outcome.evidence, fault)
            case JobFailed(token=str() as print_id, fault=fault, begun=begun):
                # A refused job never reached the paper; what a driver that failed has sent nobody knows.
                self._finish(print_id, PrintState.UNCERTAIN if begun else PrintState.FAILED, "", fault.key)
            case _:
                pass

    def _finish(self, print_id: str, outcome: PrintState, evidence: str, fault: str) -> None:
        case, tell = self._telling.pop(print_id)
        audit.note(
            "ticket_finished", case_number=case.case_number, outcome=outcome.value, evidence=evidence, fault=fault
        )
        written = self._store.do(lambda store: store.tickets.finish(print_id, outcome.value, evidence, fault))
        # The screen says "printed" only after the journal does.
        state = TicketState(outcome.value)
        self._inbox.when_done(
            written, lambda _: (tell(state, fault), self._changed())[0], lambda _: tell(TicketState.UNCERTAIN, fault)
        )
