"""What every connection to an encrypted file has in common: the driver, the key, and names for what the disk did."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy.exc
from sqlcipher3 import dbapi2

from offline_cache.records import StoreError, StoreFault

KEY_BYTES = 32
_FAULTS = {
    5: StoreFault.BUSY,
    10: StoreFault.IO,
    11: StoreFault.DAMAGED,
    13: StoreFault.FULL,
    14: StoreFault.IO,
    26: StoreFault.WRONG_KEY,
}


def refuse_unsafe_sqlite(version: str) -> None:
    """Raises StoreError for SQLite 3.7.0 to 3.51.2, whose WAL can lose committed pages (fixed in 3.51.3)."""
    parts = tuple(int(part) for part in version.split("."))
    if (3, 7, 0) <= parts <= (3, 51, 2):
        detail = f"SQLite {version} can lose committed pages; 3.51.3 or later is needed (sqlcipher3 0.6.4)"
        raise StoreError(StoreFault.UNSAFE, detail)


def unlock(cursor: Any, key: bytes) -> None:  # noqa: ANN401 - the driver ships no types
    """The first words on a connection: the raw key, and silence about what a wrong one would say."""
    cursor.execute("PRAGMA cipher_log_level = NONE")
    cursor.execute(f"PRAGMA key = \"x'{key.hex()}'\"")


def connect(path: Path, key: bytes) -> Any:  # noqa: ANN401 - as above
    """A plain connection beside the store's own, for copies and for what a damaged file still gives.

    It never checkpoints by itself, may be used from any thread by one at a time, and commits each statement.
    """
    connection = dbapi2.connect(path, isolation_level=None, check_same_thread=False)
    unlock(connection.cursor(), key)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection


@contextmanager
def named_errors() -> Iterator[None]:
    """Whatever the driver or the disk says becomes a StoreError with a name."""
    try:
        yield
    except dbapi2.Error as error:
        raise _named(error) from error
    except sqlalchemy.exc.DBAPIError as error:
        raise _named(error.orig) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreError(StoreFault.FULL if full else StoreFault.IO, str(error)) from error


def _named(error: BaseException | None) -> StoreError:
    """Extended codes carry the primary one in their low byte."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    fault = _FAULTS.get(code, StoreFault.SOFTWARE)
    if fault is StoreFault.WRONG_KEY:
        return StoreError(fault, "the key does not open this file, or its first page is damaged")
    return StoreError(fault, f"{getattr(error, 'sqlite_errorname', '')} {error}".strip())
