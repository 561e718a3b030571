"""我的号 and 过号恢复: how the numbers of a card stand today, and bringing one back that was passed. Pure."""

from typing import Final

import msgspec

from contract.positions import BringBack, BroughtBack, NumbersAsked, NumbersStand, NumberStands
from contract.questions import Answer
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Identified, Known, Met, Service, Then, Turn, back, go, move
from kiosk.journey.services.courtesies import AGAIN, trouble, unanswered, waiting, why_not

_ASKS: Final = frozenset({"asking", "reviving"})
_WHY: Final = frozenset({"queue_too_late", "queue_once_only", "queue_not_here"})
"""Reasons of the queue with words of their own."""


class Numbers(Service, frozen=True, kw_only=True):
    """`at`: card, asking, numbers, reviving, back, failed."""

    request: str = ""
    asked: int = 0
    found: NumbersStand = NumbersStand(())
    brought: NumberStands | None = None
    said: p.Said = ""

    @property
    def waiting(self) -> str:
        return self.request

    def page(self, known: Known) -> p.Page:
        match self.at:
            case "card" | "asking":
                shown = waiting("number.asking", p.word("number.asking"), usually=2, icon="search")
            case "reviving":
                shown = waiting("number.reviving", p.word("number.reviving"), usually=2, icon="rotate-ccw")
            case "numbers":
                shown = self._numbers()
            case "back":
                shown = self._back()
            case _:
                ways = (p.word("number.way_screen"),)
                shown = trouble("number.failed", p.word("number.failed"), self.said, ways=ways)
        return msgspec.structs.replace(shown, header=p.word("number.header"))

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case _, Identified():
                return self._ask(known)
            case _, e.Answered(_, request, answer) if request == self.request and self.at in _ASKS:
                return self._answered(answer)
            case _, e.Unanswered(_, request, why) if request == self.request and self.at in _ASKS:
                return Turn(move(self, "failed", request="", said=unanswered(why)))
            case "numbers", e.Chose(case_id) if self._comes_back(case_id):
                return self._bring_back(case_id, known)
            case "numbers", e.Acted("take"):
                return Turn(self, then=Then.ITEMS)
            case "failed", e.Acted(action) if action == AGAIN:
                return self._ask(known)
            case "failed", e.Acted("back"):
                return Turn(self, then=Then.BACK)
            case (("numbers" | "back"), e.Acted("done")):
                return Turn(self, then=Then.FAREWELL)
            case _, e.WentBack() if self.at not in _ASKS:
                return back(self)
            case _:
                return Turn(self)

    # --- what is shown ----------

    def _numbers(self) -> p.Page:
        if not self.found.numbers:
            return p.Page(
                "number.none",
                p.word("number.none"),
                p.Read((p.Line(p.word("number.none_why")),)),
                main=p.Action("take", p.word("number.take"), "ticket"),
            )
        passed = tuple(one for one in self.found.numbers if one.can_come_back)
        if passed:
            return self._passed(passed)
        told: list[p.Block] = []
        for one in self.found.numbers:
            told.append(p.Big(one.number, p.word(f"number_stand.{one.stand}")))
            told += _how(one)
        return p.Page(
            "number.numbers",
            p.word("number.found"),
            p.Read(tuple(told)),
            main=p.Action("done", p.word("number.done"), "check"),
            second=(p.Action("take", p.word("number.take"), "ticket"),),
            personal=True,
        )

    def _passed(self, passed: tuple[NumberStands, ...]) -> p.Page:
        behind = str(self.found.behind)
        options = tuple(
            p.Option(
                one.case_id,
                p.Listed((one.number, p.word("number.revive")), "clause"),
                p.word("number.revive_note", until=one.comes_back_until[11:16], behind=behind),
                "rotate-ccw",
                mark=p.word(f"number_stand.{one.stand}"),
            )
            for one in passed
        )
        return p.Page(
            "number.passed",
            p.word("number.found"),
            p.Choose(options),
            why=p.word("number.why", behind=behind),
            second=(p.Action("done", p.word("number.done"), "check"),),
            personal=True,
        )

    def _back(self) -> p.Page:
        one = self.brought
        told: list[p.Block] = []
        if one is not None:
            told.append(p.Big(one.number, p.word(f"number_stand.{one.stand}")))
            told += _how(one)
        told.append(p.Line(p.word("number.back_why")))
        return p.Page(
            "number.back",
            p.word("number.back"),
            p.Read(tuple(told)),
            main=p.Action("done", p.word("number.done"), "check"),
            personal=True,
            may_back=False,
        )

    # --- what happens ----------

    def _comes_back(self, case_id: str) -> bool:
        return any(one.case_id == case_id and one.can_come_back for one in self.found.numbers)

    def _ask(self, known: Known) -> Turn:
        if known.holder is None:
            return Turn(self, then=Then.CARD)
        request = f"numbers/{self.asked + 1}"
        asked = move(self, "asking", request=request, asked=self.asked + 1, said="")
        return Turn(asked, (e.AskCentre(known.visit, request, NumbersAsked(known.holder.id_number)),))

    def _bring_back(self, case_id: str, known: Known) -> Turn:
        if known.holder is None:
            return Turn(self, then=Then.CARD)
        request = f"numbers/{self.asked + 1}"
        act_id = known.id(f"revive/{case_id}")
        asked = go(self, "reviving", request=request, asked=self.asked + 1)
        return Turn(asked, (e.AskCentre(known.visit, request, BringBack(act_id, case_id, known.holder.id_number)),))

    def _answered(self, answer: Answer) -> Turn:
        match answer:
            case NumbersStand() if self.at == "asking":
                return Turn(move(self, "numbers", request="", found=answer))
            case BroughtBack(number) if self.at == "reviving" and number is not None:
                return Turn(move(self, "back", request="", brought=number))
            case BroughtBack(_, why) if self.at == "reviving":
                word = p.word(f"number.why_{why}") if why in _WHY else p.word("number.why_other")
                return Turn(move(self, "failed", request="", said=word))
            case _:
                said = why_not(answer) or p.word("unanswered.broken")
                return Turn(move(self, "failed", request="", said=said))


def _how(one: NumberStands) -> list[p.Block]:
    """Item, how many before, how long, where."""
    told: list[p.Block] = [p.Line(one.title)]
    if one.window:
        told.append(p.Line(p.word("number.window", window=one.window)))
    if one.before is not None:
        told.append(p.Line(p.word("number.before", count=str(one.before)) if one.before else p.word("number.next")))
    if one.least is not None and one.most is not None:
        told.append(p.Line(p.word("number.range", least=str(one.least), most=str(one.most))))
    if one.at:
        told.append(p.Line(p.word("number.as_of", clock=one.at[11:16])))
    return told


def opened(known: Known, about: str) -> Turn:
    """The card first; one that was read is asked about at once."""
    return Turn(Numbers("card"), then=Then.CARD)
