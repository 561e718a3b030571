"""The journal of documents on A4: intent, sent, and how each ended. A reprint is a new paper that voids the one before.

Part of the store: every method is one transaction on the store's thread and raises StoreError when nothing was kept.
"""

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contract.envelope import Lane
from contract.messages import Body
from offline_cache import shapes
from offline_cache.disk.database import Database, iso
from offline_cache.disk.driven import Driven, driven
from offline_cache.records import (
    FINAL_STATES,
    NEXT_STATES,
    DocumentEnd,
    PrintState,
    StoredCase,
    StoredDocument,
    StoreError,
    StoreFault,
)
from offline_cache.tables import DocumentRow, IdentityRow

MOST_COPIES: Final = 3
"""A citizen who got none asks again; after this many it is staff's."""
RESTARTED: Final = "terminal restarted while it was printing"
NEVER_SENT: Final = "never sent to the printer"
_CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 8


class Post(Protocol):
    """Puts a record into the outbox within the caller's transaction."""

    def __call__(self, driver: Driven, lane: Lane, record_id: str, body: Body, made_at: str, /) -> None: ...


class DocumentJournal:
    """The documents of one terminal."""

    def __init__(
        self,
        database: Database,
        next_serial: Callable[[Session, str], str],
        clock: Callable[[], datetime],
        boot: int,
        *,
        case_of: Callable[[Session, str], StoredCase],
        post: Post,
    ) -> None:
        """`next_serial` is of a paper of that business date; `case_of` finds a case or raises StoreError."""
        self._database = database
        self._next_serial = next_serial
        self._clock = clock
        self._boot = boot
        self._case_of = case_of
        self._post = post

    def prepare(self, case_id: str, template: str) -> StoredDocument | None:
        """The intent to print: a new serial. None while one is sent, once one is printed, or after MOST_COPIES.

        What failed or is uncertain is voided by the new one in the same transaction. So is what was never sent, however
        that came about: it cannot be claimed any more.
        """
        with self._database.unit_of_work() as session:
            case = self._case_of(session, case_id)
            live = session.scalar(
                select(DocumentRow).where(
                    DocumentRow.case_id == case_id, DocumentRow.template == template, DocumentRow.voided_at.is_(None)
                )
            )
            if live and (live.state in (PrintState.SENT, PrintState.PRINTED) or live.copy >= MOST_COPIES):
                return None
            if live and live.state == PrintState.PREPARED:
                self._finish(session, live, _unsent(NEVER_SENT))
            now = self._clock()
            if live:
                live.voided_at = iso(now)
                session.flush()
            row = self._new(session, case, template, now, live)
            session.add(row)
            return shapes.stored_document(row, case, live.serial if live else None)

    def claim(self, document_id: str, sha256: str, pages: int) -> bool:
        """From prepared to sent, before a byte moves. False when it was claimed or finished before: print nothing."""
        with self._database.unit_of_work() as session:
            row = _known(session, document_id)
            if row.state != PrintState.PREPARED:
                return False
            row.state, row.boot, row.sent_at = PrintState.SENT.value, self._boot, iso(self._clock())
            row.sha256, row.pages = sha256, pages
            return True

    def finish(self, document_id: str, end: DocumentEnd) -> StoredDocument:
        """Write down how it ended and tell the centre. The first end stands; a repeat changes nothing.

        Raises StoreError for a step the journal does not know: what was never sent is not printed.
        """
        with self._database.unit_of_work() as session:
            row = _known(session, document_id)
            if NEXT_STATES[PrintState(row.state)]:
                self._finish(session, row, end)
            return self._stored(session, row)

    def reconcile_at_start(self) -> tuple[StoredDocument, ...]:
        """Settle what an earlier process left open, without printing: sent → uncertain, prepared → failed."""
        open_states = (PrintState.PREPARED.value, PrintState.SENT.value)
        left = select(DocumentRow).where(DocumentRow.state.in_(open_states), DocumentRow.boot < self._boot)
        settled = []
        with self._database.unit_of_work() as session:
            for row in session.scalars(left.order_by(DocumentRow.prepared_at, DocumentRow.serial)).all():
                sent = row.state == PrintState.SENT
                end = DocumentEnd(PrintState.UNCERTAIN, "", RESTARTED) if sent else _unsent(NEVER_SENT)
                self._finish(session, row, end)
                settled.append(self._stored(session, row))
        return tuple(settled)

    def of_case(self, case_id: str) -> tuple[StoredDocument, ...]:
        """Every document of a case, the valid one last."""
        with self._database.unit_of_work() as session:
            rows = session.scalars(select(DocumentRow).where(DocumentRow.case_id == case_id).order_by(DocumentRow.copy))
            return tuple(self._stored(session, row) for row in rows)

    def _new(
        self, session: Session, case: StoredCase, template: str, now: datetime, before: DocumentRow | None
    ) -> DocumentRow:
        identity = session.get_one(IdentityRow, 1)
        serial = self._next_serial(session, case.business_date)
        return DocumentRow(
            document_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"suiban/{identity.terminal}/document/{serial}")),
            serial=serial,
            code="".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH)),
            case_id=case.case_id,
            template=template,
            copy=before.copy + 1 if before else 1,
            voids=before.document_id if before else None,
            state=PrintState.PREPARED.value,
            sha256="",
            pages=0,
            evidence="",
            reason="",
            boot=self._boot,
            prepared_at=iso(now),
        )

    def _finish(self, session: Session, row: DocumentRow, end: DocumentEnd) -> None:
        if end.outcome not in NEXT_STATES[PrintState(row.state)] & FINAL_STATES:
            detail = f"document {row.serial}: {row.state} cannot become {end.outcome}"
            raise StoreError(StoreFault.WRONG_STEP, detail)
        row.state, row.boot, row.finished_at = end.outcome.value, self._boot, iso(self._clock())
        row.evidence, row.reason, row.pages_out = end.evidence, end.reason, end.pages_out
        body = shapes.document_reported(row, _serial_of(session, row.voids))
        self._post(driven(session), Lane.CASES, row.document_id, body, row.finished_at)

    def _stored(self, session: Session, row: DocumentRow) -> StoredDocument:
        return shapes.stored_document(row, self._case_of(session, row.case_id), _serial_of(session, row.voids))


def counted(session: Session) -> dict[str, int]:
    """Documents by state."""
    return dict(iter(session.execute(select(DocumentRow.state, func.count()).group_by(DocumentRow.state))))


def _unsent(reason: str) -> DocumentEnd:
    return DocumentEnd(PrintState.FAILED, "", reason, 0)


def _known(session: Session, document_id: str) -> DocumentRow:
    row = session.get(DocumentRow, document_id)
    if row is None:
        raise StoreError(StoreFault.UNKNOWN_CASE, f"no document {document_id!r}")
    return row


def _serial_of(session: Session, document_id: str | None) -> str | None:
    return session.get_one(DocumentRow, document_id).serial if document_id else None
