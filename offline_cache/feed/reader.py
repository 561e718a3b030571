"""The thread that fetches what comes down: when a heartbeat says there is more, and every five minutes anyway."""

import random
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from contract.feed import PULL_MAX_BYTES, FeedItem, FeedKind, PullReply, PullRequest
from contract.succession import Succession
from contract.suites import PublicKey
from offline_cache.feed import rules as feed_rules
from offline_cache.feed.kept import Aside, Taken
from offline_cache.link import outbox
from offline_cache.link.client import OF_THE_LINK, LinkFailure
from offline_cache.link.errand import Errand
from offline_cache.link.outbox import Alarm, AlarmKey
from offline_cache.link.trust import Trust
from offline_cache.records import StoreError
from offline_cache.thread import StoreThread

TIDY_SECONDS = 86400.0
"""Verdicts come with every case: a process that runs for months must not keep all of them."""
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

    It is silent until `link_is` says that the centre takes what this terminal has.
    """

    def __init__(
        self,
        store: StoreThread,
        client: FeedLine,
        keys: Mapping[str, PublicKey] | Trust,
        post: Callable[[FeedTaken | Alarm], None],
        pace: FeedPace | None = None,
    ) -> None:
        """`keys` are the centre's public keys by id; `post` is called on this thread and must not block."""
        self._store = store
        self._client = client
        self._trust = Trust.of(keys)
        self._post = post
        self._pace = pace or FeedPace()
        self._up = False
        self._news = False
        self._due = 0.0
        self._failures = 0
        self._limit = PULL_MAX_BYTES
        self._looked_again = False
        self._tidy_at = 0.0
        self._centre_time: tuple[datetime, float] | None = None
        self._alarms: set[AlarmKey] = set()
        self._errand = Errand("feed", self._step, stumbled=self._stumbled, ended=client.close)
        self.start, self.stop, self.alive_at = self._errand.start, self._errand.stop, self._errand.alive_at

    def link_is(self, *, up: bool) -> None:
        """The centre takes what this terminal has, or does not. From any thread."""
        self._up = up
        self._news = self._news or up
        self._errand.wake()

    def news(self) -> None:
        """A heartbeat was told that there is more. From any thread."""
        self._news = True
        self._errand.wake()

    def centre_time(self) -> datetime | None:
        """What time it is at the centre, as it said with the last page; None before the first. From any thread."""
        if self._centre_time is None:
            return None
        said, at = self._centre_time
        return said + timedelta(seconds=time.monotonic() - at)

    def _step(self) -> float:
        if not self._looked_again:
            keys = self._trust.keys
            self._tell(self._store.do(lambda store: store.feed.look_again(keys)).result())
            self._looked_again = True
        now = time.monotonic()
        if now >= self._tidy_at:
            self._store.do(lambda store: store.feed.tidy()).result()
            self._tidy_at = now + TIDY_SECONDS
        if not self._up:
            return self._pace.every
        if now < self._due and (self._failures or not self._news):
            return self._due - now
        self._news = False
        return self._pull()

    def _pull(self) -> float:
        # Asked anew each time: a store that was put back from a backup has read less.
        epoch, cursor = self._store.do(lambda store: (store.epoch, store.feed.cursor)).result()
        request = PullRequest(self._client.terminal, epoch, secrets.token_urlsafe(24), cursor, self._limit)
        try:
            reply = self._client.pull(request)
        except LinkFailure as failure:
            return self._failed(failure)
        self._failures = 0
        self._limit = min(PULL_MAX_BYTES, self._limit * 2)
        self._alarms.discard(AlarmKey.FEED_REFUSED)
        self._hear_time(reply.server_time)
        items = in_order(reply.items, cursor)
        self._hear_of_keys(items)
        if items or reply.cursor != cursor:
            self._apply(items, reply.cursor, self._trust.keys)
        # A page that brought nothing is the last: asking again at once would go on for ever.
        self._due = time.monotonic() + (0.0 if items else self._pace.every * (0.9 + 0.2 * self._pace.jitter()))
        return 0.0

    def _apply(self, items: tuple[FeedItem, ...], cursor: int, keys: Mapping[str, PublicKey]) -> None:
        try:
            taken = self._store.do(lambda store: store.feed.apply(items, cursor, keys)).result()
        except StoreError:
            # Those before the one that failed are in force, and do not come again.
            self._post(FeedTaken(frozenset(item.kind for item in items), ()))
            raise
        self._tell(taken)

    def _hear_of_keys(self, items: tuple[FeedItem, ...]) -> None:
        """Before anything is judged: what comes behind may be signed by a key that is named here."""
        for item in items:
            if item.kind == FeedKind.SIGNING_KEYS:
                with suppress(ValueError):
                    self._trust.learn(msgspec.json.decode(item.body, type=Succession).statements)

    def _hear_time(self, said: str) -> None:
        with suppress(ValueError):
            self._centre_time = feed_rules.moment(said), time.monotonic()

    def _failed(self, failure: LinkFailure) -> float:
        self._failures += 1
        self._limit = max(LEAST_BYTES, self._limit // 2)
        wait = outbox.after_failure(self._failures, failure.retry_after, self._pace.jitter())
        self._due = time.monotonic() + wait
        if failure.key not in OF_THE_LINK:
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
