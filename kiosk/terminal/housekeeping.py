"""What the store does between visits: it closes the date that has ended and lets go of what is archived."""

from collections.abc import Callable
from typing import Final

from kiosk import audit
from kiosk.terminal.inbox import Inbox
from offline_cache.retention.purge import Gone
from offline_cache.store import Store
from offline_cache.thread import StoreThread

EVERY_SECONDS: Final = 60.0
AGAIN_SECONDS: Final = 2.0
"""After a step that left something to do: a visit that begins meanwhile waits for one step at most."""


class Housekeeping:
    """One bounded step at a time, never while somebody's case is open."""

    def __init__(
        self,
        store: StoreThread,
        inbox: Inbox,
        *,
        idle: Callable[[], bool],
        wake: Callable[[], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """`idle` says whether no case is open on the screen, `wake` that something waits for the centre."""
        self._store = store
        self._inbox = inbox
        self._idle = idle
        self._wake = wake
        self._failed = failed
        self._busy = False
        self._due = 0.0

    def tick(self, now: float) -> None:
        """Begin the next step when it is time. `now` is monotonic seconds."""
        if self._busy or now < self._due or not self._idle():
            return
        self._busy, self._due = True, now + EVERY_SECONDS
        self._inbox.when_done(self._store.do(_step), lambda found: self._done(found, now), self._not_done)

    def _done(self, found: tuple[bool, bool, Gone], now: float) -> None:
        closed, more, gone = found
        self._busy = False
        if more:
            self._due = now + AGAIN_SECONDS
        if gone.records or gone.cases:
            audit.note("store_purged", records=gone.records, cases=gone.cases, scans=gone.scans)
        if closed or gone.records or gone.cases:
            self._wake()

    def _not_done(self, error: BaseException) -> None:
        self._busy = False
        self._failed(error)


def _step(store: Store) -> tuple[bool, bool, Gone]:
    """Whether a date was closed, whether there is more to do, and what went."""
    closed, gone = store.days.close_if_over(), store.purge.step()
    return closed, gone.more or store.days.under_way, gone
