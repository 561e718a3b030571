"""What the disk sees: ciphertext, WAL with synchronous=FULL, one writer, no unsafe SQLite, and errors with names."""

import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlcipher3 import dbapi2

from offline_cache import lanes, tables
from offline_cache.disk import cipher, database
from offline_cache.store import Store, StoreError, StoreFault
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import KEY, PLANTED_NAME, PLANTED_TITLE, draft, open_store
from tests.offline_cache.traced import traced


@contextmanager
def refusal(fault: StoreFault) -> Iterator[None]:
    with pytest.raises(StoreError) as refused:
        yield
    assert refused.value.fault is fault
    assert refused.value.key == fault.value


def test_the_writing_connection_really_syncs_every_commit(store: Store) -> None:
    found = store.in_force()
    assert (found.journal_mode, found.synchronous, found.foreign_keys, found.secure_delete) == ("wal", 2, 1, 1)
    assert found.cipher.startswith("4.")
    cipher.refuse_unsafe_sqlite(found.sqlite)


def test_transactions_take_the_write_lock_when_they_begin(store: Store) -> None:
    with traced(store) as seen:
        store.lane_states()
    assert seen[0] == "BEGIN IMMEDIATE"


@pytest.mark.parametrize("version", ["3.7.0", "3.40.1", "3.51.1", "3.51.2"])
def test_an_unsafe_sqlite_is_refused(version: str) -> None:
    with refusal(StoreFault.UNSAFE):
        cipher.refuse_unsafe_sqlite(version)


@pytest.mark.parametrize("version", ["3.6.23", "3.51.3", "3.53.4", "4.0.0"])
def test_a_safe_sqlite_is_taken(version: str) -> None:
    cipher.refuse_unsafe_sqlite(version)


def test_the_version_asked_is_that_of_the_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = dbapi2.connect

    def connect(*arguments: object, **options: object) -> object:
        connection = real(*arguments, **options)
        connection.create_function("sqlite_version", 0, lambda: "3.40.1")
        return connection

    monkeypatch.setattr(dbapi2, "connect", connect)
    with refusal(StoreFault.UNSAFE):
        open_store(tmp_path / "suiban.db")


def test_a_driver_that_does_not_encrypt_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "dbapi2", sqlite3)
    monkeypatch.setattr(database, "refuse_unsafe_sqlite", lambda _version: None)
    with refusal(StoreFault.UNSAFE):
        open_store(tmp_path / "suiban.db")


def test_nothing_planted_is_readable_in_any_file(tmp_path: Path) -> None:
    store = open_store(tmp_path / "suiban.db")
    for n in range(20):
        store.save_case(draft(f"case-{n}", sealed=True))
    searched = 0
    for moment in ("wal", "checkpointed", "closed"):
        if moment == "checkpointed":
            store.checkpoint()
            assert (tmp_path / "suiban.db-wal").stat().st_size == 0
        if moment == "closed":
            store.close()
        for file in tmp_path.iterdir():
            content = file.read_bytes()
            searched += len(content)
            for planted in (PLANTED_NAME, PLANTED_TITLE, "PLANTED", "case-1", "CREATE TABLE", "SQLite format"):
                assert planted.encode() not in content, (moment, file.name, planted)
    assert searched > 100_000


def test_the_search_would_find_it_in_a_plain_file(tmp_path: Path) -> None:
    plain = sqlite3.connect(tmp_path / "plain.db")
    plain.execute("CREATE TABLE cases (name TEXT)")
    plain.execute("INSERT INTO cases VALUES (?)", (PLANTED_NAME,))
    plain.commit()
    plain.close()
    assert PLANTED_NAME.encode() in (tmp_path / "plain.db").read_bytes()


def test_another_key_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    path = tmp_path / "suiban.db"
    store = open_store(path)
    store.save_case(draft("case-1"))
    store.close()
    before = path.read_bytes()
    with refusal(StoreFault.WRONG_KEY):
        open_store(path, key=bytes(32))
    assert path.read_bytes() == before
    again = open_store(path)
    assert again.counts().cases == 1
    again.close()


def test_a_key_of_another_length_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_store(tmp_path / "suiban.db", key=b"short")
    assert list(tmp_path.iterdir()) == []


def test_only_the_owner_may_read_the_files(store: Store, tmp_path: Path) -> None:
    store.save_case(draft("case-1"))
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_a_second_writer_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    first = open_store(tmp_path / "suiban.db")
    with refusal(StoreFault.IN_USE):
        open_store(tmp_path / "suiban.db")
    first.close()
    open_store(tmp_path / "suiban.db").close()


def test_another_terminals_store_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path / "suiban.db").close()
    with refusal(StoreFault.OTHER_TERMINAL):
        open_store(tmp_path / "suiban.db", terminal="GL-02")
    open_store(tmp_path / "suiban.db").close()


def test_a_store_of_a_newer_program_is_refused(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with store._database.unit_of_work() as session:
        session.add(tables.SchemaVersionRow(version=999, name="0999_later", applied_at="2027"))
    store.close()
    with refusal(StoreFault.NEWER):
        open_store(tmp_path / "suiban.db")
    monkeypatch.setattr(store, "close", lambda: None)  # the fixture's would be the second


def test_a_migration_that_breaks_off_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(tmp_path / "suiban.db").close()
    schema = tmp_path / "schema"
    more = len(database.schema_steps()) + 1
    last = schema / f"{more:04d}_more.sql"
    shutil.copytree(database.SCHEMA, schema)
    last.write_text("CREATE TABLE more (a TEXT) STRICT;\nCREATE TABLE cases (a TEXT);\n")
    monkeypatch.setattr(database, "SCHEMA", schema)
    with refusal(StoreFault.NOT_MIGRATED):
        open_store(tmp_path / "suiban.db")
    last.write_text("-- a note; with a semicolon\nCREATE TABLE more (\n  a TEXT\n) STRICT;\n")
    store = open_store(tmp_path / "suiban.db")
    with store._database.unit_of_work() as session:
        assert session.get_one(tables.SchemaVersionRow, more).name == f"{more:04d}_more"
        assert inspect(session.connection()).has_table("more")
    store.close()


def test_a_store_of_the_first_release_is_carried_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tmp_path / "schema"
    first.mkdir()
    shutil.copy(database.SCHEMA / "0001_cases_paper_outbox.sql", first)
    key = bytes(range(32))
    with monkeypatch.context() as then:
        then.setattr(database, "SCHEMA", first)
        opened = database.Database(tmp_path / "suiban.db", key, "2026-11-22T10:00:00+08:00")
        with opened.unit_of_work() as session:
            session.execute(text("INSERT INTO identity VALUES (1, 'GL-01', 1, 4, 17)"))
        opened.close()
    store = open_store(tmp_path / "suiban.db", key=key)
    case = store.save_case(draft("case-1"))
    made = store.documents.prepare("case-1", "receipt")
    store.close()
    assert case.case_number[18:24] == "000018"
    assert made is not None
    assert made.serial[12:18] == "000001"


def test_the_rows_fit_the_migrated_tables(store: Store) -> None:
    with store._database.unit_of_work() as session:
        found = inspect(session.connection())
        assert set(found.get_table_names()) == set(tables.Row.metadata.tables)
        for name, table in tables.Row.metadata.tables.items():
            columns = {column["name"]: bool(column["nullable"]) for column in found.get_columns(name)}
            keys = set(found.get_pk_constraint(name)["constrained_columns"])
            assert set(columns) == {column.name for column in table.columns}, name
            assert keys == {column.name for column in table.primary_key}, name
            assert {n for n, may in columns.items() if may and n not in keys} == {
                column.name for column in table.columns if column.nullable
            }, name


def test_a_full_disk_abandons_the_case_and_the_next_one_goes_well(store: Store) -> None:
    store.save_case(draft("case-1"))
    with store._database._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
    with refusal(StoreFault.FULL):
        for n in range(2, 200):
            store.save_case(draft(f"case-{n}", sealed=True))
    stored = store.counts()
    assert stored.cases == stored.prepared == stored.lanes[0].unsent
    with store._database._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    assert store.save_case(draft("after")).number == f"A1-{stored.cases + 1:03d}"


def test_after_an_io_error_the_store_is_opened_anew_and_verified(tmp_path: Path) -> None:
    opened: list[Store] = []

    def open_again() -> Store:
        opened.append(open_store(tmp_path / "suiban.db"))
        return opened[-1]

    def fail(_store: Store) -> None:
        raise StoreError(StoreFault.IO, "disk I/O error")

    thread = StoreThread(open_again)
    thread.do(lambda store: store.save_case(draft("case-1"))).result()
    with refusal(StoreFault.IO):
        thread.do(fail).result()
    assert thread.do(lambda store: store.save_case(draft("case-1"))).result().repeat
    assert len(opened) == 2
    thread.stop()
    with refusal(StoreFault.CLOSED):
        thread.do(Store.counts).result()


def test_a_damaged_file_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "suiban.db"
    store = open_store(path)
    for n in range(40):
        store.save_case(draft(f"case-{n}", sealed=True))
    store.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    store = open_store(path)
    with pytest.raises(StoreError):
        store.verify()
    store.close()


def test_a_store_that_cannot_be_opened_says_so_to_everyone_and_recovers(tmp_path: Path) -> None:
    key = [bytes(32)]
    open_store(tmp_path / "suiban.db").close()
    thread = StoreThread(lambda: open_store(tmp_path / "suiban.db", key=key[0]))
    assert isinstance(thread.ready.exception(10), StoreError)
    with refusal(StoreFault.WRONG_KEY):
        thread.do(Store.counts).result()
    key[0] = KEY
    assert thread.do(Store.counts).result().cases == 0
    thread.stop()


def test_a_bug_in_one_job_is_its_callers_alone(tmp_path: Path) -> None:
    thread = StoreThread(lambda: open_store(tmp_path / "suiban.db"))
    with pytest.raises(ZeroDivisionError):
        thread.do(lambda _store: 1 / 0).result()
    assert thread.do(Store.counts).result().cases == 0
    thread.stop()


def test_the_store_refuses_every_thread_but_its_own(tmp_path: Path) -> None:
    kept: list[Store] = []
    thread = StoreThread(lambda: open_store(tmp_path / "suiban.db"))
    thread.do(kept.append).result()
    with refusal(StoreFault.SOFTWARE):
        kept[0].save_case(draft("case-1"))
    thread.stop()


def test_an_idle_store_empties_its_wal(tmp_path: Path) -> None:
    thread = StoreThread(lambda: open_store(tmp_path / "suiban.db"), idle_seconds=0.01)
    tidied = threading.Event()

    def watch(store: Store) -> None:
        real = store.checkpoint

        def checkpoint() -> None:
            real()
            tidied.set()

        store.checkpoint = checkpoint  # type: ignore[method-assign]
        store.save_case(draft("case-1"))

    thread.do(watch).result()
    assert tidied.wait(10)
    assert (tmp_path / "suiban.db-wal").stat().st_size == 0
    thread.stop()


def test_errors_show_no_content(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "_PUT", lanes._PUT.replace("INSERT INTO outbox", "INSERT INTO nowhere"))
    with pytest.raises(StoreError) as refused:
        store.save_case(draft("case-1"))
    whole = f"{refused.value} {refused.value.__cause__}"
    assert PLANTED_NAME not in whole
    assert "nowhere" in whole
