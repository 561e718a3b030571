"""The one connection to the encrypted file: how it is opened, what is demanded of it, and how its errors are named."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool
from sqlcipher3 import dbapi2

from offline_cache.disk import beside, copies, migrations
from offline_cache.disk.ballast import Ballast
from offline_cache.disk.cipher import KEY_BYTES, named_errors, refuse_unsafe_sqlite, unlock
from offline_cache.disk.driven import Driven, driven
from offline_cache.disk.room import Room
from offline_cache.records import InForce, StoreError, StoreFault

SCHEMA = Path(__file__).parents[1] / "schema"
BUSY_SECONDS = 5.0
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")
_SYNCHRONOUS_FULL = 2
_STEP = re.compile(r"(\d{4})_(\w+)\.sql")


class Database:
    """Owned by the thread that opened it; the driver refuses every other. One process at a time: a lock file."""

    def __init__(self, path: Path, key: bytes, clock_text: str) -> None:
        if len(key) != KEY_BYTES:
            message = f"key: {KEY_BYTES} bytes expected, found {len(key)}"
            raise ValueError(message)
        self._path = path
        self._key = key
        self._ballast = Ballast(path)
        self._engine = _engine(path, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._ballast.give_way()  # on a full disk SQLite could not even make the files it opens with
        self._lock: int | None = _lock(path)
        try:
            _refuse_another_key(path, key)
            migrations.settle(path)
            _make_file(path)
            with named_errors():
                self._demand()
                migrations.carry_over(self._engine, path, key, schema_steps(), clock_text)
                beside.remember_key(path, key)
                self._driver = self._connected()
        except StoreError as error:
            self.close()
            if error.fault is StoreFault.WRONG_KEY and beside.key_fits(path, key):
                raise StoreError(StoreFault.DAMAGED, f"the first page of {path} is damaged") from error
            raise
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """The last connection to go checkpoints and removes the WAL. Closing it again does nothing."""
        try:
            self._engine.dispose()
        finally:
            lock, self._lock = self._lock, None
            if lock is not None:
                os.close(lock)

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """BEGIN IMMEDIATE … COMMIT; any error abandons all of it. Raises StoreError for what the disk did.

        Where room for it might be lacking, the ballast gives way first.
        """
        self._ballast.give_way()
        with named_errors(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Driven]:
        """The same without a session and by the driver alone, for what is done with every case and every push."""
        self._ballast.give_way()
        with named_errors():
            driver = self._driver
            driver.execute("BEGIN IMMEDIATE")
            try:
                yield driver
                driver.execute("COMMIT")
            except BaseException:
                with suppress(dbapi2.Error):  # the first error is the one to tell
                    if driver.in_transaction:  # after some SQLite has gone back by itself
                        driver.execute("ROLLBACK")
                raise

    def in_force(self) -> InForce:
        """What the writing connection really does, not what it was told."""
        with named_errors(), self._engine.connect() as connection:
            return _in_force(connection)

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self._path

    def copy_out(self, target: Path) -> None:
        """A whole copy of what is committed, read back and durable; see `copies.copy_out`."""
        copies.copy_out(self._path, self._key, target)

    def room(self) -> Room:
        """What the disk has left, and what the store takes of it."""
        with named_errors():
            return self._ballast.room()

    def need_room(self, least: int) -> None:
        """Raises StoreError when fewer than `least` bytes are free where the file lies."""
        free = shutil.disk_usage(self._path.parent).free
        if free < least:
            raise StoreError(StoreFault.FULL, f"{free} bytes free, {least} needed")

    def verify(self) -> None:
        """Raises StoreError when the pages do not fit together."""
        with named_errors(), self._engine.connect() as connection:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        if found != "ok":
            raise StoreError(StoreFault.DAMAGED, found)

    def checkpoint(self) -> None:
        """Copy the WAL into the file and cut it to nothing; with secure_delete, deleted content is gone afterwards.

        Nobody waits for a reader, such as a copy under way: while there is one, the next checkpoint does it.
        """
        with named_errors():
            raw = self._engine.raw_connection()
            cursor = raw.cursor()
            try:
                cursor.execute("PRAGMA busy_timeout = 0")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
                raw.close()

    def _connected(self) -> Driven:
        """The one connection the pool keeps; it is no other until it is closed."""
        with self._engine.connect() as connection:
            return driven(connection)

    def _demand(self) -> None:
        with self._engine.connect() as connection:
            found = _in_force(connection)
        refuse_unsafe_sqlite(found.sqlite)
        if not found.cipher:
            raise StoreError(StoreFault.UNSAFE, "the driver does not encrypt (PRAGMA cipher_version is empty)")
        if (found.journal_mode, found.synchronous) != ("wal", _SYNCHRONOUS_FULL):
            detail = f"WAL with synchronous=FULL is not in force: {found.journal_mode}, {found.synchronous}"
            raise StoreError(StoreFault.UNSAFE, detail)
        if not (found.foreign_keys and found.secure_delete):
            raise StoreError(StoreFault.UNSAFE, "foreign_keys and secure_delete are not in force")


def schema_steps() -> list[Path]:
    """The migrations in order; their numbers run from 0001 without a gap."""
    steps = sorted(path for path in SCHEMA.iterdir() if _STEP.fullmatch(path.name))
    numbers = [int(step.name[:4]) for step in steps]
    if numbers != list(range(1, len(steps) + 1)):
        message = f"{SCHEMA}: migrations are numbered {numbers}, expected 1 to {len(steps)}"
        raise ValueError(message)
    return steps


def iso(moment: datetime) -> str:
    """ISO 8601 with offset, to the second. A clock without a zone is a bug."""
    if moment.tzinfo is None:
        message = "clock: a time with its offset expected"
        raise ValueError(message)
    return moment.isoformat(timespec="seconds")


def _refuse_another_key(path: Path, key: bytes) -> None:
    with named_errors():
        if beside.key_fits(path, key) is False:
            detail = (
                f"the key given is not the one {path} was made with; name the right source in [storage] database_key"
            )
            raise StoreError(StoreFault.WRONG_KEY, detail)


def _make_file(path: Path) -> None:
    if path.exists():
        return
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    beside.sync(path.parent)  # SQLite syncs the folder for its WAL, not for the file itself


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else opens the store meanwhile. Raises StoreError when somebody has it open."""
    lock = _lock(path)
    try:
        yield
    finally:
        os.close(lock)


def _lock(path: Path) -> int:
    with named_errors():
        lock = os.open(beside.lock_of(path), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock).st_ino != beside.lock_of(path).stat().st_ino:
            raise BlockingIOError  # a wipe took that file away while we waited for it: another may be locked by now
    except OSError:
        os.close(lock)
        raise StoreError(StoreFault.IN_USE, f"another process has {path} open; a store has one writer") from None
    return lock


def _engine(path: Path, key: bytes) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        module=dbapi2,
        poolclass=StaticPool,  # one connection for the life of the store
        hide_parameters=True,  # an error in a log shows no masked name
        connect_args={"check_same_thread": True, "timeout": BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver no longer opens transactions by itself
        cursor = connection.cursor()
        unlock(cursor, key)
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _in_force(connection: Connection) -> InForce:
    def ask(question: str) -> str:
        answer = connection.exec_driver_sql(question)
        return str(answer.scalar() or "") if answer.returns_rows else ""

    return InForce(
        journal_mode=ask("PRAGMA journal_mode"),
        synchronous=int(ask("PRAGMA synchronous") or 0),
        foreign_keys=int(ask("PRAGMA foreign_keys") or 0),
        secure_delete=int(ask("PRAGMA secure_delete") or 0),
        sqlite=ask("SELECT sqlite_version()"),
        cipher=ask("PRAGMA cipher_version"),
    )
