"""Whole copies of an open store: encrypted with the same key, read back, and durable before they have their name."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

from offline_cache.disk import beside, cipher
from offline_cache.records import StoreError, StoreFault


def copy_out(path: Path, key: bytes, target: Path) -> None:
    """Copy the database at `path`, which may be in use, to `target`; what was at `target` is replaced as one step.

    Reads every page, so that damage is found now: raises StoreError, of DAMAGED too, and leaves `target` as it was.
    """
    with cipher.named_errors(), closing(cipher.connect(path, key)) as source:
        copy_from(source, key, target)


def copy_from(source: Any, key: bytes, target: Path) -> None:  # noqa: ANN401 - the driver ships no types
    """As `copy_out`, over a connection of the caller's, which another thread may interrupt."""
    part = target.with_name(target.name + beside.PART)
    with cipher.named_errors():
        part.unlink(missing_ok=True)
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            source.execute("VACUUM INTO ?", (str(part),))
            check(part, key)
            beside.sync(part)
            beside.move(part, target)
        finally:
            part.unlink(missing_ok=True)


def check(path: Path, key: bytes) -> None:
    """Raises StoreError unless every page of this closed file can be read and fits the others."""
    with cipher.named_errors(), closing(cipher.connect(path, key)) as connection:
        found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise StoreError(StoreFault.DAMAGED, f"{path}: {found}")
