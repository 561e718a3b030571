"""F15: delays from a blink to longer than anybody waits, and 30 % of all exchanges lost: nothing wrong is ever said.

The deadlines are a thirtieth of the real ones, and so are the delays (0.1 to 30 s become 3 ms to 1 s).
"""

from collections.abc import Iterator

import pytest

from contract.envelope import Lane
from offline_cache.link.messenger import Delivered, LinkChanged
from offline_cache.link.outbox import Alarm
from tests.faults.proxy import CALM, Proxy, Weather
from tests.offline_cache.bench import Bench, ids
from tests.offline_cache.centre_double import CentreDouble
from tests.offline_cache.conftest import bench, centre

__all__ = ["bench", "centre"]

SLOW = Weather(reply_lost=0.15, dropped=0.15, cut=0, doubled=0, late=0, delayed=0.7, longest_delay=1.0)
CASES = 40


@pytest.fixture
def line(centre: CentreDouble) -> Iterator[Proxy]:
    proxy = Proxy(centre.url, SLOW, seed=15)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.mark.slow
def test_what_is_said_on_a_slow_line_is_true(bench: Bench, centre: CentreDouble, line: Proxy) -> None:
    bench.start(centre, url=line.url)
    for n in range(CASES):
        bench.save(f"case-{n}")
    assert centre.wait_until(lambda: sum(line.counts.values()) >= 12, 60)
    line.weather = CALM
    assert centre.wait_until(lambda: len(ids(centre, Lane.NUMBERS)) >= CASES, 60)
    assert ids(centre, Lane.NUMBERS) == [f"case-{n}" for n in range(CASES)]
    said = [bench.events.get_nowait() for _ in range(bench.events.qsize())]
    assert not [event for event in said if isinstance(event, Alarm)]
    for event in said:
        if isinstance(event, LinkChanged):
            assert event.reason in ({""} if event.up else {"link.down", "link.slow"})
    acks = [event.ack for event in said if isinstance(event, Delivered)]
    assert acks == sorted(acks)
    assert max(acks, default=0) <= CASES
