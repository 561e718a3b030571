"""A file of an older program is carried over: a copy, the missing steps, a look at every page; or back to the copy.

A file of a newer program is gone on with where its steps say so (`-- readable by NNNN`, ADR 14): what they added nobody
here looks for. `PRAGMA user_version` holds 10,000 times the last step plus the first one whose program can go on.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlcipher3 import dbapi2

from offline_cache.disk import beside, cipher, copies
from offline_cache.records import StoreError, StoreFault

_READABLE = re.compile(r"^-- readable by (\d{4})\b", re.MULTILINE)
_STEPS_AT_MOST = 10_000
_PASSING = frozenset({StoreFault.FULL, StoreFault.IO, StoreFault.BUSY})
"""Faults that may be gone the next time: the steps are tried again."""


def settle(path: Path) -> None:
    """Finish what a power cut interrupted; before the file is opened. Raises StoreError.

    A database that is missing although this terminal had one is a damaged one: nothing is made in its place here.
    """
    with cipher.named_errors():
        beside.sweep(path)
        # Whatever log lies beside an empty file: SQLite would delete it and begin anew.
        if path.exists() and not (beside.size(path) == 0 and beside.was_there(path)):
            return
        for copy in beside.copies_before(path):
            beside.out_of_the_way(path, beside.failed(path))
            beside.move(copy, path)
            return
        if beside.was_there(path):
            raise StoreError(StoreFault.DAMAGED, f"{path} is missing or empty, though this terminal had one")


def carry_over(engine: Engine, path: Path, key: bytes, steps: Sequence[Path], now: str) -> None:
    """Bring the open file to the last of `steps`. Raises StoreError; the file is then what it was before."""
    with engine.begin() as connection:
        current = _version(connection)
        last, least = divmod(int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()), _STEPS_AT_MOST)
    if current > len(steps) and current == last and least <= len(steps):
        return
    if current > len(steps):
        detail = f"{path} has schema {current}, this program knows {len(steps)}: install the newer program again"
        raise StoreError(StoreFault.NEWER, detail)
    missing = steps[current:]
    if current == 0:
        _apply(engine, steps, current, now)
        return
    if not missing and not beside.copies_before(path):
        return
    copy = beside.before(path, current)
    if missing:
        _refuse_what_failed_before(path, missing)
        copies.copy_out(path, key, copy)
    try:
        with cipher.named_errors():
            _apply(engine, steps, current, now)
            _look_over(engine)
    except StoreError as error:
        engine.dispose()
        raise _put_back(path, missing, error) from error
    with cipher.named_errors():
        _keep_as_backup(path)


def readable_by(step: Path) -> int:
    """The first step whose program can go on with a file that has this one; itself where it says nothing."""
    said = _READABLE.search(step.read_text(encoding="utf-8"))
    return int(said[1]) if said else int(step.name[:4])


def _apply(engine: Engine, steps: Sequence[Path], current: int, now: str) -> None:
    """One transaction a step, from `current` on."""
    least = max((readable_by(one) for one in steps[:current]), default=0)
    for version, step in enumerate(steps[current:], start=current + 1):
        with engine.begin() as connection:
            for statement in _statements(step.read_text(encoding="utf-8")):
                connection.exec_driver_sql(statement)
            row = (version, step.stem, now)
            connection.exec_driver_sql("INSERT INTO schema_versions VALUES (?, ?, ?)", row)
            least = max(least, readable_by(step))
            connection.exec_driver_sql(f"PRAGMA user_version = {version * _STEPS_AT_MOST + least}")


def _look_over(engine: Engine) -> None:
    with engine.connect() as connection:
        found = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar())
        if found != "ok":
            raise StoreError(StoreFault.DAMAGED, found)
        orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if orphan is not None:
            raise StoreError(StoreFault.DAMAGED, f"a row of {orphan[0]} names a row of {orphan[2]} that is not there")


def _put_back(path: Path, missing: Sequence[Path], why: StoreError) -> StoreError:
    """The copy takes the file's place, which is kept aside; what to say of it."""
    copy = beside.copies_before(path)[0]
    with cipher.named_errors():
        beside.discard(beside.failed(path))
        if missing and why.fault not in _PASSING:
            beside.write(beside.not_migrated(path), f"{_digest(missing)}\n{why.detail}\n".encode())
        beside.out_of_the_way(path, beside.failed(path))
        beside.move(copy, path)
    return StoreError(StoreFault.NOT_MIGRATED, _sentence(path, missing, why.detail))


def _refuse_what_failed_before(path: Path, missing: Sequence[Path]) -> None:
    note = beside.not_migrated(path)
    digest, _, why = note.read_text(encoding="utf-8").partition("\n") if note.exists() else ("", "", "")
    if digest == _digest(missing):
        raise StoreError(StoreFault.NOT_MIGRATED, _sentence(path, missing, why.strip()))


def _sentence(path: Path, missing: Sequence[Path], why: str) -> str:
    steps = ", ".join(step.stem for step in missing) or "the last migration"
    return (
        f"{path} could not be carried over by {steps} ({why}); it is as it was before, install the earlier program "
        f"again and send {beside.failed(path).name} to its makers"
    )


def _keep_as_backup(path: Path) -> None:
    """The copy is not needed any more to go back to; it is the newest backup there is."""
    latest, *older = beside.copies_before(path)
    for one in older:
        beside.discard(one)
    beside.not_migrated(path).unlink(missing_ok=True)
    beside.move(latest, beside.backup_of(path))


def _digest(steps: Sequence[Path]) -> str:
    return hashlib.sha256(b"\0".join(step.read_bytes() for step in steps)).hexdigest()


def _version(connection: Connection) -> int:
    if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'schema_versions'").scalar() == 0:
        return 0
    return int(connection.exec_driver_sql("SELECT coalesce(max(version), 0) FROM schema_versions").scalar_one())


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and dbapi2.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        message = f"a migration ends in the middle of a statement: {statement.strip()[:60]!r}"
        raise ValueError(message)
