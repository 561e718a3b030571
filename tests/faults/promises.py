"""A child that writes with the real store and tells each promise once it is kept; and what must be true afterwards."""

import fcntl
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlalchemy import select, text

from contract import envelope
from contract.catalogue import ItemKind
from contract.messages import CardLeftBehind
from contract.numbers import NumberGiven
from contract.scans import ScanRef
from contract.suites import INTL
from offline_cache.records import CaseDraft, PrintState, StoredCase, StoreError
from offline_cache.scans.book import ScanRow
from offline_cache.store import Store
from offline_cache.tables import CaseRow, LaneRow, OutboxRow, PaperRow
from tests.faults.figures import Figures
from tests.offline_cache.drafts import draft, open_store
from tests.offline_cache.kill_loop import allowed

AT = "2026-11-22T10:00:00+08:00"
_PIPE_SIZE = 1031  # F_SETPIPE_SZ
_PIPE_BYTES = 1 << 20

Tell = Callable[..., None]
Work = Callable[[Store, Tell], None]


class TwoTransactions(Store):
    """The mistake a kill must bring to light: the case is committed first, its outbox row after it."""

    def save_case(self, draft: CaseDraft, given: NumberGiven | None = None) -> StoredCase:
        later: list[tuple[object, ...]] = []
        self._send = lambda _connection, *what: later.append(what)  # type: ignore[method-assign]
        stored = super().save_case(draft, given)
        del self._send
        with self._database.transaction() as connection:
            for what in later:
                self._send(connection, *what)  # type: ignore[arg-type]
        return stored


def forget_to_sync(store: Store) -> None:
    """The mistake a power cut must bring to light: a commit returns before its bytes are on the disk."""
    raw = store._database._engine.raw_connection()
    raw.cursor().execute("PRAGMA synchronous = NORMAL")
    raw.close()


@dataclass
class Promised:
    """Everything that was ever told, over all cuts of one disk."""

    cases: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Case id -> the last step told, number, case number."""
    acked: dict[tuple[int, str], int] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)
    scans: set[str] = field(default_factory=set)
    """Hashes."""
    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    """(business date, number) -> case id."""
    repeated: list[str] = field(default_factory=list)
    told: int = 0

    def hear(self, line: str, before: int | None = None) -> None:
        """One line of the child. Told after `before` (monotonic ns) it does not count: without power nobody tells."""
        at, what, *words = line.split()
        if before is not None and int(at) > before:
            return
        self.told += 1
        match what, words:
            case (("saved" | "claimed" | "finished"), [case_id, day, number, case_number]):
                self.cases[case_id] = what, number, case_number
                if self.numbers.setdefault((day, number), case_id) != case_id:
                    self.repeated.append(f"{number} of {day} for {case_id} and {self.numbers[day, number]}")
            case "acked", [epoch, lane, seq]:
                self.acked[int(epoch), lane] = int(seq)
            case "recorded", [record_id]:
                self.records.add(record_id)
            case "scanned", [scan]:
                self.scans.add(scan)
            case _:
                message = f"a promise of another form: {line!r}"
                raise ValueError(message)


def submit(store: Store, case_id: str, tell: Tell) -> None:
    """One whole submission: kept, claimed, printed, received by the centre. Told step by step."""
    kind = ItemKind.NUMBER if case_id.endswith(("0", "1", "2", "3")) else ItemKind.FILING
    wanted = draft(case_id, kind, sealed=True)
    if case_id.endswith(("4", "5")):
        sealed = case_id.encode() * 3000
        scan = store.scans.files.keep(sealed, INTL)
        tell("scanned", scan)
        wanted = msgspec.structs.replace(wanted, scans=(ScanRef(scan, len(sealed), "identity-card"),))
    stored = store.save_case(wanted)
    words = (case_id, stored.business_date, stored.number, stored.case_number)
    tell("saved", *words)
    if store.tickets.claim(case_id) is None:
        return
    tell("claimed", *words)
    store.tickets.finish(stored.print_id, "printed", "evidence", "")
    tell("finished", *words)
    if case_id.endswith("5"):
        store.add_record(CardLeftBehind(AT), f"record-{case_id}")
        tell("recorded", f"record-{case_id}")
    for state in store.lane_states():
        run = store.outbox_run(state.lane, state.acked, 50, 1 << 20)
        if run:
            store.acknowledge(store.epoch, state.lane, run[-1].seq, AT)
            tell("acked", store.epoch, state.lane.value, run[-1].seq)


def without_end(prefix: str) -> Work:
    """Submission after submission."""

    def work(store: Store, tell: Tell) -> None:
        for n in range(1_000_000):
            submit(store, f"{prefix}-{n}", tell)

    return work


@dataclass
class Child:
    """A process that was forked; what it tells comes through a pipe, which lies on no disk."""

    pid: int
    reading: int
    go: int
    heard: bytes = b""
    status: int | None = None

    def until_told(self, least: int = 1, patience: float = 60.0) -> None:
        """Wait until it has told so many lines."""
        deadline = time.monotonic() + patience
        while self.heard.count(b"\n") < least:
            piece = os.read(self.reading, 65536)
            self.heard += piece
            if not piece or time.monotonic() > deadline:
                return

    def let_go(self) -> None:
        """It may begin."""
        os.write(self.go, b"g")

    def kill(self) -> None:
        """SIGKILL, unless it is gone."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)

    def end(self) -> list[str]:
        """All it has told; it has ended when this returns."""
        while piece := os.read(self.reading, 65536):
            self.heard += piece
        if self.status is None:
            self.status = os.waitpid(self.pid, 0)[1]
        os.close(self.reading)
        os.close(self.go)
        *lines, _half = self.heard.decode().split("\n")
        return lines


def fork(folder: Path, work: Work, kind: type[Store] = Store, *, synced: bool = True, waits: bool = False) -> Child:
    """Open the store in a child and work there. With `waits` it opens, says `ready` and waits for the word."""
    reading, writing = os.pipe()
    waiting, go = os.pipe()
    fcntl.fcntl(writing, _PIPE_SIZE, _PIPE_BYTES)
    pid = os.fork()
    if pid:
        os.close(writing)
        os.close(waiting)
        return Child(pid, reading, go)
    status = 1
    try:
        os.close(reading)
        os.close(go)
        store = open_store(folder / "suiban.db")
        store.__class__ = kind
        if not synced:
            forget_to_sync(store)

        def tell(*words: object) -> None:
            os.write(writing, (" ".join(map(str, (time.monotonic_ns(), *words))) + "\n").encode())

        if waits:
            tell("ready")
            os.read(waiting, 1)
        work(store, tell)
        status = 0
    except StoreError:
        status = 3  # the disk is gone: what had been told stays told
    finally:
        os._exit(status)


@contextmanager
def reopened(folder: Path) -> Iterator[Store]:
    """The store as the next process finds it."""
    store = open_store(folder / "suiban.db")
    try:
        yield store
    finally:
        store.close()


def compare(folder: Path, promised: Promised, figures: Figures) -> None:
    """Open as the next process would, and look at every row."""
    try:
        with reopened(folder) as store:
            _whole(store, figures)
            store.tickets.reconcile_at_start()
            _cases(store, promised, figures)
            _outbox(store, promised, figures)
            _scans(store, promised, figures)
    except StoreError as error:
        figures.note("corrupt", f"the store does not open: {error}")
    figures.note("doubled", "; ".join(promised.repeated[:3]), len(promised.repeated))
    promised.repeated.clear()


def _whole(store: Store, figures: Figures) -> None:
    store.verify()
    with store._database.unit_of_work() as session:
        found = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check"))]
        strangers = session.execute(text("PRAGMA foreign_key_check")).all()
    if found != ["ok"] or strangers:
        figures.note("corrupt", f"{found[:3]} {strangers[:3]}")


def _cases(store: Store, promised: Promised, figures: Figures) -> None:
    with store._database.unit_of_work() as session:
        cases = {row.case_id: row for row in session.scalars(select(CaseRow))}
        papers = {row.case_id: row.state for row in session.scalars(select(PaperRow))}
    for case_id, (step, number, case_number) in promised.cases.items():
        row = cases.get(case_id)
        if row is None or (row.number, row.case_number) != (number, case_number):
            figures.note("lost", f"case {case_id} with number {number}, told {step}")
        elif papers.get(case_id) not in {state.value for state in map(PrintState, allowed(step))}:
            figures.note("lost", f"paper of {case_id}: told {step}, found {papers.get(case_id)}")
    for numbers in (
        Counter((row.business_date, row.number) for row in cases.values()),
        Counter(row.case_number for row in cases.values()),
    ):
        twice = [number for number, count in numbers.items() if count > 1]
        figures.note("doubled", f"numbers {twice[:3]}", len(twice))
    figures.note("lost", "cases without paper journal", len(cases.keys() - papers.keys()))
    again = [case_id for case_id in list(cases)[-5:] if store.tickets.claim(case_id) is not None]
    figures.note("doubled", f"tickets that would be printed again: {again}", len(again))


def _scans(store: Store, promised: Promised, figures: Figures) -> None:
    """What was told is there with its bytes; so is what a case names. What a cut left unfinished can be swept."""
    store.scans.files.sweep()
    with store._database.unit_of_work() as session:
        named = set(session.scalars(select(ScanRow.hash)))
    torn = [scan for scan in promised.scans | named if not store.scans.files.whole(scan, INTL)]
    figures.note("lost", f"scans {torn[:3]}", len(torn))
    strangers = [one.name for one in store.scans.files.files() if not store.scans.files.whole(one.name, INTL)]
    figures.note("corrupt", f"scans that are not what they are called {strangers[:3]}", len(strangers))


def _outbox(store: Store, promised: Promised, figures: Figures) -> None:
    with store._database.unit_of_work() as session:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.epoch, OutboxRow.lane, OutboxRow.seq)).all()
        lanes = {(row.epoch, row.lane): row for row in session.scalars(select(LaneRow))}
        cases = set(session.scalars(select(CaseRow.case_id)))
    ids = Counter(row.id for row in rows)
    figures.note("doubled", "ids in the outbox", sum(count - 1 for count in ids.values()))
    figures.note("lost", "cases without their envelope", len(cases - ids.keys()))
    figures.note("lost", "records without their envelope", len(promised.records - ids.keys()))
    figures.note("corrupt", "envelopes", sum(envelope.content_hash(row.raw) != row.hash for row in rows))
    places: dict[tuple[int, str], list[int]] = {}
    for row in rows:
        places.setdefault((row.epoch, row.lane), []).append(row.seq)
    for place, seqs in places.items():
        if seqs != list(range(1, len(seqs) + 1)) or lanes[place].highest != len(seqs):
            figures.note("corrupt", f"places of {place}: {len(seqs)} rows up to {seqs[-1]}")
    for place, seq in promised.acked.items():
        if place not in lanes or lanes[place].acked < seq:
            figures.note("lost", f"acknowledgement {seq} of {place}")
