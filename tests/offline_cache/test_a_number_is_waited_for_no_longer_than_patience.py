import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import Queue

import pytest

from contract.numbers import PATIENCE_SECONDS, NumberAsked, NumberGiven
from offline_cache.link import number_line
from offline_cache.link.client import DOWN, LinkFailure
from offline_cache.link.number_line import LONGEST_REST_SECONDS, REST_SECONDS, NumberLine
from tests.waiting import heard, until

SOON = 20.0
"""Seconds: whoever waits that long waits for ever."""


@dataclass
class Upstream:
    """Answers at once, unless it is told to hold back, to fail, or to break."""

    terminal: str = "GL-01"
    asked: list[NumberAsked] = field(default_factory=list)
    holding: threading.Event = field(default_factory=threading.Event)
    fails: Exception | None = None
    closed: bool = False

    def __post_init__(self) -> None:
        self.holding.set()

    def number(self, asked: NumberAsked) -> NumberGiven:
        self.asked.append(asked)
        assert self.holding.wait(SOON)
        if self.fails is not None:
            raise self.fails
        return NumberGiven(asked.nonce, "2026-11-22T02:00:00Z", f"A{len(self.asked):03d}", "2026-11-22")

    def close(self) -> None:
        self.closed = True
        self.holding.set()


@dataclass
class Citizen:
    """Asks, and notes every answer."""

    line: NumberLine
    answers: Queue[NumberGiven | None] = field(default_factory=Queue)
    count: int = 0

    def ask(self) -> None:
        self.count += 1
        self.line.ask(f"case-{self.count}", "A", self.answers.put)

    def number(self) -> str | None:
        found = heard(self.answers, "a number")
        return found.number if found else None


@dataclass
class Watch:
    """A monotonic clock that goes where it is told."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def line(upstream: Upstream, watch: Watch) -> Iterator[NumberLine]:
    made = NumberLine(upstream, patience=SOON, now=watch)
    made.start()
    made.linked(up=True)
    yield made
    made.stop()


@pytest.fixture
def citizen(line: NumberLine) -> Citizen:
    return Citizen(line)


def settled(line: NumberLine) -> None:
    """Until the question under way is over, answered or not."""
    until(lambda: line._open is None, "the end of the question")


def test_the_contract_is_kept_by_every_timeout() -> None:
    assert PATIENCE_SECONDS == 0.8
    assert set(number_line.TIMEOUTS.__struct_fields__) == {"connect", "read", "total"}
    assert max(number_line.TIMEOUTS.connect, number_line.TIMEOUTS.read, number_line.TIMEOUTS.total) == PATIENCE_SECONDS


def test_an_upstream_that_answers_gives_the_number(citizen: Citizen, upstream: Upstream, line: NumberLine) -> None:
    citizen.ask()
    assert citizen.number() == "A001"
    settled(line)
    citizen.ask()
    assert citizen.number() == "A002"
    assert [asked.case_id for asked in upstream.asked] == ["case-1", "case-2"]
    assert len({asked.nonce for asked in upstream.asked}) == 2


def test_a_slow_upstream_is_felt_once(citizen: Citizen, upstream: Upstream, line: NumberLine, watch: Watch) -> None:
    line._patience = 0.2
    upstream.holding.clear()
    citizen.ask()
    assert citizen.number() is None
    citizen.ask()
    assert citizen.number() is None
    upstream.holding.set()
    settled(line)
    watch.now += REST_SECONDS - 0.1
    citizen.ask()
    assert citizen.number() is None
    assert len(upstream.asked) == 1, "nobody waited for it again"
    watch.now += 0.2
    citizen.ask()
    assert citizen.number() == "A002"


def test_an_upstream_that_hangs_all_day_is_waited_for_less_and_less(
    citizen: Citizen, upstream: Upstream, line: NumberLine, watch: Watch
) -> None:
    upstream.fails = LinkFailure(DOWN, "no whole answer")
    for _ in range(30 * 60):  # a citizen every two seconds, for an hour
        citizen.ask()
        assert citizen.number() is None
        settled(line)
        watch.now += 2.0
    assert len(upstream.asked) < 20
    upstream.fails = None
    watch.now += LONGEST_REST_SECONDS
    citizen.ask()
    assert citizen.number() is not None
    settled(line)
    upstream.fails = LinkFailure(DOWN, "gone")
    citizen.ask()
    assert citizen.number() is None
    settled(line)
    upstream.fails = None
    watch.now += REST_SECONDS
    citizen.ask()
    assert citizen.number() is not None, "one that answered is given a fresh chance"


def test_a_node_of_the_hall_is_asked_while_the_centre_is_away(upstream: Upstream) -> None:
    line = NumberLine(upstream, patience=SOON, at_centre=False)
    line.start()
    line.linked(up=False)
    citizen = Citizen(line)
    citizen.ask()
    assert citizen.number() == "A001"
    line.stop()


def test_without_a_thread_to_end_the_wait_nobody_waits(
    citizen: Citizen, line: NumberLine, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_: threading.Timer) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    with monkeypatch.context() as scarce:
        scarce.setattr(threading.Timer, "start", none_left)
        citizen.ask()
        assert citizen.number() is None
    citizen.ask()
    assert citizen.number() == "A001"
    assert len(upstream.asked) == 1


def test_a_number_that_comes_too_late_is_nobodys(citizen: Citizen, upstream: Upstream, line: NumberLine) -> None:
    line._patience = 0.2
    upstream.holding.clear()
    citizen.ask()
    assert citizen.number() is None
    upstream.holding.set()
    settled(line)
    assert citizen.answers.empty(), "answered once"


@pytest.mark.parametrize("trouble", [LinkFailure(DOWN, "gone"), RuntimeError("a bug")])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_upstream_that_fails_costs_no_wait(
    citizen: Citizen, upstream: Upstream, line: NumberLine, watch: Watch, trouble: Exception
) -> None:
    upstream.fails = trouble
    citizen.ask()
    assert citizen.number() is None
    upstream.fails = None
    settled(line)
    citizen.ask()
    assert citizen.number() is None
    watch.now += REST_SECONDS + 1
    citizen.ask()
    assert citizen.number() == "A002"


def test_a_link_known_to_be_down_is_not_waited_for(citizen: Citizen, upstream: Upstream, line: NumberLine) -> None:
    line.linked(up=False)
    citizen.ask()
    assert citizen.number() is None
    assert upstream.asked == []
    line.linked(up=True)
    citizen.ask()
    assert citizen.number() == "A001"


def test_a_link_that_comes_back_ends_the_rest(citizen: Citizen, upstream: Upstream, line: NumberLine) -> None:
    upstream.fails = LinkFailure(DOWN, "gone")
    citizen.ask()
    assert citizen.number() is None
    upstream.fails = None
    settled(line)
    line.linked(up=True)
    citizen.ask()
    assert citizen.number() is None, "said again what was known"
    line.linked(up=False)
    line.linked(up=True)
    citizen.ask()
    assert citizen.number() == "A002"


def test_nobody_is_asked_before_the_link_is_known(upstream: Upstream) -> None:
    line = NumberLine(upstream)
    citizen = Citizen(line)
    citizen.ask()
    assert citizen.number() is None
    line.stop()
    assert upstream.asked == []


def test_the_end_answers_who_still_waits(upstream: Upstream, watch: Watch) -> None:
    upstream.holding.clear()
    line = NumberLine(upstream, patience=SOON, now=watch)
    line.start()
    line.linked(up=True)
    citizen = Citizen(line)
    citizen.ask()
    line.stop()
    assert citizen.number() is None
    citizen.ask()
    assert citizen.number() is None
    assert upstream.closed


def test_who_cannot_take_an_answer_does_not_end_the_line(
    citizen: Citizen, line: NumberLine, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_: NumberGiven | None) -> None:
        raise RuntimeError

    line.ask("case-0", "A", refuse)
    settled(line)
    citizen.ask()
    assert citizen.number() == "A002"
    assert "nobody took the number" in caplog.text
