"""Complaints, 办不成事 and ratings (TS-01, TS-06, HC-01, HC-02)."""

from dataclasses import replace

import pytest

from contract import questions as q
from contract.codes import Satisfaction
from contract.feed import RatingTag, RatingTags
from contract.messages import ComplaintContent, ComplaintFiled
from kiosk.journey import events as e
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.screens.album import HOLDER, NUMBER, VISIT
from ui.glass import items as on_glass
from ui.glass import rect

PERMIT = "residence-permit"


@pytest.mark.parametrize("named", [False, True])
def test_a_complaint_gets_a_number_and_a_code_with_a_name_or_without(visit: MakeVisitor, named: bool) -> None:
    citizen = visit()
    citizen.touch("attract", "door.saying", "option.complaint")
    about = next(name for name in citizen.booth.names() if name.startswith("option."))
    citizen.touch(about)
    citizen.happen(*(e.KeyPressed(letter) for letter in "等了三个小时"))
    citizen.touch("main", "option.card" if named else "option.none")
    if named:
        citizen.happen(e.CardRead(VISIT, HOLDER))
        citizen.touch("main")
    assert page_name(citizen) == "saying.check"
    assert "等了三个小时" in citizen.leaves()
    citizen.touch("main")
    (keep,) = citizen.asked(e.KeepRecord)
    record, content = keep.record, keep.content
    assert isinstance(record, ComplaintFiled)
    assert isinstance(content, ComplaintContent)
    assert record.named is named
    assert content.id_number == (HOLDER.id_number if named else "")
    assert HOLDER.id_number not in repr(record)
    shown = citizen.leaves()
    assert record.number
    assert record.code
    assert record.number in shown
    assert record.code in shown


def test_what_became_of_it_is_read_by_number_and_code(visit: MakeVisitor) -> None:
    reply = q.ReplyFound("T1", {"zh-Hans": "已答复"}, (), {"zh-Hans": "窗口已经加开，向您致歉。"})
    citizen = visit({q.ReplyAsked: reply})
    citizen.touch("attract", "door.saying")
    citizen.happen(e.Chose("reply"), *(e.KeyPressed(letter) for letter in "T1"), e.Acted("go"))
    citizen.happen(*(e.KeyPressed(letter) for letter in "ABC234"), e.Acted("go"))
    assert page_name(citizen) == "saying.reply"
    assert "向您致歉" in citizen.leaves()


@pytest.mark.parametrize("where", ["home", "item", "card", "service", "filing", "result"])
def test_it_does_not_work_can_be_said_on_every_page_with_what_was_wrong(visit: MakeVisitor, where: str) -> None:
    citizen = visit()
    item: str | None = NUMBER
    citizen.touch("attract")
    match where:
        case "home":
            citizen.happen(e.CardFailed(VISIT, "id_card_reader.card_unreadable"))
            item = None
        case "item":
            citizen.happen(e.ItemChosen(NUMBER))
        case "card" | "result":
            citizen.happen(e.ItemChosen(NUMBER), e.ItemBegun())
            citizen.happen(e.CardFailed(VISIT, "id_card_reader.card_unreadable"))
            if where == "result":
                citizen.happen(e.CardRead(VISIT, HOLDER))
                citizen.touch("main")
        case "service":
            citizen.happen(e.ServiceOpened("saying", ""))
            item = None
        case _:
            citizen.happen(e.WentBack())
            citizen.begin(PERMIT)
            citizen.go_on("filing.facts")
            item = PERMIT
    citizen.touch("difficulty")
    reasons = [name for name in citizen.booth.names() if name.startswith("difficulty.")]
    citizen.touch(reasons[0])
    (told,) = citizen.asked(e.SaveDifficulty)
    assert told.item == item
    assert told.last_error == ("id_card_reader.card_unreadable" if where in ("home", "card", "result") else None)


TAGS = RatingTags(
    7, {"dissatisfied": (RatingTag("slow", {"zh-Hans": "等得太久"}), RatingTag("rude", {"zh-Hans": "态度不好"}))}
)


def finished(citizen: Visitor) -> None:
    """To the end of a query, where a rating is asked for."""
    citizen.booth.journey = replace(citizen.booth.journey, tags=TAGS)
    citizen.touch("attract")
    citizen.happen(e.ItemChosen("social-insurance-record"), e.ItemBegun(), e.Acted("agree"))
    citizen.happen(e.CardRead(VISIT, HOLDER), e.PersonConfirmed())
    assert page_name(citizen) == "query.found"
    citizen.happen(e.Acted("done"))


def buttons(citizen: Visitor) -> list[tuple[int, int]]:
    """Width and height of each button of the rating, in pixels; no item of the scene outlives this."""
    citizen.booth.settle()
    shown = [one for one in on_glass(citizen.booth.window.contentItem()) if one.objectName().startswith("rate.")]
    return [(round(rect(one).width()), round(rect(one).height())) for one in shown]


def test_whoever_has_finished_may_rate_on_five_equal_buttons_or_not(visit: MakeVisitor) -> None:
    citizen = visit()
    finished(citizen)
    assert page_name(citizen) == "rating"
    sizes = buttons(citizen)
    assert len(sizes) == 5
    assert len(set(sizes)) == 1
    citizen.happen(e.RatingSkipped())
    assert page_name(citizen) == "farewell"
    assert not citizen.asked(e.SaveRating)


def test_a_level_has_the_reasons_of_the_platforms_list(visit: MakeVisitor) -> None:
    citizen = visit()
    finished(citizen)
    citizen.happen(e.Rated(Satisfaction.DISSATISFIED))
    shown = citizen.leaves()
    assert "等得太久" in shown
    assert "态度不好" in shown
    citizen.touch("option.slow", "main")
    (told,) = citizen.asked(e.SaveRating)
    assert (told.tags, told.tags_version) == (("slow",), 7)
