"""A copy of what a centre holds, and a centre made from it: database, scans, public keys. Private keys are in escrow.

The scans are copied after the database, so the copy has every scan its database names.
"""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final

import msgspec

from central import key_files, keys
from central.clock import now
from central.custody import store
from central.database import Database, end_restore
from central.mendable import MendableError
from central.settings import Settings, database_url

MANIFEST: Final = "backup.json"
_EMBEDDED: Final = "central.db"
_DUMP: Final = "central.dump"
_SCANS: Final = "scans"
_SQLITE: Final = "sqlite:///"
_PUBLIC: Final = ("sealing-*.pub", "fleet-ca.crt", keys.SUCCESSION)
_TOOL_SECONDS: Final = 6 * 3600


class BackupError(MendableError):
    """Nothing was made that could be taken for a backup; the message says what to do."""


class Manifest(msgspec.Struct, frozen=True):
    """Written last: a folder without it is no backup."""

    made_at: str
    database: str
    sha256: str
    scans: int


def backup(settings: Settings, out: Path, at: datetime | None = None) -> Manifest:
    """Copy everything into the new folder `out`, while the centre runs. Raises BackupError."""
    try:
        out.mkdir(mode=0o700, parents=True)
    except OSError as error:
        message = f"{out}: {error.strerror}; expected a new folder"
        raise BackupError(message) from error
    url = database_url(settings)
    name = _EMBEDDED if _is_embedded(url) else _DUMP
    moment = at or now()
    try:
        if name == _EMBEDDED:
            _copy_embedded(url, out / name)
        else:
            _tool("pg_dump", "--format=custom", "--no-owner", f"--file={out / name}", _libpq(url))
        scans = _copy_scans(Path(settings.data_dir) / _SCANS, out / _SCANS)
        for pattern in _PUBLIC:
            for path in Path(settings.keys_dir).glob(pattern):
                (out / "keys").mkdir(exist_ok=True)
                key_files.replace(out / "keys" / path.name, path.read_bytes())
        made = Manifest(moment.isoformat(timespec="seconds"), name, _digest(out / name), scans)
        key_files.replace(out / MANIFEST, msgspec.json.format(msgspec.json.encode(made)))
    except OSError as error:
        message = f"{error.filename or out}: {error.strerror}; there is no backup in {out}"
        raise BackupError(message) from error
    return made


def restore(settings: Settings, source: Path) -> Manifest:
    """Make the empty centre of these settings what the backup says. The private keys must be there already.

    Raises BackupError, and KeysError without the keys.
    """
    held = _read(source)
    if _digest(source / held.database) != held.sha256:
        raise BackupError(f"{source / held.database}: damaged since it was made; use another backup")
    folder = Path(settings.keys_dir)
    for path in (source / "keys").glob("*"):
        if folder.is_dir() and not (folder / path.name).exists():
            key_files.replace(folder / path.name, path.read_bytes())
    keys.load(folder, settings.suite, opens=settings.opens_sealed)
    url = database_url(settings)
    if _is_embedded(url) != (held.database == _EMBEDDED):
        raise BackupError(f"{source}: of the other kind of database; set `database_url` as it was there")
    try:
        begun = _refuse_used(url, held.sha256)
        _copy_scans(source / _SCANS, Path(settings.data_dir) / _SCANS)
        today = now().astimezone(settings.zone).date()
        if held.database == _EMBEDDED:
            _restore_embedded(source / held.database, Path(url.removeprefix(_SQLITE)), today)
        else:
            if not begun:
                _tool("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={_libpq(url)}",
                      str(source / held.database))  # fmt: skip
            _settle(url, today)
    except OSError as error:
        message = f"{error.filename or source}: {error.strerror}; nothing is served from what was begun"
        raise BackupError(message) from error
    return held


def _restore_embedded(source: Path, place: Path, today: date) -> None:
    """The database gets its name last: one that has not skipped what was given out since must never be served."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{place.name}.restoring")
    for left in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm"))):
        left.unlink(missing_ok=True)
    shutil.copyfile(source, part)
    part.chmod(0o600)
    _settle(f"{_SQLITE}{part}", today)
    key_files.sync(part)
    part.replace(place)
    key_files.sync(place.parent)


def _settle(url: str, today: date) -> None:
    """What terminals know and the backup does not: links, epochs, places of the feed, numbers given out since."""
    database = Database(url)
    try:
        database.migrate(restoring=True)
        with database.writing() as connection:
            store.after_restore(connection, today)
            end_restore(connection)
    finally:
        database.close()


def _is_embedded(url: str) -> bool:
    return url.startswith(_SQLITE)


def _copy_embedded(url: str, out: Path) -> None:
    database = Database(url)
    try:
        database.copy_into(out)
    finally:
        database.close()
    key_files.sync(out)


def _refuse_used(url: str, backup: str) -> bool:
    """Whether all rows of this backup are in PostgreSQL already, and only the skip of what came after it is lacking.

    Raises BackupError where anything else is there. What was begun is noted before the first row.
    """
    if _is_embedded(url):
        place = Path(url.removeprefix(_SQLITE))
        if place.exists():
            raise BackupError(f"{place}: a database is there; expected none: move it away first")
        return False
    database = Database(url)
    try:
        tables = database.tables()
        begun = database.restore_begun() if tables else None
        if begun is None and tables:
            message = "the database at `database_url` holds tables; expected an empty one: make it with createdb"
            raise BackupError(message)
        if begun not in {None, backup} and len(tables) > 1:
            message = "a restore of another backup was begun into `database_url`; say that again, or take an empty one"
            raise BackupError(message)
        if begun != backup:
            database.begin_restore(backup)
        return len(tables) > 1  # pg_restore does all or nothing
    finally:
        database.close()


def _copy_scans(source: Path, out: Path) -> int:
    """Every whole scan, by hard link where that goes; they are named by their content and never change."""
    copied = 0
    for path in _whole_scans(source):
        there = out / path.relative_to(source)
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if there.exists():
            continue
        try:
            there.hardlink_to(path)
        except OSError:
            part = there.with_name(there.name + ".part")
            shutil.copyfile(path, part)
            key_files.sync(part)
            part.replace(there)
        copied += 1
    for folder in {path.parent for path in _whole_scans(out)}:
        key_files.sync(folder)
    return copied


def _whole_scans(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix == "")


def _read(source: Path) -> Manifest:
    try:
        return msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, ValueError) as error:
        message = f"{source / MANIFEST}: not a finished backup ({error}); expected a folder of `central backup`"
        raise BackupError(message) from error


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); expected the database of the backup"
        raise BackupError(message) from error


def _libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _tool(*command: str) -> None:
    """PostgreSQL's own tools know its formats. The URL may hold a password: it is not repeated in errors."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TOOL_SECONDS, check=False)
    except OSError as error:
        message = f"{command[0]}: {error.strerror}; expected PostgreSQL's tools (postgresql-client)"
        raise BackupError(message) from error
    except subprocess.TimeoutExpired:
        raise BackupError(f"{command[0]}: not ready after {_TOOL_SECONDS // 3600} h; look at the database") from None
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BackupError(f"{command[0]}: {said}; nothing was made that could be used")
