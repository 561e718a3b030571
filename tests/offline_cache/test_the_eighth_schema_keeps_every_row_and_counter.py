"""0008 makes the table of cases anew while papers name its rows, and moves the serials: nothing is lost on the way."""

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from offline_cache.disk import cipher, database
from offline_cache.disk.salvage import salvage
from offline_cache.records import StoreError, StoreFault
from tests.contract.record_version import Recording, read
from tests.offline_cache.drafts import draft, open_store

LATER = ("promise_certain", "green")
RECORDED = Path(__file__).parents[1] / "contract" / "recorded" / "0.1.0"
LAST_SERIAL, LAST_DOCUMENT = 2_000_017, 1_000_815
"""Beyond where a store without a memory would begin."""
MORE = (
    f"UPDATE identity SET last_serial = {LAST_SERIAL}, last_document = {LAST_DOCUMENT}",  # noqa: S608 - our own numbers
    "INSERT INTO scans SELECT 'hash-1', case_id, 1, 'page', 'INTL-1', 'at', NULL, NULL FROM cases LIMIT 1",
)


@pytest.fixture
def recording() -> Recording:
    return read(RECORDED)


@pytest.fixture
def seventh(tmp_path: Path, recording: Recording) -> Path:
    """A store as the program before left it, with documents and a scan that name cases."""
    path, schema = tmp_path / "terminal.db", tmp_path / "schema"
    shutil.copy(RECORDED / "terminal.db", path)
    schema.mkdir()
    for step in database.schema_steps()[:7]:
        shutil.copy(step, schema)
    with pytest.MonkeyPatch.context() as then:
        then.setattr(database, "SCHEMA", schema)
        database.Database(path, recording.database_key, "2026-11-22T10:00:00+08:00").close()
    with closing(cipher.connect(path, recording.database_key)) as connection:
        for statement in MORE:
            connection.execute(statement)
    return path


def rows(path: Path, key: bytes, table: str) -> list[dict[str, Any]]:
    with closing(cipher.connect(path, key)) as connection:
        found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
        names = [column[0] for column in found.description]
        return sorted((dict(zip(names, row, strict=True)) for row in found), key=repr)


def by_id(cases: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Without what later schemas added."""
    return {case["case_id"]: {name: value for name, value in case.items() if name not in LATER} for case in cases}


def test_cases_and_all_that_names_them_are_as_they_were(seventh: Path, recording: Recording) -> None:
    key, others = recording.database_key, ("paper_journal", "documents", "scans", "outbox", "lanes", "leases")
    before = {table: rows(seventh, key, table) for table in ("cases", *others)}
    store = open_store(seventh, key=key, terminal=recording.terminal)
    with store._database.unit_of_work() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert {table: rows(seventh, key, table) for table in others} == {table: before[table] for table in others}
    assert by_id(rows(seventh, key, "cases")) == by_id(before["cases"])
    case = store.save_case(draft("case-new"))
    made = store.documents.prepare("case-new", "receipt")
    store.close()
    assert case.case_number[18:24] == f"{LAST_SERIAL + 1}"[-6:]
    assert made is not None
    assert made.serial[12:18] == f"{LAST_DOCUMENT + 1}"[-6:]


def test_a_paper_without_its_case_is_found_and_the_file_stays_as_it_was(seventh: Path, recording: Recording) -> None:
    """The control: what was put off during the step is looked at in its end."""
    with closing(cipher.connect(seventh, recording.database_key)) as connection:
        (row,) = connection.execute("SELECT min(rowid) FROM paper_journal").fetchone()
        connection.execute("UPDATE paper_journal SET case_id = 'nobody' WHERE rowid = ?", (row,))
    before = rows(seventh, recording.database_key, "cases")
    with pytest.raises(StoreError) as refused:
        open_store(seventh, key=recording.database_key, terminal=recording.terminal)
    assert refused.value.fault is StoreFault.NOT_MIGRATED
    assert rows(seventh, recording.database_key, "cases") == before


def test_a_damaged_file_of_the_seventh_gives_its_serials(seventh: Path, tmp_path: Path, recording: Recording) -> None:
    fresh = tmp_path / "fresh" / "terminal.db"
    open_store(fresh, key=recording.database_key, terminal=recording.terminal).close()
    found = salvage(seventh, recording.database_key, fresh)
    assert found.nothing_left
    (numbering,) = rows(fresh, recording.database_key, "numbering")
    assert (numbering["last_serial"], numbering["last_document"]) == (LAST_SERIAL, LAST_DOCUMENT)
    assert set(by_id(rows(fresh, recording.database_key, "cases"))) == set(recording.cases)
