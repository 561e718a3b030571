"""办理进度 and 我的办理记录: how one's cases stand, and everything that was done with one's data (ZN-15, BJ-13). Pure.

By card all of a person's cases; without one the case whose number and verification code stand on the receipt.
"""

from typing import Final

import msgspec

from contract.questions import Answer, CasesAsked, CasesFound, CaseStands, CaseStep, Question, TraceAsked, TraceFound
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Identified, Known, Met, Service, Then, Turn, back, go, move, stay
from kiosk.journey.services import case_code, countdown, papers, underway, written
from kiosk.journey.services.case_code import CODE_LENGTH, NUMBER_LENGTH
from kiosk.journey.services.courtesies import AGAIN, person, steps, trouble, unanswered, waiting, why_not
from kiosk.journey.services.papers import Papers
from kiosk.journey.typing import typed

_ASKS: Final = frozenset({"asking", "tracing"})


class Progress(Service, frozen=True, kw_only=True):
    """`at`: how, number, code, asking, cases, one, written, tracing, trace, failed."""

    request: str = ""
    asked: int = 0
    wants: str = "cases"
    """`cases` or `trace`: what the card is asked for."""
    number: str = ""
    code: str = ""
    cases: tuple[CaseStands, ...] = ()
    chosen: str = ""
    trace: tuple[CaseStep, ...] = ()
    papers: Papers = Papers("written")
    said: p.Said = ""

    @property
    def waiting(self) -> str:
        return self.request

    def page(self, known: Known) -> p.Page:
        match self.at:
            case "how":
                shown = self._how()
            case "number" | "code":
                shown = case_code.page("progress", self.at, self.number, self.code)
            case "asking" | "tracing":
                shown = waiting(f"progress.{self.at}", p.word(f"progress.{self.at}"), usually=2, icon="search")
            case "cases":
                shown = self._cases(known)
            case "one":
                shown = self._one(known)
            case "trace":
                shown = self._trace()
            case "written":
                shown = self._written(known)
            case _:
                shown = trouble(
                    "progress.failed", p.word("progress.failed"), self.said, ways=(p.word("progress.way_phone"),)
                )
        return msgspec.structs.replace(shown, header=p.word("progress.header"))

    def meet(self, event: Met, known: Known) -> Turn:
        match self.at, event:
            case "how", e.Chose("card" | "trace" as way):
                wanting = msgspec.structs.replace(self, wants="trace" if way == "trace" else "cases")
                return Turn(wanting, then=Then.CARD)
            case "how", e.Acted("tracking" | "numbers" as other):
                return Turn(self, then=Then.OPEN, about=other)
            case "how", e.Chose("number"):
                return Turn(go(self, "number"))
            case "how", e.Chose("draft" | "supplement" as other):
                return Turn(self, then=Then.OPEN, about=other)
            case "one", e.Acted("supplement") if self._case.missing_codes:
                by = f"/{self.code}" if self.code else ""
                return Turn(self, then=Then.OPEN, about=f"supplement:case={self.chosen}{by}")
            case _, Identified():
                return self._ask(known)
            case (("number" | "code"), (e.KeyPressed() | e.Erased() | e.Cleared())):
                return self._typed(event)
            case "number", e.Acted("go") if len(self.number) == NUMBER_LENGTH:
                return Turn(go(self, "code"))
            case "code", e.Acted("go") if len(self.code) == CODE_LENGTH:
                return self._ask(known)
            case _, e.Answered(_, request, answer) if request == self.request and self.at in _ASKS:
                return self._answered(answer)
            case _, e.Unanswered(_, request, why) if request == self.request and self.at in _ASKS:
                return Turn(move(self, "failed", request="", said=unanswered(why)))
            case "cases", e.Chose(value) if value in {case.case_number for case in self.cases}:
                return Turn(go(self, "one", chosen=value))
            case "failed", e.Acted(action) if action == AGAIN:
                return self._ask(known)
            case "failed", e.Acted("back"):
                return Turn(self, then=Then.BACK)
            case "one", e.Acted(written.READ) if written.there_is(self._case):
                name = written.name(self._case)
                kept = self.papers if self.papers.name == name else Papers(name)
                return Turn(go(self, "written", papers=kept))
            case "written", e.Acted(written.PRINT | papers.REPRINT) if known.papers:
                asked = papers.ask(self.papers, *written.paper(self._case, known), known)
                return Turn(msgspec.structs.replace(self, papers=asked.papers), asked.effects)
            case "written", e.Acted(written.BACK) if not self.papers.coming:
                return back(self)
            case _, e.PaperMoved():
                return stay(self, papers=papers.heard(self.papers, event, known))
            case "one", e.Acted("again") if self._case.may_rate_again:
                return Turn(self, then=Then.RATE_AGAIN, about=self.chosen)
            case (("cases" | "one" | "trace"), e.Acted("done")):
                return Turn(self, then=Then.FAREWELL)
            case _, e.WentBack() if self.at not in _ASKS:
                return back(self)
            case _:
                return Turn(self)

    # --- what is shown ----------

    @staticmethod
    def _how() -> p.Page:
        return p.Page(
            "progress.how",
            p.word("progress.how"),
            p.Choose(
                (
                    p.Option("card", p.word("progress.by_card"), p.word("progress.by_card_note"), "id-card"),
                    p.Option("number", p.word("progress.by_number"), p.word("progress.by_number_note"), "receipt"),
                    p.Option(
                        "supplement", p.word("progress.supplement"), p.word("progress.supplement_note"), "file-pen-line"
                    ),
                    p.Option("draft", p.word("filing.resume"), p.word("filing.resume_note"), "save"),
                    p.Option("trace", p.word("progress.by_trace"), p.word("progress.by_trace_note"), "footprints"),
                )
            ),
            why=p.word("progress.how_why"),
            second=(
                p.Action("tracking", p.word("orders.progress"), "hand-helping"),
                p.Action("numbers", p.word("number.entry"), "rotate-ccw"),
            ),
            pace=p.Pace.MENU,
        )

    def _cases(self, known: Known) -> p.Page:
        if not self.cases:
            return p.Page(
                "progress.none",
                p.word("progress.none"),
                p.Read((p.Line(p.word("progress.none_why")), p.Bullet(p.word("progress.way_phone")))),
                main=p.Action("done", p.word("progress.done"), "check"),
            )
        options = tuple(
            p.Option(case.case_number, case.title, countdown.line(case, known.today), "clipboard-list", mark=case.state)
            for case in self.cases
        )
        return p.Page(
            "progress.cases",
            p.word("progress.cases"),
            p.Choose(options),
            why=p.word("progress.cases_why"),
            second=(p.Action("done", p.word("progress.done"), "check"),),
            personal=True,
        )

    @property
    def _case(self) -> CaseStands:
        return next(case for case in self.cases if case.case_number == self.chosen)

    def _one(self, known: Known) -> p.Page:
        case = self._case
        told: list[p.Block] = [p.Big(case.state, p.word("progress.state")), *countdown.blocks(case, known.today)]
        if case.next:
            told.append(p.Line(case.next))
        if case.missing:
            told.append(p.Heading(p.word("progress.missing", day=p.Day(case.missing_until))))
            told += [p.Bullet(missing, mark="missing") for missing in case.missing]
        told.append(p.Entry(p.word("progress.case_number"), case.case_number))
        if case.promise_date and case.days_left is None:
            told.append(p.Entry(p.word("progress.promise"), p.Day(case.promise_date)))
        told += written.way(case)
        told += underway.blocks(case)
        told.append(p.Heading(p.word("progress.steps")))
        told += steps(case.steps)
        return p.Page(
            "progress.one",
            case.title,
            p.Read(tuple(told)),
            main=p.Action("done", p.word("progress.done"), "check"),
            second=(
                *written.button(case),
                *_hand_in(case),
                *((p.Action("again", p.word("rating.again"), "star"),) if case.may_rate_again else ()),
            ),
            personal=True,
        )

    def _written(self, known: Known) -> p.Page:
        if self.papers.asked:
            to_case = p.Action(written.BACK, p.word("written.back"), "arrow-left")
            return papers.page(self.papers, "progress.written", to_case)
        return written.page(self._case, known)

    def _trace(self) -> p.Page:
        told = steps(self.trace) or [p.Line(p.word("progress.trace_none"))]
        return p.Page(
            "progress.trace",
            p.word("progress.trace"),
            p.Read(tuple(told)),
            why=p.word("progress.trace_why"),
            main=p.Action("done", p.word("progress.done"), "check"),
            personal=True,
            may_back=False,
        )

    # --- what happens ----------

    def _typed(self, event: e.KeyPressed | e.Erased | e.Cleared) -> Turn:
        if self.at == "number":
            return stay(self, number=typed(self.number, event, NUMBER_LENGTH, _code).upper())
        return stay(self, code=typed(self.code, event, CODE_LENGTH, _code).upper())

    def _ask(self, known: Known) -> Turn:
        who = person(known.holder) if known.holder else None
        question: Question
        if self.wants == "trace" and who is not None:
            question, at = TraceAsked(who), "tracing"
        elif self.number and self.code:
            question, at = CasesAsked(None, self.number, self.code), "asking"
        else:
            question, at = CasesAsked(who), "asking"
        request = f"progress/{self.asked + 1}"
        asked = move(self, at, request=request, asked=self.asked + 1, said="")
        return Turn(asked, (e.AskCentre(known.visit, request, question),))

    def _answered(self, answer: Answer) -> Turn:
        match answer:
            case CasesFound(cases) if self.at == "asking":
                return Turn(move(self, "cases", request="", cases=cases))
            case TraceFound(found) if self.at == "tracing":
                return Turn(move(self, "trace", request="", trace=found))
            case _:
                said = why_not(answer) or p.word("unanswered.broken")
                return Turn(move(self, "failed", request="", said=said))


def _hand_in(case: CaseStands) -> tuple[p.Action, ...]:
    return (p.Action("supplement", p.word("progress.supplement"), "file-pen-line"),) if case.missing_codes else ()


def _code(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def opened(known: Known, about: str) -> Turn:
    """`trace` for one's own records, `mine` for the cases of the card; else asked."""
    if about in ("trace", "mine"):
        return Turn(Progress("how", wants="trace" if about == "trace" else "cases"), then=Then.CARD)
    return Turn(Progress("how"))
