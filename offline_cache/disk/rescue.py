"""A damaged database is set aside, and service goes on from the backup with everything the damaged one still gives.

Nothing here is half done: the store that goes on has its name only when it is whole, and a power cut at any point lets
the next opening begin again from the same files.
"""

import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from offline_cache.disk import beside, cipher, copies, wal_only
from offline_cache.disk.database import Database, locked
from offline_cache.disk.salvage import Salvaged, salvage
from offline_cache.records import StoreError, StoreFault

KEPT: Final = 3
"""Folders of damaged databases; one that may hold what nobody else has is never thrown away."""
RESTORED: Final = "store.restored"
LOST: Final = "store.lost"


class Rescued(msgspec.Struct, frozen=True):
    """What was done. `why` is the reason of the epoch that must be opened now: `store.restored` or `store.lost`."""

    why: str
    folder: str
    """Where the damaged file lies; empty when there was none."""
    salvaged: Salvaged


def rescue(path: Path, key: bytes, make_store: Callable[[Path], object], now: datetime) -> Rescued:
    """Put a store that works at `path`. Raises StoreError where not even that goes: another key, a full or dead disk.

    `make_store` makes an empty one at the path it is given and closes it.
    """
    with cipher.named_errors(), locked(path):
        if beside.key_fits(path, key) is False:
            raise StoreError(StoreFault.WRONG_KEY, f"the key given is not the one {path} was made with")
        beside.sweep(path)
        folder = _set_aside(path, now)
        part = path.with_name(path.name + beside.RESTORING)
        beside.discard(part)
        try:
            why, found = _build(path, part, folder, key, make_store, now)
        except BaseException:
            beside.discard(part)  # on a full disk it would be in its own way the next time
            raise
        beside.remember_key(path, key)
        beside.move(part, path)
        for one in (part, *beside.copies_before(path)):
            beside.discard(one)
        if folder is not None:
            beside.write(folder / "report.json", msgspec.json.encode(found))
            _keep_few(path)
    return Rescued(why, str(folder or ""), found)


def _build(
    path: Path, part: Path, folder: Path | None, key: bytes, make_store: Callable[[Path], object], now: datetime
) -> tuple[str, Salvaged]:
    """The store that goes on, whole and durable at `part`; why it needs an epoch, and what was salvaged."""
    why = RESTORED if _restore(path, part, key, now) else LOST
    if why == LOST:
        make_store(part)
    found = Salvaged(complete=folder is None)
    if folder is not None and wal_only.openable(folder / path.name):
        found = salvage(folder / path.name, key, part)
    _mark(part, key, why)
    beside.sync(part)
    return why, found


def _set_aside(path: Path, now: datetime) -> Path | None:
    """The folder of the damaged file: a new one, or that of a rescue which was cut off; None when nothing is there."""
    begun = [one for one in beside.damaged(path) if not (one / "report.json").exists() and _holds(one / path.name)]
    if path.exists() or (beside.wal_of(path).exists() and not begun):
        stem = f"damaged-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        names = (stem, *(f"{stem}-{more:03d}" for more in range(2, 1000)))  # a clock may stand still
        folder = next(one for name in names if not (one := path.parent / name).exists())
        folder.mkdir(mode=0o700)
        beside.sync(path.parent)
    elif begun:
        folder = begun[0]
    else:
        return None
    beside.out_of_the_way(path, folder / path.name)
    return folder


def _holds(damaged: Path) -> bool:
    return damaged.exists() or beside.wal_of(damaged).exists()


def _restore(path: Path, part: Path, key: bytes, now: datetime) -> bool:
    """Put the newest copy that can be read at `part`, in this program's schema. False when there is none."""
    candidates = [one for one in (beside.backup_of(path), *beside.copies_before(path)) if one.exists()]
    for copy in sorted(candidates, key=lambda one: one.stat().st_mtime, reverse=True):
        try:
            copies.check(copy, key)
            shutil.copyfile(copy, part)
            Database(part, key, now.isoformat(timespec="seconds")).close()
        except StoreError as error:
            if error.fault not in (StoreFault.DAMAGED, StoreFault.WRONG_KEY):
                raise
            beside.discard(part)
        else:
            return True
    return False


def _mark(part: Path, key: bytes, why: str) -> None:
    """A store of its own: with a new name, and nothing is sent before the centre has given it an epoch."""
    marked = "UPDATE identity SET store = lower(hex(randomblob(16))), token = '', fresh = '', epoch_due = ?, "
    marked += "epoch = max(epoch, (SELECT coalesce(max(epoch), 0) FROM lanes))"
    with closing(cipher.connect(part, key)) as connection:
        connection.execute(marked, (why,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _keep_few(path: Path) -> None:
    for folder in beside.damaged(path)[KEPT:]:
        with suppress(OSError, ValueError):
            if msgspec.json.decode((folder / "report.json").read_bytes(), type=Salvaged).nothing_left:
                shutil.rmtree(folder)
