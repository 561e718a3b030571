"""Who looks after the store on its own thread: opens or rescues it, keeps backup and ballast, empties the WAL."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from offline_cache.disk import beside
from offline_cache.disk.backups import Backups, Pace
from offline_cache.disk.ballast import Ballast
from offline_cache.disk.rescue import Rescued, rescue
from offline_cache.disk.room import NEED_AT_ONCE, Level, level
from offline_cache.records import StoreError, StoreFault
from offline_cache.store import Store

BALLAST_BYTES: Final = 64 * 1024 * 1024
LONGEST_WAL: Final = 16 * 1024 * 1024
"""Bytes: above this the WAL is emptied without waiting for an idle moment."""
_RARELY_SECONDS: Final = 60.0
"""Where jobs come too often for an idle moment ever to be, one is taken this often."""
_RESCUED_BY_A_COPY: Final = frozenset({StoreFault.DAMAGED})


class RoomChanged(msgspec.Struct, frozen=True):
    """The disk is fuller, or less full, than it was."""

    level: Level
    free_share: float


class BackupEnded(msgspec.Struct, frozen=True):
    """A copy was made (`fault` empty), or the `store.…` key of why not. Told when it differs from the time before."""

    fault: str


News = Rescued | RoomChanged | BackupEnded


class Caretaker:
    """One for each store thread, which calls everything here but `__init__`; `tell` is called on any thread."""

    def __init__(
        self,
        path: Path,
        key: bytes,
        open_at: Callable[[Path], Store],
        clock: Callable[[], datetime],
        tell: Callable[[News], None],
        *,
        ballast: int = BALLAST_BYTES,
        pace: Pace | None = None,
    ) -> None:
        """`open_at` opens the store at a path with `key`; `ballast` in bytes, 0 for none."""
        self._path = path
        self._key = key
        self._open_at = open_at
        self._clock = clock
        self._tell = tell
        self._ballast = Ballast(path)
        self._ballast_bytes = ballast
        self._backups = Backups(path, key, self._copied, pace or Pace())
        self._level = Level.AMPLE
        self._fault: str | None = None
        self._tidied_at = 0.0
        self.distrusted = False
        """A page that cannot be read was met while nobody asked for it: the next job is to verify first."""

    def open(self, *, verify: bool) -> Store:
        """The store, rescued when it is damaged. Raises StoreError where even that does not go."""
        self.distrusted = False
        try:
            return self._open(verify=verify)
        except StoreError as error:
            if error.fault not in _RESCUED_BY_A_COPY:
                raise
        self._tell(self._rescue())
        return self._open(verify=False)

    def after_job(self, store: Store, *, waiting: bool) -> None:
        """Between two jobs; `waiting` says that another is there already."""
        now = time.monotonic()
        if not waiting and now - self._tidied_at >= _RARELY_SECONDS:
            self.at_idle(store)
            return
        self._look_at_room(store)
        if beside.size(beside.wal_of(self._path)) > LONGEST_WAL:
            self._empty_wal(store)
        self._back_up(store, now, idle=False)

    def at_idle(self, store: Store) -> None:
        """Nobody asks for anything: tidy up, a piece of ballast at a time."""
        self._tidied_at = time.monotonic()
        self._empty_wal(store)
        self._look_at_room(store)
        self._back_up(store, self._tidied_at, idle=True)
        self._ballast.grow(self._ballast_bytes)

    def full(self) -> bool:
        """The disk took nothing more: give way. Whether trying again makes sense."""
        return self._ballast.release()

    def let_go(self) -> None:
        """The store is about to be closed."""
        self._backups.stop()

    def _open(self, *, verify: bool) -> Store:
        store = self._open_at(self._path)
        try:
            if verify:
                store.verify()
        except BaseException:
            store.close()
            raise
        return store

    def _rescue(self) -> Rescued:
        try:
            return rescue(self._path, self._key, self._make, self._clock())
        except StoreError as error:
            if error.fault is not StoreFault.FULL or not self._ballast.release():
                raise
        return rescue(self._path, self._key, self._make, self._clock())

    def _make(self, path: Path) -> None:
        self._open_at(path).close()

    def _empty_wal(self, store: Store) -> None:
        if not self._backups.running:  # it would wait for the copy's end
            with suppress(StoreError):  # the next job meets the same fault and reports it
                store.checkpoint()

    def _back_up(self, store: Store, now: float, *, idle: bool) -> None:
        if self._backups.due(now, idle=idle):
            with suppress(StoreError):
                self._backups.begin(store.promises(), store.room(), now)

    def _copied(self, error: StoreError | None) -> None:
        fault = error.key if error else ""
        if error is not None and error.fault in _RESCUED_BY_A_COPY:
            self.distrusted = True
        if fault != self._fault:
            self._fault = fault
            self._tell(BackupEnded(fault))

    def _look_at_room(self, store: Store) -> None:
        with suppress(StoreError):
            room = store.room()
            if room.ballast < NEED_AT_ONCE <= self._ballast_bytes:
                self._ballast.grow(NEED_AT_ONCE)  # at once: the next case that is begun may need it
                room = store.room()
            found = level(room, self._level)
            if found is not self._level:
                self._level = found
                self._tell(RoomChanged(found, room.free_share))
