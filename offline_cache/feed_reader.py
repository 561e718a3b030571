"""The thread that fetches what comes down: when a heartbeat says there is more, and every five minutes anyway."""

import random
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from contract.feed import PULL_MAX_BYTES, FeedItem, PullReply, PullRequest
from contract.messages import HeartbeatReply
from contract.suites import PublicKey
from offline_cache import outbox
from offline_cache.client import REFUSED, LinkFailure
from offline_cache.errand import Errand
from offline_cache.feed import Aside, Taken
from offline_cache.outbox import Alarm, AlarmKey
from offline_cache.records import StoreError
from offline_cache.thread import StoreThread

LEAST_BYTES = 16 * 1024
"""A line too slow for a whole page still carries one item."""


class FeedTaken(msgspec.Struct, frozen=True):
    """Something came down; `kinds` are those of which another version is in force now."""

    kinds: frozenset[str]
    aside: tuple[Aside, ...]


class FeedLine(Protocol):
    """What `CentreClient` does; raises LinkFailure."""

    terminal: str

    def pull(self, request: PullRequest) -> PullReply: ...
    def close(self) -> None: ...


class FeedPace(msgspec.Struct, frozen=True):
    """In seconds, and where chance comes from (0 to below 1)."""

    every: float = 300.0
    jitter: Callable[[], float] = random.random


class FeedReader:
    """Runs from `start` to `stop`, on a connection of its own so that no case waits for a catalogue.

    It is silent until the messenger has said by `heard` that the centre knows this epoch.
    """

    def __init__(
        self,
        store: StoreThread,
        client: FeedLine,
        keys: Mapping[str, PublicKey],
        post: Callable[[FeedTaken | Alarm], None],
        pace: FeedPace | None = None,
    ) -> None:
        """`keys` are the centre's public keys by id; `post` is called on this thread and must not block."""
        self._store = store
        self._client = client
        self._keys = dict(keys)
        self._post = post
        self._pace = pace or FeedPace()
        self._lock = threading.Lock()
        self._newest = 0
        self._allowed = False
        self._epoch = 0
        self._due = 0.0
        self._failures = 0
        self._limit = PULL_MAX_BYTES
        self._looked_again = False
        self._alarms: set[AlarmKey] = set()
        self._errand = Errand("feed", self._step, stumbled=self._stumbled, ended=client.close)
        self.start, self.stop, self.alive_at = self._errand.start, self._errand.stop, self._errand.alive_at

    def heard(self, reply: HeartbeatReply, epoch: int) -> None:
        """What the centre answered to a heartbeat of this epoch. From any thread."""
        with self._lock:
            self._allowed, self._epoch = not reply.closed, epoch
            self._newest = max(self._newest, reply.newest)
        self._errand.wake()

    def quiet(self) -> None:
        """The epoch ends: nothing is fetched before the next answered heartbeat. From any thread."""
        with self._lock:
            self._allowed = False

    def _step(self) -> float:
        # Asked anew each time: a store that was put back from a backup has read less.
        cursor = self._store.do(lambda store: store.feed.cursor).result()
        if not self._looked_again:
            keys = self._keys
            self._tell(self._store.do(lambda store: store.feed.look_again(keys)).result())
            self._looked_again = True
        with self._lock:
            allowed, behind = self._allowed, self._newest > cursor
        now = time.monotonic()
        if not allowed or (now < self._due and (self._failures or not behind)):
            return max(0.05, self._due - now) if allowed else self._pace.every
        return self._pull(cursor)

    def _pull(self, cursor: int) -> float:
        request = PullRequest(self._client.terminal, self._epoch, secrets.token_urlsafe(24), cursor, self._limit)
        try:
            reply = self._client.pull(request)
        except LinkFailure as failure:
            return self._failed(failure)
        self._failures = 0
        self._limit = min(PULL_MAX_BYTES, self._limit * 2)
        self._alarms.discard(AlarmKey.FEED_REFUSED)
        items, keys = in_order(reply.items, cursor), self._keys
        # A page that moves nothing is no page: asking again at once would go on for ever.
        moved = bool(items) or reply.cursor != cursor
        if moved:
            taken = self._store.do(lambda store: store.feed.apply(items, reply.cursor, keys)).result()
            self._tell(taken)
        with self._lock:
            if not moved:
                self._newest = min(self._newest, cursor)
            more = moved and (bool(items) or self._newest > reply.cursor)
        self._due = time.monotonic() + (0.0 if more else self._pace.every * (0.9 + 0.2 * self._pace.jitter()))
        return 0.0

    def _failed(self, failure: LinkFailure) -> float:
        self._failures += 1
        self._limit = max(LEAST_BYTES, self._limit // 2)
        wait = outbox.after_failure(self._failures, failure.retry_after, self._pace.jitter())
        self._due = time.monotonic() + wait
        if failure.key == REFUSED:
            self._alarm(AlarmKey.FEED_REFUSED, failure.detail)
        return wait

    def _tell(self, taken: Taken) -> None:
        if taken.kinds or taken.aside:
            self._post(FeedTaken(taken.kinds, taken.aside))

    def _stumbled(self, error: Exception) -> None:
        if not isinstance(error, StoreError):
            self._alarm(AlarmKey.SOFTWARE, type(error).__name__)

    def _alarm(self, key: AlarmKey, detail: str) -> None:
        if key not in self._alarms:
            self._alarms.add(key)
            self._post(Alarm(key, None, detail))


def in_order(items: tuple[FeedItem, ...], cursor: int) -> tuple[FeedItem, ...]:
    """What is new, by place."""
    return tuple(sorted((item for item in items if item.seq > cursor), key=lambda item: item.seq))
