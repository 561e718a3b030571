"""Sends the hall's scans up, piece by piece from its shelf, on a connection of its own: no record waits for them."""

import time
from collections.abc import Callable
from datetime import datetime

import structlog

from central.database import Database
from central.scans.desk import ScanDesk
from central.scans.shelf import Lost
from central.upward import store
from central.upward.line import Line
from central.upward.store import ScanWaiting
from offline_cache.link.client import NOT_ADMITTED, REFUSED, LinkFailure

LOOK_SECONDS = 2.0
PIECE = 512 * 1024
AT_ONCE = 20
LATER_SECONDS = 60.0
"""At most, between two tries of a scan the centre does not take."""
_TRIES = 200
"""Pieces and questions of one scan: the largest has 128."""

log = structlog.get_logger()


class Scans:
    """Belongs to the thread that calls `step`."""

    def __init__(self, database: Database, desk: ScanDesk, line: Line, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._desk = desk
        self._line = line
        self._clock = clock
        self._later: dict[tuple[str, str], tuple[float, int]] = {}
        """Scans the centre did not take: when each is tried again, and how often it was."""

    def step(self) -> float:
        """Bring up one scan; seconds until there may be another."""
        with self._database.reading() as connection:
            found = store.scans_waiting(connection, AT_ONCE + len(self._later))
        now = time.monotonic()
        due = [scan for scan in found if self._later.get((scan.terminal, scan.hash), (0.0, 0))[0] <= now]
        if not due:
            self._later = {
                key: later for key, later in self._later.items() if key in {(one[0], one[1]) for one in found}
            }
            return LOOK_SECONDS
        scan = due[0]
        try:
            held = self._bring(scan)
        except Lost:
            return 0.0  # its terminal is asked for it once more
        except LinkFailure as failure:
            if failure.key not in {REFUSED, NOT_ADMITTED}:
                raise
            log.warning("scan_refused", terminal=scan.terminal, scan=scan.hash, detail=failure.detail)
            held = False
        if held:
            self._later.pop((scan.terminal, scan.hash), None)
            with self._database.writing() as connection:
                store.scan_up(connection, scan, self._clock())
        else:
            tries = self._later.get((scan.terminal, scan.hash), (0.0, 0))[1] + 1
            self._later[scan.terminal, scan.hash] = now + min(LATER_SECONDS, 2.0**tries), tries
        return 0.0

    def _bring(self, scan: ScanWaiting) -> bool:
        """Whether the centre holds all of it."""
        content = self._desk.read(scan.hash)
        if self._line.begin_scan(scan):
            return True
        offset = self._line.scan_offset(scan)
        for _ in range(_TRIES):
            if offset is None:
                self._line.begin_scan(scan)
                offset = self._line.scan_offset(scan) or 0
            if offset >= scan.size:
                return self._line.begin_scan(scan)
            offset = self._line.send_piece(scan, offset, content[offset : offset + PIECE])
        return False
