"""Carries citizens' sealed questions up while they wait: a few at once, each on a connection of its own."""

import queue
from collections.abc import Callable

import structlog

from central.upward.line import Line
from contract.envelope import Sealed
from contract.questions import LONGEST_SECONDS, QuestionAsked
from offline_cache.link.client import LinkFailure, Timeouts

LINES = 4
WAIT_FOR_A_LINE_SECONDS = 2.0
TIMEOUTS = Timeouts(connect=2.0, read=LONGEST_SECONDS + 2.0, total=LONGEST_SECONDS + 2.0)

log = structlog.get_logger()


class Asking:
    """Any thread; whoever asks waits."""

    def __init__(self, lines: list[Line], failed: Callable[[LinkFailure], None]) -> None:
        self._free: queue.LifoQueue[Line] = queue.LifoQueue()
        self._lines = lines
        self._failed = failed
        for line in lines:
            self._free.put(line)

    def ask(self, asked: QuestionAsked) -> Sealed | None:
        """The centre's answer as it came; None where there is none now."""
        try:
            line = self._free.get(timeout=WAIT_FOR_A_LINE_SECONDS)
        except queue.Empty:
            return None
        try:
            sealed = line.question(asked).sealed
        except LinkFailure as failure:
            log.info("question_not_relayed", terminal=asked.terminal, reason=failure.key)
            self._failed(failure)
            return None
        finally:
            self._free.put(line)
        return sealed

    def close(self) -> None:
        """End what is under way."""
        for line in self._lines:
            line.close()
