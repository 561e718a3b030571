"""Before the first missing step a copy, after the last a look at every page; what fails or is cut off loses nothing."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, text

from offline_cache.disk import beside, cipher, copies, database, migrations
from offline_cache.records import StoreError, StoreFault
from offline_cache.store import Store
from tests.offline_cache.drafts import KEY, draft, open_store

CASES = 6
STRIDE = 1 if os.environ.get("SUIBAN_FULL") else 6
"""Of the points at which a migration is cut off."""
GOOD = "CREATE TABLE more (a TEXT) STRICT;\nINSERT INTO more VALUES ('x');\n"
BETTER = "CREATE TABLE still_more (a TEXT) STRICT;\n"
BROKEN = "CREATE TABLE more (a TEXT) STRICT;\nDELETE FROM outbox;\nCREATE TABLE cases (a TEXT);\n"
CORRUPTING = """\
PRAGMA ignore_check_constraints = ON;
UPDATE lanes SET acked = highest + 1;
PRAGMA ignore_check_constraints = OFF;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of today's schema with something in it."""
    store = open_store(tmp_path / "terminal.db")
    for n in range(CASES):
        store.save_case(draft(f"case-{n}", sealed=True))
    store.close()
    return tmp_path / "terminal.db"


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A program that knows more steps."""
    schema = tmp_path / "schema"
    shutil.copytree(database.SCHEMA, schema)
    first = len(database.schema_steps()) + 1

    def write(*steps: str) -> None:
        for number, step in enumerate(steps, start=first):
            (schema / f"{number:04d}_step.sql").write_text(step)
        monkeypatch.setattr(database, "SCHEMA", schema)

    return write


def whole(store: Store) -> bool:
    """Every case and its record are there."""
    found = store.counts()
    return found.cases == CASES and found.lanes[0].unsent == CASES


def refused(path: Path) -> StoreError:
    with pytest.raises(StoreError) as error:
        open_store(path)
    return error.value


def test_a_copy_is_made_before_and_is_the_backup_afterwards(path: Path, later: Callable[..., None]) -> None:
    before = len(database.schema_steps())
    later(GOOD, BETTER)
    store = open_store(path)
    assert whole(store)
    store.close()
    assert beside.copies_before(path) == []
    with cipher.connect(beside.backup_of(path), KEY) as copy:
        assert copy.execute("SELECT max(version) FROM schema_versions").fetchone() == (before,)
        assert copy.execute("SELECT count(*) FROM outbox").fetchone() == (CASES,)
    copy.close()


@pytest.mark.parametrize("step", [BROKEN, CORRUPTING], ids=["fails", "corrupts"])
def test_a_step_that_fails_or_corrupts_leaves_the_file_as_it_was(
    path: Path, later: Callable[..., None], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    known = database.SCHEMA
    later(GOOD.replace("more", "first"), step)
    error = refused(path)
    assert error.fault is StoreFault.NOT_MIGRATED
    assert "as it was before" in error.detail
    assert "install the earlier program again" in error.detail
    assert beside.failed(path).exists(), "the file of the newer schema is kept aside"
    again = refused(path)
    assert again.detail == error.detail, "the same steps are not tried again"
    monkeypatch.setattr(database, "SCHEMA", known)
    store = open_store(path)
    assert whole(store), "the earlier program goes on"
    assert store.save_case(draft("after")).number
    store.close()


def test_other_steps_are_tried_though_earlier_ones_failed(path: Path, later: Callable[..., None]) -> None:
    later(BROKEN)
    refused(path)
    later(GOOD)
    store = open_store(path)
    assert whole(store)
    store.close()
    assert not beside.not_migrated(path).exists()


def test_without_the_look_afterwards_a_corrupting_step_goes_unnoticed(
    path: Path, later: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is this look that finds it."""
    monkeypatch.setattr(migrations, "_look_over", lambda _engine: None)
    later(CORRUPTING)
    open_store(path).close()


def test_without_room_for_the_copy_no_step_is_taken(
    path: Path, later: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError(StoreFault.FULL, "no room")

    later(GOOD)
    with monkeypatch.context() as then:
        then.setattr(copies, "copy_out", full)
        assert refused(path).fault is StoreFault.FULL
    assert beside.copies_before(path) == []
    store = open_store(path)
    assert whole(store)
    store.close()


def die_at(point: int) -> None:
    """From now on, SIGKILL at the n-th thing that is done to the disk or the database."""
    points = iter(range(1, 1_000_000))

    def perhaps(*_: object) -> None:
        if next(points) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(real: Callable[..., object]) -> Callable[..., object]:
        def done(*arguments: object, **named: object) -> object:
            perhaps()
            answer = real(*arguments, **named)
            perhaps()
            return answer

        return done

    for name in ("fsync", "rename", "replace", "unlink"):
        setattr(os, name, around(getattr(os, name)))
    made = database._engine

    def engine(path: Path, key: bytes) -> object:
        opened = made(path, key)
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(opened, moment, perhaps)
        return opened

    database._engine = engine  # type: ignore[assignment]


def killed_at(point: int, path: Path) -> bool:
    """Open in a child that dies at that point; whether it came through."""
    child = os.fork()
    if child == 0:
        die_at(point)
        try:
            open_store(path)
        except StoreError:
            os._exit(3)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in (0, 3)


@pytest.mark.slow
@pytest.mark.parametrize("steps", [(GOOD, BETTER), (GOOD, CORRUPTING)], ids=["good", "corrupting"])
def test_killed_at_every_point_nothing_is_lost(
    path: Path, later: Callable[..., None], monkeypatch: pytest.MonkeyPatch, steps: tuple[str, ...]
) -> None:
    known = database.SCHEMA
    later(*steps)
    newer = database.SCHEMA
    kept = path.with_name("kept")
    shutil.copyfile(path, kept)
    point, through = 1 - STRIDE, False
    while not through:
        point += STRIDE
        for old in (*beside.belongings(path), path):
            old.unlink(missing_ok=True)
        shutil.copyfile(kept, path)
        through = killed_at(point, path)
        monkeypatch.setattr(database, "SCHEMA", newer)
        if CORRUPTING in steps:
            assert refused(path).fault is StoreFault.NOT_MIGRATED, point
            monkeypatch.setattr(database, "SCHEMA", known)
        store = open_store(path)
        assert whole(store), point
        with store._database.unit_of_work() as session:
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok", point
        store.close()
    assert point > 30
