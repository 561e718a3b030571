"""The hot backup: a whole copy beside the store, made on a thread and a connection of its own, so that nobody waits."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from offline_cache.disk import beside, cipher, copies
from offline_cache.disk.room import Room, backup_fits
from offline_cache.records import StoreError

AT_LATEST_SECONDS = 600.0
"""While there are changes, however busy the store is."""
IDLE_GAP_SECONDS = 120.0
"""At idle not more often than this: a copy of everything wears the disk."""


class Pace(msgspec.Struct, frozen=True):
    """Seconds between two copies."""

    at_latest: float = AT_LATEST_SECONDS
    idle_gap: float = IDLE_GAP_SECONDS


class Backups:
    """`ended` is told on the copying thread how each copy ended: None, or why it failed."""

    def __init__(self, path: Path, key: bytes, ended: Callable[[StoreError | None], None], pace: Pace) -> None:
        self._path = path
        self._key = key
        self._ended = ended
        self._pace = pace
        self._thread: threading.Thread | None = None
        self._source: Any = None
        self._stopping = False
        self._mark: int | None = None
        self._begun_at = float("-inf")

    @property
    def running(self) -> bool:
        """A copy is being made; a checkpoint would have to wait for its end."""
        return self._thread is not None and self._thread.is_alive()

    def due(self, now: float, *, idle: bool) -> bool:
        """Whether to copy now, if anything has changed. `now` is monotonic seconds."""
        gap = self._pace.idle_gap if idle else self._pace.at_latest
        return not self.running and now - self._begun_at >= gap

    def begin(self, mark: int, room: Room, now: float) -> None:
        """Copy, where another copy leaves room for cases. `mark` rises with whatever must not be lost."""
        if mark == self._mark:
            return
        self._begun_at = now
        if backup_fits(room):
            self._stopping = False
            self._thread = threading.Thread(target=self._run, args=(mark,), name="backup", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Abandon the copy under way; the one before it stays. The store may be closed afterwards."""
        self._stopping = True
        if self._thread is not None:
            while self._thread.is_alive():
                with suppress(Exception):  # it may end, or begin to read, at this very moment
                    self._source.interrupt()
                self._thread.join(0.05)

    def _run(self, mark: int) -> None:
        try:
            with cipher.named_errors():
                self._source = cipher.connect(self._path, self._key)
                try:
                    copies.copy_from(self._source, self._key, beside.backup_of(self._path))
                finally:
                    self._source.close()
        except StoreError as error:
            if not self._stopping:
                self._ended(error)
        else:
            self._mark = mark
            self._ended(None)
