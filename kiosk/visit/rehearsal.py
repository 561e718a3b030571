"""走流程 at the terminal: stands before the desk of a walk, lets through what only looks, answers the rest, and tells
how it went when it is over.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from kiosk.journey import events as e
from kiosk.journey import walking
from kiosk.journey.step import Journey
from kiosk.journey.walking import Walk


class Does(Protocol):
    """Carries out effects: the desk."""

    def do(self, effect: e.Effect) -> None:
        """Never blocks."""


class Rehearsal:
    """One walk. Lives on the screen's thread."""

    def __init__(self, say: Callable[[e.Event], None]) -> None:
        """`say` takes news as the desk's does."""
        self._say = say
        self._walk = Walk()
        self._journey: Journey | None = None
        self._desk: Does | None = None

    def before(self, desk: Does) -> "Rehearsal":
        """Stand before this desk from now on."""
        self._desk = desk
        return self

    def saw(self, before: Journey, event: e.Event, after: Journey) -> None:
        """The visit took a step."""
        self._journey = after
        self._walk = walking.saw(self._walk, before, event, after)

    def do(self, effect: e.Effect) -> None:
        """Let through what leaves nothing behind; the end takes the record with it."""
        if self._desk is None or self._journey is None:
            return
        if isinstance(effect, e.EndVisit):
            self._tell(self._desk, self._journey)
        if walking.goes_on(effect):
            self._desk.do(effect)
            return
        for event in walking.answers(effect, self._journey.wall):
            self._say(event)

    def _tell(self, desk: Does, journey: Journey) -> None:
        found = walking.record(self._walk, journey)
        if found is not None:
            now = datetime.now().astimezone()
            began = (now - timedelta(seconds=found.seconds)).isoformat(timespec="seconds")
            told = msgspec.structs.replace(found, began_at=began, at=now.isoformat(timespec="seconds"))
            desk.do(e.KeepRecord(journey.visit, told.walk_id, told))
