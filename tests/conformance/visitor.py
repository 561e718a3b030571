"""A patient citizen at the real screen: what is touched goes through the glass, what is asked is answered."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from contract.questions import Answer, PickupMoved, Question
from kiosk.journey import events as e
from tests.kiosk.services.filing.citizen import Citizen, World
from tests.ui.booth import Booth

Answers = dict[type[Question], Answer]
MOST_LEAVES = 12
Asked = TypeVar("Asked")


class Visitor(Citizen):
    """`said` answers questions by their kind; everything else is the world's."""

    def __init__(self, booth: Booth, said: Answers | None = None) -> None:
        self.booth = booth
        self.said = said or {}
        super().__init__(world=World(), journey=booth.journey)

    def happen(self, *events: e.Event) -> None:
        """News from outside, on the screen at once, and what follows from it."""
        for event in events:
            self._follow(partial(self.booth.happen, event))

    def touch(self, *names: str) -> None:
        """A finger on the glass, one after the other."""
        for name in names:
            self._follow(partial(self.booth.touch, name))

    def reply(self, effect: e.Effect) -> Iterator[e.Event]:
        """The answers of this test first."""
        match effect:
            case e.AskCentre(visit, request, question) if type(question) in self.said:
                yield e.Answered(visit, request, self.said[type(question)])
            case e.AskCentre(_, _, PickupMoved()):
                pass
            case e.CaptureScan(visit, request, _):  # the camera's picture is the visit process's, not the screen's
                yield e.ScanSeen(visit, request, f"scan-{request}", "", "good")
            case e.KeepRecord(visit, record_id):
                yield e.RecordKept(visit, record_id, "")
            case e.OpenDoor(visit, request):
                yield e.DoorMoved(visit, request, "opened")
            case _:
                yield from super().reply(effect)

    def wait(self, seconds: float) -> None:
        """Nobody touches anything."""
        self.now = max(self.now, self.journey.now)
        super().wait(seconds)

    def glance(self) -> str:
        """What can be read now; a space that does not break is a space."""
        return self.booth.texts().replace("\xa0", " ")

    def leaves(self) -> str:
        """All that can be read on this page, leaf after leaf."""
        shown = [self.glance()]
        while "page.after" in self.booth.names() and len(shown) < MOST_LEAVES:
            self.touch("page.after")
            if (text := self.glance()) == shown[-1]:
                break
            shown.append(text)
        return "\n".join(shown)

    def questions(self, kind: type[Asked]) -> list[Asked]:
        """What was asked of the centre, by kind."""
        return [effect.question for effect in self.asked(e.AskCentre) if isinstance(effect.question, kind)]

    def _follow(self, act: Callable[[], None]) -> None:
        before = len(self.booth.effects)
        act()
        self.journey = self.booth.journey
        asked = list(self.booth.effects[before:])
        self.effects += asked
        for effect in asked:
            self.happen(*self.reply(effect))


def page_name(visitor: Visitor) -> str:
    """Which page is on the screen."""
    journey = visitor.booth.journey
    return journey.page.name if journey.page else journey.screen.value
