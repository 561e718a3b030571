"""What a department has to be told is asked page by page, and goes with just the questions the item says."""

import msgspec
import pytest

from contract.catalogue import Item
from contract.questions import (
    DepartmentActed,
    DepartmentAsked,
    DepartmentFound,
    DepartmentToldToAct,
    Question,
    Unavailable,
)
from kiosk import services
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.progress import Journey, Screen
from kiosk.journey.step import step
from tests.kiosk.services.filing.citizen import HOLDER, VISIT, WALL, WORDS

ELSEWHERE = next(item for item in services.load().items if item.slug == "medical-treatment-elsewhere")
PLACES = (("110000", WORDS), ("310000", WORDS))


class Asking:
    """A citizen at this item; `questions` are those that went to the centre."""

    def __init__(self, item: Item) -> None:
        self.questions: list[Question] = []
        self._requests: list[str] = []
        self.j = Journey(visit=VISIT, case_id="case", items=(item,), terminal="GL-01")
        self(e.Ticked(1.0, WALL), e.DutyChanged((), link_up=True, papers=True), e.Started())
        self(e.ServiceOpened("query", item.slug), e.Acted("agree"), e.CardRead(VISIT, HOLDER), e.PersonConfirmed())

    def __call__(self, *events: e.Event) -> "Asking":
        for event in events:
            self.j, effects = step(self.j, event)
            for effect in effects:
                if isinstance(effect, e.AskCentre):
                    self.questions.append(effect.question)
                    self._requests.append(effect.request)
        return self

    def found(self) -> "Asking":
        told = DepartmentFound((), "2026-11-23T09:00:00+08:00", WORDS, PLACES)
        return self(e.Answered(VISIT, self._requests[-1], told))

    def answered(self, answer: DepartmentActed | Unavailable) -> "Asking":
        return self(e.Answered(VISIT, self._requests[-1], answer))

    @property
    def page(self) -> p.Page:
        assert self.j.page is not None
        return self.j.page


def told_before(item: Item) -> Item:
    """As if the department wanted to know before it says anything."""
    assert item.query is not None
    return msgspec.structs.replace(item, query=msgspec.structs.replace(item.query, told=("query", "act")))


def test_reason_and_place_are_two_questions_and_the_act_hears_both() -> None:
    visit = Asking(ELSEWHERE)
    (asked,) = visit.questions
    assert isinstance(asked, DepartmentAsked)
    assert asked.args == {}
    visit.found()(e.Acted("act"))
    assert visit.page.title == ELSEWHERE.form[0].question
    visit(e.Acted("next"))
    assert visit.page.title == ELSEWHERE.form[0].question, "nothing was chosen"
    visit(e.Chose("working"), e.Acted("next"))
    assert visit.page.name == "query.choose"
    visit(e.Chose("310000"), e.Acted("go"))
    rows = visit.page.body
    assert isinstance(rows, p.Check)
    assert [row.key for row in rows.rows] == ["", "reason", "choice"]
    visit(e.Acted("go"))
    told = visit.questions[-1]
    assert isinstance(told, DepartmentToldToAct)
    assert told.args == {"reason": "working", "choice": "310000"}


def test_an_answer_is_changed_from_the_check_and_from_behind_and_the_act_is_another() -> None:
    visit = Asking(ELSEWHERE).found()
    visit(e.Acted("act"), e.Chose("living"), e.Acted("next"), e.Chose("110000"), e.Acted("go"), e.Acted("go"))
    first = visit.questions[-1]
    visit.answered(Unavailable("slow"))(e.Acted("again"))
    assert visit.questions[-1] == first, "asked again it is the same act"
    other = Asking(ELSEWHERE).found()
    other(e.Acted("act"), e.Chose("living"), e.Acted("next"), e.Chose("110000"), e.Acted("go"))
    other(e.AnswerReopened("reason"))
    assert other.page.title == ELSEWHERE.form[0].question
    other(e.Chose("referred"), e.Acted("next"))
    assert other.page.name == "query.confirm"
    other(e.Acted("go"))
    second = other.questions[-1]
    assert isinstance(first, DepartmentToldToAct)
    assert isinstance(second, DepartmentToldToAct)
    assert second.args["reason"] == "referred"
    assert second.act_id != first.act_id


def test_back_leads_through_every_page_to_where_it_was_begun() -> None:
    visit = Asking(ELSEWHERE).found()
    visit(e.Acted("act"), e.Chose("living"), e.Acted("next"), e.Chose("110000"), e.Acted("go"))
    names = [visit.page.name]
    for _ in range(3):
        visit(e.WentBack())
        names.append(visit.page.name)
    assert names == ["query.confirm", "query.choose", "filing.form.reason", "query.found"]


def test_told_before_the_department_is_asked_it_goes_with_the_question() -> None:
    visit = Asking(told_before(ELSEWHERE))
    assert visit.questions == []
    assert visit.page.title == ELSEWHERE.form[0].question
    visit(e.Chose("settled"), e.Acted("next"))
    (asked,) = visit.questions
    assert isinstance(asked, DepartmentAsked)
    assert asked.args == {"reason": "settled"}
    visit.found()(e.Acted("act"))
    assert visit.page.name == "query.choose", "it is not asked twice"


def test_back_from_the_first_question_leaves_nothing_asked() -> None:
    visit = Asking(told_before(ELSEWHERE))(e.WentBack())
    assert visit.questions == []
    assert visit.j.screen is Screen.SERVICE
    assert visit.page.name == "query.consent"


def test_an_item_that_asks_nothing_asks_nothing() -> None:
    """Negative control: without its form the department is told the choice alone, and would refuse it."""
    bare = msgspec.structs.replace(ELSEWHERE, form=())
    visit = Asking(bare).found()(e.Acted("act"), e.Chose("310000"), e.Acted("go"), e.Acted("go"))
    told = visit.questions[-1]
    assert isinstance(told, DepartmentToldToAct)
    assert told.args == {"choice": "310000"}


@pytest.mark.parametrize("part", ["query", "act"])
def test_what_is_told_is_told_to_what_the_item_says_alone(part: str) -> None:
    assert ELSEWHERE.query is not None
    assert (part in ELSEWHERE.query.told) is (part == "act")
