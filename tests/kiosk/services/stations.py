"""A station's machines for worlds that answer effects: permits go in and come out, whoever stands there is compared."""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.journey import events as e
from kiosk.journey import machines as m
from kiosk.journey.machines import PermitState

TAIL = "4567"
WISHES = (m.TakePermit, m.EndorsePermit, m.ReturnPermit, m.ComparePerson)
Wish = m.TakePermit | m.EndorsePermit | m.ReturnPermit | m.ComparePerson


@dataclass
class Machines:
    """How they end what they are asked: all well, unless a test says otherwise."""

    taken: PermitState = PermitState.INSIDE
    fault: str = ""
    tail: str = TAIL
    endorsed: PermitState = PermitState.ENDORSED
    out: PermitState = PermitState.OUT
    verdict: str = "same"
    verdict_fault: str = ""

    def news(self, effect: e.Effect) -> Iterator[e.News]:
        """What they say to an effect; nothing to one that is not theirs."""
        match effect:
            case m.TakePermit(visit, request) if self.taken is PermitState.INSIDE:
                yield m.PermitMoved(visit, request, self.taken, "", self.tail, "20310520")
            case m.TakePermit(visit, request):
                yield m.PermitMoved(visit, request, self.taken, self.fault)
            case m.EndorsePermit(visit, request):
                yield m.PermitMoved(visit, request, self.endorsed)
            case m.ReturnPermit(visit, request):
                yield m.PermitMoved(visit, request, self.out)
            case m.ComparePerson(visit, request):
                yield m.PersonCompared(visit, request, self.verdict, self.verdict_fault)
            case _:
                pass
