"""The sealed scans of kept cases as the store names them; their bytes are files of `scan_files`.

A part of the store: every method runs on its thread, is one transaction, and raises StoreError.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from contract import envelope
from contract.messages import CaseFiled
from contract.scans import ScanRef
from contract.supplements import SupplementGiven
from offline_cache.disk.database import Database, iso
from offline_cache.disk.driven import Driven, driven
from offline_cache.records import StoreError, StoreFault
from offline_cache.scans.files import ScanFile, ScanStore
from offline_cache.tables import CaseRow, OutboxRow, Row

ORPHAN_AFTER: Final = timedelta(hours=24)
_SEEN_SECONDS: Final = 3600.0
"""A clock that leaps must not take a scan from a visit that is going on: an orphan was also seen for so long."""
_APART_AT_ONCE: Final = 50
_NEW: Final = "INSERT INTO scans (hash, case_id, size, what, suite, kept_at) VALUES (?, ?, ?, ?, ?, ?)"


class ScanRow(Row):
    __tablename__ = "scans"

    hash: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str]
    size: Mapped[int]
    what: Mapped[str]
    suite: Mapped[str]
    kept_at: Mapped[str]
    held_at: Mapped[str | None] = mapped_column(default=None)
    damaged_at: Mapped[str | None] = mapped_column(default=None)


class WaitingScan(msgspec.Struct, frozen=True):
    """A scan the centre does not hold yet. `hash` is of `suite`; `size` in bytes."""

    hash: str
    case_id: str
    size: int
    what: str
    suite: str


class ScanBook:
    """The scans of one store."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        files: ScanStore,
        uptime: Callable[[], float] = time.monotonic,
    ) -> None:
        self._uptime = uptime
        self._database = database
        self._clock = clock
        self.files = files
        self._unnamed_since: dict[str, float] = {}

    def name(self, driver: Driven, case_id: str, refs: Sequence[ScanRef]) -> None:
        """In the transaction of the case: these are its scans. Raises StoreError when one is not on disk as named."""
        for ref in refs:
            if not self.files.has(ref.hash, ref.size):
                detail = f"case {case_id}: its scan {ref.hash[:12]}… of {ref.size} bytes is not on disk; scan it again"
                raise StoreError(StoreFault.SCAN_MISSING, detail)
            kept = (ref.hash, case_id, ref.size, ref.what, ref.suite, iso(self._clock()))
            driver.execute(_NEW, kept)

    def waiting(self) -> tuple[WaitingScan, ...]:
        """What is still to be sent, the oldest first; a damaged file is not among them."""
        with self._database.unit_of_work() as session:
            # Columns, not rows: after a month alone there are tens of thousands.
            found = select(ScanRow.hash, ScanRow.case_id, ScanRow.size, ScanRow.what, ScanRow.suite)
            due = found.where(ScanRow.held_at.is_(None), ScanRow.damaged_at.is_(None))
            return tuple(WaitingScan(*row) for row in session.execute(due.order_by(ScanRow.kept_at, ScanRow.hash)))

    def held(self, scan_hash: str) -> None:
        """The centre holds all of it."""
        with self._database.unit_of_work() as session:
            row = session.get(ScanRow, scan_hash)
            if row is not None and row.held_at is None:
                row.held_at = iso(self._clock())

    def damaged(self, scan_hash: str) -> None:
        """Its file does not have its hash any more: it is never sent as good."""
        with self._database.unit_of_work() as session:
            row = session.get(ScanRow, scan_hash)
            if row is not None and row.damaged_at is None:
                row.damaged_at = iso(self._clock())

    def due(self) -> int:
        """How many the centre does not hold, damaged ones too."""
        with self._database.unit_of_work() as session:
            return session.scalar(select(func.count()).select_from(ScanRow).where(ScanRow.held_at.is_(None))) or 0

    def of_cases(self, session: Session, case_ids: Sequence[str]) -> tuple[tuple[str, bool], ...]:
        """The hash of each scan of these cases, and whether the centre holds it."""
        rows = session.scalars(select(ScanRow).where(ScanRow.case_id.in_(case_ids)).order_by(ScanRow.hash))
        return tuple((row.hash, row.held_at is not None) for row in rows)

    def forget(self, session: Session, case_ids: Sequence[str]) -> tuple[str, ...]:
        """In the transaction that purges the cases, before their rows go: their hashes.

        The caller drops the files after the commit; what a cut leaves of them is swept.
        """
        names = tuple(name for name, _ in self.of_cases(session, case_ids))
        session.execute(delete(ScanRow).where(ScanRow.case_id.in_(case_ids)))
        return names

    def sweep(self, files: Sequence[ScanFile] | None = None) -> tuple[str, ...]:
        """Remove files that no case has named for 24 h; which. `files` are those that lie there, read beforehand.

        A file that an envelope still names gets its row back: that was lost with a damaged database. All envelopes are
        read for that, so it is looked for when the file is first met, and once more before it goes.
        """
        gone = []
        now = self._uptime()
        with self._database.unit_of_work() as session:
            named = set(session.scalars(select(ScanRow.hash)))
            lying = self.files.files() if files is None else files
            unnamed = {file.name: file for file in lying if file.name not in named}
            before, self._unnamed_since = self._unnamed_since, {}
            for name, file in unnamed.items():
                old = self._clock().timestamp() - file.made_at >= ORPHAN_AFTER.total_seconds()
                leaves = old and now - before.get(name, now) >= _SEEN_SECONDS
                self._unnamed_since[name] = before.get(name, now)
                if (leaves or name not in before) and self._name_again(session, name):
                    continue
                if leaves:
                    gone.append(name)
        if gone:
            self.files.drop(*gone)
        return tuple(gone)

    def _name_again(self, session: Session, name: str) -> bool:
        found = _naming(session, name)
        if found is None:
            return False
        of = found.supplement_id if isinstance(found, SupplementGiven) else found.case_id
        known = select(CaseRow.case_serial).where(CaseRow.case_id == of)
        if isinstance(found, SupplementGiven) or session.scalar(known) is not None:
            self.name(driven(session), of, [ref for ref in found.scans if ref.hash == name])
        return True

    def apart(self, session: Session, before: str) -> tuple[str, ...]:
        """Supplements whose scans were all kept before a moment and may go: the centre holds each, and their record is
        gone from the outbox. A case's own scans go with the case.
        """
        here = exists().where(or_(CaseRow.case_id == ScanRow.case_id, OutboxRow.id == ScanRow.case_id))
        other = aliased(ScanRow)
        waits = exists().where(other.case_id == ScanRow.case_id, or_(other.held_at.is_(None), other.kept_at >= before))
        found = select(ScanRow.case_id).where(~here, ~waits).distinct().limit(_APART_AT_ONCE)
        return tuple(session.scalars(found))


def send_again(session: Session, case_id: str) -> None:
    """The centre lost a scan of this case: each is asked about once more, and sent where it lacks."""
    session.execute(update(ScanRow).where(ScanRow.case_id == case_id).values(held_at=None))


def _naming(session: Session, name: str) -> CaseFiled | SupplementGiven | None:
    """The case or the supplement whose envelope names this scan."""
    found = select(OutboxRow.raw).where(func.instr(OutboxRow.raw, name.encode()) > 0).limit(1)
    raw = session.scalar(found.where(OutboxRow.kind.in_(("case", "supplement"))))
    return None if raw is None else msgspec.json.decode(envelope.decode(raw).body, type=CaseFiled | SupplementGiven)
