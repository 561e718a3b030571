"""A damaged database costs the citizen nothing: set aside, back from the backup, with all that can still be read."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from sqlcipher3 import dbapi2

from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import RatingGiven
from offline_cache.caretaker import BackupEnded, Caretaker, News
from offline_cache.disk import beside, cipher, copies, salvage
from offline_cache.disk.backups import Pace
from offline_cache.disk.rescue import LOST, RESTORED, Rescued, rescue
from offline_cache.records import PrintState, StoreError, StoreFault
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import KEY, Clock, draft, open_store
from tests.waiting import until

Result = TypeVar("Result")

PAGE = 4096
BEFORE, AFTER = 16, 12
"""Cases that the backup holds, and those that were kept since."""
OFTEN, NEVER = Pace(0.0, 0.0), Pace(1e9, 1e9)


class Care:
    """A store with its caretaker."""

    def __init__(self, path: Path, key: bytes = KEY, pace: Pace = NEVER) -> None:
        self.news: list[News] = []
        clock = Clock()
        care = Caretaker(
            path, key, lambda at: open_store(at, clock, key=key), clock, self.news.append, ballast=0, pace=pace
        )
        self.thread = StoreThread(idle_seconds=0.05, care=care)

    def do(self, job: Callable[[Store], Result]) -> Result:
        return self.thread.do(job).result(90)

    def rescues(self) -> list[Rescued]:
        return [one for one in self.news if isinstance(one, Rescued)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed store whose backup lacks its last cases, their tickets and a rating."""
    path = tmp_path / "terminal.db"
    store = open_store(path)
    for n in range(BEFORE):
        store.save_case(draft(f"case-{n}", sealed=True))
    store.close()
    copies.copy_out(path, KEY, beside.backup_of(path))
    store = open_store(path)
    for n in range(BEFORE, BEFORE + AFTER):
        case = store.save_case(draft(f"case-{n}", sealed=True))
        if n % 2:
            store.tickets.claim(case.case_id)
            store.tickets.finish(case.print_id, "printed", "cut", "")
    store.add_record(RatingGiven(f"case-{BEFORE + 1}", Satisfaction.SATISFIED, "2026-11-22T10:00:00+08:00"), "rating")
    store.close()
    return path


def last_pages(path: Path, table: str, count: int = 1) -> list[int]:
    """The last pages whose loss takes rows of this table and not the list of tables, found by losing each of a copy."""
    content = path.read_bytes()
    found: list[int] = []
    tried = path.with_name("tried.db")
    for page in range(len(content) // PAGE - 1, 0, -1):
        tried.write_bytes(spoilt(content, page))
        if not readable(tried, table) and readable(tried, "sqlite_schema"):
            found.append(page)
            if len(found) == count:
                break
    tried.unlink()
    return found


def readable(path: Path, table: str) -> bool:
    with closing(cipher.connect(path, KEY)) as connection:
        try:
            connection.execute(f"SELECT * FROM {table} NOT INDEXED").fetchall()  # noqa: S608 - our own names
        except dbapi2.Error:
            return False
    return True


def spoilt(content: bytes, *pages: int) -> bytes:
    changed = bytearray(content)
    for page in pages:
        changed[page * PAGE + 77] ^= 0xFF
    return bytes(changed)


def damage(path: Path, *pages: int) -> None:
    path.write_bytes(spoilt(path.read_bytes(), *pages))


def broken(path: Path) -> Care:
    """A terminal that starts on a damaged file, and meets the damage in the middle of a job."""
    care = Care(path)
    care.do(Store.verify)
    assert care.rescues()
    return care


def epoch_due(store: Store) -> str:
    return store.epochs.standing().due


def ids(store: Store, *lanes: Lane) -> set[str]:
    return {item.id for lane in lanes for item in store.outbox_run(lane, 0, 1_000_000, 1 << 30)}


def test_every_case_that_can_be_read_is_in_the_store_that_goes_on(path: Path) -> None:
    lost = last_pages(path, "paper_journal", 2)
    name = open_store(path)
    before = name.epochs.standing().store
    name.close()
    damage(path, *lost)
    care = broken(path)
    counts = care.do(Store.counts)
    assert counts.cases == BEFORE + AFTER
    assert counts.lanes[0].unsent == BEFORE + AFTER + AFTER // 2, "every case, and every ticket that was printed"
    assert counts.printed >= AFTER // 2, "what a record says of a ticket stands though the ticket's row is gone"
    assert care.do(epoch_due) == RESTORED
    assert care.do(lambda store: store.epochs.standing().store) != before
    assert "rating" in care.do(lambda store: ids(store, Lane.RATINGS))
    (rescued,) = care.rescues()
    assert (rescued.why, rescued.salvaged.unreadable, rescued.salvaged.nothing_left) == (RESTORED, 0, True)
    settled = care.do(lambda store: store.tickets.reconcile_at_start())
    assert all(case.print_state in (PrintState.FAILED, PrintState.UNCERTAIN) for case in settled)
    again = care.do(lambda store: store.save_case(draft(f"case-{BEFORE + AFTER - 1}")))
    assert again.repeat
    fresh = care.do(lambda store: store.save_case(draft("after")))
    assert fresh.number not in care.do(lambda store: numbers(store) - {fresh.number})
    care.do(Store.verify)
    care.thread.stop()


def numbers(store: Store) -> set[str]:
    with store._database.unit_of_work() as session:
        connection = session.connection()
        return {str(number) for (number,) in connection.exec_driver_sql("SELECT number FROM cases")}


@pytest.mark.slow
def test_records_on_damaged_pages_are_missed_and_told_and_the_folder_stays(path: Path) -> None:
    lost = last_pages(path, "outbox", 3)
    damage(path, *lost)
    care = broken(path)
    held = care.do(lambda store: ids(store, Lane.NUMBERS))
    (rescued,) = care.rescues()
    missing = {f"case-{n}" for n in range(BEFORE + AFTER)} - held
    assert 0 < len(missing) < 10, "only what lay on those pages"
    assert rescued.salvaged.unreadable >= len(missing)
    assert not rescued.salvaged.nothing_left
    assert rescued.salvaged.records > 0
    care.thread.stop()
    for _ in range(4):
        damage(path, *last_pages(path, "paper_journal"))
        broken(path).thread.stop()
    kept = [one.name for one in beside.damaged(path)]
    assert Path(rescued.folder).name in kept, "it may hold what nobody else has"
    assert len(kept) == 4, "the three newest, and that one"


def test_without_the_salvage_the_last_cases_would_be_gone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the backup alone does not hold them."""
    monkeypatch.setattr("offline_cache.disk.rescue.salvage", lambda *_: salvage.Salvaged())
    damage(path, *last_pages(path, "paper_journal"))
    care = broken(path)
    assert care.do(Store.counts).cases == BEFORE
    care.thread.stop()


@pytest.mark.parametrize("how", ["first page", "cut short", "gone", "emptied"])
def test_a_file_that_does_not_even_open_is_rescued_at_the_start(path: Path, how: str) -> None:
    content = path.read_bytes()
    match how:
        case "first page":
            path.write_bytes(spoilt(content, 0))
        case "cut short":
            path.write_bytes(content[: len(content) // 2])
        case "gone":
            path.unlink()
        case _:
            path.write_bytes(b"")
    began = time.monotonic()
    care = Care(path)
    care.do(Store.verify)
    assert care.do(Store.counts).cases >= BEFORE
    assert care.do(epoch_due) == RESTORED
    assert time.monotonic() - began < 60
    care.thread.stop()


@pytest.mark.parametrize("readable_rows", [True, False], ids=["readable", "unreadable"])
def test_without_a_backup_a_fresh_store_goes_on_with_what_can_be_read(path: Path, readable_rows: bool) -> None:
    beside.backup_of(path).unlink()
    damage(path, *(last_pages(path, "paper_journal") if readable_rows else [0]))
    care = broken(path) if readable_rows else Care(path)
    assert care.do(Store.counts).cases == (BEFORE + AFTER if readable_rows else 0)
    assert care.do(epoch_due) == LOST
    assert care.do(lambda store: store.save_case(draft("after"))).number
    (rescued,) = care.rescues()
    assert rescued.salvaged.nothing_left is readable_rows
    care.thread.stop()


def test_a_damaged_backup_is_not_believed(path: Path) -> None:
    damage(beside.backup_of(path), 3)
    damage(path, *last_pages(path, "paper_journal"))
    care = broken(path)
    assert care.do(epoch_due) == LOST
    assert care.do(Store.counts).cases == BEFORE + AFTER
    care.thread.stop()


def test_a_wrong_key_is_refused_and_nothing_is_set_aside(path: Path) -> None:
    care = Care(path, key=bytes(32))
    with pytest.raises(StoreError) as refused:
        care.do(Store.counts)
    assert refused.value.fault is StoreFault.WRONG_KEY
    assert "[storage] database_key" in refused.value.detail
    care.thread.stop()
    assert beside.damaged(path) == []
    assert open_and_count(path) == BEFORE + AFTER


def open_and_count(path: Path) -> int:
    store = open_store(path)
    counted = store.counts().cases
    store.close()
    return counted


@pytest.mark.slow
def test_backups_follow_the_promises_and_never_replace_a_good_one_by_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "terminal.db"
    care = Care(path, pace=OFTEN)
    care.do(lambda store: store.save_case(draft("case-1")))
    until(lambda: held_by_backup(path) == 1, "the first backup")
    first = beside.backup_of(path).stat().st_mtime_ns
    for _ in range(20):
        care.do(Store.counts)
    assert beside.backup_of(path).stat().st_mtime_ns == first, "nothing was promised meanwhile"
    for n in range(2, 40):
        care.do(keep(f"case-{n}"))
    until(lambda: held_by_backup(path) == 39, "the backup that has them all")
    care.thread.stop()
    assert beside.size(beside.backup_of(path)) > 0
    assert not list(tmp_path.glob("*.part*"))
    damage(path, *last_pages(path, "paper_journal"))
    care = Care(path, pace=OFTEN)
    until(lambda: BackupEnded("store.damaged") in care.news, "the copying meets the damage")
    assert held_by_backup(path) == 39, "the good one stays"
    care.do(lambda store: store.save_case(draft("later")))
    assert care.rescues(), "the next job verifies first"
    assert care.do(Store.counts).cases == 40
    care.thread.stop()


def keep(case_id: str) -> Callable[[Store], object]:
    return lambda store: store.save_case(draft(case_id, sealed=True))


def held_by_backup(path: Path) -> int:
    if not beside.backup_of(path).exists():
        return 0
    with closing(cipher.connect(beside.backup_of(path), KEY)) as copy:
        return int(copy.execute("SELECT count(*) FROM cases").fetchone()[0])


def killed_at(point: int, path: Path) -> bool:
    """Rescue in a child that dies at the n-th thing done to the disk; whether it came through."""
    child = os.fork()
    if child == 0:
        points = iter(range(1, 1_000_000))

        def around(real: Callable[..., object]) -> Callable[..., object]:
            def done(*arguments: object, **named: object) -> object:
                if next(points) == point:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **named)

            return done

        for name in ("fsync", "rename", "replace", "unlink", "mkdir", "open"):
            setattr(os, name, around(getattr(os, name)))
        rescue(path, KEY, lambda at: open_store(at).close(), Clock()())
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.slow
def test_a_rescue_cut_off_at_any_point_is_gone_on_with(path: Path) -> None:
    damage(path, *last_pages(path, "paper_journal"))
    kept = path.parent.with_name("kept")
    shutil.copytree(path.parent, kept)
    stride = 1 if os.environ.get("SUIBAN_FULL") else 7
    point, through = random.Random(4).randrange(1, 1 + stride) - stride, False
    while not through:
        point += stride
        shutil.rmtree(path.parent)
        shutil.copytree(kept, path.parent)
        through = killed_at(point, path)
        care = Care(path)
        care.do(Store.verify)
        assert care.do(Store.counts).cases == BEFORE + AFTER, point
        assert care.do(epoch_due) == RESTORED, point
        care.thread.stop()
    assert point > 10
