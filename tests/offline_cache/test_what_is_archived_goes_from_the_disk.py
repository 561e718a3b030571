"""The retention rule: only what is acknowledged, archived and a week old goes, with its proof, and from every page."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, table

from contract import envelope
from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import CardLeftBehind, DayClosed, DifficultyReported, Purged, RatingGiven
from contract.scans import ScanRef
from contract.suites import INTL
from offline_cache.records import StoreError, StoreFault
from offline_cache.retention import rules as retention
from offline_cache.retention.rules import Held
from offline_cache.store import PrintState, Store
from offline_cache.tables import ArchivedRow
from tests.offline_cache.drafts import KEY, PLANTED_NAME, Clock, draft, open_store

SALT, RESERVED, PAGE, IV = 16, 80, 4096, 16


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """Without leases: its business date is the wall clock's."""
    with closing(open_store(tmp_path / "suiban.db", clock)) as opened:
        yield opened


def archived(store: Store, **upto: int) -> None:
    with store._database.unit_of_work() as session:
        for lane, seq in upto.items():
            session.merge(ArchivedRow(epoch=store.epoch, lane=lane, seq=seq))


def acknowledged(store: Store, clock: Clock) -> None:
    for state in store.lane_states():
        if state.highest:
            store.acknowledge(store.epoch, state.lane, state.highest, clock().isoformat())


def printed(store: Store, *case_ids: str) -> None:
    for case_id in case_ids:
        case = store.tickets.claim(case_id)
        assert case is not None
        store.tickets.finish(case.print_id, PrintState.PRINTED.value, "device", "")


Kind = TypeVar("Kind", Purged, DayClosed)


def bodies(store: Store, kind: type[Kind]) -> list[Kind]:
    run = [envelope.decode(item.raw) for item in store.outbox_run(Lane.TELEMETRY, 0, 10_000, 1 << 30)]
    wanted = kind.__struct_config__.tag
    return [msgspec.json.decode(found.body, type=kind) for found in run if found.kind == wanted]


def rows(store: Store, name: str) -> int:
    with store._database.unit_of_work() as session:
        return int(session.scalar(select(func.count()).select_from(table(name))) or 0)


dates = st.dates(date(2026, 1, 1), date(2026, 3, 1)).map(date.isoformat)


@given(
    stays=st.lists(st.one_of(st.none(), dates), max_size=12),
    purged=st.integers(0, 5),
    acked=st.integers(0, 20),
    upto=st.integers(0, 20),
    before=dates,
)
def test_nothing_goes_that_is_not_acknowledged_archived_and_old(
    stays: list[str | None], purged: int, acked: int, upto: int, before: str
) -> None:
    held = [Held(purged + n, at) for n, at in enumerate(stays, 1)]
    last = retention.last_to_go(held, purged=purged, acked=acked, archived=upto, before=before)
    gone = [row for row in held if row.seq <= last]
    assert all(row.seq <= acked and row.seq <= upto for row in gone)
    assert all(row.acked_at is not None and row.acked_at < before for row in gone)
    stopped = next((row for row in held if row.seq > last), None)
    if stopped is not None:
        assert stopped.seq > min(acked, upto) or not stopped.acked_at or stopped.acked_at >= before


def test_each_condition_alone_keeps_everything(store: Store, clock: Clock) -> None:
    store.save_case(draft("case-1"))
    printed(store, "case-1")
    clock.pass_time(days=8)
    archived(store, numbers=2)
    assert store.purge.step().records == 0  # not acknowledged
    acknowledged(store, clock)
    assert store.purge.step().records == 0  # acknowledged a moment ago
    clock.pass_time(days=8)
    with store._database.unit_of_work() as session:
        session.delete(session.get_one(ArchivedRow, (1, "numbers")))
    assert store.purge.step().records == 0  # not archived
    assert rows(store, "outbox") == 2
    archived(store, numbers=2)
    assert store.purge.step("case-1").cases == 0  # its visit is on the screen
    assert rows(store, "cases") == 1
    gone = store.purge.step()
    assert (gone.records, gone.cases) == (0, 1)
    assert (rows(store, "cases"), rows(store, "paper_journal")) == (0, 0)


def test_what_went_is_proved_and_still_accounted_for(store: Store, clock: Clock) -> None:
    for n in range(3):
        store.save_case(draft(f"case-{n}", ItemKind.FILING))
    printed(store, "case-0", "case-1", "case-2")
    store.add_record(RatingGiven("case-0", Satisfaction.SATISFIED, clock().isoformat()), "rating-1")
    hashes = [item.hash for item in store.outbox_run(Lane.CASES, 0, 100, 1 << 20)]
    acknowledged(store, clock)
    clock.pass_time(days=8)
    archived(store, cases=4, ratings=1)
    gone = store.purge.step()
    assert (gone.records, gone.cases, gone.more) == (5, 1, False)
    proofs = {proof.lane: proof for proof in bodies(store, Purged)}
    assert (proofs[Lane.CASES].first_seq, proofs[Lane.CASES].last_seq) == (1, 4)
    assert proofs[Lane.CASES].digest == hashlib.sha256("\n".join(hashes[:4]).encode()).hexdigest()
    store.close_day()
    (day,) = bodies(store, DayClosed)
    account = {one.lane: one for one in day.lanes}
    assert account[Lane.CASES].highest == 6
    assert account[Lane.CASES].digest == hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    assert store.purge.step().records == 0


def test_a_scan_goes_with_its_case_and_not_before_it_is_held(store: Store, clock: Clock) -> None:
    name = store.scans.files.keep(b"sealed bytes", INTL)
    kept = msgspec.structs.replace(draft("case-1", ItemKind.FILING), scans=(ScanRef(name, 12),))
    store.save_case(kept)
    printed(store, "case-1")
    acknowledged(store, clock)
    clock.pass_time(days=8)
    archived(store, cases=2)
    assert store.purge.step().cases == 0
    assert store.scans.files.has(name, 12)
    store.scans.held(name)
    assert (gone := store.purge.step()).cases == 1
    assert gone.scans == 1
    assert not store.scans.files.has(name, 12)
    assert [proof.scans for proof in bodies(store, Purged)] == [(), (name,)]


def test_a_backlog_goes_in_bounded_steps(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.purge, "_records_at_once", 8)
    monkeypatch.setattr(store.purge, "_cases_at_once", 4)
    monkeypatch.setattr(retention, "next_amount", lambda amount, _seconds, **_: amount)
    for n in range(10):
        store.save_case(draft(f"case-{n}"))
        printed(store, f"case-{n}")
    acknowledged(store, clock)
    clock.pass_time(days=8)
    archived(store, numbers=20)
    steps = [store.purge.step()]
    while steps[-1].more:
        steps.append(store.purge.step())
    assert max(step.records for step in steps) == 8
    assert max(step.cases for step in steps) == 4
    assert (rows(store, "cases"), rows(store, "hashes")) == (0, 20)


def plain_pages(folder: Path) -> Iterator[bytes]:
    """Every page of the file and of its WAL, free ones too, as SQLCipher 4 would decrypt it with a raw key."""
    for file in (folder / "suiban.db", folder / "suiban.db-wal"):
        content = file.read_bytes() if file.exists() else b""
        wal = file.name.endswith("-wal")
        step = PAGE + (24 if wal else 0)
        for at in range(32 if wal else 0, len(content) - step + 1, step):
            page = content[at + step - PAGE : at + step]
            start = SALT if not wal and at == 0 else 0
            tail = page[PAGE - RESERVED :]
            cipher = Cipher(algorithms.AES(KEY), modes.CBC(tail[:IV])).decryptor()
            yield cipher.update(page[start : PAGE - RESERVED]) + cipher.finalize()


def hits(folder: Path) -> int:
    return sum(page.count(planted) for page in plain_pages(folder) for planted in (PLANTED_NAME.encode(), b"case-1"))


def purged_store(folder: Path, *, overwrite: bool) -> tuple[int, int]:
    """How often what was planted can be read from the raw pages before and after the purge."""
    clock = Clock()
    with closing(open_store(folder / "suiban.db", clock)) as store:
        for n in range(40):
            store.save_case(draft(f"case-1{n}", ItemKind.FILING, sealed=True))
            printed(store, f"case-1{n}")
        acknowledged(store, clock)
        store.checkpoint()
        before = hits(folder)
        if not overwrite:
            with store._database._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA secure_delete = OFF")
        clock.pass_time(days=8)
        archived(store, cases=80)
        assert store.purge.step().cases == 40
        return before, hits(folder)


def test_deleted_is_gone_from_every_page_of_the_file_and_the_wal(tmp_path: Path) -> None:
    before, after = purged_store(tmp_path, overwrite=True)
    assert before > 80
    assert after == 0


def test_control_without_secure_delete_it_can_still_be_read(tmp_path: Path) -> None:
    assert purged_store(tmp_path, overwrite=False)[1] > 0


def test_a_business_date_is_closed_once_when_the_next_begins(store: Store, clock: Clock) -> None:
    assert not store.days.close_if_over()
    store.save_case(draft("case-1"))
    store.add_record(CardLeftBehind(clock().isoformat()), "card-1")
    assert not store.days.close_if_over()
    clock.pass_time(days=1)
    assert store.days.close_if_over()
    assert not store.days.close_if_over()
    (day,) = bodies(store, DayClosed)
    assert (day.business_date, day.cases) == ("2026-11-22", 1)
    assert {one.lane: one.highest for one in day.lanes} == {Lane.NUMBERS: 1, Lane.TELEMETRY: 1}


def test_a_left_epoch_is_accounted_for_as_far_as_it_was_acknowledged(store: Store, clock: Clock) -> None:
    for n in range(4):
        store.save_case(draft(f"case-{n}"))
    hashes = [item.hash for item in store.outbox_run(Lane.NUMBERS, 0, 100, 1 << 20)]
    store.acknowledge(1, Lane.NUMBERS, 3, clock().isoformat())
    name = store.epochs.standing().store
    store.epochs.close(name, "epoch.left")
    store.epochs.open(store.epochs.standing().store, 2, "token")
    store.close_day()
    (day,) = bodies(store, DayClosed)
    account = {(one.epoch, one.lane): one for one in day.lanes}
    assert account[1, Lane.NUMBERS].highest == 3
    assert account[1, Lane.NUMBERS].digest == hashlib.sha256("\n".join(hashes[:3]).encode()).hexdigest()
    assert account[2, Lane.NUMBERS].highest == 1
    assert account[2, Lane.TELEMETRY].highest == 1


def test_a_record_too_large_to_travel_is_refused_when_it_is_stored(store: Store, clock: Clock) -> None:
    with pytest.raises(StoreError) as refused:
        store.add_record(DifficultyReported("page", None, None, "x" * 140_000, clock().isoformat()), "large")
    assert refused.value.fault is StoreFault.TOO_LARGE
    assert "131072 at most" in refused.value.detail
    assert rows(store, "outbox") == 0
