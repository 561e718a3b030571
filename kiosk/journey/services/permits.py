"""A permit in the terminal's machine: taken in, known for the right one, endorsed once, given back. Pure.

Nothing is called endorsed but what the machine says it printed; and whatever happens, the permit is given back.
"""

from typing import Final

import msgspec

from kiosk.journey import machines as m
from kiosk.journey import page as p
from kiosk.journey.machines import PermitState
from kiosk.journey.service import Known, Met
from kiosk.journey.services.courtesies import known_word, trouble, waiting

PROOF: Final = "permit"
"""What a department calls the end of the permit's number among the things it expects."""
_INSIDE: Final = frozenset({PermitState.INSIDE, PermitState.ENDORSED, PermitState.BLANK, PermitState.UNCERTAIN})
_DONE: Final = frozenset({PermitState.ENDORSED, PermitState.BLANK, PermitState.UNCERTAIN})


class Permit(msgspec.Struct, frozen=True):
    """A permit as this visit knows it. `said` is its last state, `result` what became of the endorsement."""

    wishes: int = 0
    asked: str = ""
    """`take`, `endorse` or `return`: what is being done; empty while it rests."""
    said: PermitState | None = None
    result: PermitState | None = None
    tail: str = ""
    fault: str = ""
    other: bool = False
    """It is not the one the department knows."""

    @property
    def inside(self) -> bool:
        """Whether the machine holds it, or may."""
        return self.said in _INSIDE or self.asked == "take"

    @property
    def endorsed(self) -> bool:
        """Whether the machine says it printed."""
        return self.result is PermitState.ENDORSED

    @property
    def request(self) -> str:
        """Of the last wish."""
        return f"permit/{self.wishes}"


Wish = tuple[Permit, tuple[m.TakePermit | m.EndorsePermit | m.ReturnPermit, ...]]


def take(permit: Permit | None, known: Known) -> Wish:
    """Ask for it."""
    asked = Permit((permit.wishes if permit else 0) + 1, "take")
    return asked, (m.TakePermit(known.visit, asked.request),)


def endorse(permit: Permit, paper_id: str, text: str, known: Known) -> Wish:
    """Have it printed: the id makes it one endorsement."""
    asked = msgspec.structs.replace(permit, wishes=permit.wishes + 1, asked="endorse", fault="")
    return asked, (m.EndorsePermit(known.visit, asked.request, paper_id, text),)


def give_back(permit: Permit, known: Known) -> Wish:
    """Let go of it, once."""
    if not permit.inside or permit.asked == "return":
        return permit, ()
    asked = msgspec.structs.replace(permit, wishes=permit.wishes + 1, asked="return")
    return asked, (m.ReturnPermit(known.visit, asked.request),)


def heard(permit: Permit, event: Met, expected: str) -> Permit:
    """What the machine says of the last wish. `expected` is the end of the number the department knows."""
    match event:
        case m.PermitMoved(_, request, state, fault, tail) if request == permit.request and permit.asked:
            after = msgspec.structs.replace(permit, asked="", said=state, fault=fault)
            if state is PermitState.INSIDE:
                return msgspec.structs.replace(after, tail=tail, other=bool(expected) and tail != expected)
            return msgspec.structs.replace(after, result=state) if state in _DONE else after
        case _:
            return permit


def page(permit: Permit) -> p.Page:
    """What is shown while it goes in, is printed on, comes out; or why it did not go in."""
    if permit.asked == "take":
        leave = p.Action("leave", p.word("page.leave_it"), "arrow-left")
        going_in = waiting("permit.take", p.word("permit.take_in"), usually=20, icon="credit-card", second=(leave,))
        return msgspec.structs.replace(going_in, title=p.word("permit.take"), why=p.word("permit.take_how"))
    if permit.asked == "endorse":
        return waiting("permit.endorse", p.word("permit.endorse"), usually=20, icon="file-badge")
    if permit.asked == "return":
        coming_out = waiting("permit.return", p.word("permit.return"), usually=10, icon="hand")
        return msgspec.structs.replace(coming_out, title=p.word("permit.return_title"))
    said = known_word(permit.fault, "permit.not_taken") if permit.fault else p.word("permit.not_taken")
    said = p.word("permit.other") if permit.other else said
    ways = (p.word("permit.way_again"), p.word("permit.way_window"))
    return trouble("permit.failed", p.word("permit.failed"), said, ways=ways)


def told(permit: Permit) -> tuple[p.Block, ...]:
    """What became of it, once it is out: certain, or honestly not."""
    found: list[p.Block] = []
    match permit.result:
        case PermitState.ENDORSED:
            found.append(p.Line(p.word("permit.endorsed"), p.Tone.GOOD))
        case PermitState.BLANK | PermitState.UNCERTAIN as result:
            found.append(p.Line(p.word(f"permit.{result.value}"), p.Tone.ATTENTION))
        case _:
            found.append(p.Line(p.word("permit.blank"), p.Tone.ATTENTION))
    if permit.said in (PermitState.KEPT, PermitState.STUCK):
        found.append(p.Line(p.word(f"permit.{permit.said.value}"), p.Tone.ATTENTION))
    return tuple(found)
