"""Carries what visits ask to the centre and the answers back. Both are sealed: nothing here can be read.

Main thread only, never waits.
"""

from functools import partial

from contract.envelope import Sealed
from contract.questions import LONGEST_SECONDS
from kiosk import audit
from kiosk.link import CarriedAnswer, CarryQuestion, NotCarried
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.visits import VisitProcess
from offline_cache.link.asker import OFFLINE, Asker, Carried


class QuestionDesk:
    """Without an asker everything is answered as offline."""

    def __init__(self, inbox: Inbox, asker: Asker | None) -> None:
        self._inbox = inbox
        self._asker = asker

    def carry(self, process: VisitProcess, asked: CarryQuestion) -> None:
        """Ask the centre on behalf of this visit, and tell it what came of it."""
        if asked.visit != process.visit:
            return
        if self._asker is None:
            self._tell(process, asked, OFFLINE)
            return
        seconds = min(max(asked.seconds, 1.0), LONGEST_SECONDS + 2.0)
        carried = Carried(asked.visit, asked.question_id, asked.sealed, seconds)
        self._asker.ask(carried, lambda outcome: self._inbox.post(partial(self._tell, process, asked, outcome)))

    def visit_over(self, visit: int) -> None:
        """What it still asks is let go."""
        if self._asker is not None:
            self._asker.over(visit)

    def linked(self, *, up: bool) -> None:
        """The centre can be reached, or cannot."""
        if self._asker is not None:
            self._asker.linked(up=up)

    def tick(self, now: float) -> None:
        """Nobody waits longer than they said. `now` is monotonic seconds."""
        if self._asker is not None:
            self._asker.tick(now)

    def stop(self) -> None:
        """Nobody waits any longer."""
        if self._asker is not None:
            self._asker.stop()

    def _tell(self, process: VisitProcess, asked: CarryQuestion, outcome: Sealed | str) -> None:
        if process.visit != asked.visit:
            return
        if isinstance(outcome, Sealed):
            process.send(CarriedAnswer(asked.visit, asked.question_id, outcome))
            return
        audit.note("question_unanswered", visit=asked.visit, why=outcome)
        process.send(NotCarried(asked.visit, asked.question_id, outcome))
