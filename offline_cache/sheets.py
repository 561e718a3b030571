"""The journal of papers a visit sets itself: intent, sent, and how each ended, as that of documents (ADR 5, ADR 9).

Part of the store: every method is one transaction on the store's thread and raises StoreError when nothing was kept.
Nothing here says what a paper says.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from contract.envelope import Lane
from contract.messages import DocumentReported
from offline_cache.disk.database import Database, iso
from offline_cache.disk.driven import Driven, driven
from offline_cache.documents import MOST_COPIES, NEVER_SENT, RESTARTED, Post
from offline_cache.records import FINAL_STATES, NEXT_STATES, DocumentEnd, PrintState, StoreError, StoreFault
from offline_cache.tables import OutboxRow, Row

_CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 8
_AT_ONCE: Final = 200


class SheetRow(Row):
    __tablename__ = "sheets"

    paper_id: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[str]
    code: Mapped[str]
    visit_id: Mapped[str]
    template: Mapped[str]
    copy: Mapped[int]
    copies: Mapped[int]
    voids: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[str]
    sha256: Mapped[str] = mapped_column(default="")
    pages: Mapped[int] = mapped_column(default=0)
    pages_out: Mapped[int | None] = mapped_column(default=None)
    evidence: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    boot: Mapped[int]
    prepared_at: Mapped[str]
    sent_at: Mapped[str | None] = mapped_column(default=None)
    finished_at: Mapped[str | None] = mapped_column(default=None)
    voided_at: Mapped[str | None] = mapped_column(default=None)


class StoredSheet(msgspec.Struct, frozen=True):
    """One paper as the journal holds it. `visit_id` is the id under which its visit would keep a case."""

    paper_id: str
    serial: str
    code: str
    visit_id: str
    template: str
    copy: int
    copies: int
    voids: str | None
    """The serial of the paper it replaces."""
    state: PrintState
    pages: int
    pages_out: int | None


class SheetWanted(msgspec.Struct, frozen=True):
    """What a visit wants to print. `voids` is the id of the paper it takes the place of; empty for a first one."""

    paper_id: str
    visit_id: str
    template: str
    copies: int = 1
    voids: str = ""


class SheetJournal:
    """The papers of one terminal that belong to no kept case."""

    def __init__(
        self,
        database: Database,
        next_serial: Callable[[Driven], str],
        clock: Callable[[], datetime],
        boot: int,
        *,
        post: Post,
    ) -> None:
        """`next_serial` gives the next serial of a paper, of today."""
        self._database = database
        self._next_serial = next_serial
        self._clock = clock
        self._boot = boot
        self._post = post

    def prepare(self, wanted: SheetWanted) -> StoredSheet | None:
        """The intent to print: a new serial. None for an id that was prepared before, and where a reprint is none: of a
        paper of another visit or template, of one under way or printed, of one voided before, or after MOST_COPIES.

        The paper it voids is voided in the same transaction; was that never sent, it never will be.
        """
        with self._database.unit_of_work() as session:
            if session.get(SheetRow, wanted.paper_id) is not None:
                return None
            before = session.get(SheetRow, wanted.voids) if wanted.voids else None
            if wanted.voids and (before is None or not _may_be_voided(before, wanted)):
                return None
            now = iso(self._clock())
            if before is not None:
                if before.state == PrintState.PREPARED:
                    self._finish(session, before, _unsent(NEVER_SENT))
                before.voided_at = now
            row = SheetRow(
                paper_id=wanted.paper_id,
                serial=self._next_serial(driven(session)),
                code="".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH)),
                visit_id=wanted.visit_id,
                template=wanted.template,
                copy=before.copy + 1 if before else 1,
                copies=wanted.copies,
                voids=before.paper_id if before else None,
                state=PrintState.PREPARED.value,
                sha256="",
                pages=0,
                evidence="",
                reason="",
                boot=self._boot,
                prepared_at=now,
            )
            session.add(row)
            return _stored(session, row)

    def claim(self, paper_id: str, sha256: str, pages: int) -> bool:
        """From prepared to sent, before a byte moves. False when it was claimed or finished before: print nothing."""
        with self._database.unit_of_work() as session:
            row = _known(session, paper_id)
            if row.state != PrintState.PREPARED:
                return False
            row.state, row.boot, row.sent_at = PrintState.SENT.value, self._boot, iso(self._clock())
            row.sha256, row.pages = sha256, pages
            return True

    def finish(self, paper_id: str, end: DocumentEnd) -> StoredSheet:
        """Write down how it ended and tell the centre. The first end stands; a repeat changes nothing.

        Raises StoreError for a step the journal does not know: what was never sent is not printed.
        """
        with self._database.unit_of_work() as session:
            row = _known(session, paper_id)
            if NEXT_STATES[PrintState(row.state)]:
                self._finish(session, row, end)
            return _stored(session, row)

    def reconcile_at_start(self) -> tuple[StoredSheet, ...]:
        """Settle what an earlier process left open, without printing: sent → uncertain, prepared → failed."""
        open_states = (PrintState.PREPARED.value, PrintState.SENT.value)
        left = select(SheetRow).where(SheetRow.state.in_(open_states), SheetRow.boot < self._boot)
        settled = []
        with self._database.unit_of_work() as session:
            for row in session.scalars(left.order_by(SheetRow.prepared_at, SheetRow.serial)).all():
                sent = row.state == PrintState.SENT
                end = DocumentEnd(PrintState.UNCERTAIN, "", RESTARTED) if sent else _unsent(NEVER_SENT)
                self._finish(session, row, end)
                settled.append(_stored(session, row))
        return tuple(settled)

    def of_visit(self, visit_id: str) -> tuple[StoredSheet, ...]:
        """Every paper of a visit, in the order they were asked for."""
        with self._database.unit_of_work() as session:
            rows = session.scalars(
                select(SheetRow).where(SheetRow.visit_id == visit_id).order_by(SheetRow.prepared_at, SheetRow.serial)
            )
            return tuple(_stored(session, row) for row in rows)

    def _finish(self, session: Session, row: SheetRow, end: DocumentEnd) -> None:
        if end.outcome not in NEXT_STATES[PrintState(row.state)] & FINAL_STATES:
            detail = f"paper {row.serial}: {row.state} cannot become {end.outcome}"
            raise StoreError(StoreFault.WRONG_STEP, detail)
        row.state, row.boot, row.finished_at = end.outcome.value, self._boot, iso(self._clock())
        row.evidence, row.reason, row.pages_out = end.evidence, end.reason, end.pages_out
        body = _reported(row, _serial_of(session, row.voids))
        self._post(driven(session), Lane.CASES, row.paper_id, body, row.finished_at)


def forget(session: Session, before: str, open_visit: str, at_once: int = _AT_ONCE) -> int:
    """Take what ended before then, at most `at_once`: its report is held by the centre, and no later paper voids it."""
    later = aliased(SheetRow)
    free = (
        select(SheetRow.paper_id)
        .where(
            SheetRow.prepared_at < before,
            SheetRow.state.in_([state.value for state in FINAL_STATES]),
            SheetRow.visit_id != open_visit,
            ~exists().where(OutboxRow.id == SheetRow.paper_id),
            ~exists().where(later.voids == SheetRow.paper_id),
        )
        .limit(at_once)
    )
    gone: Sequence[str] = session.scalars(free).all()
    session.execute(delete(SheetRow).where(SheetRow.paper_id.in_(gone)))
    return len(gone)


def _may_be_voided(before: SheetRow, wanted: SheetWanted) -> bool:
    same = (before.visit_id, before.template) == (wanted.visit_id, wanted.template)
    under_way_or_out = before.state in (PrintState.SENT, PrintState.PRINTED)
    return same and not under_way_or_out and before.voided_at is None and before.copy < MOST_COPIES


def _unsent(reason: str) -> DocumentEnd:
    return DocumentEnd(PrintState.FAILED, "", reason, 0)


def _known(session: Session, paper_id: str) -> SheetRow:
    row = session.get(SheetRow, paper_id)
    if row is None:
        raise StoreError(StoreFault.UNKNOWN_CASE, f"no paper {paper_id!r}")
    return row


def _serial_of(session: Session, paper_id: str | None) -> str | None:
    row = session.get(SheetRow, paper_id) if paper_id else None
    return row.serial if row else None


def _stored(session: Session, row: SheetRow) -> StoredSheet:
    return StoredSheet(
        paper_id=row.paper_id,
        serial=row.serial,
        code=row.code,
        visit_id=row.visit_id,
        template=row.template,
        copy=row.copy,
        copies=row.copies,
        voids=_serial_of(session, row.voids),
        state=PrintState(row.state),
        pages=row.pages,
        pages_out=row.pages_out,
    )


def _reported(row: SheetRow, voids: str | None) -> DocumentReported:
    return DocumentReported(
        case_id=row.visit_id,
        document_id=row.paper_id,
        serial=row.serial,
        code=row.code,
        template=row.template,
        copy=row.copy,
        pages=row.pages * row.copies,
        pages_out=row.pages_out,
        sha256=row.sha256,
        outcome=row.state,
        evidence=row.evidence,
        reason=row.reason,
        at=row.finished_at or "",
        voids=voids,
    )
