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
from sqlalchemy import ColumnElement, Select, delete, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from contract.envelope import Lane
from contract.messages import Purged
from contract.suites import suite
from offline_cache import sheets
from offline_cache.disk.database import Database, iso
from offline_cache.disk.driven import Driven, driven
from offline_cache.documents import Post
from offline_cache.records import FINAL_STATES
from offline_cache.retention import rules as retention
from offline_cache.retention.rules import RULE, Held
from offline_cache.scans.book import ScanBook, ScanRow
from offline_cache.tables import CaseRow, DocumentRow, OutboxRow, PaperRow
from offline_cache.unprinted import Unprinted

_RECORDS_AT_ONCE: Final = 100
_CASES_AT_ONCE: Final = 50
_SPAN: Final = 5
"""Times that many at most where the disk is quick, and a fifth of it at least where it is slow."""
_WINDOW: Final = 4
"""For each case that may go, how many are looked at: what waits in thousands is not looked through in every step."""
_FINAL: Final = [state.value for state in FINAL_STATES]
_COPIES_DAYS: Final = 30
"""How long the copy that was made before a change of epoch is kept for whoever looks into it."""

_PURGEABLE: Final = """\
SELECT l.epoch, l.lane, l.purged, l.acked, a.seq
FROM lanes AS l JOIN archived AS a ON a.epoch = l.epoch AND a.lane = l.lane
WHERE l.purged < l.acked AND l.purged < a.seq ORDER BY l.epoch, l.lane"""
_FOLLOW: Final = """\
SELECT seq, acked_at, hash FROM outbox WHERE epoch = ? AND lane = ? AND seq > ? ORDER BY seq LIMIT ?"""
_KEEP_HASH: Final = "INSERT INTO hashes (epoch, lane, seq, hash) VALUES (?, ?, ?, ?)"
_TAKE: Final = "DELETE FROM outbox WHERE epoch = ? AND lane = ? AND seq <= ?"
_SET_PURGED: Final = "UPDATE lanes SET purged = ? WHERE epoch = ? AND lane = ?"


class _Run(msgspec.Struct, frozen=True):
    """Records of one lane that go, from `first` to `last`: their hashes."""

    epoch: int
    lane: Lane
    first: int
    last: int
    hashes: list[str]


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
        today: Callable[[Driven], str],
        post: Post,
        suite_id: str,
        unprinted: Unprinted,
    ) -> None:
        """`today` gives the business date."""
        self._database = database
        self._clock = clock
        self._scans = scans
        self._today = today
        self._post = post
        self._suite_id = suite_id
        self._unprinted = unprinted
        self._records_at_once, self._cases_at_once = _RECORDS_AT_ONCE, _CASES_AT_ONCE
        self._looked_at = 0
        """Up to which serial the cases of this round were looked at."""
        self._lies_in_wal = False

    def step(self, open_case: str = "") -> Gone:
        """Take what may go, a bounded part of it; `open_case` is of the visit on the screen and stays.

        `Purged` is sent in the same transaction. Once nothing more goes, the WAL is emptied, or in the next idle moment
        where a copy is being made: then it is gone from the disk too (secure_delete).
        """
        began = time.monotonic()
        with self._database.unit_of_work() as session:
            driver = driven(session)
            before = retention.cutoff(self._today(driver))
            runs = self._runs(driver, before)
            cases, last = self._cases(session, before, open_case)
            scans = self._scans.forget(session, [*cases, *self._scans.apart(session, before)])
            _forget(session, cases)
            papers = sheets.forget(session, before, open_case)
            self._prove(driver, runs, scans)
        if cases:
            self._unprinted.forget()
        self._looked_at = last
        records = sum(len(run.hashes) for run in runs)
        if scans:
            self._scans.files.drop(*scans)
        more = records == self._records_at_once or last > 0
        self._measure(records, len(cases), time.monotonic() - began)
        self._lies_in_wal = self._lies_in_wal or bool(records or cases or papers)
        if self._lies_in_wal and not more:
            self._database.checkpoint()
            self._lies_in_wal = False
        self._forget_copies()
        return Gone(records, len(cases), len(scans), more)

    def _measure(self, records: int, cases: int, seconds: float) -> None:
        """A slow disk is given less at once."""
        if records or cases:
            self._records_at_once = _next(self._records_at_once, seconds, _RECORDS_AT_ONCE)
            self._cases_at_once = _next(self._cases_at_once, seconds, _CASES_AT_ONCE)

    def _runs(self, driver: Driven, before: str) -> list[_Run]:
        runs: list[_Run] = []
        room = self._records_at_once
        for epoch, lane, purged, acked, archived in driver.execute(_PURGEABLE).fetchall():
            rows = driver.execute(_FOLLOW, (epoch, lane, purged, room)).fetchall() if room else []
            held = [Held(seq, acked_at) for seq, acked_at, _ in rows]
            last = retention.last_to_go(held, purged=purged, acked=acked, archived=archived, before=before)
            going = [(seq, digest) for seq, _, digest in rows if seq <= last]
            if going:
                driver.executemany(_KEEP_HASH, [(epoch, lane, seq, bytes.fromhex(digest)) for seq, digest in going])
                driver.execute(_TAKE, (epoch, lane, last))
                driver.execute(_SET_PURGED, (last, epoch, lane))
                runs.append(_Run(epoch, Lane(lane), going[0][0], last, [digest for _, digest in going]))
                room -= len(going)
        return runs

    def _cases(self, session: Session, before: str, open_case: str) -> tuple[list[str], int]:
        """Cases that may go, and up to which serial was looked: 0 at the end of a round."""
        at_once = self._cases_at_once
        window = select(CaseRow.case_serial).where(CaseRow.case_serial > self._looked_at, CaseRow.filed_at < before)
        serials = session.scalars(window.order_by(CaseRow.case_serial).limit(at_once * _WINDOW)).all()
        if not serials:
            return [], 0
        within = CaseRow.case_serial.between(serials[0], serials[-1])
        free = _free(before, open_case).where(within).order_by(CaseRow.case_serial).limit(at_once)
        found = session.execute(free).all()
        if len(found) == at_once:
            return [case_id for case_id, _ in found], found[-1][1]
        return [case_id for case_id, _ in found], serials[-1] if len(serials) == at_once * _WINDOW else 0

    def _prove(self, driver: Driven, runs: Sequence[_Run], scans: tuple[str, ...]) -> None:
        now = iso(self._clock())
        used = suite(self._suite_id)
        told = not scans
        for run in runs:
            of_cases = run.lane is Lane.CASES and not told
            told = told or of_cases
            digest = used.digest("\n".join(run.hashes).encode()).hex()
            named = scans if of_cases else ()
            self._post_purged(driver, Purged(run.epoch, run.lane, run.first, run.last, digest, named, RULE, now))
        if not told:  # the scans of cases whose records went earlier
            nothing = used.digest(b"").hex()
            self._post_purged(driver, Purged(0, Lane.SCANS, 0, 0, nothing, scans, RULE, now))

    def _post_purged(self, driver: Driven, body: Purged) -> None:
        self._post(driver, Lane.TELEMETRY, str(uuid.uuid4()), body, body.at)

    def _forget_copies(self) -> None:
        path = self._database.path
        for copy in path.parent.glob(f"{path.name}.epoch-*"):
            with suppress(OSError):
                if time.time() - copy.stat().st_mtime > _COPIES_DAYS * 86400:
                    copy.unlink()


def _next(amount: int, seconds: float, usual: int) -> int:
    return retention.next_amount(amount, seconds, least=usual // _SPAN, most=usual * _SPAN)


def _free(before: str, open_case: str) -> Select[str, int]:
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
    old = select(CaseRow.case_id, CaseRow.case_serial).where(CaseRow.filed_at < before, CaseRow.case_id != open_case)
    return old.where(~waits(CaseRow.case_id), ~paper, ~document, ~scan)


def _forget(session: Session, cases: Sequence[str]) -> None:
    for row in (DocumentRow, PaperRow, CaseRow):
        session.execute(delete(row).where(row.case_id.in_(cases)))
