"""A survey the centre's quota wants: at most three questions, each one may be passed over (TS-11). Pure.

Nothing in it says by whom. What was answered is kept like every record and travels when it can.
"""

from typing import Final

import msgspec

from contract.messages import SurveyGiven
from contract.questions import SurveyOffered, SurveyQuestion
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Met, Service, Then, Turn, go

MOST_QUESTIONS: Final = 3


class Survey(Service, frozen=True, kw_only=True):
    """`at`: offer, then the key of the question."""

    offered: SurveyOffered
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def questions(self) -> tuple[SurveyQuestion, ...]:
        """Those that are asked."""
        return self.offered.questions[:MOST_QUESTIONS]

    def page(self, known: Known) -> p.Page:
        asked = self._asked
        shown = self._offer() if asked is None else self._question(asked)
        return msgspec.structs.replace(shown, header=p.word("survey.header"), may_back=bool(self.trail))

    @property
    def _asked(self) -> SurveyQuestion | None:
        return next((question for question in self.questions if question.key == self.at), None)

    def _offer(self) -> p.Page:
        count = str(len(self.questions))
        return p.Page(
            "survey.offer",
            p.word("survey.title", count=count),
            p.Read((p.Line(self.offered.title), p.Line(p.word("survey.nameless")))),
            why=p.word("survey.why"),
            main=p.Action("begin", p.word("survey.begin"), "arrow-right"),
            second=(p.Action("skip", p.word("survey.no"), "check"),),
            pace=p.Pace.MENU,
        )

    def _question(self, asked: SurveyQuestion) -> p.Page:
        given = dict(self.answers).get(asked.key, "")
        options = tuple(p.Option(value, label, chosen=value == given) for value, label in asked.choices)
        here = self.questions.index(asked) + 1
        return p.Page(
            f"survey.{asked.key}",
            asked.text,
            p.Choose(options),
            why=p.word("survey.place", here=str(here), count=str(len(self.questions))),
            second=(p.Action("skip", p.word("survey.skip"), "arrow-right"),),
            pace=p.Pace.MENU,
        )

    def meet(self, event: Met, known: Known) -> Turn:
        asked = self._asked
        match event:
            case e.Acted("begin") if asked is None:
                return Turn(go(self, self.questions[0].key))
            case e.Acted("skip") if asked is None:
                return Turn(self, then=Then.FAREWELL)
            case e.Acted("skip") if asked is not None:
                return self._next(asked, known)
            case e.Chose(value) if asked is not None and value in dict(asked.choices):
                kept = tuple(one for one in self.answers if one[0] != asked.key)
                return msgspec.structs.replace(self, answers=(*kept, (asked.key, value)))._next(asked, known)
            case e.WentBack() if self.trail:
                return Turn(msgspec.structs.replace(self, at=self.trail[-1], trail=self.trail[:-1]))
            case _:
                return Turn(self)

    def _next(self, asked: SurveyQuestion, known: Known) -> Turn:
        after = self.questions[self.questions.index(asked) + 1 :]
        if after:
            return Turn(go(self, after[0].key))
        if not self.answers:
            return Turn(self, then=Then.FAREWELL)
        fill = known.id("survey")
        filled = SurveyGiven(fill, self.offered.survey, dict(self.answers), "")
        return Turn(self, (e.KeepRecord(known.visit, fill, filled),), then=Then.FAREWELL)


def offer(offered: SurveyOffered) -> Survey:
    """The first page: whether one wants to."""
    return Survey("offer", offered=offered)
