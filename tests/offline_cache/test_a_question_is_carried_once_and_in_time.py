import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from contract.envelope import Sealed
from contract.questions import QuestionAsked, QuestionReply
from offline_cache.link.asker import LINES, MOST_WAITING, Asker, Carried
from offline_cache.link.client import DOWN, NOT_ADMITTED, NOT_THE_CENTRE, REFUSED, SLOW, LinkFailure
from tests.waiting import until

SEALED = Sealed("INTL-1", (), b"", b"question")
ANSWER = Sealed("INTL-1", (), b"", b"answer")


class Double:
    """A centre that answers when it is let; `cut` ends what waits."""

    terminal = "GL-01"

    def __init__(self, ready: threading.Event, failure: Exception | None = None) -> None:
        self.asked: list[str] = []
        self.ready = ready
        self.failure = failure
        self.was_cut = threading.Event()

    def question(self, asked: QuestionAsked, seconds: float) -> QuestionReply:  # noqa: ARG002 - as the client has it
        self.asked.append(asked.question_id)
        self.was_cut.clear()
        while not self.ready.wait(0.01):
            if self.was_cut.is_set():
                raise LinkFailure(SLOW, "cut")
        if self.failure is not None:
            raise self.failure
        return QuestionReply(asked.nonce, "", asked.question_id, ANSWER)

    def cut(self) -> None:
        self.was_cut.set()

    def close(self) -> None:
        self.was_cut.set()


class World:
    def __init__(self, failure: Exception | None, *, ready: bool) -> None:
        self.ready = threading.Event()
        if ready:
            self.ready.set()
        self.centres = [Double(self.ready, failure) for _ in range(LINES)]
        self.asker = Asker(self.centres)
        self.heard: dict[str, list[Sealed | str]] = {}

    def ask(self, question_id: str, visit: int = 1, seconds: float = 30.0) -> None:
        said = self.heard.setdefault(question_id, [])
        self.asker.ask(Carried(visit, question_id, SEALED, seconds), said.append)

    @property
    def under_way(self) -> list[str]:
        return [asked for centre in self.centres for asked in centre.asked]


@contextmanager
def world(failure: Exception | None = None, *, ready: bool = True, up: bool = True) -> Iterator[World]:
    made = World(failure, ready=ready)
    made.asker.start()
    made.asker.linked(up=up)
    try:
        yield made
    finally:
        made.asker.stop()


def holds(condition: Callable[[], bool], what: str) -> None:
    until(condition, what, 10.0)


def test_the_answer_comes_back_to_who_asked() -> None:
    with world() as here:
        here.ask("a")
        here.ask("b")
        holds(lambda: here.heard == {"a": [ANSWER], "b": [ANSWER]}, "both answers")


def test_without_a_link_it_is_said_at_once_and_nobody_is_asked() -> None:
    with world(up=False) as here:
        here.ask("a")
        assert here.heard["a"] == ["offline"]
        assert not here.under_way


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (LinkFailure(DOWN, ""), "offline"),
        (LinkFailure(NOT_THE_CENTRE, ""), "offline"),
        (LinkFailure(SLOW, ""), "slow"),
        (LinkFailure(REFUSED, ""), "refused"),
        (LinkFailure(NOT_ADMITTED, ""), "refused"),
        (ZeroDivisionError(), "broken"),
    ],
)
def test_why_there_is_no_answer_is_told(failure: Exception, why: str) -> None:
    with world(failure) as here:
        here.ask("a")
        holds(lambda: here.heard["a"] == [why], why)
        assert all(alive_at(time.monotonic()) > 0 for alive_at in here.asker.threads.values())


def test_nobody_waits_longer_than_they_said_and_the_line_is_free_again() -> None:
    with world(ready=False) as here:
        for number in range(LINES):
            here.ask(f"slow-{number}", seconds=5.0)
        holds(lambda: len(here.under_way) == LINES, "all lines are taken")
        here.ask("next")
        here.asker.tick(time.monotonic() + 6.0)
        assert [here.heard[f"slow-{number}"] for number in range(LINES)] == [["slow"]] * LINES
        holds(lambda: "next" in here.under_way, "the next is carried although nobody answered")
        here.ready.set()
        holds(lambda: here.heard["next"] == [ANSWER], "and answered")
        assert [here.heard[f"slow-{number}"] for number in range(LINES)] == [["slow"]] * LINES


def test_a_visit_that_is_over_hears_nothing_and_blocks_nobody() -> None:
    with world(ready=False) as here:
        for number in range(LINES + 2):
            here.ask(f"old-{number}", visit=1)
        holds(lambda: len(here.under_way) == LINES, "all lines are taken")
        here.asker.over(1)
        here.ask("new", visit=2)
        holds(lambda: "new" in here.under_way, "the new visit's question is carried")
        here.ready.set()
        holds(lambda: here.heard["new"] == [ANSWER], "and answered")
        assert all(not here.heard[f"old-{number}"] for number in range(LINES + 2))
        assert not {"old-3", "old-4"} & set(here.under_way)


def test_a_crowd_of_questions_and_a_repeated_one_are_refused() -> None:
    with world(ready=False) as here:
        for number in range(MOST_WAITING):
            here.ask(f"q-{number}")
        here.ask("too-many")
        assert here.heard["too-many"] == ["refused"]
        here.ask("q-0")
        assert here.heard["q-0"] == ["refused"]


def test_the_end_tells_whoever_still_waits() -> None:
    with world(ready=False) as here:
        here.ask("a")
        here.asker.stop()
        assert here.heard["a"] == ["offline"]
        here.ask("b")
        assert here.heard["b"] == ["offline"]
    assert all(alive_at(time.monotonic()) == 0 for alive_at in here.asker.threads.values())
