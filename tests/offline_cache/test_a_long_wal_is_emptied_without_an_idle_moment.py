"""The WAL is emptied at idle, and when it is long also while jobs keep coming; never while a copy is being made."""

import time
from contextlib import closing
from pathlib import Path

import pytest

from offline_cache import caretaker
from offline_cache.caretaker import Caretaker
from offline_cache.disk import beside, cipher
from offline_cache.disk.backups import Backups, Pace
from offline_cache.disk.database import BUSY_SECONDS
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import KEY, Clock, draft, open_store

LONG = 200_000


def longest_seen(path: Path) -> int:
    """Bytes the WAL came to while cases were kept without a pause."""
    clock = Clock()
    care = Caretaker(path, KEY, lambda at: open_store(at, clock), clock, lambda _: None, ballast=0, pace=Pace(1e9, 1e9))
    thread = StoreThread(idle_seconds=600, care=care)
    longest = 0
    for n in range(60):
        thread.do(lambda store, n=n: store.save_case(draft(f"case-{n}", sealed=True))).result(60)  # type: ignore[misc]
        thread.do(lambda store: store.counts()).result(60)  # what comes after a job is done before the next one
        longest = max(longest, beside.size(beside.wal_of(path)))
    thread.stop()
    return longest


@pytest.mark.parametrize("empties", [True, False], ids=["emptied", "control"])
def test_a_long_wal_is_emptied_while_jobs_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empties: bool) -> None:
    monkeypatch.setattr(caretaker, "LONGEST_WAL", LONG if empties else 1 << 40)
    monkeypatch.setattr(caretaker, "_RARELY_SECONDS", 1e9)
    monkeypatch.setattr(Backups, "due", lambda *_, **__: False)
    longest = longest_seen(tmp_path / "terminal.db")
    assert (longest < 2 * LONG) is empties


def test_nobody_waits_for_a_copy_that_reads(tmp_path: Path) -> None:
    """What is purged while a copy is made must not hold up the case that comes next."""
    path = tmp_path / "terminal.db"
    store = open_store(path)
    store.save_case(draft("case-1"))
    with closing(cipher.connect(path, KEY)) as copying:
        copying.execute("BEGIN")
        copying.execute("SELECT * FROM cases").fetchall()
        store.save_case(draft("case-2"))
        began = time.monotonic()
        store.checkpoint()
        assert time.monotonic() - began < BUSY_SECONDS / 2
    store.checkpoint()
    assert beside.size(beside.wal_of(path)) == 0
    store.close()
