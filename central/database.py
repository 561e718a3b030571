"""The centre's database, embedded SQLite or PostgreSQL: its engines, its transactions, its numbered migrations."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import sqlcipher3.dbapi2
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    RowMapping,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from central.mendable import MendableError

METADATA = MetaData()
_MIGRATION = re.compile(r"^(\d{4})_\w+\.sql$")
_OWN_TYPES = {"sqlite": {"BYTES": "BLOB", "COUNTER": "INTEGER PRIMARY KEY AUTOINCREMENT"}}
_OWN_TYPES["postgresql"] = {"BYTES": "BYTEA", "COUNTER": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"}
_POSTGRESQL_ALONE = "POSTGRESQL "
"""Before a statement of a migration that the embedded database has no need of."""
_MIGRATION_LOCK = 0x5375_6962
_RESTORING = "restore_begun"
"""A table that is there from before the first row of a backup until everything given out since is skipped."""

_SILENT_SERVER = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""Seconds, but the last: milliseconds a packet may go unanswered. Linux itself would wait a quarter of an hour."""

Value = TypeVar("Value")

Transaction = Connection
"""What `reading()` and `writing()` give, for those who only hand it on to stores."""


class DatabaseError(MendableError):
    """The database cannot be used as it is; the message says why."""


DatabaseAway = OperationalError
"""The database cannot be reached, or has no room or time now: whoever asked comes again."""
_TOO_LARGE = "54"
"""PostgreSQL's class of limits exceeded, e.g. a text no index can hold: an OperationalError that does not pass."""


def is_away(error: Exception) -> bool:
    """Whether the same may go well later: what only this statement cannot have never does."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    return isinstance(error, DatabaseAway) and not state.startswith(_TOO_LARGE)


class Moment(TypeDecorator[datetime]):
    """A point in time, kept as ISO 8601 UTC text of fixed width: readable, and sorted as text in both databases."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: object) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else datetime.fromisoformat(value)


def end_restore(connection: Connection) -> None:
    """In the transaction that finishes it."""
    connection.execute(text(f"DROP TABLE IF EXISTS {_RESTORING}"))


class Database:
    """Two ways in: `reading()` for pages, `writing()` for one transaction that keeps or drops all it did."""

    def __init__(self, url: str) -> None:
        if make_url(url).get_backend_name() == "sqlite":
            refuse_wal_reset(sqlcipher3.dbapi2.sqlite_version_info)
            self._writer = _embedded(url, "BEGIN IMMEDIATE", query_only=False)
            self._reader = _embedded(url, "BEGIN", query_only=True)
        else:
            self._writer = create_engine(
                url, pool_pre_ping=True, hide_parameters=True, pool_size=8, connect_args=_patience(url)
            )
            self._reader = self._writer

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction. On SQLite it holds the write lock from its first moment, so it never fails halfway."""
        with self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self, *, still: bool = False) -> Iterator[Connection]:
        """A look; nothing written through it is promised to stay. With `still` all of it is of one moment: without, on
        PostgreSQL every statement sees what is committed by then.
        """
        with self._reader.begin() as connection:
            if still and connection.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            yield connection

    def migrate(self, *, restoring: bool = False) -> int:
        """Apply what is missing, one transaction each.

        Raises DatabaseError for a database newer than this program, and but for `restoring` for one whose restore was
        begun and not finished: it would give out again what was given out since its backup.
        """
        steps = migrations()
        if not restoring and self.restore_begun() is not None:
            self.close()
            message = "a restore of this database was begun and not finished: say the same `central restore` again"
            raise DatabaseError(message)
        with self.writing() as connection:
            _lock_migrations(connection)
            connection.execute(text("CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY, at TEXT)"))
        for version, name, script in steps:
            with self.writing() as connection:
                _lock_migrations(connection)
                newest = connection.execute(text("SELECT coalesce(max(version), 0) FROM schema_versions")).scalar_one()
                if newest > steps[-1][0]:
                    message = f"the database is of version {newest}, this program knows {steps[-1][0]}: use a newer one"
                    raise DatabaseError(message)
                if version > newest:
                    _apply(connection, version, script, name)
        return steps[-1][0]

    def restore_begun(self) -> str | None:
        """Of which backup (SHA-256 of its dump) a restore was begun and not finished; None where all is well."""
        with self.reading() as connection:
            if not inspect(connection).has_table(_RESTORING):
                return None
            return str(connection.execute(text(f"SELECT backup FROM {_RESTORING}")).scalar_one())  # noqa: S608 - our own

    def begin_restore(self, backup: str) -> None:
        """From now on nobody is served from this database, until `end_restore`."""
        with self.writing() as connection:
            end_restore(connection)
            connection.execute(text(f"CREATE TABLE {_RESTORING} (backup TEXT NOT NULL)"))
            connection.execute(text(f"INSERT INTO {_RESTORING} VALUES (:backup)"), {"backup": backup})  # noqa: S608 - our own

    def copy_into(self, path: Path) -> None:
        """The embedded database as it is at this moment, whole, in a new file; others go on writing."""
        connection = self._writer.raw_connection()
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(path),))
        finally:
            connection.close()

    def tables(self) -> list[str]:
        """What was ever made in it. Raises DatabaseError when it does not answer."""
        try:
            return inspect(self._reader).get_table_names()
        except SQLAlchemyError as error:
            message = f"the database does not answer ({type(error).__name__}); look at `database_url` and the server"
            raise DatabaseError(message) from error

    def is_current(self) -> bool:
        """Whether every migration of this program is applied, and none it does not know."""
        with self.reading() as connection:
            newest = connection.execute(text("SELECT coalesce(max(version), 0) FROM schema_versions")).scalar_one()
        return bool(newest == migrations()[-1][0])

    def in_use(self) -> int:
        """How many connections are lent at this moment."""
        pools = {id(engine.pool): engine.pool for engine in (self._writer, self._reader)}
        return sum(pool.checkedout() for pool in pools.values() if isinstance(pool, QueuePool))

    def close(self) -> None:
        """Give every connection back."""
        self._writer.dispose()
        self._reader.dispose()


def insert(connection: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """An insert of the connection's own dialect: both know `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def add_if_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless another has its place under any of the table's keys. True if it is in now."""
    # The row is asked back: psycopg's count of an insert is -1 when SQLAlchemy fetches keys.
    added = insert(connection, table).values(**row).on_conflict_do_nothing().returning(next(iter(table.c)))
    return connection.execute(added).first() is not None


def read(row: RowMapping | Mapping[str, Any], kind: type[Value]) -> Value:
    """A row as one of our values. Columns the value does not have are left out."""
    return msgspec.convert({str(name): value for name, value in row.items()}, kind)


def refuse_wal_reset(version: Sequence[int]) -> None:
    """SQLite 3.7.0 to 3.51.2 can lose committed pages when a WAL is reset. Raises DatabaseError for these."""
    if (3, 7, 0) <= tuple(version[:3]) <= (3, 51, 2):
        found = ".".join(str(part) for part in version[:3])
        message = f"SQLite {found} can lose committed data in WAL mode; expected 3.51.3 or newer (sqlcipher3 ≥ 0.6.4)"
        raise DatabaseError(message)


def migrations() -> list[tuple[int, str, str]]:
    """Every migration as (number, file name, script), in order."""
    found = []
    for file in files("central").joinpath("schema").iterdir():
        match = _MIGRATION.match(file.name)
        if match:
            found.append((int(match[1]), file.name, file.read_text(encoding="utf-8")))
    return sorted(found)


def _patience(url: str) -> dict[str, int]:
    """For libpq: a server that vanished without a word, as in a failover, is soon given up. The URL prevails."""
    said = make_url(url).query
    return {name: value for name, value in _SILENT_SERVER.items() if name not in said}


def _embedded(url: str, begin: str, *, query_only: bool) -> Engine:
    place = make_url(url).database or ""
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, module=sqlcipher3.dbapi2, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 15}
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver ships no types
        connection.isolation_level = None  # the driver must not open transactions by itself
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"query_only={query_only:d}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _lock_migrations(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))


def _apply(connection: Connection, version: int, script: str, name: str) -> None:
    own = _OWN_TYPES[connection.dialect.name]
    plain = re.sub(r"--[^\n]*", "", script)
    plain = re.sub(r"\b(BYTES|COUNTER)\b", lambda word: own[word[0]], plain)
    for statement in filter(None, (part.strip() for part in plain.split(";"))):
        own_alone = statement.removeprefix(_POSTGRESQL_ALONE)
        if own_alone == statement or connection.dialect.name == "postgresql":
            # A per cent sign is the beginning of a place for a value to psycopg.
            driver_sql = own_alone if connection.dialect.name == "sqlite" else own_alone.replace("%", "%%")
            connection.exec_driver_sql(driver_sql)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    added = text("INSERT INTO schema_versions (version, at) VALUES (:version, :at)")
    connection.execute(added, {"version": version, "at": f"{at} {name}"})
