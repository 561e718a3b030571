"""Tickets: from a stored case to paper and back into the journal, each step claimed before it is taken."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from contract.catalogue import Item
from contract.messages import DeviceReport
from devices.model import Presence
from devices.ticket_printer.driver import KIND, PrintOutcome, TicketPrinter
from devices.ticket_printer.state import TicketPrinterState
from devices.worker import DeviceDown, DeviceUp, JobDone, JobFailed, StateSeen, Worker
from kiosk import audit, papers
from kiosk.events import TicketState
from kiosk.facts import Site
from kiosk.inbox import Inbox
from kiosk.settings import Device
from offline_cache.records import PrintState, StoredCase
from offline_cache.store import Store

ABSENT = "ticket_printer.absent"

T = TypeVar("T")
Tell = Callable[[TicketState, str], None]
"""What the screen should say about a ticket: its state and the key of a fault."""


class StoreJobs(Protocol):
    """The store's thread."""

    def do(self, job: Callable[[Store], T]) -> "Future[T]":
        """Run `job` on the store thread."""


def printer_word(presence: Presence, state: TicketPrinterState | None) -> str:
    """The key under `printer.` in the words. A silent printer is `unknown`, never ready."""
    if presence is Presence.OFFLINE:
        return "lost"
    if state is None or state.online == "unknown":
        return "unknown"
    if state.paper == "out":
        return "out"
    if state.cover == "open":
        return "cover"
    if state.online is False:
        return "fault"
    return "low" if state.paper == "low" else "ready"


class TicketDesk:
    """The shared ticket printer: its worker, its last known state, and the paper journal of every ticket it was
    given.
    """

    def __init__(
        self,
        fitted: Device | None,
        store: StoreJobs,
        inbox: Inbox,
        *,
        items: dict[str, Item],
        site: Site,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is told, on the main thread, whenever what is known about the printer has changed."""
        self._store = store
        self._inbox = inbox
        self._items = items
        self._site = site
        self._changed = changed
        self._jobs = 0
        self._telling: dict[str, tuple[StoredCase, Tell]] = {}
        self._presence = Presence.UNKNOWN if fitted else Presence.OFFLINE
        self._state: TicketPrinterState | None = None
        self._fault = "" if fitted else ABSENT
        self._since = ""
        self._worker: Worker[TicketPrinter] | None = None
        if fitted:
            self._worker = Worker(
                "ticket_printer",
                lambda: KIND.connect(fitted.port, fitted.options),
                lambda event: inbox.post(lambda: self._hear(event)),
            )

    def start(self) -> None:
        """Begin to look for the printer."""
        if self._worker:
            self._worker.start()

    def stop(self) -> None:
        """Let the printer go."""
        if self._worker:
            self._worker.stop(timeout=2.0)

    @property
    def word(self) -> str:
        """The key under `printer.` in the words."""
        return printer_word(self._presence, self._state)

    def report(self) -> DeviceReport:
        """For the centre. Reads each value once, so any thread may ask."""
        state = self._state
        return DeviceReport(
            name="ticket_printer",
            kind="ticket-printer",
            presence=self._presence.value,
            state=state.as_json() if state else {},
            fault=self._fault,
            since=self._since,
        )

    def print_case(self, case_id: str, tell: Tell) -> None:
        """Print the ticket of a stored case, once. A ticket that was claimed before is never claimed again."""
        claimed = self._store.do(lambda store: store.claim_ticket(case_id))
        self._inbox.when_done(claimed, partial(self._claimed, tell), lambda _: tell(TicketState.FAILED, "store.io"))

    def _claimed(self, tell: Tell, case: StoredCase | None) -> None:
        if case is None:
            return
        tell(TicketState.PRINTING, "")
        self._telling[case.print_id] = (case, tell)
        if self._worker is None:
            self._finish(case.print_id, PrintState.FAILED, "", ABSENT)
            return
        slip = papers.Slip(
            case_number=case.case_number,
            number=case.number,
            business_date=case.business_date,
            filed_at=datetime.fromisoformat(case.filed_at),
            masked_name=case.masked_name,
            promise_date=case.promise_date,
            language=case.language,
        )
        ticket = papers.ticket(slip, self._items[case.item], self._site)
        # What the printer echoes as evidence has room for four characters; it need only differ from the last ones.
        self._jobs += 1
        mark = f"{self._jobs % 10_000:04d}"
        self._worker.submit(case.print_id, lambda printer: printer.print_ticket(ticket, mark))

    def _hear(self, event: object) -> None:
        match event:
            case JobDone(token=str() as print_id, result=PrintOutcome() as outcome):
                fault = outcome.fault.key if outcome.fault else ""
                self._finish(print_id, PrintState(outcome.result), outcome.evidence, fault)
            case JobFailed(token=str() as print_id, fault=fault):
                # The driver answers every job it has begun with an outcome; a refused job never reached the paper.
                begun = fault.key == "device.failed"
                self._finish(print_id, PrintState.UNCERTAIN if begun else PrintState.FAILED, "", fault.key)
            case DeviceUp(state=TicketPrinterState() as state):
                self._know(Presence.ONLINE, state, "")
            case DeviceDown(fault=fault):
                self._know(Presence.OFFLINE, None, fault.key)
            case StateSeen(state=TicketPrinterState() as state):
                self._know(Presence.ONLINE, state, "")
            case _:
                pass

    def _know(self, presence: Presence, state: TicketPrinterState | None, fault: str) -> None:
        if presence is not self._presence:
            self._since = datetime.now().astimezone().isoformat(timespec="seconds")
            if presence is Presence.ONLINE:
                audit.note("device_up", device="ticket_printer")
            else:
                audit.note("device_down", device="ticket_printer", fault=fault)
        self._presence, self._state, self._fault = presence, state, fault
        self._changed()

    def _finish(self, print_id: str, outcome: PrintState, evidence: str, fault: str) -> None:
        case, tell = self._telling.pop(print_id)
        audit.note(
            "ticket_finished", case_number=case.case_number, outcome=outcome.value, evidence=evidence, fault=fault
        )
        written = self._store.do(lambda store: store.finish_ticket(print_id, outcome.value, evidence, fault))
        # The screen says "printed" only after the journal does.
        state = TicketState(outcome.value)
        self._inbox.when_done(
            written, lambda _: (tell(state, fault), self._changed())[0], lambda _: tell(TicketState.UNCERTAIN, fault)
        )
