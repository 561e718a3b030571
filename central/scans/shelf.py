"""Where the bytes of scans lie: an interface, and the folder that keeps it on one machine or a shared file system."""

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from central.scans.rules import is_named

KEEP_FREE_BYTES = 64 * 1024 * 1024
STALE_AFTER_SECONDS = 30 * 86_400
"""An upload in which nothing moved for so long starts anew."""


class OtherOffset(Exception):
    """The piece does not belong where the upload is; `offset` is what is held."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class WrongWhole(Exception):
    """All bytes are there and do not have their hash: the upload was set back to 0."""


class TooLong(Exception):
    """The piece goes beyond the length that was said."""


class NotBegun(LookupError):
    """There is no such upload."""


class NoRoom(Exception):
    """The disk is full; nothing of the piece was kept."""


class Lost(LookupError):
    """The scan is not on the shelf, or its bytes do not have its hash."""


@dataclass(frozen=True)
class Place:
    """One upload: a terminal's own, so that nobody can get in its way."""

    terminal: str
    hash: str


class ScanShelf(Protocol):
    """What the centre asks of a place for scans. An object store does it with multipart uploads and `If-None-Match`."""

    def held(self, scan_hash: str) -> bool:
        """Whether all of it is there."""

    def begin(self, place: Place, size: int) -> int:
        """Make the upload if there is none; returns how much of it is there. Raises NoRoom."""

    def offset(self, place: Place) -> int:
        """How much of an upload is there. Raises NotBegun."""

    def append(self, place: Place, size: int, offset: int, piece: bytes) -> bool:
        """Keep a piece, synced to disk; True when it was the last and the whole has its hash.

        Raises OtherOffset, WrongWhole, TooLong, NotBegun or NoRoom.
        """

    def restart(self, place: Place) -> None:
        """Set an upload back to 0. Raises NotBegun."""

    def read(self, scan_hash: str) -> bytes:
        """All bytes, checked against their hash. Raises Lost."""

    def drop(self, scan_hash: str) -> bool:
        """Remove a scan for good. False if there was none."""

    def set_aside(self, scan_hash: str) -> None:
        """Take bytes that do not have their hash out of the way, so that the scan can come again."""

    def sweep(self) -> int:
        """Forget uploads in which nothing has moved for long; returns how many."""


class FolderShelf:
    """`ab/cd/<hash>` under `folder`; an upload is `coming/<terminal>/<hash>.part`, and its length is its offset.

    A lock on the upload's file keeps workers and machines apart (on NFS: version 4).
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._one_whole_at_a_time = threading.Lock()

    def held(self, scan_hash: str) -> bool:
        """See ScanShelf."""
        return self._path(scan_hash).exists()

    def begin(self, place: Place, size: int) -> int:
        """See ScanShelf."""
        part = self._part(place)
        part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._has_room(size):
            raise NoRoom
        with suppress(FileExistsError):
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            _sync_folder(part.parent)
        return self.offset(place)

    def offset(self, place: Place) -> int:
        """See ScanShelf."""
        try:
            return self._part(place).stat().st_size
        except FileNotFoundError:
            raise NotBegun(place.hash) from None

    def append(self, place: Place, size: int, offset: int, piece: bytes) -> bool:
        """See ScanShelf."""
        with self._locked(place) as file:
            held = os.fstat(file.fileno()).st_size
            if held != offset:
                raise OtherOffset(held)
            if offset + len(piece) > size:
                raise TooLong
            if piece and not self._has_room(len(piece)):  # many uploads may have begun while there was
                raise NoRoom
            self._write(file, offset, piece)
            if offset + len(piece) < size:
                return False
            self._settle(place, file)
            return True

    def restart(self, place: Place) -> None:
        """See ScanShelf."""
        with self._locked(place) as file:
            os.ftruncate(file.fileno(), 0)
            os.fsync(file.fileno())

    def read(self, scan_hash: str) -> bytes:
        """See ScanShelf."""
        try:
            content = self._path(scan_hash).read_bytes()
        except FileNotFoundError:
            raise Lost(scan_hash) from None
        if not is_named(content, scan_hash):
            raise Lost(scan_hash)
        return content

    def drop(self, scan_hash: str) -> bool:
        """See ScanShelf."""
        path = self._path(scan_hash)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        _sync_folder(path.parent)
        return True

    def set_aside(self, scan_hash: str) -> None:
        """See ScanShelf."""
        path = self._path(scan_hash)
        with suppress(FileNotFoundError):
            path.replace(path.with_suffix(".damaged"))

    def sweep(self) -> int:
        """See ScanShelf."""
        gone = 0
        for part in self._folder.glob("coming/*/*.part"):
            with suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime > STALE_AFTER_SECONDS:
                    part.unlink()
                    gone += 1
        return gone

    @contextmanager
    def _locked(self, place: Place) -> Iterator[IO[bytes]]:
        """The upload's file, ours alone. Raises NotBegun."""
        part = self._part(place)
        try:
            file = part.open("r+b", buffering=0)
        except FileNotFoundError:
            raise NotBegun(place.hash) from None
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                same = os.path.samestat(part.stat(), os.fstat(file.fileno()))
            except FileNotFoundError:
                same = False
            if not same:  # whoever had the lock before us finished the upload
                raise NotBegun(place.hash)
            yield file

    def _write(self, file: IO[bytes], offset: int, piece: bytes) -> None:
        try:
            view = memoryview(piece)
            while view:
                written = os.pwrite(file.fileno(), view, offset + len(piece) - len(view))
                view = view[written:]
            os.fsync(file.fileno())
        except OSError as error:
            os.ftruncate(file.fileno(), offset)
            raise NoRoom from error

    def _settle(self, place: Place, file: IO[bytes]) -> None:
        """The whole is there: it gets its name, or starts anew. Raises WrongWhole."""
        with self._one_whole_at_a_time:
            file.seek(0)
            good = is_named(file.read(), place.hash)
        if not good:
            os.ftruncate(file.fileno(), 0)
            os.fsync(file.fileno())
            raise WrongWhole
        path = self._path(place.hash)
        known = path.parent.exists()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._part(place).replace(path)
        for folder in (path.parent,) if known else (path.parent, path.parent.parent, self._folder):
            _sync_folder(folder)

    def _has_room(self, size: int) -> bool:
        return shutil.disk_usage(self._folder).free > size + KEEP_FREE_BYTES

    def _path(self, scan_hash: str) -> Path:
        return self._folder / scan_hash[:2] / scan_hash[2:4] / scan_hash

    def _part(self, place: Place) -> Path:
        return self._folder / "coming" / place.terminal / f"{place.hash}.part"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
