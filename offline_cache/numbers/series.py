"""Gives out queue numbers, case serials and document serials, in the caller's transaction, ahead of every paper.

The tiers and their order are in `contract.numbers`; which day a number belongs to is decided in `numbering`.
"""

import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from contract import numbers
from contract.messages import NumberTier
from contract.numbers import Lease, NumberGiven
from offline_cache.numbers.numbering import HallTime, Numbering, Uptime, before, business_day, refuse_other_queue
from offline_cache.numbers.reserve import Reserve, ReserveFile
from offline_cache.tables import CaseRow, IdentityRow, LeaseRow, NumberingRow, SeriesRow

SKIP: Final = 50
"""How far every series jumps where it cannot be known what was given out before."""
_NEW: Final = "new"
_SERIALS: Final = 1_000_000
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


class Issued(msgspec.Struct, frozen=True):
    """A number nobody else has, with the serial of its case."""

    number: str
    tier: NumberTier
    business_date: str
    serial: int


def machine_uptime() -> Uptime:
    """The clock nobody sets, suspended time included."""
    return Uptime(_BOOT_ID.read_text(encoding="ascii").strip(), time.clock_gettime(time.CLOCK_BOOTTIME))


class Series:
    """The counters of one store. Every method works in the caller's transaction and raises StoreError."""

    def __init__(
        self,
        numbering: Numbering,
        reserve: ReserveFile,
        clock: Callable[[], datetime],
        uptime: Callable[[], Uptime] = machine_uptime,
    ) -> None:
        self._numbering = numbering
        self._reserve = reserve
        self._clock = clock
        self._uptime = uptime

    def settle(self, session: Session, *, fresh: bool) -> None:
        """At the opening: a database that is not the one that was closed last goes on above the reserve.

        Where both are lost nobody knows what an earlier store of this machine gave out: a `fresh` one begins where an
        older one could hardly have come.
        """
        row = session.get_one(NumberingRow, 1)
        reserve = self._reserve.read()
        if reserve is None and row.closed == _NEW:
            if fresh:
                self._begin(session, row)
        elif reserve is None:
            skip_ahead(session)
        elif not reserve.closed or reserve.closed != row.closed:
            _raise_to(session, row, reserve)
        row.closed = ""

    def close(self, session: Session) -> Reserve:
        """The orderly end: what to keep as the reserve once this transaction is durable."""
        row = session.get_one(NumberingRow, 1)
        identity = session.get_one(IdentityRow, 1)
        row.closed = secrets.token_hex(8)
        rows = session.scalars(select(SeriesRow).where(SeriesRow.business_date >= row.trusted_day))
        return Reserve(
            serial=identity.last_serial,
            document=identity.last_document,
            local=row.last_local,
            day=row.trusted_day,
            series={_name(one.business_date, one.queue): one.last for one in rows},
            closed=row.closed,
        )

    def issue(self, session: Session, queue: str, given: NumberGiven | None) -> Issued:
        """The upstream's number where it gave one, else the next of the lease, else the next of the terminal itself."""
        refuse_other_queue(queue)
        with session.no_autoflush:  # what is counted here is written once, with the case
            row = session.get_one(NumberingRow, 1)
            identity = session.get_one(IdentityRow, 1)
            identity.last_serial += 1
            counted: dict[str, int] = {}
            if given is not None and _is_free(session, queue, given):
                number, tier, day = given.number, NumberTier.UPSTREAM, given.business_date
                self._hear(row, given)
            else:
                number, tier, day, counted = self._own(session, queue, row, identity.epoch)
        self._reserve.cover(
            Reserve(serial=identity.last_serial, local=row.last_local, day=row.trusted_day, series=counted)
        )
        return Issued(number, tier, day, identity.last_serial)

    def document(self, session: Session) -> int:
        """The next serial of a document."""
        identity = session.get_one(IdentityRow, 1)
        identity.last_document += 1
        self._reserve.cover(Reserve(document=identity.last_document))
        return identity.last_document

    def today(self, session: Session) -> str:
        """The business date it is now, as a number of this terminal's own would have it."""
        row, identity = session.get_one(NumberingRow, 1), session.get_one(IdentityRow, 1)
        return self._day(session, row, {lease.business_date for lease in _leases(session, identity.epoch)})

    def _own(
        self, session: Session, queue: str, row: NumberingRow, epoch: int
    ) -> tuple[str, NumberTier, str, dict[str, int]]:
        leases = _leases(session, epoch)
        day = self._day(session, row, {lease.business_date for lease in leases})
        lease = next((one for one in leases if (one.business_date, one.queue) == (day, queue)), None)
        if lease is not None:
            series = session.get(SeriesRow, (queue, day))
            if series is None:
                series = SeriesRow(queue=queue, business_date=day, last=lease.first - 1)
                session.add(series)
            count = max(lease.first, series.last + 1)
            if count <= lease.last:
                series.last = count
                number = numbers.leased(queue, lease.series, count)
                return number, NumberTier.LEASED, day, {_name(day, queue): count}
        row.last_local += 1
        return self._numbering.local(queue, row.last_local), NumberTier.LOCAL, day, {}

    def _day(self, session: Session, row: NumberingRow, leased: set[str]) -> str:
        known, used = None, ""
        if row.known_at:
            known = HallTime(datetime.fromisoformat(row.known_at), Uptime(row.known_boot, row.known_seconds))
        elif not row.trusted_day:
            used = session.scalar(select(func.max(CaseRow.business_date))) or ""
        found = business_day(
            self._clock(), self._uptime(), known=known, leased=leased, trusted=row.trusted_day, used=used
        )
        if found.time is not None:
            _keep_time(row, found.time)
            row.trusted_day = max(row.trusted_day, found.business_date)
        return found.business_date

    def _hear(self, row: NumberingRow, given: NumberGiven) -> None:
        row.trusted_day = max(row.trusted_day, given.business_date)
        said = _moment(given.server_time)
        if said is not None:
            _keep_time(row, HallTime(said.astimezone(self._clock().tzinfo), self._uptime()))

    def _begin(self, session: Session, row: NumberingRow) -> None:
        now = self._clock()
        identity = session.get_one(IdentityRow, 1)
        identity.last_serial = identity.last_document = int(now.timestamp() // 10) % _SERIALS
        row.last_local = now.hour * 60 + now.minute


def keep_lease(session: Session, lease: Lease) -> None:
    """Replace the lease of its day and queue. One of another epoch is void and ignored; days that are over go."""
    if lease.epoch != session.get_one(IdentityRow, 1).epoch:
        return
    row = session.get_one(NumberingRow, 1)
    # Leases come for today and tomorrow: it cannot be earlier in the hall than the day before the one leased.
    row.trusted_day = max(row.trusted_day, before(lease.business_date))
    session.merge(
        LeaseRow(
            business_date=lease.business_date,
            queue=lease.queue,
            series=lease.series,
            first=lease.first,
            last=lease.last,
            epoch=lease.epoch,
        )
    )
    session.flush()
    session.execute(delete(LeaseRow).where(LeaseRow.business_date < before(row.trusted_day)))


def skip_ahead(session: Session) -> None:
    """Every series jumps: for an epoch that was left, or a reserve that was lost."""
    identity, row = session.get_one(IdentityRow, 1), session.get_one(NumberingRow, 1)
    identity.last_serial += SKIP
    identity.last_document += SKIP
    row.last_local += SKIP
    for lease in session.scalars(select(LeaseRow)).all():
        if session.get(SeriesRow, (lease.queue, lease.business_date)) is None:
            session.add(SeriesRow(queue=lease.queue, business_date=lease.business_date, last=lease.first - 1))
    session.flush()
    for series in session.scalars(select(SeriesRow).where(SeriesRow.business_date >= row.trusted_day)).all():
        series.last += SKIP


def _leases(session: Session, epoch: int) -> list[Lease]:
    """Those that are not void."""
    columns = (LeaseRow.business_date, LeaseRow.queue, LeaseRow.series, LeaseRow.first, LeaseRow.last, LeaseRow.epoch)
    return [Lease(*row) for row in session.execute(select(*columns).where(LeaseRow.epoch == epoch))]


def _raise_to(session: Session, row: NumberingRow, reserve: Reserve) -> None:
    identity = session.get_one(IdentityRow, 1)
    identity.last_serial = max(identity.last_serial, reserve.serial)
    identity.last_document = max(identity.last_document, reserve.document)
    row.last_local = max(row.last_local, reserve.local)
    row.trusted_day = max(row.trusted_day, reserve.day)
    for name, count in reserve.series.items():
        day, _, queue = name.partition("/")
        known = session.get(SeriesRow, (queue, day))
        session.merge(SeriesRow(queue=queue, business_date=day, last=max(count, known.last if known else 0)))


def _is_free(session: Session, queue: str, given: NumberGiven) -> bool:
    """An upstream that was set back itself may give what this terminal holds already: its own series serves then."""
    if not re.fullmatch(rf"{queue}\d{{3,9}}", given.number) or _moment(f"{given.business_date}T00:00:00Z") is None:
        return False
    place = (CaseRow.queue == queue, CaseRow.business_date == given.business_date, CaseRow.number == given.number)
    return session.scalar(select(CaseRow.case_id).where(*place)) is None


def _keep_time(row: NumberingRow, time: HallTime) -> None:
    row.known_at = time.at.isoformat()
    row.known_boot, row.known_seconds = time.uptime.boot, time.uptime.seconds


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _name(day: str, queue: str) -> str:
    return f"{day}/{queue}"
