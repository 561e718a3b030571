"""代办, 预约, 延时 and 上门 asked for and followed; a company's project at one glance (JH-09, JH-10, BJ-22, BJ-25)."""

from dataclasses import replace
from pathlib import Path

import pytest

from contract import questions as q
from contract.orders import (
    OrderContent,
    OrderPlaced,
    OrdersAsked,
    OrdersFound,
    OrderStands,
    ProjectAsked,
    ProjectFound,
    ProjectPart,
    ProjectStage,
    Wish,
)
from kiosk import sites
from kiosk.input import divisions
from kiosk.journey import events as e
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.screens.album import HOLDER, VISIT
from tests.ui.booth import Booth

ITEM = "residence-permit"
HALL = sites.load("hall", Path()).orders
NAME, MOBILE, HOUSE = "张三", "13812345678", "示例路 8 号"
COUNTY = "610116"


def stands_in(citizen: Visitor, offers: object = HALL) -> Visitor:
    """The terminal of a hall that stays open for people."""
    citizen.booth.journey = citizen.journey = replace(citizen.booth.journey, offers=offers)  # type: ignore[arg-type]
    return citizen


def typed(citizen: Visitor, text: str) -> None:
    """Typed and gone on."""
    citizen.happen(*(e.KeyPressed(letter) for letter in text), e.Acted("next"))


def chosen(citizen: Visitor, value: str) -> None:
    """One answer of a form, and on."""
    citizen.happen(e.Chose(value), e.Acted("next"))


def where(citizen: Visitor) -> str:
    """Down the cascade to a township, and the house; the township's code."""
    township = divisions.children(COUNTY)[0].code
    for code in (COUNTY[:2], COUNTY[:4], COUNTY, township):
        assert page_name(citizen).startswith("filing.form.address.")
        citizen.happen(e.Chose(code))
    typed(citizen, HOUSE)
    return township


def asks(citizen: Visitor, wish: Wish, *, card: bool = False) -> OrderPlaced:
    """From the first page to the number, as far as a hand goes; the record that was kept."""
    citizen.touch("attract", "door.orders", f"option.{wish.value}")
    citizen.happen(e.Chose(ITEM))
    if wish is Wish.AGENT:
        assert page_name(citizen) == "orders.agree"
        citizen.touch("main")
    assert page_name(citizen) == "orders.who"
    citizen.touch("option.card" if card else "option.typed")
    if card:
        citizen.happen(e.CardRead(VISIT, HOLDER), e.PersonConfirmed())
        assert page_name(citizen) == "filing.facts"
        citizen.touch("main")
    if wish is Wish.HOME:
        chosen(citizen, "elder")
    if wish is not Wish.AGENT:
        chosen(citizen, "2026-11-25")
        chosen(citizen, (HALL.home if wish is Wish.HOME else HALL.late)[0])
    if not card:
        typed(citizen, NAME)
    typed(citizen, MOBILE)
    if wish is Wish.HOME:
        where(citizen)
    if wish is not Wish.LATE:
        citizen.happen(e.Acted("skip"))
    assert page_name(citizen) == "orders.check"
    citizen.touch("main")
    (keep,) = citizen.asked(e.KeepRecord)
    assert isinstance(keep.record, OrderPlaced)
    return keep.record


@pytest.mark.parametrize("wish", list(Wish))
def test_each_can_be_asked_for_and_has_a_number_and_a_code(visit: MakeVisitor, wish: Wish) -> None:
    citizen = stands_in(visit())
    record = asks(citizen, wish)
    assert (record.wish, record.item) == (wish, ITEM)
    assert bool(record.day) is (wish is not Wish.AGENT)
    assert bool(record.consent) is (wish is Wish.AGENT), "代办 only where it was agreed to (S0-17)"
    assert page_name(citizen) == "orders.kept"
    shown = citizen.leaves()
    assert record.number
    assert record.code
    assert record.number in shown
    assert record.code in shown
    for secret in (NAME, MOBILE):
        assert secret not in repr(record)


def test_a_booking_goes_to_the_one_pool_and_is_followed_too(visit: MakeVisitor) -> None:
    citizen = stands_in(visit())
    citizen.touch("attract", "door.orders", "option.booking")
    assert page_name(citizen) == "appointment.items"
    citizen = stands_in(visit({q.BookingsAsked: q.BookingsFound(())}))
    citizen.touch("attract", "door.progress", "act.tracking", "option.booking")
    citizen.happen(e.CardRead(VISIT, HOLDER), e.PersonConfirmed())
    assert citizen.questions(q.BookingsAsked)


def test_without_a_network_the_number_is_given_all_the_same(visit: MakeVisitor) -> None:
    citizen = stands_in(visit())
    citizen.happen(e.DutyChanged((), link_up=False))
    record = asks(citizen, Wish.LATE)
    assert record.number in citizen.leaves()
    assert not list(citizen.asked(e.AskCentre)), "nothing had to be asked"


def test_where_nobody_stays_longer_it_cannot_be_asked_for(visit: MakeVisitor) -> None:
    citizen = stands_in(visit(), sites.load("community", Path()).orders)
    citizen.touch("attract", "door.orders")
    assert "没有延时服务" in citizen.leaves()
    citizen.happen(e.Chose("late"))
    assert page_name(citizen) == "orders.wish"


def test_elders_see_no_more_than_five_things_to_choose(visit: MakeVisitor) -> None:
    citizen = stands_in(visit())
    citizen.touch("attract", "door.orders")
    assert sum(name.startswith("option.") for name in citizen.booth.names()) <= 5


# --- 上门 ----------


def test_a_visit_knows_where_when_what_and_which_papers(visit: MakeVisitor) -> None:
    citizen = stands_in(visit())
    record = asks(citizen, Wish.HOME, card=True)
    (keep,) = citizen.asked(e.KeepRecord)
    content = keep.content
    assert isinstance(content, OrderContent)
    township = divisions.children(COUNTY)[0]
    assert content.address == f"{divisions.written(township.code)}{HOUSE}"
    assert (content.mobile, content.id_number) == (MOBILE, HOLDER.id_number)
    assert (record.day, record.slot, record.reason) == ("2026-11-25", HALL.home[0], "elder")
    assert (record.area, record.named) == (township.code, True)
    assert township.name in record.area_name
    item = next(one for one in citizen.journey.items if one.slug == ITEM)
    names = [material.name["zh-Hans"] for material in item.materials]
    assert list(record.bring) == names
    shown = citizen.leaves()
    assert all(name in shown for name in names)
    for secret in (HOUSE, MOBILE, HOLDER.id_number, HOLDER.name):
        assert secret not in repr(record)


def test_every_answer_can_be_changed_before_it_is_sent(visit: MakeVisitor) -> None:
    citizen = stands_in(visit())
    citizen.touch("attract")
    citizen.happen(e.ServiceOpened("orders", "late"), e.Chose(ITEM), e.Chose("typed"))
    chosen(citizen, "2026-11-25")
    chosen(citizen, HALL.late[0])
    typed(citizen, NAME)
    typed(citizen, MOBILE)
    citizen.happen(e.AnswerReopened("slot"))
    chosen(citizen, HALL.late[1])
    assert page_name(citizen) == "orders.check"
    assert HALL.late[1] in citizen.leaves()
    citizen.happen(e.WentBack())
    assert page_name(citizen).startswith("filing.form.")
    citizen.happen(e.Acted("next"), e.AnswerReopened("item"))
    assert page_name(citizen) == "orders.item"


# --- how it stands ----------

STANDS = OrderStands(
    number="FW261122ABCD2345",
    wish=Wish.HOME,
    title={"zh-Hans": "上门服务：居住证办理"},
    placed_at="2026-11-22T14:05:00+08:00",
    state={"zh-Hans": "已约好时间"},
    next={"zh-Hans": "请按约好的时间等候"},
    due_at="2026-11-25T11:30:00+08:00",
    day="2026-11-25",
    slot="09:00–11:30",
    agent="李四",
    agent_number="D-07",
    agent_phone="0591-87654321",
    bring=("居民身份证",),
)


@pytest.mark.parametrize("by", ["card", "number"])
def test_whoever_asked_reads_who_does_it_and_when(visit: MakeVisitor, by: str) -> None:
    citizen = visit({OrdersAsked: OrdersFound((STANDS,))})
    citizen.touch("attract", "door.progress", "act.tracking", "option.card" if by == "card" else "option.order")
    if by == "card":
        citizen.happen(e.CardRead(VISIT, HOLDER), e.PersonConfirmed(), e.Chose(STANDS.number))
        assert citizen.questions(OrdersAsked) == [OrdersAsked(HOLDER.id_number)]
    else:
        citizen.happen(*(e.KeyPressed(letter) for letter in STANDS.number), e.Acted("go"))
        citizen.happen(*(e.KeyPressed(letter) for letter in "H7K2QX"), e.Acted("go"))
        assert citizen.questions(OrdersAsked) == [OrdersAsked("", STANDS.number, "H7K2QX")]
    assert page_name(citizen) == "tracking.one"
    shown = citizen.leaves()
    for told in ("已约好时间", "李四", "D-07", "0591-87654321", "09:00–11:30", "居民身份证"):
        assert told in shown, told


def part(title: str, **changes: object) -> ProjectPart:
    known = {
        "title": {"zh-Hans": title},
        "who": {"zh-Hans": "自然资源局"},
        "state": {"zh-Hans": "已受理"},
        "begun": "2026-11-02",
        "due": "2026-11-30",
        "waits": {"zh-Hans": "等自然资源局办理"},
    }
    return ProjectPart(**(known | changes))  # type: ignore[arg-type]


def test_a_company_sees_every_approval_with_who_until_when_and_who_is_waited_for(visit: MakeVisitor) -> None:
    done = part("用地规划许可", done="2026-11-12", waits={}, state={"zh-Hans": "已办结"})
    overdue = part("工程规划许可", due="2026-11-20", late=True)
    ours = part("施工许可", waits={"zh-Hans": "等您补材料"}, who={"zh-Hans": "住建局"})
    stages = (
        ProjectStage({"zh-Hans": "第 1 阶段"}, (done,)),
        ProjectStage({"zh-Hans": "第 2 阶段"}, (overdue, ours)),
    )
    project = ProjectFound(
        number="XM1", title={"zh-Hans": "二期厂房"}, stages=stages, steward="李四", steward_number="D-07"
    )
    citizen = visit({ProjectAsked: project})
    citizen.touch("attract", "door.orders", "option.track", "option.project")
    citizen.happen(*(e.KeyPressed(letter) for letter in "XM1"), e.Acted("go"))
    citizen.happen(*(e.KeyPressed(letter) for letter in "ABC234"), e.Acted("go"))
    assert page_name(citizen) == "tracking.project"
    shown = citizen.leaves()
    told = (
        "二期厂房",
        "第 1 阶段",
        "第 2 阶段",
        "用地规划许可",
        "工程规划许可",
        "施工许可",
        "李四",
        "自然资源局",
        "住建局",
    )
    for text in (
        *told,
        "等您补材料",
        "等自然资源局办理",
        "已超期",
        "2026年11月30日",
        "2026年11月20日",
        "办完 1 项，共 3 项",
    ):
        assert text in shown, text


def test_negative_control_a_page_without_the_answer_is_seen(visit: MakeVisitor) -> None:
    citizen = visit({OrdersAsked: q.Refused("number_or_code")})
    citizen.touch("attract")
    citizen.happen(e.ServiceOpened("tracking", ""), e.Chose("order"), e.KeyPressed("X"), e.Acted("go"))
    citizen.happen(*(e.KeyPressed(letter) for letter in "ABC234"), e.Acted("go"))
    assert page_name(citizen) == "tracking.failed"
    assert isinstance(citizen.booth, Booth)
