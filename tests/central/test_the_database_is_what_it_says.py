"""Both databases: durable settings in force, tables as the migrations made them, and no database that loses data."""

from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy
import sqlcipher3.dbapi2
from sqlalchemy import inspect

from central import database as databases
from central import settings
from central.database import METADATA, Database, DatabaseError, migrations, refuse_wal_reset


def opened(config: Path) -> Database:
    return Database(settings.database_url(settings.read(config)))


@pytest.mark.parametrize("version", [(3, 7, 0), (3, 40, 1), (3, 51, 2)])
def test_a_sqlite_that_loses_pages_is_refused(version: tuple[int, int, int]) -> None:
    with pytest.raises(DatabaseError, match="can lose committed data"):
        refuse_wal_reset(version)


def test_a_sqlite_that_keeps_them_is_taken() -> None:
    refuse_wal_reset((3, 51, 3))
    refuse_wal_reset((3, 6, 23))


def test_the_embedded_database_syncs_every_commit(embedded_config: Path) -> None:
    database = opened(embedded_config)
    with database.writing() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")]
        assert found == ["wal", 2]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    database.close()


def test_a_writer_holds_the_lock_from_its_first_moment_and_readers_go_on(embedded_config: Path) -> None:
    database = opened(embedded_config)
    database.migrate()
    other = sqlcipher3.dbapi2.connect(str(embedded_config.parent / "data" / "central.db"), timeout=0)
    with database.writing():
        with database.reading() as reader:
            assert reader.exec_driver_sql("SELECT count(*) FROM cases").scalar_one() == 0
        with pytest.raises(sqlcipher3.dbapi2.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.close()
    database.close()


def test_a_reader_cannot_write(embedded_config: Path) -> None:
    database = opened(embedded_config)
    database.migrate()
    with pytest.raises(sqlalchemy.exc.OperationalError, match="readonly"), database.reading() as connection:
        connection.exec_driver_sql("DELETE FROM cases")
    database.close()


@pytest.mark.postgresql
def test_a_postgresql_that_vanished_without_a_word_is_given_up_soon(postgres_socket: str) -> None:
    database = Database(f"postgresql+psycopg://suiban@/postgres?host={quote(postgres_socket)}&connect_timeout=3")
    with database.reading() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        found = driver.info.get_parameters()
    database.close()
    assert (found["tcp_user_timeout"], found["keepalives_idle"]) == ("20000", "10")
    assert found["connect_timeout"] == "3", "the URL has the last word"


def test_the_tables_are_those_of_the_migrations(config: Path) -> None:
    database = opened(config)
    database.migrate()
    with database.reading() as connection:
        found = inspect(connection)
        assert set(found.get_table_names()) == set(METADATA.tables) | {"schema_versions"}
        for name, table in METADATA.tables.items():
            columns = {column["name"]: column["nullable"] for column in found.get_columns(name)}
            wanted = {column.name: column.nullable for column in table.columns}
            assert columns.keys() == wanted.keys(), name
            keys = set(found.get_pk_constraint(name)["constrained_columns"])
            assert {c for c, nullable in columns.items() if nullable and c not in keys} == {
                c for c, nullable in wanted.items() if nullable
            }, name
            assert keys == {column.name for column in table.primary_key}, name
    database.close()


def test_migrating_twice_changes_nothing(config: Path) -> None:
    database = opened(config)
    assert database.migrate() == database.migrate() == migrations()[-1][0]
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM schema_versions").scalar_one() == len(migrations())
    database.close()


def test_a_newer_database_is_not_touched(config: Path) -> None:
    database = opened(config)
    database.migrate()
    with database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO schema_versions (version, at) VALUES (9999, 'later')")
    with pytest.raises(DatabaseError, match="9999"):
        database.migrate()
    database.close()


def test_a_migration_that_fails_leaves_nothing(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = opened(config)
    database.migrate()
    broken = (9998, "9998_broken.sql", "CREATE TABLE half (id TEXT); CREATE TABLE half (id TEXT);")
    whole = migrations()
    monkeypatch.setattr(databases, "migrations", lambda: [*whole, broken])
    with pytest.raises(sqlalchemy.exc.DBAPIError):
        database.migrate()
    with database.reading() as connection:
        assert "half" not in inspect(connection).get_table_names()
    database.close()
