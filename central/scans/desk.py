"""What the centre does with scans: the shelf and the database in step, whichever of the two was written last."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from central.database import Database
from central.scans import store
from central.scans.rules import Upload
from central.scans.shelf import Lost, NotBegun, Place, ScanShelf, TooLong, WrongWhole

log = structlog.get_logger()


@dataclass(frozen=True)
class Progress:
    """How much of a scan is held, in bytes; `complete` once the whole has its hash."""

    offset: int
    size: int
    complete: bool = False


class ScanDesk:
    """One of these a process; its methods may be called from any thread. `completed` hears of each scan held."""

    def __init__(
        self, database: Database, shelf: ScanShelf, clock: Callable[[], datetime], completed: Callable[[], None]
    ) -> None:
        self.shelf = shelf
        self._database = database
        self._clock = clock
        self._completed = completed

    def begin(self, terminal: str, upload: Upload) -> Progress:
        """Make an upload, or go on with the one there is. Raises NoRoom."""
        place = Place(terminal, upload.hash)
        on_shelf = self.shelf.held(upload.hash)
        with self._database.writing() as connection:
            store.coming(connection, terminal, upload, self._clock())
        if on_shelf:
            return self._complete(place, upload.size)
        offset = self.shelf.begin(place, upload.size)
        if offset < upload.size:
            return Progress(offset, upload.size)
        # All bytes came before, and the centre was ended before it looked at them.
        with suppress(WrongWhole, TooLong):
            self.shelf.append(place, upload.size, offset, b"")
            return self._complete(place, upload.size)
        self.shelf.restart(place)
        return Progress(0, upload.size)

    def progress(self, terminal: str, scan_hash: str) -> Progress | None:
        """How far an upload is; None if it was never begun."""
        with self._database.reading() as connection:
            size = store.size_of(connection, terminal, scan_hash)
        if size is None:
            return None
        if self.shelf.held(scan_hash):
            return Progress(size, size, complete=True)
        with suppress(NotBegun):
            return Progress(self.shelf.offset(Place(terminal, scan_hash)), size)
        return None

    def append(self, terminal: str, scan_hash: str, offset: int, piece: bytes) -> Progress:
        """Keep a piece; on disk when this returns. Raises OtherOffset, WrongWhole, TooLong, NotBegun or NoRoom."""
        place = Place(terminal, scan_hash)
        with self._database.reading() as connection:
            size = store.size_of(connection, terminal, scan_hash)
        if size is None:
            raise NotBegun(scan_hash)
        try:
            complete = self.shelf.append(place, size, offset, piece)
        except NotBegun:
            if not self.shelf.held(scan_hash):
                raise
            complete = True  # another request of the same upload finished it meanwhile
        except WrongWhole:
            log.warning("scan_wrong", terminal=terminal, scan=scan_hash, size=size)
            raise
        return self._complete(place, size) if complete else Progress(offset + len(piece), size)

    def put(self, terminal: str, upload: Upload, content: bytes) -> Progress:
        """A whole scan at once, e.g. from a terminal's export. Put again, it changes nothing.

        Raises NoRoom, and WrongWhole or TooLong for content that is not the one named.
        """
        begun = self.begin(terminal, upload)
        return begun if begun.complete else self.append(terminal, upload.hash, begun.offset, content[begun.offset :])

    def read(self, scan_hash: str) -> bytes:
        """The sealed bytes, checked. Raises Lost, and then the terminal is asked to send them anew."""
        try:
            return self.shelf.read(scan_hash)
        except Lost:
            self.lost(scan_hash)
            raise

    def lost(self, scan_hash: str) -> None:
        """The bytes are gone or damaged: the case is incomplete again, and its terminal is asked to send them anew."""
        log.error("scan_lost", scan=scan_hash)
        self.shelf.set_aside(scan_hash)
        with self._database.writing() as connection:
            store.lost(connection, scan_hash, self._clock())
        self._completed()

    def forget(self, case_id: str) -> int:
        """The retention of a case is over: its scans go, rows first. Returns how many files went."""
        with self._database.writing() as connection:
            gone = store.drop_of(connection, case_id)
        return sum(self.shelf.drop(scan_hash) for scan_hash in gone)

    def _complete(self, place: Place, size: int) -> Progress:
        with self._database.writing() as connection:
            store.held(connection, place.terminal, place.hash, self._clock())
        self._completed()
        return Progress(size, size, complete=True)
