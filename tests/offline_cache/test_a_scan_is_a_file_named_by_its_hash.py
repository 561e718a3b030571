"""A promised scan is whole on disk under its hash; a case names it in its own transaction, or is not kept."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from contract import envelope
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseFiled
from contract.scans import ScanRef
from contract.suites import GM, INTL, suite
from offline_cache.records import CaseDraft, StoreError, StoreFault
from offline_cache.scans import book
from offline_cache.scans.files import SCANS, ScanStore
from offline_cache.store import Store
from tests.offline_cache.drafts import Clock, draft, open_store

CONTENT = b"sealed scan " * 5000


@pytest.fixture
def files(tmp_path: Path) -> ScanStore:
    return ScanStore(tmp_path / SCANS)


def case_with(case_id: str, *refs: ScanRef) -> CaseDraft:
    return msgspec.structs.replace(draft(case_id, ItemKind.FILING), scans=refs)


@pytest.mark.parametrize("suite_id", [INTL, GM])
def test_the_same_twice_is_one_file_named_by_its_hash(files: ScanStore, suite_id: str) -> None:
    name = files.keep(CONTENT, suite_id)
    assert name == suite(suite_id).digest(CONTENT).hex()
    assert files.keep(CONTENT, suite_id) == name
    assert [file.name for file in files.files()] == [name]
    assert files.read(name, 12, 12) == b"sealed scan "
    assert (files.folder / name).stat().st_mode & 0o777 == 0o600
    assert files.folder.stat().st_mode & 0o777 == 0o700
    assert files.whole(name, suite_id)
    assert files.has(name, len(CONTENT))
    assert not files.has(name, len(CONTENT) - 1)


def test_a_damaged_file_is_no_scan_and_is_mended_by_the_same_bytes(files: ScanStore) -> None:
    name = files.keep(CONTENT, INTL)
    with (files.folder / name).open("r+b") as file:
        file.write(b"X")
    assert not files.whole(name, INTL)
    files.keep(CONTENT, INTL)
    assert files.whole(name, INTL)


def test_what_does_not_have_its_hash_is_never_kept(files: ScanStore) -> None:
    growing = files.grow()
    growing.add(0, CONTENT)
    with pytest.raises(StoreError) as met:
        growing.finish("0" * 64, INTL)
    assert met.value.fault is StoreFault.SCAN_DAMAGED
    growing.abandon()
    assert list(files.folder.iterdir()) == []


def test_pieces_must_follow_each_other(files: ScanStore) -> None:
    growing = files.grow()
    growing.add(0, b"ab")
    for offset in (0, 1, 3):
        with pytest.raises(StoreError):
            growing.add(offset, b"c")
    growing.abandon()


@pytest.mark.parametrize("name", ["../suiban.db", "/etc/passwd", "A" * 64, "", "0" * 63])
def test_no_other_file_can_be_named(files: ScanStore, name: str) -> None:
    for act in (lambda: files.drop(name), lambda: files.read(name, 0, 1), lambda: files.has(name, 1)):
        with pytest.raises(StoreError):
            act()


def test_a_full_disk_is_said_and_leaves_nothing(files: ScanStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreError) as met:
        files.keep(CONTENT, INTL)
    assert met.value.fault is StoreFault.FULL
    assert list(files.folder.iterdir()) == []


def test_what_is_dropped_is_gone_and_a_second_time_does_no_harm(files: ScanStore) -> None:
    name = files.keep(CONTENT, INTL)
    files.drop(name)
    files.drop(name)
    assert list(files.files()) == []


@pytest.mark.slow
def test_killed_at_any_instant_every_promised_scan_is_whole(tmp_path: Path) -> None:
    """The long form is `campaign kill` and `campaign powercut`."""
    files, promised, chance = ScanStore(tmp_path / SCANS), set[str](), random.Random(4)
    kills = 40 if os.environ.get("SUIBAN_FULL") else 8
    for seed in range(kills):
        command = (sys.executable, "-m", "tests.offline_cache.keeps_scans", str(files.folder), str(seed))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            promised.add(process.stdout.readline().strip())
            time.sleep(chance.random() * 0.05)  # wherever it is by then
            process.kill()
            promised |= {line.strip() for line in process.stdout if len(line) == 65}
    lying = {file.name for file in files.files()}
    assert promised <= lying
    assert all(files.whole(name, INTL) for name in lying)
    files.sweep()
    assert {path.name for path in files.folder.iterdir()} == lying


def test_half_a_scan_of_an_earlier_process_is_swept(files: ScanStore) -> None:
    left = files.grow()
    left.add(0, b"half")
    assert ScanStore(files.folder).sweep() == 1
    assert list(files.folder.iterdir()) == []
    os.close(left._descriptor)


# --- cases ----------


def test_a_case_names_its_scans_where_the_centre_reads_them(store: Store, tmp_path: Path) -> None:
    name = ScanStore(tmp_path / SCANS).keep(CONTENT, INTL)
    ref = ScanRef(name, len(CONTENT), "deed")
    store.save_case(case_with("case-1", ref))
    (sent,) = store.outbox_run(Lane.CASES, 0, 10, 10**6)
    assert msgspec.json.decode(envelope.decode(sent.raw).body, type=CaseFiled).scans == (ref,)
    (waiting,) = store.scans.waiting()
    assert (waiting.hash, waiting.case_id, waiting.what, waiting.suite) == (name, "case-1", "deed", INTL)
    assert store.scans.due() == 1
    store.scans.held(name)
    assert (store.scans.waiting(), store.scans.due()) == ((), 0)


def test_a_case_whose_scan_is_not_on_disk_is_not_kept(store: Store, tmp_path: Path) -> None:
    name = ScanStore(tmp_path / SCANS).keep(CONTENT, INTL)
    for ref in (ScanRef("0" * 64, 5), ScanRef(name, len(CONTENT) + 1)):
        with pytest.raises(StoreError) as met:
            store.save_case(case_with("case-1", ref))
        assert met.value.fault is StoreFault.SCAN_MISSING
    assert store.counts().cases == 0
    assert store.outbox_run(Lane.CASES, 0, 10, 10**6) == ()


def test_an_orphan_goes_after_a_day_and_never_while_a_visit_may_hold_it(tmp_path: Path) -> None:
    clock = Clock()
    clock.set("2036-01-01T00:00:00+08:00")  # a clock that leapt says nothing about how old a file is
    store, seconds = open_store(tmp_path / "suiban.db", clock), [0.0]
    store.scans._uptime = lambda: seconds[0]
    try:
        named, orphan = (store.scans.files.keep(content, INTL) for content in (CONTENT, b"nobody's"))
        store.save_case(case_with("case-1", ScanRef(named, len(CONTENT))))
        assert store.scans.sweep() == ()
        seconds[0] = 3500.0
        assert store.scans.sweep() == ()
        seconds[0] = 3700.0
        assert store.scans.sweep() == (orphan,)
        assert [file.name for file in store.scans.files.files()] == [named]
    finally:
        store.close()


def test_envelopes_are_not_read_for_an_orphan_at_every_sweep(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Citizens wait for the store meanwhile."""
    read: list[str] = []
    monkeypatch.setattr(book, "_naming", lambda _session, name: read.append(name))
    orphan = store.scans.files.keep(b"nobody's", INTL)
    for _ in range(3):
        assert store.scans.sweep() == ()
    assert read == [orphan]


def test_a_scan_whose_row_was_lost_is_named_again_by_its_envelope(store: Store) -> None:
    name = store.scans.files.keep(CONTENT, INTL)
    store.save_case(case_with("case-1", ScanRef(name, len(CONTENT), "deed")))
    with store._database.unit_of_work() as session:
        assert store.scans.forget(session, ["case-1"]) == (name,)
    assert store.scans.waiting() == ()
    assert store.scans.sweep() == ()
    assert [scan.what for scan in store.scans.waiting()] == ["deed"]
