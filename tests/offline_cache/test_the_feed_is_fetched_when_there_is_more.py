"""The reader asks when a heartbeat was told of more and every five minutes anyway; never while the link is down."""

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from contract.feed import PULL_MAX_BYTES, FeedItem, FeedKind, PullReply, PullRequest, Switch
from offline_cache.feed.kept import Feed
from offline_cache.feed.reader import LEAST_BYTES, FeedPace, FeedReader, FeedTaken
from offline_cache.link.client import REFUSED, SLOW, LinkFailure
from offline_cache.link.outbox import Alarm, AlarmKey
from offline_cache.records import StoreError, StoreFault
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import open_store
from tests.offline_cache.feed_items import SLUG, Signer
from tests.waiting import until_told

OFF = Switch(SLUG, on=False)


class FeedDouble:
    """A `FeedLine` without a wire: pages of two items."""

    terminal = "GL-01"

    def __init__(self) -> None:
        self.items: list[FeedItem] = []
        self.asked: list[PullRequest] = []
        self.failure: LinkFailure | None = None
        self.changed = threading.Condition()

    def pull(self, request: PullRequest) -> PullReply:
        with self.changed:
            self.asked.append(request)
            self.changed.notify_all()
            if self.failure is not None:
                raise self.failure
            page = [item for item in self.items if item.seq > request.cursor][:2]
            end = page[-1].seq if page else request.cursor
            return PullReply(request.nonce, "2031-05-06T07:08:09+08:00", tuple(page), end)

    def wait(self, seen: Callable[[], bool]) -> bool:
        return until_told(self.changed, seen, "a question", state=lambda: self.asked[-6:])

    def comes_within(self, seen: Callable[[], bool], seconds: float) -> bool:
        with self.changed:
            return self.changed.wait_for(seen, seconds)

    def close(self) -> None:
        """Nothing to let go of."""


class Bench:
    """A store, a reader, and what it said."""

    def __init__(self, folder: Path) -> None:
        self.signer, self.line = Signer(), FeedDouble()
        self.store = StoreThread(lambda: open_store(folder / "suiban.db"))
        self.said: queue.Queue[FeedTaken | Alarm] = queue.Queue()
        pace = FeedPace(every=300.0, jitter=lambda: 0.0)
        self.reader = FeedReader(self.store, self.line, self.signer.keys, self.said.put, pace)
        self.reader.start()

    def publish(self, version: int) -> None:
        self.line.items.append(self.signer.item(FeedKind.SWITCH, SLUG, OFF, version))

    def cursor(self) -> int:
        return self.store.do(lambda store: store.feed.cursor).result()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.reader.stop()
    made.store.stop()


def test_all_pages_come_when_the_link_comes_up_and_one_more_when_there_is_news(bench: Bench) -> None:
    for version in range(1, 6):
        bench.publish(version)
    assert not bench.line.comes_within(lambda: bool(bench.line.asked), 0.3)
    bench.reader.link_is(up=True)
    assert bench.line.wait(lambda: bool(bench.line.asked) and bench.line.asked[-1].cursor == 5)
    assert bench.cursor() == 5
    asked = len(bench.line.asked)
    bench.publish(6)
    bench.reader.news()
    assert bench.line.wait(lambda: len(bench.line.asked) >= asked + 2)
    assert bench.said.get(timeout=20) == FeedTaken(frozenset({"switch"}), ())


def test_the_time_at_the_centre_is_known_from_its_pages(bench: Bench) -> None:
    assert bench.reader.centre_time() is None
    bench.reader.link_is(up=True)
    bench.publish(1)
    bench.reader.news()
    assert isinstance(bench.said.get(timeout=20), FeedTaken)
    told = bench.reader.centre_time()
    assert told is not None
    assert told.isoformat().startswith("2031-05-06T07:08")


def test_a_bad_item_stops_nothing_and_is_said(bench: Bench) -> None:
    bench.line.items.append(Signer().item(FeedKind.SWITCH, SLUG, OFF, seq=1))
    bench.signer.seq = 1
    bench.publish(1)
    bench.reader.link_is(up=True)
    event = bench.said.get(timeout=20)
    assert isinstance(event, FeedTaken)
    assert (set(event.kinds), [bad.seq for bad in event.aside]) == ({"switch"}, [1])


def test_what_was_taken_before_the_disk_failed_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not come again: an item the centre has closed would stay open."""
    taken = Feed._take

    def fails_at_the_second(feed: Feed, session: Session, item: FeedItem, *rest: Any) -> object:  # noqa: ANN401
        if item.seq == 2:
            raise StoreError(StoreFault.IO, "input/output error")
        return taken(feed, session, item, *rest)

    monkeypatch.setattr(Feed, "_take", fails_at_the_second)
    bench.publish(1)
    bench.publish(2)
    bench.reader.link_is(up=True)
    assert bench.said.get(timeout=20) == FeedTaken(frozenset({"switch"}), ())
    assert bench.cursor() == 1


def test_a_line_too_slow_for_a_page_is_asked_for_less_and_less(bench: Bench) -> None:
    bench.line.failure = LinkFailure(SLOW, "no whole answer")
    bench.reader.link_is(up=True)
    assert bench.line.wait(lambda: len(bench.line.asked) >= 4)
    assert [request.limit_bytes for request in bench.line.asked[:4]] == [
        max(LEAST_BYTES, PULL_MAX_BYTES >> halved) for halved in range(4)
    ]


def test_a_refusal_is_said_once(bench: Bench) -> None:
    bench.line.failure = LinkFailure(REFUSED, "status 400")
    bench.reader.link_is(up=True)
    assert bench.line.wait(lambda: len(bench.line.asked) >= 3)
    event = bench.said.get(timeout=20)
    assert isinstance(event, Alarm)
    assert event.key is AlarmKey.FEED_REFUSED
    assert bench.said.empty()
