"""Carries sealed questions to the centre while citizens wait: a few at once, each on a connection of its own thread.

Whoever asks is answered exactly once: with the sealed answer, or with why there is none. Nobody waits longer than they
said; what nobody waits for any more is cut off, so that it is in nobody's way.
"""

import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import msgspec

from contract.envelope import Sealed
from contract.questions import LONGEST_SECONDS, QuestionAsked, QuestionReply
from offline_cache.link.client import DOWN, NOT_THE_CENTRE, SLOW, LinkFailure, Timeouts

LINES: Final = 3
MOST_WAITING: Final = 9
TIMEOUTS: Final = Timeouts(connect=3.0, read=LONGEST_SECONDS + 2.0, total=LONGEST_SECONDS + 2.0)
"""The question's own time is shorter, or the centre has answered."""
OFFLINE: Final = "offline"
TOO_SLOW: Final = "slow"
REFUSED: Final = "refused"
BROKEN: Final = "broken"

_WHY: Final = {DOWN: OFFLINE, NOT_THE_CENTRE: OFFLINE, SLOW: TOO_SLOW}
_log = logging.getLogger(__name__)

Then = Callable[[Sealed | str], None]
"""Called once, on any thread: the sealed answer, or why there is none."""


class Centre(Protocol):
    """What `CentreClient` does; `question` raises LinkFailure."""

    terminal: str

    def question(self, asked: QuestionAsked, seconds: float) -> QuestionReply: ...
    def cut(self) -> None: ...
    def close(self) -> None: ...


class Carried(msgspec.Struct, frozen=True):
    """A question on behalf of a visit; `seconds` is how long its citizen waits."""

    visit: int
    question_id: str
    sealed: Sealed
    seconds: float


class Asker:
    """From `start` to `stop`; every method from any thread, and none of them waits."""

    def __init__(self, centres: Sequence[Centre], now: Callable[[], float] = time.monotonic) -> None:
        """A line for each of `centres`."""
        self._now = now
        self._gate = threading.Lock()
        self._waiting: dict[str, _Question] = {}
        self._queue: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._lines = [_Line(self._queue, centre, self._settle, now) for centre in centres]
        self._up = False
        self._stopped = False

    @property
    def threads(self) -> dict[str, Callable[[float], float]]:
        """`alive_at` by name."""
        return {f"questions-{place}": line.alive_at for place, line in enumerate(self._lines, 1)}

    def start(self) -> None:
        """Begin."""
        for line in self._lines:
            line.thread.start()

    def linked(self, *, up: bool) -> None:
        """Whether the centre can be reached; while it cannot, whoever asks hears so at once."""
        self._up = up

    def ask(self, asked: Carried, then: Then) -> None:
        """Carry it, and tell `then`."""
        question = _Question(asked, self._now() + asked.seconds, then)
        with self._gate:
            known = asked.question_id in self._waiting
            full = len(self._waiting) >= MOST_WAITING
            able = self._up and not self._stopped and not known and not full
            if able:
                self._waiting[asked.question_id] = question
        if able:
            self._queue.put(question)
        else:
            question.answer(REFUSED if known or full else OFFLINE)

    def tick(self, now: float) -> None:
        """Tell whoever has waited long enough. `now` is monotonic seconds."""
        with self._gate:
            late = [question for question in self._waiting.values() if question.due <= now]
        for question in late:
            self._end(question, TOO_SLOW)

    def over(self, visit: int) -> None:
        """The visit is gone: nobody is told anything more, and its questions are let go."""
        with self._gate:
            gone = [question for question in self._waiting.values() if question.asked.visit == visit]
        for question in gone:
            question.forget()
            self._end(question, TOO_SLOW)

    def stop(self, timeout: float = 2.0) -> None:
        """Whoever still waits is told, and every line ends."""
        with self._gate:
            self._stopped = True
            waiting = list(self._waiting.values())
        for question in waiting:
            self._end(question, OFFLINE)
        for line in self._lines:
            self._queue.put(None)
            line.centre.close()
        for line in self._lines:
            if line.thread.ident is not None:
                line.thread.join(timeout)

    def _end(self, question: "_Question", why: str) -> None:
        self._settle(question, why)
        for line in self._lines:
            line.let_go(question)

    def _settle(self, question: "_Question", outcome: Sealed | str) -> None:
        with self._gate:
            self._waiting.pop(question.asked.question_id, None)
        question.answer(outcome)


class _Line:
    """One thread and its connection."""

    def __init__(
        self,
        waiting: "queue.SimpleQueue[_Question | None]",
        centre: Centre,
        settle: Callable[["_Question", Sealed | str], None],
        now: Callable[[], float],
    ) -> None:
        self.centre = centre
        self._waiting = waiting
        self._settle = settle
        self._now = now
        self._gate = threading.Lock()
        self._under_way: _Question | None = None
        self._busy_since = 0.0
        self.thread = threading.Thread(target=self._run, name="questions", daemon=True)

    def alive_at(self, now: float) -> float:
        """When it last gave a sign of life; 0.0 if it has ended. Monotonic seconds."""
        return (self._busy_since or now) if self.thread.is_alive() else 0.0

    def let_go(self, question: "_Question") -> None:
        """Cut the connection if it is this question's."""
        with self._gate:
            if self._under_way is question:
                self.centre.cut()

    def _run(self) -> None:
        while (question := self._waiting.get()) is not None:
            with self._gate:
                self._under_way = None if question.answered else question
            if self._under_way is None:
                continue
            self._busy_since = time.monotonic()
            try:
                outcome = self._outcome(question)
            finally:
                with self._gate:
                    self._under_way = None
                self._busy_since = 0.0
            self._settle(question, outcome)
        self.centre.close()

    def _outcome(self, question: "_Question") -> Sealed | str:
        carried = question.asked
        asked = QuestionAsked(self.centre.terminal, secrets.token_urlsafe(24), carried.question_id, carried.sealed)
        try:
            reply = self.centre.question(asked, max(0.1, question.due - self._now()))
        except LinkFailure as failure:
            _log.info("no answer of the centre: %s", failure.key)
            return _WHY.get(failure.key, REFUSED)
        except Exception:  # noqa: BLE001 - a bug here costs one question, never the line
            _log.exception("a question stumbled")
            return BROKEN
        return reply.sealed if reply.question_id == carried.question_id else BROKEN


class _Question:
    """Who asks, and the one answer."""

    def __init__(self, asked: Carried, due: float, then: Then) -> None:
        self.asked = asked
        self.due = due
        self._then: Then | None = then
        self._lock = threading.Lock()
        self.answered = False

    def forget(self) -> None:
        """Nobody is told."""
        self._then = None

    def answer(self, outcome: Sealed | str) -> None:
        """Only the first counts."""
        with self._lock:
            first, self.answered = not self.answered, True
        then = self._then
        if first and then is not None:
            try:
                then(outcome)
            except Exception:  # noqa: BLE001 - a listener that fails must not end the line
                _log.exception("nobody took an answer")
