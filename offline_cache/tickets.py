"""The journal of tickets: claimed before a byte moves, and how each ended. A case has one live ticket.

Part of the store: every method is one transaction on the store's thread and raises StoreError when nothing was kept.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from offline_cache import shapes
from offline_cache.disk.database import Database, iso
from offline_cache.disk.driven import driven
from offline_cache.documents import NEVER_SENT, RESTARTED, Post
from offline_cache.records import FINAL_STATES, NEXT_STATES, PrintState, StoredCase, StoreError, StoreFault
from offline_cache.tables import CaseRow, PaperRow
from offline_cache.unprinted import Unprinted


class TicketJournal:
    """The tickets of one terminal. The first of a case is prepared in the transaction that keeps the case."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], boot: int, *, post: Post, unprinted: Unprinted
    ) -> None:
        self._database = database
        self._clock = clock
        self._boot = boot
        self._post = post
        self._unprinted = unprinted

    def claim(self, case_id: str) -> StoredCase | None:
        """From prepared to sent, before a byte moves. None when it was claimed or finished before: print nothing."""
        with self._database.unit_of_work() as session:
            row = known_case(session, case_id)
            ticket = live_ticket(session, case_id)
            if ticket.state != PrintState.PREPARED:
                return None
            ticket.state, ticket.boot, ticket.sent_at = PrintState.SENT.value, self._boot, iso(self._clock())
            return shapes.stored_case(row, ticket)

    def finish(self, print_id: str, outcome: str, evidence: str, reason: str) -> StoredCase:
        """Write down how the ticket ended ("printed", "failed", "uncertain") and tell the centre.

        The first outcome stands; a repeat changes nothing. Raises StoreError for a step the journal does not know.
        """
        with self._database.unit_of_work() as session:
            ticket = session.get(PaperRow, print_id)
            if ticket is None:
                raise StoreError(StoreFault.UNKNOWN_CASE, f"no ticket {print_id!r}")
            row = known_case(session, ticket.case_id)
            ends = bool(NEXT_STATES[PrintState(ticket.state)])
            if ends:
                self._finish(session, row, ticket, PrintState(outcome), evidence, reason)
        if ends and ticket.state == PrintState.PRINTED:
            self._unprinted.printed(row.business_date)
        return shapes.stored_case(row, ticket)

    def reconcile_at_start(self) -> tuple[StoredCase, ...]:
        """Settle the tickets an earlier process left open, without printing: sent → uncertain, prepared → failed."""
        open_states = (PrintState.PREPARED.value, PrintState.SENT.value)
        left = select(PaperRow).where(PaperRow.state.in_(open_states), PaperRow.boot < self._boot)
        settled: list[StoredCase] = []
        with self._database.unit_of_work() as session:
            for ticket in session.scalars(left.order_by(PaperRow.prepared_at, PaperRow.print_id)).all():
                row = known_case(session, ticket.case_id)
                if ticket.state == PrintState.SENT:
                    self._finish(session, row, ticket, PrintState.UNCERTAIN, "", RESTARTED)
                else:
                    self._finish(session, row, ticket, PrintState.FAILED, "", NEVER_SENT)
                settled.append(shapes.stored_case(row, ticket))
        return tuple(settled)

    def _finish(self, session: Session, row: CaseRow, ticket: PaperRow, outcome: PrintState, *why: str) -> None:
        if outcome not in NEXT_STATES[PrintState(ticket.state)] & FINAL_STATES:
            raise StoreError(StoreFault.WRONG_STEP, f"ticket {ticket.print_id}: {ticket.state} cannot become {outcome}")
        ticket.state, ticket.boot, ticket.finished_at = outcome.value, self._boot, iso(self._clock())
        ticket.evidence, ticket.reason = why
        body = shapes.ticket_reported(ticket)
        self._post(driven(session), shapes.lane_of(row.item_kind), ticket.print_id, body, ticket.finished_at)


def known_case(session: Session, case_id: str) -> CaseRow:
    """The case of this id. Raises StoreError."""
    row = session.scalar(select(CaseRow).where(CaseRow.case_id == case_id))
    if row is None:
        raise StoreError(StoreFault.UNKNOWN_CASE, f"no case {case_id!r}")
    return row


def live_ticket(session: Session, case_id: str) -> PaperRow:
    """The one ticket of a case that is not voided."""
    return session.scalars(select(PaperRow).where(PaperRow.case_id == case_id, PaperRow.voided_at.is_(None))).one()


def case_with_ticket(session: Session, case_id: str) -> StoredCase:
    """A case and its live ticket. Raises StoreError."""
    return shapes.stored_case(known_case(session, case_id), live_ticket(session, case_id))
