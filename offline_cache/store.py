"""What the terminal remembers. One transaction a method: number, case, paper journal and outbox together, or nothing.

Every method runs on the thread that opened the store and raises StoreError when nothing was kept.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from contract.catalogue import ItemKind
from contract.envelope import Lane, Sealed
from contract.messages import Body, RatingGiven
from offline_cache import documents, numbering, shapes, tables
from offline_cache.database import Database, iso
from offline_cache.documents import NEVER_SENT, RESTARTED, DocumentJournal
from offline_cache.numbering import Numbering
from offline_cache.outbox import LaneState
from offline_cache.records import (
    FINAL_STATES,
    NEXT_STATES,
    CaseDraft,
    Counts,
    InForce,
    OutboxItem,
    PrintState,
    Record,
    StoredCase,
    StoreError,
    StoreFault,
)
from offline_cache.tables import CaseRow, IdentityRow, PaperRow, SeriesRow

__all__ = ["CaseDraft", "Counts", "OutboxItem", "PrintState", "Store", "StoreError", "StoreFault", "StoredCase"]

ROOM_FOR_CASES = 16 * 1024 * 1024
"""Bytes: below this the store does not call itself well again after a fault."""


class Store:
    """The cases of one terminal in one encrypted file. It has one writer: a second process is refused."""

    def __init__(
        self, database: Database, identity: IdentityRow, numbers: Numbering, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._numbering = numbers
        self._clock = clock
        self.terminal = identity.terminal
        self.epoch = identity.epoch
        self.boot = identity.boot
        self.documents = DocumentJournal(database, numbers, clock, identity.boot, case_of=_stored_case, post=self._send)

    @classmethod
    def open(
        cls,
        path: Path,
        key: bytes,
        *,
        terminal: str,
        series: str,
        district: str,
        terminal_number: str,
        clock: Callable[[], datetime],
    ) -> Self:
        """Open or make the store at `path` with a raw 32-byte `key`; `clock` gives local time with its offset.

        Raises StoreError (key, SQLite version, another terminal's or a newer file, in use) and ValueError (settings).
        """
        numbers = Numbering(series, district, terminal_number)
        database = Database(path, key, iso(clock()))
        try:
            with database.unit_of_work() as session:
                identity = _identify(session, terminal)
        except BaseException:
            database.close()
            raise
        return cls(database, identity, numbers, clock)

    def close(self) -> None:
        self._database.close()

    def verify(self) -> None:
        """Raises StoreError when the file is damaged."""
        self._database.verify()

    def probe(self) -> None:
        """Raises StoreError while nothing can be kept, though all can be read: write, sync, and look for room.

        The write alone proves little on a full disk: it may fit into what the WAL already occupies.
        """
        self._database.need_room(ROOM_FOR_CASES)
        with self._database.unit_of_work() as session:
            session.execute(update(IdentityRow).values(boot=IdentityRow.boot))

    def checkpoint(self) -> None:
        """For idle moments: moves the WAL into the file and empties it."""
        self._database.checkpoint()

    def in_force(self) -> InForce:
        """How the writing connection really stores."""
        return self._database.in_force()

    def save_case(self, draft: CaseDraft) -> StoredCase:
        """Store the case under the next number of its queue. The same `case_id` again returns the first case."""
        with self._database.unit_of_work() as session:
            row = session.get(CaseRow, draft.case_id)
            if row is not None:
                return shapes.stored_case(row, _live_ticket(session, row.case_id), repeat=True)
            row = self._new_case(session, draft)
            ticket = shapes.ticket_row(row, self.terminal, self.boot)
            session.add(row)
            session.flush()
            session.add(ticket)
            self._send(session, shapes.lane_of(row), row.case_id, shapes.case_filed(row), row.filed_at, draft.sealed)
            return shapes.stored_case(row, ticket)

    def claim_ticket(self, case_id: str) -> StoredCase | None:
        """From prepared to sent, before a byte moves. None when it was claimed or finished before: print nothing."""
        with self._database.unit_of_work() as session:
            row = _known_case(session, case_id)
            ticket = _live_ticket(session, case_id)
            if ticket.state != PrintState.PREPARED:
                return None
            ticket.state, ticket.boot, ticket.sent_at = PrintState.SENT.value, self.boot, self._now()
            return shapes.stored_case(row, ticket)

    def finish_ticket(self, print_id: str, outcome: str, evidence: str, reason: str) -> StoredCase:
        """Write down how the ticket ended ("printed", "failed", "uncertain") and tell the centre.

        The first outcome stands; a repeat changes nothing. Raises StoreError for a step the journal does not know.
        """
        with self._database.unit_of_work() as session:
            ticket = session.get(PaperRow, print_id)
            if ticket is None:
                raise StoreError(StoreFault.UNKNOWN_CASE, f"no ticket {print_id!r}")
            row = _known_case(session, ticket.case_id)
            if NEXT_STATES[PrintState(ticket.state)]:
                self._finish(session, row, ticket, PrintState(outcome), evidence, reason)
            return shapes.stored_case(row, ticket)

    def reconcile_at_start(self) -> tuple[StoredCase, ...]:
        """Settle the tickets an earlier process left open, without printing: sent → uncertain, prepared → failed."""
        open_states = (PrintState.PREPARED.value, PrintState.SENT.value)
        left = select(PaperRow).where(PaperRow.state.in_(open_states), PaperRow.boot < self.boot)
        settled: list[StoredCase] = []
        with self._database.unit_of_work() as session:
            for ticket in session.scalars(left.order_by(PaperRow.prepared_at, PaperRow.print_id)).all():
                row = _known_case(session, ticket.case_id)
                if ticket.state == PrintState.SENT:
                    self._finish(session, row, ticket, PrintState.UNCERTAIN, "", RESTARTED)
                else:
                    self._finish(session, row, ticket, PrintState.FAILED, "", NEVER_SENT)
                settled.append(shapes.stored_case(row, ticket))
        return tuple(settled)

    def end_visit(self, case_id: str) -> None:
        """The visit of this case ended in order: its number is not shown to the next person."""
        with self._database.unit_of_work() as session:
            row = _known_case(session, case_id)
            row.visit_ended_at = row.visit_ended_at or self._now()

    def latest_unfinished(self, within: timedelta) -> StoredCase | None:
        """The newest case, if it is that young, its visit did not end in order and its ticket is not known printed."""
        with self._database.unit_of_work() as session:
            row = session.scalar(select(CaseRow).order_by(CaseRow.case_serial.desc()).limit(1))
            if row is None or row.visit_ended_at is not None:
                return None
            ticket = _live_ticket(session, row.case_id)
            age = self._clock() - datetime.fromisoformat(row.filed_at)
            if ticket.state == PrintState.PRINTED or not timedelta(0) <= age <= within:
                return None
            return shapes.stored_case(row, ticket)

    def add_record(self, body: Record, record_id: str) -> bool:
        """Put a record into the outbox. False when it is there already: the same id, or a case's second rating."""
        with self._database.unit_of_work() as session:
            if tables.outbox_holds(session, record_id):
                return False
            lane = Lane.TELEMETRY
            if isinstance(body, RatingGiven):
                lane = Lane.RATINGS
                row = _known_case(session, body.case_id)
                if row.rated_at is not None:
                    return False
                row.rated_at = body.at
            self._send(session, lane, record_id, body, self._now())
            return True

    def counts(self) -> Counts:
        """What the store holds now."""
        with self._database.unit_of_work() as session:
            kinds = _counted(session, select(CaseRow.item_kind, func.count()).group_by(CaseRow.item_kind))
            live = select(PaperRow.state, func.count()).where(PaperRow.voided_at.is_(None)).group_by(PaperRow.state)
            states = _counted(session, live)
            today = select(func.max(SeriesRow.business_date)).scalar_subquery()
            unprinted = (
                select(func.count())
                .select_from(CaseRow)
                .join(PaperRow)
                .where(CaseRow.business_date == today, PaperRow.voided_at.is_(None))
                .where(PaperRow.state != PrintState.PRINTED.value)
            )
            return Counts(
                cases=sum(kinds.values()),
                numbers=kinds.get(ItemKind.NUMBER.value, 0),
                **{state.value: states.get(state.value, 0) for state in PrintState},
                unprinted=session.scalar(unprinted) or 0,
                lanes=tables.lane_reports(session),
                documents=documents.counted(session),
            )

    def lane_states(self) -> tuple[LaneState, ...]:
        """How far each lane of this epoch has come."""
        with self._database.unit_of_work() as session:
            return tables.lane_states(session, self.epoch)

    def outbox_run(self, lane: Lane, after_seq: int, limit_items: int, limit_bytes: int) -> tuple[OutboxItem, ...]:
        """The envelopes after `after_seq`, within both limits but always one: a large one must not wait for ever."""
        run: list[OutboxItem] = []
        size = 0
        with self._database.unit_of_work() as session:
            for row in tables.outbox_after(session, self.epoch, lane, after_seq, limit_items):
                size += len(row.raw)
                if run and size > limit_bytes:
                    break
                run.append(OutboxItem(row.epoch, lane, row.seq, row.id, row.hash, row.raw))
        return tuple(run)

    def acknowledge(self, epoch: int, lane: Lane, ack: int, at: str) -> None:
        """The centre holds everything up to `ack`. Marks, deletes nothing."""
        with self._database.unit_of_work() as session:
            tables.mark_acked(session, epoch, lane, ack, at)

    def rewind(self, epoch: int, lane: Lane, have: int) -> None:
        """The centre holds less than it had acknowledged: what lies above `have` is unsent again."""
        with self._database.unit_of_work() as session:
            tables.mark_unacked(session, epoch, lane, have)

    def _now(self) -> str:
        return iso(self._clock())

    def _new_case(self, session: Session, draft: CaseDraft) -> CaseRow:
        now = self._clock()
        latest = session.scalar(select(func.max(SeriesRow.business_date)))
        day = numbering.business_date(now.date(), latest)
        series = session.get(SeriesRow, (draft.queue, day))
        if series is None:
            series = SeriesRow(queue=draft.queue, business_date=day, last=0)
            session.add(series)
        series.last += 1
        identity = session.get_one(IdentityRow, 1)
        identity.last_serial += 1
        return shapes.case_row(
            draft,
            case_number=self._numbering.case_number(day, identity.last_serial),
            serial=identity.last_serial,
            number=self._numbering.spoken(draft.queue, series.last),
            day=day,
            filed_at=iso(now),
        )

    def _finish(self, session: Session, row: CaseRow, ticket: PaperRow, outcome: PrintState, *why: str) -> None:
        if outcome not in NEXT_STATES[PrintState(ticket.state)] & FINAL_STATES:
            raise StoreError(StoreFault.WRONG_STEP, f"ticket {ticket.print_id}: {ticket.state} cannot become {outcome}")
        ticket.state, ticket.boot, ticket.finished_at = outcome.value, self.boot, self._now()
        ticket.evidence, ticket.reason = why
        self._send(session, shapes.lane_of(row), ticket.print_id, shapes.ticket_reported(ticket), ticket.finished_at)

    def _send(
        self, session: Session, lane: Lane, record_id: str, body: Body, made_at: str, sealed: Sealed | None = None
    ) -> None:
        row = shapes.outbox_row(
            terminal=self.terminal,
            epoch=self.epoch,
            lane=lane,
            seq=tables.next_place(session, self.epoch, lane),
            record_id=record_id,
            body=body,
            made_at=made_at,
            sealed=sealed,
        )
        session.add(row)


def _identify(session: Session, terminal: str) -> IdentityRow:
    identity = session.get(IdentityRow, 1)
    if identity is None:
        store = secrets.token_hex(16)
        identity = IdentityRow(one=1, terminal=terminal, epoch=1, boot=0, last_serial=0, store=store)
        session.add(identity)
    if identity.terminal != terminal:
        detail = f"this store belongs to terminal {identity.terminal!r}, the settings say {terminal!r}"
        raise StoreError(StoreFault.OTHER_TERMINAL, detail)
    identity.boot += 1
    return identity


def _known_case(session: Session, case_id: str) -> CaseRow:
    row = session.get(CaseRow, case_id)
    if row is None:
        raise StoreError(StoreFault.UNKNOWN_CASE, f"no case {case_id!r}")
    return row


def _stored_case(session: Session, case_id: str) -> StoredCase:
    return shapes.stored_case(_known_case(session, case_id), _live_ticket(session, case_id))


def _live_ticket(session: Session, case_id: str) -> PaperRow:
    return session.scalars(select(PaperRow).where(PaperRow.case_id == case_id, PaperRow.voided_at.is_(None))).one()


def _counted(session: Session, what: Select[str, int]) -> dict[str, int]:
    return dict(iter(session.execute(what)))
