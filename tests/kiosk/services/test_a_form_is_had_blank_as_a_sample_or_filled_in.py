"""领表: each way to a form ends in the right paper, whatever form it is, and nothing of it is kept."""

from datetime import date

import msgspec
import pytest

from contract.catalogue import FieldKind, Item
from contract.papers import FormPaper, paper_of
from kiosk import services
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.progress import Journey, Screen
from kiosk.journey.step import step
from tests.kiosk.services.filing.citizen import HOLDER, TYPED, VISIT, WALL

ITEMS = services.load().items
WITH_FORMS = tuple(item for item in ITEMS if item.forms)


def opened(item: Item, *, card: bool = True) -> Journey:
    """On the first page of this item's forms."""
    j = Journey(visit=VISIT, case_id="case", items=(item,), terminal="GL-01", holder=HOLDER if card else None)
    for event in (e.Ticked(1.0, WALL), e.DutyChanged((), link_up=True, papers=True), e.Started()):
        j, _ = step(j, event)
    return fed(j, e.ServiceOpened("forms", item.slug))[0]


def fed(j: Journey, *events: e.Event) -> tuple[Journey, list[e.PrintPaper]]:
    """After these, with the papers that were asked for; nothing else may be asked for."""
    papers: list[e.PrintPaper] = []
    for event in events:
        j, effects = step(j, event)
        assert all(isinstance(effect, e.PrintPaper | e.RestReader) for effect in effects), effects
        papers += [effect for effect in effects if isinstance(effect, e.PrintPaper)]
    return j, papers


def here(j: Journey) -> p.Page:
    assert j.page is not None
    return j.page


def answered(j: Journey) -> Journey:
    """One page of the form, answered."""
    page = here(j)
    match page.body:
        case p.Choose(options):
            j, _ = fed(j, e.Chose(options[0].value))
        case p.Enter(pad, typed) if not typed:
            text = "20200101" if pad is p.Pad.DATE else TYPED[pad]
            j, _ = fed(j, *(e.KeyPressed(key) for key in text))
        case _:
            pass
    main = here(j).main
    return fed(j, e.Acted(main.name))[0] if main and here(j).name == page.name else j


def printed(item: Item, effect: e.PrintPaper) -> FormPaper:
    paper = paper_of(effect.template, dict(effect.data))
    assert isinstance(paper, FormPaper)
    assert paper.title == item.forms[0].name["zh-Hans"]
    return paper


def values(paper: FormPaper) -> dict[str, str]:
    return {field.label: field.value for section in paper.sections for field in section.fields}


def chosen(j: Journey, item: Item) -> Journey:
    return fed(j, e.Chose(item.forms[0].code))[0] if here(j).name == "forms.pick" else j


def test_two_items_have_forms_and_one_can_be_filled_in() -> None:
    assert len(WITH_FORMS) >= 2
    assert any(form.fillable for item in WITH_FORMS for form in item.forms)


@pytest.mark.parametrize("item", WITH_FORMS, ids=lambda item: item.slug)
@pytest.mark.parametrize("card", [True, False], ids=["card", "no card"])
def test_filled_in_here_it_carries_every_answer(item: Item, card: bool) -> None:
    j, _ = fed(chosen(opened(item, card=card), item), e.Acted("fill"))
    for _ in range(40):
        if here(j).name == "forms.filing.review":
            break
        j = answered(j)
    assert here(j).name == "forms.filing.review"
    assert here(j).why == p.word("forms.review_why")
    j, (effect,) = fed(j, e.Acted("submit"))
    paper = printed(item, effect)
    assert paper.kind == "filled"
    told = values(paper)
    asked = {field.label["zh-Hans"] for field in item.form if not field.when}
    assert all(told[label] for label in asked), told
    assert ("张三" in told.values()) is card
    j, _ = fed(j, e.PaperMoved(VISIT, effect.paper_id, e.TicketState.PRINTED))
    j, _ = step(j, e.Acted("done"))
    assert j.screen is Screen.RATING or here(j).name.startswith("rating")


@pytest.mark.parametrize("item", WITH_FORMS, ids=lambda item: item.slug)
def test_blank_copies_come_one_after_the_other_and_hold_boxes_and_no_person(item: Item) -> None:
    j, _ = fed(chosen(opened(item), item), e.Acted("blank"), e.Chose("3"))
    j, papers = fed(j, e.Acted("print"))
    ids = []
    while papers:
        (effect,) = papers
        ids.append(effect.paper_id)
        paper = printed(item, effect)
        told = values(paper)
        assert paper.kind == "blank"
        assert HOLDER.name not in str(paper)
        for field in item.form:
            choice = field.kind in (FieldKind.CHOICE, FieldKind.SEVERAL)
            assert bool(told[field.label["zh-Hans"]]) == choice
            assert all(f"□ {one.label['zh-Hans']}" in told[field.label["zh-Hans"]] for one in field.choices)
        j, papers = fed(j, e.PaperMoved(VISIT, effect.paper_id, e.TicketState.PRINTED))
        j, none = fed(j, e.PaperMoved(VISIT, effect.paper_id, e.TicketState.PRINTED))
        assert not none or not papers
    assert len(set(ids)) == len(ids) == 3
    assert here(j).name == "forms.paper.printed"


def test_a_copy_that_does_not_come_out_is_not_passed_over() -> None:
    j, _ = fed(chosen(opened(WITH_FORMS[0]), WITH_FORMS[0]), e.Acted("blank"), e.Chose("2"))
    j, (first,) = fed(j, e.Acted("print"))
    j, none = fed(j, e.PaperMoved(VISIT, first.paper_id, e.TicketState.FAILED))
    assert not none
    assert here(j).name == "forms.paper.failed"
    j, (again,) = fed(j, e.Acted("paper.reprint"))
    assert again.voids == first.paper_id
    _, (second,) = fed(j, e.PaperMoved(VISIT, again.paper_id, e.TicketState.PRINTED))
    assert second.voids == ""


@pytest.mark.parametrize("item", WITH_FORMS, ids=lambda item: item.slug)
def test_a_sample_shows_an_answer_to_every_question_and_prints(item: Item) -> None:
    j, _ = fed(chosen(opened(item), item), e.Acted("sample"))
    body = here(j).body
    assert isinstance(body, p.Read)
    assert len(body.blocks) >= len(item.form)
    _, (effect,) = fed(j, e.Acted("print"))
    paper = printed(item, effect)
    assert paper.kind == "sample"
    assert all(values(paper).values())
    assert HOLDER.name not in str(paper)


def test_a_form_that_is_out_of_date_is_shown_and_not_given() -> None:
    item = WITH_FORMS[0]
    old = msgspec.structs.replace(item.forms[0], valid_until=date(2026, 11, 22))
    j = opened(msgspec.structs.replace(item, forms=(old,)))
    assert here(j).trouble == p.word("forms.out_of_date")
    assert here(j).main is None
    assert [action.name for action in here(j).second] == ["sample"]
    still = msgspec.structs.replace(old, valid_until=date(2026, 11, 23))
    assert here(opened(msgspec.structs.replace(item, forms=(still,)))).main is not None


def test_without_paper_nothing_is_printed() -> None:
    """Negative control: the same touches with no printer ask for nothing."""
    item = WITH_FORMS[0]
    j, _ = fed(chosen(opened(item), item), e.DutyChanged((), link_up=True, papers=False))
    main = here(j).main
    assert main is not None
    assert main.off
    _, papers = fed(j, e.Acted("blank"), e.Acted("print"))
    assert papers == []
