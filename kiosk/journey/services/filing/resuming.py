"""Going on with a filing that was put aside, by the code on its paper or phone. Pure."""

from typing import Final

import msgspec

from contract.questions import DraftAsked, DraftFound
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met, Service, Then, Turn, back, stay
from kiosk.journey.services.courtesies import person, unanswered, why_not
from kiosk.journey.services.filing import moving, plan
from kiosk.journey.services.filing.drafting import restored
from kiosk.journey.services.filing.service import begun

ASK: Final = "ask"
HOME: Final = "home"
LONGEST: Final = 12


class Resuming(Service, frozen=True):
    """The code is typed, the centre is asked, the filing goes on."""

    typed: str = ""
    asked: str = ""
    tries: int = 0
    said: p.Said = ""

    def page(self, known: Known) -> p.Page:
        """The code; what still works where it cannot be asked for."""
        if self.asked:
            body: p.Body = p.Wait(p.word("filing.resume_asking"), 3, "file-search")
            return p.Page("draft.wait", p.word("page.waiting"), body, pace=p.Pace.WAITS, may_back=False)
        return p.Page(
            "draft.code",
            p.word("filing.resume"),
            p.Enter(p.Pad.CODE, self.typed, example=p.word("filing.resume_example"), longest=LONGEST),
            why=p.word("filing.resume_why"),
            main=p.Action(ASK, p.word("filing.resume_go"), off="" if self.typed else p.word("filing.resume_first")),
            second=(p.Action(HOME, p.word("filing.go_home"), "house"),),
            trouble=self.said if known.link_up else p.word("filing.resume_offline"),
            personal=bool(self.typed),
            header=p.word("filing.resume"),
        )

    def meet(self, event: Met, known: Known) -> Turn:
        """Keys, the answer, and ways out."""
        match event:
            case e.WentBack() if not self.asked:
                return back(self)
            case e.KeyPressed() | e.Erased() | e.Cleared() if not self.asked:
                return stay(self, typed=_typed(self.typed, event), said="")
            case e.Acted(action) if action == ASK and self.typed and not self.asked:
                return _ask(self, known)
            case e.Acted(action) if action == HOME and not self.asked:
                return Turn(self, then=Then.HOME)
            case e.Answered(_, request, DraftFound() as found) if self.asked and request == self.asked:
                return _found(self, found, known)
            case e.Answered(_, request, answer) if self.asked and request == self.asked:
                return stay(self, asked="", said=why_not(answer) or p.word("filing.resume_wrong"))
            case e.Unanswered(_, request, why) if self.asked and request == self.asked:
                return stay(self, asked="", said=unanswered(why))
            case _:
                return Turn(self)

    @property
    def waiting(self) -> str:
        """The question that is open."""
        return self.asked


def opened(known: Known, about: str) -> Turn:
    """`about` is the code, where somebody has shown it already."""
    begin = Resuming("code", typed=about.strip().upper()[:LONGEST])
    return _ask(begin, known) if begin.typed else Turn(begin)


def _ask(s: Resuming, known: Known) -> Turn:
    request = known.id(f"resume/{s.tries + 1}")
    question = DraftAsked(s.typed, person(known.holder) if known.holder is not None else None)
    asking = msgspec.structs.replace(s, asked=request, tries=s.tries + 1, said="")
    return Turn(asking, (e.AskCentre(known.visit, request, question),))


def _found(s: Resuming, found: DraftFound, known: Known) -> Turn:
    item = known.find(found.item)
    if item is None or item.slug in dict(known.closed):
        return stay(s, asked="", said=p.word("filing.resume_not_here"))
    try:
        f = msgspec.structs.replace(restored(begun(item, known), found.content), draft_of=found.draft_id)
    except msgspec.MsgspecError:
        return stay(s, asked="", said=p.word("filing.resume_broken"))
    return moving.arrive(f, known, plan.first(f, known))._replace(item=item.slug)


def _typed(text: str, event: e.KeyPressed | e.Erased | e.Cleared) -> str:
    match event:
        case e.KeyPressed(key) if key.isascii() and key.isalnum():
            return (text + key.upper())[:LONGEST]
        case e.Erased():
            return text[:-1]
        case e.Cleared():
            return ""
        case _:
            return text
