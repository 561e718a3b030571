"""Asks the upstream for a citizen's number, and never lets the citizen wait longer than the contract's patience.

Whoever asks is answered exactly once: with the number, or with None, and then the terminal's own series serves. A
number that comes too late was given all the same and stays a gap; it is never used for anybody else.
"""

import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from contract.numbers import PATIENCE_SECONDS, NumberAsked, NumberGiven
from offline_cache.link.client import LinkFailure, Timeouts

REST_SECONDS: Final = 5.0
"""After an upstream that did not answer nobody waits for it again for so long; twice that after the next time."""
LONGEST_REST_SECONDS: Final = 300.0
"""One that hangs for a day is felt by a citizen now and then, not by every one."""
TIMEOUTS: Final = Timeouts(connect=PATIENCE_SECONDS, read=PATIENCE_SECONDS, total=PATIENCE_SECONDS)

Then = Callable[[NumberGiven | None], None]

_log = logging.getLogger(__name__)


class Issuer(Protocol):
    """What `CentreClient` does; `number` raises LinkFailure."""

    terminal: str

    def number(self, asked: NumberAsked) -> NumberGiven: ...
    def close(self) -> None: ...


class NumberLine:
    """One question at a time, on a thread of its own. `linked` says whether the centre can be reached."""

    def __init__(
        self,
        issuer: Issuer,
        *,
        patience: float = PATIENCE_SECONDS,
        now: Callable[[], float] = time.monotonic,
        at_centre: bool = True,
    ) -> None:
        """`at_centre`: whether the centre itself is asked; a node of the hall may answer while the centre is away."""
        self._issuer = issuer
        self._patience = patience
        self._now = now
        self._questions: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._open: _Question | None = None
        self._at_centre = at_centre
        self._up = False
        self._rests_until = 0.0
        self._failures = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="numbers", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def linked(self, *, up: bool) -> None:
        """Whether the centre is there, as the messenger knows it. From any thread."""
        with self._gate:
            if up and not self._up:
                self._rests_until, self._failures = 0.0, 0
            self._up = up

    def ask(self, case_id: str, queue_letter: str, then: Then) -> None:
        """`then` is called once, on any thread, at once where there is nobody to ask."""
        question = _Question(case_id, queue_letter, then)
        with self._gate:
            reached = self._up or not self._at_centre
            able = reached and not self._stopped and self._open is None and self._now() >= self._rests_until
            if able:
                self._open = question
        if not able:
            question.answer(None)
            return
        try:
            question.give_up_after(self._patience, self._too_late)
        except RuntimeError:  # no thread is to be had: then nobody would end the wait
            with self._gate:
                self._open = None
            question.answer(None)
            return
        self._questions.put(question)

    def stop(self, timeout: float = 2.0) -> None:
        """Whoever still waits is served by the terminal's own series."""
        with self._gate:
            self._stopped = True
            waiting = self._open
        if waiting is not None:
            waiting.answer(None)
        self._questions.put(None)
        self._issuer.close()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _too_late(self, question: "_Question") -> None:
        if question.answer(None):
            self._rest(question)

    def _rest(self, question: "_Question") -> None:
        with self._gate:
            if not question.failed:  # once, when it was too late and then failed as well
                question.failed = True
                self._failures += 1
            rest = min(LONGEST_REST_SECONDS, REST_SECONDS * 2.0 ** min(self._failures - 1, 16))
            self._rests_until = self._now() + rest

    def _run(self) -> None:
        while (question := self._questions.get()) is not None:
            try:
                given = self._given(question)
            finally:
                with self._gate:
                    self._open = None
            if given is None:
                self._rest(question)
            if question.answer(given) and given is not None:
                with self._gate:
                    self._failures = 0
        self._issuer.close()

    def _given(self, question: "_Question") -> NumberGiven | None:
        asked = NumberAsked(self._issuer.terminal, secrets.token_urlsafe(24), question.case_id, question.queue_letter)
        try:
            return self._issuer.number(asked)
        except LinkFailure as failure:
            _log.info("no number from the upstream: %s", failure.key)
        except Exception:  # noqa: BLE001 - a bug here must cost nobody their number
            _log.exception("the number line stumbled")
        return None


class _Question:
    """Who asks, and the one answer."""

    def __init__(self, case_id: str, queue_letter: str, then: Then) -> None:
        self.case_id = case_id
        self.queue_letter = queue_letter
        self.failed = False
        self._then = then
        self._answered = threading.Lock()
        self._timer: threading.Timer | None = None

    def give_up_after(self, seconds: float, late: Callable[["_Question"], None]) -> None:
        """Call `late` unless it is answered before."""
        self._timer = threading.Timer(seconds, late, (self,))
        self._timer.daemon = True
        self._timer.start()

    def answer(self, given: NumberGiven | None) -> bool:
        """False when somebody has answered before."""
        if not self._answered.acquire(blocking=False):
            return False
        if self._timer is not None:
            self._timer.cancel()
        try:
            self._then(given)
        except Exception:  # noqa: BLE001 - a listener that fails must not end the line
            _log.exception("nobody took the number")
        return True
