"""Room by rule, ballast by need: on a real small disk, filled to the last block, a case that was begun is kept."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline_cache.caretaker import Caretaker, News, RoomChanged
from offline_cache.disk import beside
from offline_cache.disk.backups import Pace
from offline_cache.disk.room import NEED_AT_ONCE, STOP_SHARE, Level, Room, backup_fits, ballast_fits, level
from offline_cache.records import StoreError, StoreFault
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache import small_disk
from tests.offline_cache.drafts import KEY, Clock, draft, open_store
from tests.waiting import until

LACKING = small_disk.can_be_made()
BALLAST = 12 << 20
DISK_MIB = 192
"""As on a real terminal the ballast is less than the share below which no case is begun: giving way opens nothing."""
GIB = 1 << 30


@pytest.mark.parametrize(
    ("free", "before", "after"),
    [
        (0.50, Level.AMPLE, Level.AMPLE),
        (0.15, Level.AMPLE, Level.AMPLE),
        (0.149, Level.AMPLE, Level.LOW),
        (0.08, Level.LOW, Level.LOW),
        (0.079, Level.LOW, Level.SHORT),
        (0.085, Level.SHORT, Level.SHORT),
        (0.09, Level.SHORT, Level.LOW),
        (0.0, Level.AMPLE, Level.SHORT),
        (0.5, Level.SHORT, Level.AMPLE),
    ],
)
def test_two_thresholds_and_a_way_back_that_does_not_flap(free: float, before: Level, after: Level) -> None:
    assert level(Room(int(free * 1000), 1000, ballast=NEED_AT_ONCE), before) is after


def test_without_ballast_a_low_disk_begins_no_case() -> None:
    assert level(Room(149, 1000)) is Level.SHORT
    assert level(Room(150, 1000)) is Level.AMPLE


def test_ballast_and_backup_are_made_only_where_cases_keep_their_room() -> None:
    assert ballast_fits(Room(20 * GIB, 100 * GIB, ballast=GIB), GIB)
    assert not ballast_fits(Room(15 * GIB, 100 * GIB, ballast=GIB), GIB)
    assert ballast_fits(Room(15 * GIB, 100 * GIB), GIB), "the first of it, which carries the next case"
    assert backup_fits(Room(20 * GIB, 100 * GIB, store=GIB))
    assert not backup_fits(Room(8 * GIB, 100 * GIB, store=GIB))
    assert not ballast_fits(Room(0, 0), 1)


class Bench:
    """A store on the small disk, with its caretaker."""

    def __init__(self, path: Path, ballast: int) -> None:
        self.path = path
        self.news: list[News] = []
        clock = Clock()
        care = Caretaker(
            path, KEY, lambda at: open_store(at, clock), clock, self.news.append, ballast=ballast, pace=Pace(1e9, 1e9)
        )
        self.thread = StoreThread(idle_seconds=0.05, care=care)

    def save(self, case_id: str) -> object:
        return self.thread.do(lambda store: store.save_case(draft(case_id, sealed=True))).result(60)

    def levels(self) -> list[Level]:
        return [one.level for one in self.news if isinstance(one, RoomChanged)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[[int], Bench]]:
    """Makes benches on one small disk."""
    if LACKING:
        pytest.skip(LACKING)
    made: list[Bench] = []
    with small_disk.mounted(tmp_path, DISK_MIB) as disk:

        def make(ballast: int) -> Bench:
            made.append(Bench(disk / "terminal.db", ballast))
            return made[-1]

        yield make
        for one in made:
            one.thread.stop()


@pytest.mark.slow
def test_on_a_disk_filled_to_the_last_block_the_ballast_gives_way_and_comes_back(bench: Callable[[int], Bench]) -> None:
    terminal = bench(BALLAST)
    terminal.save("before")
    ballast = beside.ballast_of(terminal.path)
    until(lambda: beside.size(ballast) == BALLAST, "the ballast lies there")
    assert ballast.stat().st_blocks * 512 >= BALLAST, "real bytes, not a hole"
    others = small_disk.fill(terminal.path.parent, 0)
    assert shutil.disk_usage(terminal.path.parent).free < 1 << 20
    for n in range(40):
        assert terminal.save(f"begun-{n}")
    assert not ballast.exists()
    until(lambda: Level.SHORT in terminal.levels(), "no more cases are begun")
    assert terminal.thread.do(Store.counts).result(60).cases == 41
    terminal.thread.do(Store.verify).result(60)
    others.unlink()
    until(lambda: terminal.levels()[-1] is Level.AMPLE, "cases are begun again")
    until(lambda: beside.size(ballast) == BALLAST, "the ballast comes back")


@pytest.mark.slow
def test_a_terminal_that_starts_on_a_full_disk_opens_its_store(bench: Callable[[int], Bench]) -> None:
    """The disk was filled while it was off."""
    terminal = bench(BALLAST)
    terminal.save("before")
    until(lambda: beside.size(beside.ballast_of(terminal.path)) == BALLAST, "the ballast lies there")
    terminal.thread.stop()
    small_disk.fill(terminal.path.parent, 0)
    again = bench(BALLAST)
    assert again.save("after")
    assert again.thread.do(Store.counts).result(60).cases == 2


@pytest.mark.slow
def test_without_ballast_the_same_disk_refuses_the_case(bench: Callable[[int], Bench]) -> None:
    """The control."""
    terminal = bench(0)
    terminal.save("before")
    small_disk.fill(terminal.path.parent, 0)
    with pytest.raises(StoreError) as refused:
        [terminal.save(f"begun-{n}") for n in range(400)]
    assert refused.value.fault is StoreFault.FULL


@pytest.mark.slow
def test_a_full_disk_met_in_the_middle_of_a_job_is_tried_again_once(bench: Callable[[int], Bench]) -> None:
    terminal = bench(BALLAST)
    terminal.save("before")
    until(lambda: beside.size(beside.ballast_of(terminal.path)) == BALLAST, "the ballast lies there")
    tried: list[str] = []

    def job(_store: Store) -> str:
        tried.append("once")
        if len(tried) == 1:
            raise StoreError(StoreFault.FULL, "database or disk is full")
        return "kept"

    assert terminal.thread.do(job).result(60) == "kept"
    assert not tried[2:]

    def never(_store: Store) -> str:
        raise StoreError(StoreFault.FULL, "database or disk is full")

    with pytest.raises(StoreError):
        terminal.thread.do(never).result(60)


def test_what_is_needed_at_once_is_less_than_the_ballast_gives() -> None:
    assert NEED_AT_ONCE < BALLAST


def test_the_disk_of_these_tests_begins_no_case_on_what_the_ballast_gave_back() -> None:
    assert level(Room(BALLAST, DISK_MIB << 20)) is Level.SHORT
    assert BALLAST / (DISK_MIB << 20) < STOP_SHARE
