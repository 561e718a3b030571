"""Takes from the disk what the centre has archived: records, cases with their paper, sealed scans; and proves it.

Part of the store: every method is one transaction on the store's thread and raises StoreError when nothing was kept.
"""

import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, delete, exists, insert, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from contract.envelope import Lane
from contract.messages import Purged
from contract.suites import suite
from offline_cache.disk.database import Database, iso
from offline_cache.documents import Post
from offline_cache.records import FINAL_STATES
from offline_cache.retention import rules as retention
from offline_cache.retention.rules import RULE, Held
from offline_cache.scans.book import ScanBook, ScanRow
from offline_cache.tables import ArchivedRow, CaseRow, DocumentRow, HashRow, LaneRow, OutboxRow, PaperRow

_RECORDS_AT_ONCE: Final = 500
_CASES_AT_ONCE: Final = 200
_FINAL: Final = [state.value for state in FINAL_STATES]
_COPIES_DAYS: Final = 30
"""How long the copy that was made before a change of epoch is kept for whoever looks into it."""


class Gone(msgspec.Struct, frozen=True):
    """What one step took away. `more` says that another may find more."""

    records: int
    cases: int
    scans: int
    more: bool


class Purge:
    """The retention rule at work, in bounded steps."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        scans: ScanBook,
        *,
        today: Callable[[Connection], str],
        post: Post,
        suite_id: str,
    ) -> None:
        """`today` gives the business date."""
        self._database = database
        self._clock = clock
        self._scans = scans
        self._today = today
        self._post = post
        self._suite_id = suite_id

    def step(self, open_case: str = "") -> Gone:
        """Take what may go, a bounded part of it; `open_case` is of the visit on the screen and stays.

        `Purged` is sent in the same transaction. Once nothing more goes, the WAL is emptied, or in the next idle moment
        where a copy is being made: then it is gone from the disk too (secure_delete).
        """
        with self._database.unit_of_work() as session:
            before = retention.cutoff(self._today(session.connection()))
            runs = [
                run for lane in session.scalars(_purgeable()).all() if (run := self._records(session, lane, before))
            ]
            cases = _cases(session, before, open_case)
            scans = self._scans.forget(session, cases)
            _forget(session, cases)
            self._prove(session, runs, scans)
        records = sum(len(run) for run in runs)
        for name in scans:
            self._scans.files.drop(name)
        more = len(cases) == _CASES_AT_ONCE or any(len(run) == _RECORDS_AT_ONCE for run in runs)
        if (records or cases) and not more:
            self._database.checkpoint()
        self._forget_copies()
        return Gone(records, len(cases), len(scans), more)

    def _records(self, session: Session, lane: LaneRow, before: str) -> list[OutboxRow]:
        archived = session.get_one(ArchivedRow, (lane.epoch, lane.lane)).seq
        place = (OutboxRow.epoch == lane.epoch, OutboxRow.lane == lane.lane)
        follow = select(OutboxRow).where(*place, OutboxRow.seq > lane.purged)
        rows = session.scalars(follow.order_by(OutboxRow.seq).limit(_RECORDS_AT_ONCE)).all()
        held = [Held(row.seq, row.acked_at) for row in rows]
        last = retention.last_to_go(held, purged=lane.purged, acked=lane.acked, archived=archived, before=before)
        run = [row for row in rows if row.seq <= last]
        if run:
            kept = [{**_place(row), "hash": bytes.fromhex(row.hash)} for row in run]
            session.execute(insert(HashRow), kept)
            session.execute(delete(OutboxRow).where(*place, OutboxRow.seq <= last))
            lane.purged = last
        return run

    def _prove(self, session: Session, runs: Sequence[Sequence[OutboxRow]], scans: tuple[str, ...]) -> None:
        now = iso(self._clock())
        used = suite(self._suite_id)
        told = not scans
        for run in runs:
            of_cases = run[0].lane == Lane.CASES.value and not told
            told = told or of_cases
            self._post_purged(
                session,
                Purged(
                    epoch=run[0].epoch,
                    lane=Lane(run[0].lane),
                    first_seq=run[0].seq,
                    last_seq=run[-1].seq,
                    digest=used.digest("\n".join(row.hash for row in run).encode()).hex(),
                    scans=scans if of_cases else (),
                    rule=RULE,
                    at=now,
                ),
            )
        if not told:  # the scans of cases whose records went earlier
            nothing = used.digest(b"").hex()
            self._post_purged(session, Purged(0, Lane.SCANS, 0, 0, nothing, scans, RULE, now))

    def _post_purged(self, session: Session, body: Purged) -> None:
        self._post(session.connection(), Lane.TELEMETRY, str(uuid.uuid4()), body, body.at)

    def _forget_copies(self) -> None:
        path = self._database.path
        for copy in path.parent.glob(f"{path.name}.epoch-*"):
            with suppress(OSError):
                if time.time() - copy.stat().st_mtime > _COPIES_DAYS * 86400:
                    copy.unlink()


def _purgeable() -> Select[LaneRow]:
    archived = (ArchivedRow.epoch == LaneRow.epoch) & (ArchivedRow.lane == LaneRow.lane)
    beyond = (LaneRow.purged < LaneRow.acked) & (LaneRow.purged < ArchivedRow.seq)
    return select(LaneRow).join(ArchivedRow, archived).where(beyond).order_by(LaneRow.epoch, LaneRow.lane)


def _place(row: OutboxRow) -> dict[str, object]:
    return {"epoch": row.epoch, "lane": row.lane, "seq": row.seq}


def _cases(session: Session, before: str, open_case: str) -> list[str]:
    """Cases of which nothing waits any more: no record, no paper that may still be reported, no scan to send."""

    def waits(record_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        return exists().where(OutboxRow.id == record_id)

    paper = exists().where(
        PaperRow.case_id == CaseRow.case_id, or_(PaperRow.state.not_in(_FINAL), waits(PaperRow.print_id))
    )
    document = exists().where(
        DocumentRow.case_id == CaseRow.case_id, or_(DocumentRow.state.not_in(_FINAL), waits(DocumentRow.document_id))
    )
    scan = exists().where(ScanRow.case_id == CaseRow.case_id, ScanRow.held_at.is_(None))
    old = select(CaseRow.case_id).where(CaseRow.filed_at < before, CaseRow.case_id != open_case)
    free = old.where(~waits(CaseRow.case_id), ~paper, ~document, ~scan)
    return list(session.scalars(free.order_by(CaseRow.case_serial).limit(_CASES_AT_ONCE)))


def _forget(session: Session, cases: Sequence[str]) -> None:
    for row in (DocumentRow, PaperRow, CaseRow):
        session.execute(delete(row).where(row.case_id.in_(cases)))
