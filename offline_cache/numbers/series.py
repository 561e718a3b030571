"""Gives out queue numbers, case serials and document serials, in the caller's transaction, ahead of every paper.

The tiers and their order are in `contract.numbers`; which day a number belongs to is decided in `numbering`.
"""

import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contract import numbers
from contract.messages import NumberTier
from contract.numbers import Lease, NumberGiven
from offline_cache.disk.driven import Driven
from offline_cache.numbers.numbering import HallTime, Numbering, Uptime, before, business_day, refuse_other_queue
from offline_cache.numbers.reserve import Reserve, ReserveFile
from offline_cache.tables import IdentityRow, LeaseRow, NumberingRow, SeriesRow

SKIP: Final = 50
"""How far every series jumps where it cannot be known what was given out before."""
_NEW: Final = "new"
_SERIALS: Final = 1_000_000
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_LOOK: Final = """\
SELECT n.last_serial, n.last_local, n.trusted_day, n.known_at, n.known_boot, n.known_seconds,
  l.business_date, l.queue, l.series, l.first, l.last, s.last
FROM numbering AS n CROSS JOIN identity AS i
LEFT JOIN leases AS l ON l.epoch = i.epoch
LEFT JOIN series AS s ON s.queue = l.queue AND s.business_date = l.business_date"""
_WRITE: Final = """\
UPDATE numbering SET last_serial = ?, last_local = ?, trusted_day = ?, known_at = ?, known_boot = ?, known_seconds = ?
WHERE one = 1"""
_COUNT: Final = """\
INSERT INTO series (queue, business_date, last) VALUES (?, ?, ?)
ON CONFLICT (queue, business_date) DO UPDATE SET last = excluded.last"""
_NEXT_DOCUMENT: Final = "UPDATE numbering SET last_document = last_document + 1 WHERE one = 1 RETURNING last_document"
_USED: Final = "SELECT max(business_date) FROM cases"
_TAKEN: Final = "SELECT 1 FROM cases WHERE queue = ? AND business_date = ? AND number = ?"


class _Leased(msgspec.Struct, frozen=True):
    """A lease of this epoch; `given` is the last count given out of its series."""

    business_date: str
    queue: str
    series: str
    first: int
    last: int
    given: int


class _Counters(msgspec.Struct):
    """The row `numbering` and the leases that are not void; `read` is the row as it was."""

    last_serial: int
    last_local: int
    trusted_day: str
    known_at: str
    known_boot: str
    known_seconds: float
    leases: list[_Leased]
    read: tuple[object, ...]

    def keep_time(self, time: HallTime) -> None:
        self.known_at = time.at.isoformat()
        self.known_boot, self.known_seconds = time.uptime.boot, time.uptime.seconds


class Issued(msgspec.Struct, frozen=True):
    """A number nobody else has, with the serial of its case."""

    number: str
    tier: NumberTier
    business_date: str
    serial: int


@cache
def _boot() -> str:
    return _BOOT_ID.read_text(encoding="ascii").strip()


def machine_uptime() -> Uptime:
    """The clock nobody sets, suspended time included."""
    return Uptime(_boot(), time.clock_gettime(time.CLOCK_BOOTTIME))


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
                self._begin(row)
        elif reserve is None:
            skip_ahead(session)
        elif not reserve.closed or reserve.closed != row.closed:
            _raise_to(session, row, reserve)
        row.closed = ""

    def close(self, session: Session) -> Reserve:
        """The orderly end: what to keep as the reserve once this transaction is durable."""
        row = session.get_one(NumberingRow, 1)
        row.closed = secrets.token_hex(8)
        rows = session.scalars(select(SeriesRow).where(SeriesRow.business_date >= row.trusted_day))
        return Reserve(
            serial=row.last_serial,
            document=row.last_document,
            local=row.last_local,
            day=row.trusted_day,
            series={_name(one.business_date, one.queue): one.last for one in rows},
            closed=row.closed,
        )

    def issue(self, driver: Driven, queue: str, given: NumberGiven | None) -> Issued:
        """The upstream's number where it gave one, else the next of the lease, else the next of the terminal itself."""
        refuse_other_queue(queue)
        counters = _look(driver)
        counted: dict[str, int] = {}
        if given is not None and _is_free(driver, queue, given):
            number, tier, day = given.number, NumberTier.UPSTREAM, given.business_date
            self._hear(counters, given)
        else:
            number, tier, day, counted = self._own(driver, queue, counters)
        counters.last_serial = serial = counters.last_serial + 1
        _write(driver, counters)
        self._reserve.cover(Reserve(serial=serial, local=counters.last_local, day=counters.trusted_day, series=counted))
        return Issued(number, tier, day, serial)

    def document(self, driver: Driven) -> int:
        """The next serial of a document."""
        serial = int(driver.execute(_NEXT_DOCUMENT).fetchall()[0][0])
        self._reserve.cover(Reserve(document=serial))
        return serial

    def today(self, driver: Driven) -> str:
        """The business date it is now, as a number of this terminal's own would have it."""
        counters = _look(driver)
        day = self._day(driver, counters)
        _write(driver, counters)
        return day

    def _own(self, driver: Driven, queue: str, counters: "_Counters") -> tuple[str, NumberTier, str, dict[str, int]]:
        day = self._day(driver, counters)
        lease = next((one for one in counters.leases if (one.business_date, one.queue) == (day, queue)), None)
        if lease is not None:
            count = max(lease.first, lease.given + 1)
            if count <= lease.last:
                driver.execute(_COUNT, (queue, day, count))
                number = numbers.leased(queue, lease.series, count)
                return number, NumberTier.LEASED, day, {_name(day, queue): count}
        counters.last_local += 1
        return self._numbering.local(queue, counters.last_local), NumberTier.LOCAL, day, {}

    def _day(self, driver: Driven, counters: "_Counters") -> str:
        known, used = None, ""
        if counters.known_at:
            uptime = Uptime(counters.known_boot, counters.known_seconds)
            known = HallTime(datetime.fromisoformat(counters.known_at), uptime)
        elif not counters.trusted_day:
            used = driver.execute(_USED).fetchall()[0][0] or ""
        leased = {lease.business_date for lease in counters.leases}
        trusted = counters.trusted_day
        found = business_day(self._clock(), self._uptime(), known=known, leased=leased, trusted=trusted, used=used)
        if found.time is not None:
            counters.keep_time(found.time)
            counters.trusted_day = max(trusted, found.business_date)
        return found.business_date

    def _hear(self, counters: "_Counters", given: NumberGiven) -> None:
        counters.trusted_day = max(counters.trusted_day, given.business_date)
        said = _moment(given.server_time)
        if said is not None:
            counters.keep_time(HallTime(said.astimezone(self._clock().tzinfo), self._uptime()))

    def _begin(self, row: NumberingRow) -> None:
        now = self._clock()
        row.last_serial = row.last_document = int(now.timestamp() // 10) % _SERIALS
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
    row = session.get_one(NumberingRow, 1)
    row.last_serial += SKIP
    row.last_document += SKIP
    row.last_local += SKIP
    for lease in session.scalars(select(LeaseRow)).all():
        if session.get(SeriesRow, (lease.queue, lease.business_date)) is None:
            session.add(SeriesRow(queue=lease.queue, business_date=lease.business_date, last=lease.first - 1))
    session.flush()
    for series in session.scalars(select(SeriesRow).where(SeriesRow.business_date >= row.trusted_day)).all():
        series.last += SKIP


def _raise_to(session: Session, row: NumberingRow, reserve: Reserve) -> None:
    row.last_serial = max(row.last_serial, reserve.serial)
    row.last_document = max(row.last_document, reserve.document)
    row.last_local = max(row.last_local, reserve.local)
    row.trusted_day = max(row.trusted_day, reserve.day)
    for name, count in reserve.series.items():
        day, _, queue = name.partition("/")
        known = session.get(SeriesRow, (queue, day))
        session.merge(SeriesRow(queue=queue, business_date=day, last=max(count, known.last if known else 0)))


def _look(driver: Driven) -> "_Counters":
    """All that decides the next number, in one question."""
    rows = driver.execute(_LOOK).fetchall()
    last_serial, last_local, trusted_day, known_at, known_boot, known_seconds = read = rows[0][:6]
    leases = [
        _Leased(day, queue, series, first, last, given or 0)
        for *_, day, queue, series, first, last, given in rows
        if day is not None
    ]
    return _Counters(last_serial, last_local, trusted_day, known_at, known_boot, known_seconds, leases, read)


def _write(driver: Driven, counters: "_Counters") -> None:
    """What has changed, once."""
    values = (
        counters.last_serial,
        counters.last_local,
        counters.trusted_day,
        counters.known_at,
        counters.known_boot,
        counters.known_seconds,
    )
    if values != counters.read:
        driver.execute(_WRITE, values)


def _is_free(driver: Driven, queue: str, given: NumberGiven) -> bool:
    """An upstream that was set back itself may give what this terminal holds already: its own series serves then."""
    if not re.fullmatch(rf"{queue}\d{{3,9}}", given.number) or _moment(f"{given.business_date}T00:00:00Z") is None:
        return False
    place = (queue, given.business_date, given.number)
    return driver.execute(_TAKEN, place).fetchone() is None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _name(day: str, queue: str) -> str:
    return f"{day}/{queue}"
