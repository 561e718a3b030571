"""Guides, the one-time notice, the search, what is asked for and charged (ZN-01, ZN-04, ZN-17, ZN-20)."""

import hashlib

from contract.messages import NoticeContent, NoticeGiven
from contract.questions import PayBegun
from kiosk import services
from kiosk.journey import events as e
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import page_name

SHOP = "individual-business-registration"
PERMIT = "residence-permit"
LICENCE = "driving-licence-replacement"
ITEMS = {item.slug: item for item in services.load().items}


def test_a_notice_is_built_from_the_answers_and_kept_as_evidence(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.touch("attract")
    citizen.happen(e.ServiceOpened("notice", SHOP))
    citizen.touch("option.rented", "option.food")
    shown = citizen.leaves()
    for part in ("租赁合同", "食品经营许可", "《促进个体工商户发展条例》", ITEMS[SHOP].consultation_phone):
        assert part in shown, part
    citizen.happen(e.Acted("code"))
    assert page_name(citizen) == "notice.code"
    citizen.happen(e.Acted("sheet"), e.Acted("print"))
    records = [effect for effect in citizen.asked(e.KeepRecord) if isinstance(effect.record, NoticeGiven)]
    assert [effect.record.given for effect in records] == [("screen",), ("qr",), ("print",)]  # type: ignore[union-attr]
    record, content = records[0].record, records[0].content
    assert isinstance(record, NoticeGiven)
    assert isinstance(content, NoticeContent)
    assert record.sha256 == hashlib.sha256(content.text.encode()).hexdigest()
    assert (record.item, record.item_version) == (SHOP, ITEMS[SHOP].version)
    assert record.situations == {"premises": "rented", "trade": "food"}
    assert "租赁合同" in content.text


def test_a_search_never_ends_in_nothing(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.touch("attract", "search", "key.Q", "key.Q", "key.X")
    shown = citizen.booth.texts()
    assert "QQX" in shown
    assert "请人帮我" in shown
    found = [name for name in citizen.booth.names() if name.startswith("item.")]
    assert found, "the nearest items are there"
    citizen.touch(found[0])
    assert page_name(citizen) == "item"


def test_what_cannot_be_done_here_names_where_and_how(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.begin(SHOP)
    citizen.choices = {"ask.trade": "dangerous"}
    citizen.go_on("filing.stop")
    shown, item = citizen.leaves(), ITEMS[SHOP]
    for said in ("应急管理部门", item.window["zh-Hans"], item.place["zh-Hans"], item.consultation_phone):
        assert said in shown


def test_what_the_card_or_a_register_shows_is_never_asked_for(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.begin(PERMIT)
    citizen.go_on("result")
    replaced = {material.code for material in ITEMS[PERMIT].materials if "card" in material.instead}
    assert replaced, "the item has a material the card stands for"
    asked = {name for name in citizen.seen if name.startswith("filing.paper.")}
    assert not {f"filing.paper.{code}" for code in replaced} & {name.removesuffix(".ways") for name in asked}
    kept = dict(citizen.asked(e.SaveCase)[0].answers)
    assert {kept[f"paper.{code}"] for code in replaced} == {"card A"}


def test_nothing_is_charged_but_what_the_list_says_with_its_rule(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.begin(LICENCE)
    citizen.go_on("filing.review")
    shown = citizen.leaves()
    (fee,) = [fee for fee in ITEMS[LICENCE].fees if fee.standard_fen and not fee.when]
    assert fee.name["zh-Hans"] in shown
    assert fee.basis["zh-Hans"] in shown
    assert f"{fee.standard_fen / 100:g}" in shown
    citizen.go_on("result")
    for question in citizen.questions(PayBegun):
        assert question.amount_fen in (0, fee.standard_fen)
    free = visit()
    free.begin(PERMIT)
    free.go_on("result")
    assert not free.questions(PayBegun)


def test_a_form_is_had_blank_in_copies_as_a_sample_or_filled_in(visit: MakeVisitor) -> None:
    citizen = visit()
    citizen.touch("attract")
    citizen.happen(e.ItemChosen(SHOP))
    citizen.touch("offer.forms")
    if page_name(citizen) == "forms.pick":
        citizen.touch(f"option.{ITEMS[SHOP].forms[0].code}")
    shown = citizen.leaves()
    assert ITEMS[SHOP].forms[0].version in shown
    assert "2027年12月31日" in shown
    citizen.happen(e.Acted("sample"))
    assert page_name(citizen) == "forms.sample"
    citizen.happen(e.WentBack(), e.Acted("blank"))
    citizen.touch("option.2", "main")
    assert [paper.template for paper in citizen.asked(e.PrintPaper)] == ["form", "form"]
    citizen.happen(e.WentBack(), e.Acted("done"))
    again = visit()
    again.touch("attract")
    again.happen(e.ItemChosen(SHOP), e.ServiceOpened("forms", SHOP))
    if page_name(again) == "forms.pick":
        again.touch(f"option.{ITEMS[SHOP].forms[0].code}")
    again.happen(e.Acted("fill"))
    for _ in range(80):
        if again.asked(e.PrintPaper):
            break
        again.one_step()
    (paper,) = again.asked(e.PrintPaper)
    assert "李四" in str(paper.data)
