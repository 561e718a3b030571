"""The file is gone, its write-ahead log is there: what the log holds is taken over, or kept; SQLite would delete it."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from offline_cache.disk import beside, copies, wal_only
from offline_cache.disk.rescue import LOST, RESTORED, Rescued
from offline_cache.records import StoreError, StoreFault
from tests.offline_cache.drafts import KEY, draft, open_store
from tests.offline_cache.test_a_damaged_store_is_set_aside_and_service_goes_on import Care

CASES = 6


def missing(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


LOSSES = pytest.mark.parametrize("lose", [missing, emptied])


def log_alone(folder: Path, lose: Callable[[Path], None], *, checkpointed: bool) -> Path:
    """What is left of a store with six cases in its log; with `checkpointed`, six more were in its file and backup."""
    whole = folder / "whole" / "terminal.db"
    whole.parent.mkdir()
    store = open_store(whole)
    if checkpointed:
        for n in range(CASES):
            store.save_case(draft(f"old-{n}", sealed=True))
        store.close()
        copies.copy_out(whole, KEY, beside.backup_of(whole))
        store = open_store(whole)
    for n in range(CASES):
        store.save_case(draft(f"case-{n}", sealed=True))
    left = folder / "left"
    shutil.copytree(whole.parent, left)  # as the power left it
    store.close()
    path = left / whole.name
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    beside.lock_of(path).unlink(missing_ok=True)
    lose(path)
    return path


def gone_on_with(path: Path) -> tuple[Rescued, int]:
    """What the rescue says, and how many records the store has that goes on."""
    care = Care(path)
    try:
        unsent = care.do(lambda store: store.unsent())
        [found] = care.rescues()
        return found, unsent.records
    finally:
        care.thread.stop()


@LOSSES
def test_a_log_that_holds_all_of_it_gives_all_of_it(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    path = log_alone(tmp_path, lose, checkpointed=False)
    found, records = gone_on_with(path)
    assert (found.why, found.salvaged.records, records) == (LOST, CASES, CASES)


@LOSSES
def test_a_log_without_the_rest_is_kept_and_the_backup_serves(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    path = log_alone(tmp_path, lose, checkpointed=True)
    found, records = gone_on_with(path)
    assert (found.why, records) == (RESTORED, CASES)
    # Nobody else has what the log held: the folder stays, with its pages.
    assert not found.salvaged.nothing_left
    folder = Path(found.folder)
    assert sum(one.stat().st_size for one in folder.glob("terminal.db*")) > 100_000


@LOSSES
def test_a_log_that_cannot_be_read_stays_byte_by_byte(tmp_path: Path, lose: Callable[[Path], None]) -> None:
    path = log_alone(tmp_path, lose, checkpointed=True)
    log = beside.wal_of(path)
    log.write_bytes(b"\xff" * 32 + log.read_bytes()[32:])
    before = log.read_bytes()
    found, records = gone_on_with(path)
    assert records == CASES
    assert not found.salvaged.nothing_left
    assert beside.wal_of(Path(found.folder) / path.name).read_bytes() == before


def test_a_rescue_cut_off_before_the_log_is_looked_at_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = log_alone(tmp_path, missing, checkpointed=False)

    def cut(_: Path) -> bool:
        raise StoreError(StoreFault.IO, "the power goes")

    with monkeypatch.context() as power:
        power.setattr(wal_only, "openable", cut)
        with pytest.raises(StoreError):
            gone_on_with(path)
    assert gone_on_with(path)[1] == CASES


def test_without_its_first_page_sqlite_throws_the_log_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: so it was."""
    path = log_alone(tmp_path, missing, checkpointed=False)
    monkeypatch.setattr(wal_only, "openable", lambda _: True)
    found, records = gone_on_with(path)
    assert records == 0
    with suppress(FileNotFoundError):
        assert not beside.wal_of(Path(found.folder) / path.name).read_bytes()
