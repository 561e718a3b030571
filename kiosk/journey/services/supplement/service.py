"""补交材料 as a service: whose case, which papers, the camera, the check, one record that is kept. Pure.

Online the centre says what is missing. Offline the number, the code beside it and the papers are kept here and travel
later: nobody is sent home because a line is down.
"""

from typing import Final

import msgspec

from contract.questions import Answer, CasesAsked, CasesFound
from contract.supplements import SupplementContent, SupplementGiven
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.masking import mask_name
from kiosk.journey.service import Identified, Known, Met, Then, Turn, back, go, move, stay
from kiosk.journey.services import details
from kiosk.journey.services.case_code import CODE_LENGTH, NUMBER_LENGTH
from kiosk.journey.services.courtesies import AGAIN, person, unanswered, why_not
from kiosk.journey.services.details import Details
from kiosk.journey.services.filing import moving, plan
from kiosk.journey.services.papers import REPRINT, Papers, ask, heard
from kiosk.journey.services.supplement import pages
from kiosk.journey.services.supplement.state import (
    UNNAMED,
    Supplement,
    choices,
    only_papers,
    tolerant,
)
from kiosk.journey.typing import typed

_OFFLINE: Final = frozenset({"offline", "slow", "broken"})
_BUSY: Final = frozenset({"asking", "keeping", "kept", "paper", "list_paper"})


class SupplementService(Supplement, frozen=True, kw_only=True):
    """Its page, and what each event means there."""

    def page(self, known: Known) -> p.Page:
        return msgspec.structs.replace(pages.page(self, known), header=p.word("supplement.header"))

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "papers", _ if self.details is not None:
                return self._scanned(self.details, event, known)
            case _, e.PaperMoved():
                papers, listing = heard(self.papers, event, known), heard(self.listing, event, known)
                return stay(self, papers=papers, listing=listing)
            case "how", e.Chose("card"):
                return Turn(msgspec.structs.replace(self, number="", code=""), then=Then.CARD)
            case "how", e.Chose("number"):
                return Turn(go(self, "number"))
            case "how", e.Chose("list"):
                return Turn(go(self, "list"))
            case _, Identified():
                return self._ask(known)
            case (("number" | "code"), (e.KeyPressed() | e.Erased() | e.Cleared())):
                return self._typed(event)
            case "number", e.Acted("go") if len(self.number) == NUMBER_LENGTH:
                return Turn(go(self, "code"))
            case "code", e.Acted("go") if len(self.code) == CODE_LENGTH:
                return self._ask(known)
            case "asking", e.Answered(_, request, answer) if request == self.request:
                return self._answered(answer, known)
            case "asking", e.Unanswered(_, request, why) if request == self.request:
                return self._unanswered(why)
            case "failed" | "item", e.Acted(action) if action == AGAIN:
                return self._ask(known)
            case "cases", e.Chose(value) if value in {case.case_number for case in self.cases}:
                return Turn(self._of(value, known))
            case "item", e.Chose(value) if value == "other" or value in {item.slug for item in tolerant(known)}:
                return Turn(go(self, "which", item=known.find(value), picked=() if value != "other" else (UNNAMED,)))
            case "list", e.Chose(value) if value in {item.slug for item in tolerant(known)}:
                return Turn(go(self, "listed", item=known.find(value)))
            case (("list" | "list_paper"), e.Acted(action)) if action in ("print", REPRINT) and known.papers:
                return self._print_list(known)
            case "which", e.Chose(value) if value in dict(choices(self)):
                rest = tuple(code for code in self.picked if code != value)
                return stay(self, picked=rest if value in self.picked else (*rest, value))
            case "which", e.Acted("go") if self.picked:
                return self._begin(known)
            case "check", e.AnswerReopened(key) if self.details is not None and key in self.picked:
                return self._of_papers(_again(self.details, key, known))
            case "check", e.Acted("send") if self.lodged:
                return self._send(known)
            case "keeping", e.RecordKept(_, record_id, fault) if record_id == self.record_id(known):
                return stay(self, at="check", fault=fault) if fault else Turn(move(self, "kept"))
            case (("kept" | "paper"), e.Acted(action)) if action in ("print", REPRINT) and known.papers:
                asked = ask(self.papers, "query", pages.receipt(self, known), known)
                return Turn(move(self, "paper", papers=asked.papers), asked.effects)
            case (("kept" | "paper"), e.Acted("done")):
                return Turn(self, then=Then.FAREWELL)
            case "failed", e.Acted("back"):
                return Turn(self, then=Then.BACK)
            case (("cases" | "listed" | "list_paper"), e.Acted("done")):
                return Turn(self, then=Then.BACK)
            case "check", e.WentBack() if self.details is not None:
                return self._of_papers(details.last(self.details, known))
            case _, e.WentBack() if self.at not in _BUSY:
                return back(self)
            case _:
                return Turn(self)

    def leaving(self, known: Known) -> tuple[e.Effect, ...]:
        """Pictures that were not handed in go with nothing."""
        if self.details is None or self.at in ("keeping", "kept", "paper"):
            return ()
        return self.details.leaving(known)

    # --- whose case ----------

    def _typed(self, event: e.KeyPressed | e.Erased | e.Cleared) -> Turn:
        if self.at == "number":
            return stay(self, number=typed(self.number, event, NUMBER_LENGTH, _letter).upper())
        return stay(self, code=typed(self.code, event, CODE_LENGTH, _letter).upper())

    def _ask(self, known: Known) -> Turn:
        request = f"supplement/{self.asked + 1}"
        by_code = self.number and self.code
        who = person(known.holder) if known.holder is not None and not by_code else None
        question = CasesAsked(None, self.number, self.code) if by_code else CasesAsked(who)
        asking = move(self, "asking", request=request, asked=self.asked + 1, said="")
        return Turn(asking, (e.AskCentre(known.visit, request, question),))

    def _answered(self, answer: Answer, known: Known) -> Turn:
        if not isinstance(answer, CasesFound):
            said = why_not(answer) or p.word("unanswered.broken")
            return Turn(move(self, "failed", request="", said=said))
        cases = tuple(case for case in answer.cases if case.missing_codes)
        there = move(self, "cases", request="", cases=cases)
        wanted = self.wanted or self.number
        return Turn(there._of(wanted, known) if wanted in {case.case_number for case in cases} else there)

    def _unanswered(self, why: str) -> Turn:
        """With the number in hand it goes on: what the centre cannot say is asked of the citizen."""
        if self.number and self.code and why in _OFFLINE:
            return Turn(move(self, "item", request=""))
        return Turn(move(self, "failed", request="", said=unanswered(why)))

    def _of(self, number: str, known: Known) -> "SupplementService":
        chosen = go(self, "which", number=number)
        case = chosen.case
        codes = case.missing_codes if case is not None else ()
        item = known.find(case.item) if case is not None else None
        return msgspec.structs.replace(chosen, item=item, picked=codes if len(codes) == 1 else ())

    # --- the papers ----------

    def _begin(self, known: Known) -> Turn:
        kept = self.details.lodged if self.details is not None else ()
        before = tuple(one for one in kept if one.code in self.picked)
        dropped = tuple(e.DropScan(known.visit, scan) for one in kept if one not in before for scan in one.scans)
        item = only_papers(self, known)
        begun = Details(plan.NEEDS, item=item, seen=(plan.NEEDS,), carded=True, lodged=before)
        there = moving.arrive(begun, known, plan.first(begun, known)).service
        trail = (*self.trail, "which")
        turn = msgspec.structs.replace(self, trail=trail)._of_papers(there if isinstance(there, Details) else begun)
        return turn._replace(effects=dropped)

    def _scanned(self, scanning: Details, event: Met, known: Known) -> Turn:
        turn = scanning.meet(event, known)
        after = turn.service if isinstance(turn.service, Details) else scanning
        if turn.then is Then.BACK:
            return stay(self, at="which", trail=self.trail[:-1], details=None)._replace(effects=turn.effects)
        return self._of_papers(after)._replace(effects=turn.effects)

    def _of_papers(self, scanning: Details) -> Turn:
        return stay(self, at="check" if scanning.complete else "papers", details=scanning, fault="")

    # --- handing in ----------

    def _send(self, known: Known) -> Turn:
        by_card = known.holder if not self.code else None
        name = (by_card.name or by_card.latin_name) if by_card is not None else ""
        record = SupplementGiven(
            supplement_id=self.record_id(known),
            case_number=self.number,
            materials=tuple(one.code for one in self.lodged),
            at="",
            language=known.language,
            code=self.code,
            item=self.item.slug if self.item is not None else "",
            masked_name=mask_name(name) if name else "",
        )
        content = SupplementContent(name, by_card.id_number or by_card.pass_number if by_card is not None else "")
        scans = tuple(scan for one in self.lodged for scan in one.scans)
        keep = e.KeepRecord(known.visit, self.record_id(known), record, content, scans)
        return Turn(stay(self, at="keeping", fault="").service, (keep,))

    def _print_list(self, known: Known) -> Turn:
        asked = ask(self.listing, "query", pages.list_paper(known), known)
        there = self if self.at == "list_paper" else go(self, "list_paper")
        return Turn(msgspec.structs.replace(there, listing=asked.papers), asked.effects)


def _again(scanning: Details, code: str, known: Known) -> Details:
    """One paper is scanned anew."""
    turn = moving.reopen(scanning, known, f"{plan.PAPER}{code}")
    return turn.service if isinstance(turn.service, Details) else scanning


def _only(s: Supplement, known: Known) -> dict[str, object]:
    return {"materials": only_papers(s, known).materials, "form": (), "situations": ()}


def _letter(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def opened(known: Known, about: str) -> Turn:
    """`case=NUMBER` for a case of the card, `case=NUMBER/CODE` for one by its receipt, `list` for what may come later;
    else it is asked whose.
    """
    begin = SupplementService("how", papers=Papers("supplement"))
    if about == "list":
        return Turn(go(begin, "list"))
    number, _, code = about.removeprefix("case=").partition("/")
    if not about.startswith("case="):
        return Turn(begin)
    if code:
        return msgspec.structs.replace(begin, number=number, code=code)._ask(known)
    return Turn(msgspec.structs.replace(begin, wanted=number), then=Then.CARD)
