"""The files beside the database, and how they are moved: after a power cut there is the old one or the new one.

| name | what it is |
|---|---|
| `terminal.db.backup` | the last whole copy that was read back; of an older schema after an update |
| `terminal.db.schema-0003` | the copy before a migration, until the migration has proved well |
| `terminal.db.keyed` | by which a wrong key is told from a damaged first page; gives nothing away |
| `terminal.db.not-migrated` | which steps failed here, so that they are not tried again and again |
| `terminal.db.failed`, `-wal` | the last file that a failed migration left |
| `damaged-<utc>/` | a damaged database with its WAL, and what could be read of it (`report.json`) |
| `terminal.db.ballast` | room kept back for a case that was begun (`ballast.py`) |
"""

import hmac
import os
import re
from contextlib import suppress
from pathlib import Path

_KEYED = b"suiban store key 1"
_BEFORE = re.compile(r"\.schema-(\d{4})")
PART = ".part"
RESTORING = ".restoring"


def backup_of(path: Path) -> Path:
    """The hot backup."""
    return path.with_name(path.name + ".backup")


def before(path: Path, version: int) -> Path:
    """The copy of a file of schema `version`, made before it is carried over."""
    return path.with_name(f"{path.name}.schema-{version:04d}")


def copies_before(path: Path) -> list[Path]:
    """Copies of a migration that was cut off, the latest schema first."""
    return sorted(_named(path, _BEFORE), reverse=True)


def not_migrated(path: Path) -> Path:
    """The note about steps that failed."""
    return path.with_name(path.name + ".not-migrated")


def failed(path: Path) -> Path:
    """Where the file of the newer schema is kept after its migration failed."""
    return path.with_name(path.name + ".failed")


def ballast_of(path: Path) -> Path:
    """The room kept back."""
    return path.with_name(path.name + ".ballast")


def damaged(path: Path) -> list[Path]:
    """The folders of damaged databases, the newest first."""
    return sorted((one for one in path.parent.glob("damaged-*") if one.is_dir()), reverse=True)


def wal_of(path: Path) -> Path:
    """The write-ahead log; its companion `-shm` holds nothing that lasts."""
    return path.with_name(path.name + "-wal")


def lock_of(path: Path) -> Path:
    """Whoever has the store open holds this file locked."""
    return path.with_name(path.name + ".lock")


def size(path: Path) -> int:
    """In bytes; 0 where there is nothing."""
    with suppress(OSError):
        return path.stat().st_size
    return 0


def belongings(path: Path) -> list[Path]:
    """Every file and folder of the store, for whoever wipes it; lock and database last. Not the reserve of numbers."""
    others = [one for one in path.parent.glob(f"{path.name}?*") if one.suffix != ".lock"]
    lock = lock_of(path)
    return [*damaged(path), *sorted(others), *(one for one in (lock, path) if one.exists())]


def remember_key(path: Path, key: bytes) -> None:
    """Write down how this key is recognised, unless it is there already. Raises OSError."""
    keyed = _keyed(path)
    if not keyed.exists():
        write(keyed, _sign(key))


def key_fits(path: Path, key: bytes) -> bool | None:
    """Whether this is the key the store was made with; None where nobody wrote it down."""
    try:
        return hmac.compare_digest(_keyed(path).read_bytes(), _sign(key))
    except FileNotFoundError:
        return None


def was_there(path: Path) -> bool:
    """Whether this terminal ever had a store: a database that is missing then is a loss, not a first start."""
    return _keyed(path).exists() or backup_of(path).exists()


def sweep(path: Path) -> None:
    """Take away what a process that was cut off left unfinished. Raises OSError."""
    for part in path.parent.glob(f"{path.name}.*{PART}*"):
        part.unlink()


def write(path: Path, content: bytes) -> None:
    """Durably, mode 0600: the old one or the new one. Raises OSError."""
    part = path.with_name(path.name + PART)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    move(part, path)


def move(source: Path, target: Path) -> None:
    """Rename, durably in both folders. Raises OSError."""
    source.replace(target)
    for folder in {source.parent, target.parent}:
        sync(folder)


def sync(path: Path) -> None:
    """Whatever is in the file or the folder is on the disk afterwards. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def out_of_the_way(path: Path, target: Path) -> None:
    """Move a closed database and its WAL to `target`, so that none of its WAL can be read into another. Raises OSError.

    The database goes first: cut off in between, a missing database says that this is to be gone on with.
    """
    if path.exists():
        move(path, target)
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    if wal_of(path).exists():
        move(wal_of(path), wal_of(target))


def discard(path: Path) -> None:
    """Take a database away with its WAL and everything named after it. Raises OSError."""
    for one in (path, *path.parent.glob(f"{path.name}?*")):
        with suppress(IsADirectoryError):
            one.unlink(missing_ok=True)
    sync(path.parent)


def _named(path: Path, pattern: re.Pattern[str]) -> list[Path]:
    return [one for one in path.parent.glob(f"{path.name}.*") if pattern.fullmatch(one.name[len(path.name) :])]


def _keyed(path: Path) -> Path:
    return path.with_name(path.name + ".keyed")


def _sign(key: bytes) -> bytes:
    return hmac.digest(key, _KEYED, "sha256").hex().encode()
