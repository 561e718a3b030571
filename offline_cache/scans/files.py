"""Sealed scans as files named by the hash of their bytes: whole and durable, or not there. Knows no database."""

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from contract.scans import SCAN_LARGEST
from contract.suites import suite
from offline_cache.records import StoreError, StoreFault

SCANS: Final = "scans"
"""The folder beside the store."""
_NAME = re.compile(r"[0-9a-f]{64}")
_GROWING = "growing-"
_ROOM_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT})


class ScanFile(NamedTuple):
    """A file as it lies there; `made_at` is Unix seconds of a clock that may have been wrong."""

    name: str
    size: int
    made_at: float


class ScanStore:
    """One folder of sealed scans, mode 0700 with files of 0600. Any thread may call; every method raises StoreError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, sealed: bytes, suite_id: str) -> str:
        """Bring the bytes to disk; their hash. When it returns they outlive a power cut. The same twice is one file."""
        name = suite(suite_id).digest(sealed).hex()
        if self.whole(name, suite_id):
            return name
        growing = self.grow()
        try:
            growing.add(0, sealed)
            growing.finish(name)
        finally:
            growing.abandon()
        return name

    def grow(self) -> "GrowingScan":
        """A scan that comes in pieces."""
        with _named(self.folder):
            if not self.folder.is_dir():
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                _sync_folder(self.folder.parent)
            return GrowingScan(self.folder)

    def has(self, name: str, size: int) -> bool:
        """Whether a file of this name and size lies there; its bytes were checked when it was kept."""
        try:
            return self._path(name).stat().st_size == size
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _fault(self.folder, error) from error

    def whole(self, name: str, suite_id: str) -> bool:
        """Whether the file is there and its bytes still have its name for a hash. Reads all of it."""
        try:
            return suite(suite_id).digest(self._path(name).read_bytes()).hex() == name
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _fault(self.folder, error) from error

    def read(self, name: str, offset: int, limit: int) -> bytes:
        """At most `limit` bytes from `offset` on; fewer at the end of the file."""
        with _named(self.folder), self._path(name).open("rb") as file:
            file.seek(offset)
            return file.read(limit)

    def drop(self, *names: str) -> None:
        """Delete them, durably. One that is not there is gone already."""
        with _named(self.folder):
            for name in names:
                self._path(name).unlink(missing_ok=True)
            if self.folder.is_dir():
                _sync_folder(self.folder)

    def files(self) -> Iterator[ScanFile]:
        """Every whole scan in the folder."""
        with _named(self.folder):
            for path in sorted(self.folder.glob("[0-9a-f]*")) if self.folder.is_dir() else ():
                if _NAME.fullmatch(path.name):
                    with suppress(FileNotFoundError):  # dropped by the store's thread meanwhile
                        found = path.stat()
                        yield ScanFile(path.name, found.st_size, found.st_mtime)

    def sweep(self) -> int:
        """Remove what a cut left unfinished: call it before the first scan of a process. How many there were."""
        with _named(self.folder):
            left = list(self.folder.glob(f"{_GROWING}*")) if self.folder.is_dir() else []
            for path in left:
                path.unlink(missing_ok=True)
            if left:
                _sync_folder(self.folder)
            return len(left)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise StoreError(StoreFault.SCAN_MISSING, f"{name[:80]!r} names no scan: 64 digits of 0-9 and a-f expected")
        return self.folder / name


class GrowingScan:
    """A scan on its way to disk. It has no name, and does not exist, before `finish` returned."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{_GROWING}{secrets.token_hex(8)}"
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self.size = 0

    def add(self, offset: int, piece: bytes) -> None:
        """The next bytes. Raises StoreError for a gap and for more than SCAN_LARGEST."""
        if offset != self.size or self.size + len(piece) > SCAN_LARGEST:
            detail = (
                f"scan: bytes {offset} to {offset + len(piece)} do not follow {self.size} of at most {SCAN_LARGEST}"
            )
            raise StoreError(StoreFault.SCAN_DAMAGED, detail)
        with _named(self._folder):
            view = memoryview(piece)
            while view:
                view = view[os.write(self._descriptor, view) :]
        self.size += len(piece)

    def finish(self, name: str, suite_id: str = "") -> None:
        """Give it its name: fsync, rename, fsync of the folder. With a suite its bytes are hashed first.

        Raises StoreError when they do not have `name` for a hash; nothing is kept then.
        """
        with _named(self._folder):
            if suite_id:
                content = os.pread(self._descriptor, self.size, 0)
                if suite(suite_id).digest(content).hex() != name:
                    raise StoreError(StoreFault.SCAN_DAMAGED, f"scan {name[:12]}…: its bytes have another hash")
            os.fsync(self._descriptor)
            self._path.rename(self._folder / name)
            _sync_folder(self._folder)

    def abandon(self) -> None:
        """Let go of it; what has no name yet is removed."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            self._path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _named(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _fault(folder, error) from error


def _fault(folder: Path, error: OSError) -> StoreError:
    fault = StoreFault.FULL if error.errno in _ROOM_FAULTS else StoreFault.IO
    return StoreError(fault, f"{folder}: {error.strerror or error}")
