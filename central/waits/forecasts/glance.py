"""One look at a hall for everybody who asks within two seconds: fifty windows do not reckon the same forecast each."""

import threading
from datetime import datetime, timedelta
from typing import Final

import msgspec

from central.database import Transaction
from central.waits.forecasts import store
from central.waits.forecasts.rules import Basis, Told

HOLDS: Final = timedelta(seconds=2)


class Seen(msgspec.Struct, frozen=True):
    """What whoever came now would be told, by queue, and from what it is known."""

    at: datetime
    told: dict[str, Told]
    basis: dict[str, Basis]


class Glances:
    """One of these a process, with the newest look at each hall."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], Seen] = {}

    def of(self, connection: Transaction, hall: str, now: datetime, today: str) -> Seen:
        """A look that is at most two seconds old; others wait for the one who looks."""
        with self._lock:
            kept = self._seen.get((hall, today))
            if kept is None or not timedelta() <= now - kept.at < HOLDS:
                kept = _look(connection, hall, now, today)
                self._seen = {place: one for place, one in self._seen.items() if place[1] == today}
                self._seen[hall, today] = kept
            return kept


def _look(connection: Transaction, hall: str, now: datetime, today: str) -> Seen:
    scene = store.scene(connection, hall, now, today)
    told = {queue: scene.of_newcomer(queue) for queue in scene.services}
    basis = {queue: one.basis for queue, one in scene.services.items()}
    return Seen(now, {queue: one for queue, one in told.items() if one is not None}, basis)
