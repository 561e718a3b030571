"""What the terminal remembers. One transaction a method: number, case, paper journal and outbox together, or nothing.

Every method runs on the thread that opened the store and raises StoreError when nothing was kept.
"""

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import msgspec
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from contract.catalogue import ItemKind
from contract.envelope import Lane, Sealed
from contract.messages import Body, RatingGiven
from contract.numbers import NumberGiven
from contract.suites import INTL
from contract.supplements import SupplementGiven
from offline_cache import documents, lanes, shapes
from offline_cache.disk.database import Database, iso
from offline_cache.disk.driven import Driven, driven
from offline_cache.disk.room import Room
from offline_cache.documents import DocumentJournal
from offline_cache.epochs import Epochs
from offline_cache.feed.kept import Feed
from offline_cache.link.outbox import LaneState
from offline_cache.numbers.numbering import Numbering, Uptime
from offline_cache.numbers.reserve import ReserveFile
from offline_cache.numbers.series import Series, keep_lease, machine_uptime
from offline_cache.records import (
    OF_CITIZENS,
    CaseDraft,
    Counts,
    InForce,
    OutboxItem,
    PrintState,
    Pulse,
    Record,
    StoredCase,
    StoreError,
    StoreFault,
    Unsent,
)
from offline_cache.retention.days import Days
from offline_cache.retention.purge import Purge
from offline_cache.scans.book import ScanBook
from offline_cache.scans.files import SCANS, ScanStore
from offline_cache.sheets import SheetJournal
from offline_cache.tables import CaseRow, IdentityRow, LaneRow, PaperRow
from offline_cache.tickets import TicketJournal, case_with_ticket, known_case, live_ticket
from offline_cache.unprinted import Unprinted, look

__all__ = ["CaseDraft", "Counts", "OutboxItem", "PrintState", "Store", "StoreError", "StoreFault", "StoredCase"]

_KNOWN = "SELECT 1 FROM cases WHERE case_id = ?"
_STORE = "SELECT store FROM identity WHERE one = 1"
ROOM_FOR_CASES = 16 * 1024 * 1024
"""Bytes: below this the store does not call itself well again after a fault."""


class Store:
    """The cases of one terminal in one encrypted file. It has one writer: a second process is refused."""

    def __init__(
        self,
        database: Database,
        identity: IdentityRow,
        numbers: Numbering,
        series: Series,
        reserve: ReserveFile,
        scans: ScanStore,
        clock: Callable[[], datetime],
        suite_id: str,
    ) -> None:
        self._database = database
        self._numbering = numbers
        self._series = series
        self._reserve = reserve
        self._clock = clock
        self._suite_id = suite_id
        self.terminal = identity.terminal
        self.boot = identity.boot
        self.documents = DocumentJournal(
            database,
            lambda session, day: numbers.document_serial(day, series.document(driven(session))),
            clock,
            identity.boot,
            case_of=case_with_ticket,
            post=self._send,
        )
        self.sheets = SheetJournal(
            database,
            lambda driver: numbers.document_serial(series.today(driver), series.document(driver)),
            clock,
            identity.boot,
            post=self._send,
        )
        self._unprinted = unprinted = Unprinted()
        self.tickets = TicketJournal(database, clock, identity.boot, post=self._send, unprinted=unprinted)
        self.epochs = Epochs(database, identity, clock, post=self._send)
        self.scans = ScanBook(database, clock, scans)
        self.feed = Feed(database, clock, identity.terminal, keep_lease=keep_lease, post=self._send)
        self.days = Days(database, clock, today=series.today, post=self._send, suite_id=suite_id)
        self.purge = Purge(
            database, clock, self.scans, today=series.today, post=self._send, suite_id=suite_id, unprinted=unprinted
        )

    @classmethod
    def open(  # noqa: PLR0913 - each is a setting of its own
        cls,
        path: Path,
        key: bytes,
        *,
        terminal: str,
        series: str,
        district: str,
        terminal_number: str,
        clock: Callable[[], datetime],
        uptime: Callable[[], Uptime] = machine_uptime,
        suite_id: str = INTL,
    ) -> Self:
        """Open or make the store at `path` with a raw 32-byte `key`; `clock` gives local time with its offset.

        `suite_id` says which suite hashes what is put out from now on.

        Raises StoreError (key, SQLite version, another terminal's or a newer file, in use) and ValueError (settings).
        """
        numbers = Numbering(series, district, terminal_number)
        database = Database(path, key, iso(clock()))
        reserve = ReserveFile.beside(path)
        counters = Series(numbers, reserve, clock, uptime)
        try:
            with database.unit_of_work() as session:
                identity = _identify(session, terminal)
                counters.settle(session, fresh=identity.boot == 1)
            return cls(database, identity, numbers, counters, reserve, ScanStore(path.parent / SCANS), clock, suite_id)
        except BaseException:
            database.close()  # whatever it was: a lock that stays would keep the store shut until the next start
            raise

    @property
    def epoch(self) -> int:
        """The epoch this store is in."""
        return self.epochs.current

    def close(self) -> None:
        """An orderly end lets the numbers go on without a gap; without one there is a gap, never a repeat."""
        try:
            with suppress(StoreError):
                with self._database.unit_of_work() as session:
                    closing = self._series.close(session)
                self._reserve.keep(closing)
        finally:
            self._database.close()

    def verify(self) -> None:
        """Raises StoreError when the file is damaged."""
        self._database.verify()

    def room(self) -> Room:
        """What the disk has left and what the store takes of it: `free_share` and `store` (bytes) of the heartbeat."""
        return self._database.room()

    def promises(self) -> int:
        """How many records were ever put out here. Rises with every one, so a copy of the same count lacks none."""
        with self._database.unit_of_work() as session:
            return session.scalar(select(func.coalesce(func.sum(LaneRow.highest), 0))) or 0

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

    def save_case(self, draft: CaseDraft, given: NumberGiven | None = None) -> StoredCase:
        """Store the case under the number the upstream has given, or else the next of the terminal's own.

        The same `case_id` again returns the first case, whatever is given then.
        """
        new = None
        with self._database.transaction() as driver:
            if driver.execute(_KNOWN, (draft.case_id,)).fetchone() is None:
                new = self._save(driver, draft, given)
        if new is not None:
            self._unprinted.filed(new.business_date)
            return new
        with self._database.unit_of_work() as session:
            return msgspec.structs.replace(case_with_ticket(session, draft.case_id), repeat=True)

    def end_visit(self, case_id: str) -> None:
        """The visit of this case ended in order: its number is not shown to the next person."""
        with self._database.unit_of_work() as session:
            row = known_case(session, case_id)
            row.visit_ended_at = row.visit_ended_at or self._now()

    def latest_unfinished(self, within: timedelta) -> StoredCase | None:
        """The newest case, if it is that young, its visit did not end in order and its ticket is not known printed."""
        with self._database.unit_of_work() as session:
            row = session.scalar(select(CaseRow).order_by(CaseRow.case_serial.desc()).limit(1))
            if row is None or row.visit_ended_at is not None:
                return None
            ticket = live_ticket(session, row.case_id)
            age = self._clock() - datetime.fromisoformat(row.filed_at)
            if ticket.state == PrintState.PRINTED or not timedelta(0) <= age <= within:
                return None
            return shapes.stored_case(row, ticket)

    def add_record(self, body: Record, record_id: str, sealed: Sealed | None = None) -> bool:
        """Put a record into the outbox, with its sealed part where it has one. False when it is there already: the same
        id, or a case's second rating.
        """
        with self._database.unit_of_work() as session:
            if lanes.holds(driven(session), record_id):
                return False
            lane = Lane.RATINGS if isinstance(body, OF_CITIZENS) else Lane.TELEMETRY
            if isinstance(body, RatingGiven) and body.case_id and not body.again:
                row = known_case(session, body.case_id)
                if row.rated_at is not None:
                    return False
                row.rated_at = body.at
            if isinstance(body, SupplementGiven):
                self.scans.name(driven(session), body.supplement_id, body.scans)
            self._send(driven(session), lane, record_id, body, self._now(), sealed)
            return True

    def counts(self) -> Counts:
        """What the store holds now."""
        with self._database.unit_of_work() as session:
            kinds = _counted(session, select(CaseRow.item_kind, func.count()).group_by(CaseRow.item_kind))
            live = select(PaperRow.state, func.count()).where(PaperRow.voided_at.is_(None)).group_by(PaperRow.state)
            states = _counted(session, live)
            driver = driven(session)
            return Counts(
                cases=sum(kinds.values()),
                numbers=kinds.get(ItemKind.NUMBER.value, 0),
                **{state.value: states.get(state.value, 0) for state in PrintState},
                unprinted=look(driver)[1],
                lanes=lanes.reports(driver),
                documents=documents.counted(session),
            )

    def pulse(self) -> Pulse:
        """What a heartbeat says of it."""
        with self._database.transaction() as driver:
            return Pulse(self._unprinted.now(driver), lanes.reports(driver))

    def close_day(self) -> None:
        """Account for everything put out so far, at one go."""
        while self.days.close():
            pass

    def unsent(self) -> Unsent:
        """What the centre does not hold: nothing may take this store away while there is any."""
        with self._database.unit_of_work() as session:
            records = sum(report.unsent for report in lanes.reports(driven(session)))
        return Unsent(records, self.scans.due())

    def lane_states(self) -> tuple[LaneState, ...]:
        """How far each lane of this epoch has come."""
        with self._database.transaction() as driver:
            return lanes.states(driver, self.epoch)

    def outbox_run(self, lane: Lane, after_seq: int, limit_items: int, limit_bytes: int) -> tuple[OutboxItem, ...]:
        """The envelopes after `after_seq`, within both limits but always one: a large one must not wait for ever."""
        with self._database.transaction() as driver:
            return _within(lanes.run(driver, self.epoch, lane, after_seq, limit_items), limit_bytes)

    def unsent_run(
        self, lane: Lane, after: tuple[int, int], limit_items: int, limit_bytes: int
    ) -> tuple[OutboxItem, ...]:
        """What was never acknowledged, of every epoch, beyond the place `after` (epoch, sequence); limits as above."""
        with self._database.transaction() as driver:
            return _within(lanes.left_behind(driver, self.epoch + 1, lane, after, limit_items), limit_bytes)

    def acknowledge(self, epoch: int, lane: Lane, ack: int, at: str, store: str = "") -> None:
        """The centre holds everything up to `ack`. Marks, deletes nothing.

        `store` names the one that was sent from: nothing happens where another has taken its place meanwhile.
        """
        with self._database.transaction() as driver:
            if store in {"", driver.execute(_STORE).fetchall()[0][0]}:
                lanes.mark_acked(driver, epoch, lane, ack, at)

    def rewind(self, epoch: int, lane: Lane, have: int, store: str = "") -> None:
        """The centre holds less than it had acknowledged: what lies above `have` is unsent again.

        What earlier epochs left here comes along. `store` as in `acknowledge`.
        """
        with self._database.unit_of_work() as session:
            if store in {"", session.get_one(IdentityRow, 1).store}:
                lanes.mark_unacked(driven(session), epoch, lane, have)
                self.epochs.bring_back(session)

    def _now(self) -> str:
        return iso(self._clock())

    def _save(self, driver: Driven, draft: CaseDraft, given: NumberGiven | None) -> StoredCase:
        issued = self._series.issue(driver, draft.queue, given)
        number = self._numbering.case_number(issued.business_date, issued.serial)
        case = shapes.case_filed(draft, issued, case_number=number, filed_at=self._now())
        ticket = shapes.print_id(case.case_id, self.terminal)
        driver.execute(shapes.NEW_CASE, shapes.case_values(case, issued.serial))
        driver.execute(shapes.NEW_TICKET, (ticket, case.case_id, self.boot, case.filed_at))
        self.scans.name(driver, case.case_id, draft.scans)
        self._send(driver, shapes.lane_of(case.item_kind), case.case_id, case, case.filed_at, draft.sealed)
        return shapes.kept_case(case, ticket)

    def _send(
        self, driver: Driven, lane: Lane, record_id: str, body: Body, made_at: str, sealed: Sealed | None = None
    ) -> None:
        item = shapes.record(
            terminal=self.terminal,
            place=lanes.next_place(driver, lane),
            record_id=record_id,
            body=body,
            made_at=made_at,
            sealed=sealed,
            suite_id=self._suite_id,
        )
        lanes.put(driver, item, shapes.kind_of(body), made_at)


def _identify(session: Session, terminal: str) -> IdentityRow:
    identity = session.get(IdentityRow, 1)
    if identity is None:
        store = secrets.token_hex(16)
        identity = IdentityRow(one=1, terminal=terminal, epoch=1, boot=0, store=store)
        session.add(identity)
    if identity.terminal != terminal:
        detail = f"this store belongs to terminal {identity.terminal!r}, the settings say {terminal!r}"
        raise StoreError(StoreFault.OTHER_TERMINAL, detail)
    identity.boot += 1
    return identity


def _counted(session: Session, what: Select[str, int]) -> dict[str, int]:
    return dict(iter(session.execute(what)))


def _within(items: Iterable[OutboxItem], limit_bytes: int) -> tuple[OutboxItem, ...]:
    """As many as the limit allows, and one at least."""
    found: list[OutboxItem] = []
    size = 0
    for item in items:
        size += len(item.raw)
        if found and size > limit_bytes:
            break
        found.append(item)
    return tuple(found)
