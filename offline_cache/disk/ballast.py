"""Real bytes that lie beside the store and give way, so that a case that was begun can be kept on a full disk."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from offline_cache.disk import beside
from offline_cache.disk.room import NEED_AT_ONCE, Room, ballast_fits

_PIECE = 8 * 1024 * 1024


class Ballast:
    """Any thread may release it; one makes it. Nothing here raises: without ballast the store works as well."""

    def __init__(self, path: Path) -> None:
        """`path` is the database's."""
        self._path = path
        self._file = beside.ballast_of(path)

    def room(self) -> Room:
        """How much room there is where the store lies. Raises OSError."""
        usage = shutil.disk_usage(self._path.parent)
        store = beside.size(self._path) + beside.size(beside.wal_of(self._path))
        return Room(usage.free, usage.total, store, beside.size(self._file))

    def grow(self, size: int) -> None:
        """Add a piece towards `size` bytes where room allows; cut off what is too much.

        Incompressible bytes, synced: a file with holes would keep nothing back.
        """
        with suppress(OSError):
            room = self.room()
            piece = min(size - room.ballast, _PIECE)
            if piece < 0:
                os.truncate(self._file, size)
            if piece <= 0 or not ballast_fits(room, piece):
                return
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(piece))
                file.flush()
                os.fsync(descriptor)

    def give_way(self) -> bool:
        """Release it when the next unit of work might not fit; whether that was done."""
        with suppress(OSError):
            return self._file.exists() and shutil.disk_usage(self._path.parent).free < NEED_AT_ONCE and self.release()
        return False

    def release(self) -> bool:
        """Give all of it back to the disk; whether there was any."""
        with suppress(OSError):
            self._file.unlink()
            beside.sync(self._path.parent)  # the blocks are free once the file system has written that down
            return True
        return False
