"""A station at the real screen: a permit endorsed and given back, an identity card out of a door, fines (ZZ-08)."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from contract import questions as q
from kiosk import duty, services, sites, words
from kiosk.facts import Closed, Facts
from kiosk.journey import events as e
from kiosk.journey import machines as m
from kiosk.journey.machines import PermitState
from kiosk.journey.page import Wait
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.kiosk.services.stations import TAIL
from tests.screens.album import HOLDER, VISIT

HERE = Path(__file__).parent
ITEMS = services.load().items
BY_SLUG = {item.slug: item for item in ITEMS}
ENDORSEMENT, HANDOUT = "hong-kong-macao-endorsement", "identity-card-handout"
LABEL = {"zh-Hans": "香港 一次 15.00 元", "en": "Hong Kong, once"}
TITLE = {"zh-Hans": "往来港澳通行证", "en": "Permit"}
PERMIT = q.DepartmentFound(
    (q.Section(TITLE, (q.Fact(TITLE, "有效", personal=False),)),),
    "2026-11-23T09:00:00+08:00",
    {"zh-Hans": "出入境管理部门"},
    (("hk-1", LABEL),),
    amounts={"hk-1": 1500},
    expects={"permit": TAIL},
)
DONE = q.DepartmentActed("QZ20261123000001", (), endorsement="香港 一次 2027-11-23 QZ20261123000001")
CARD = q.Pickup("p1", {"zh-Hans": "居民身份证"}, "GL-01", 6, "2026-12-31", {}, "", "person")


def to_the_answer(citizen: Visitor, slug: str) -> None:
    """From the attract screen to the department's answer."""
    citizen.booth.journey = replace(citizen.booth.journey, terminal="GL-01")
    citizen.touch("attract")
    citizen.happen(e.ItemChosen(slug))
    citizen.touch("main", "main")
    if page_name(citizen) == "card":
        citizen.happen(e.CardRead(VISIT, HOLDER))
        citizen.touch("main")


def endorsed(citizen: Visitor) -> None:
    """The way of somebody who wants an endorsement, up to where the permit goes in."""
    to_the_answer(citizen, ENDORSEMENT)
    citizen.touch("main")
    citizen.happen(e.Chose("hk-1"), e.Acted("go"), e.Acted("go"))
    assert page_name(citizen) == "query.sign"
    citizen.happen(e.Signed((((0, 0), (200, 200)),)), e.Acted("go"))


def traveller(visit: MakeVisitor) -> Visitor:
    """Whose permit the department knows."""
    return visit({q.DepartmentAsked: PERMIT, q.DepartmentToldToAct: DONE})


def pays(citizen: Visitor) -> None:
    """The phone pays."""
    citizen.wait(3.5)


def test_a_permit_goes_in_before_money_moves_is_endorsed_once_and_comes_back(visit: MakeVisitor) -> None:
    citizen = traveller(visit)
    endorsed(citizen)
    assert page_name(citizen).startswith("pay.")
    assert len(citizen.asked(m.TakePermit)) == 1
    assert citizen.effects.index(citizen.asked(m.TakePermit)[0]) < next(
        at
        for at, one in enumerate(citizen.effects)
        if isinstance(one, e.AskCentre) and isinstance(one.question, q.PayBegun)
    )
    assert not citizen.asked(m.EndorsePermit), "nothing is printed before it is paid"
    pays(citizen)
    (told,) = citizen.questions(q.DepartmentToldToAct)
    assert told.args == {"choice": "hk-1", "permit": TAIL}
    (printed,) = citizen.asked(m.EndorsePermit)
    assert printed.text == DONE.endorsement
    assert len(citizen.asked(m.ReturnPermit)) == 1
    assert page_name(citizen) == "query.acted"
    assert "签注已经打印在通行证上" in citizen.leaves()


def test_while_it_goes_in_the_page_says_how_and_one_may_leave(visit: MakeVisitor) -> None:
    citizen = traveller(visit)
    citizen.machines.taken = PermitState.NONE
    citizen.machines.fault = "permit_endorser.none_inserted"
    citizen.answers_now = True
    endorsed(citizen)
    assert page_name(citizen) == "permit.failed"
    assert "没有收到通行证" in citizen.leaves()
    citizen.machines.taken = PermitState.INSIDE
    citizen.touch("main")
    assert page_name(citizen).startswith("pay.")
    assert len(citizen.asked(m.TakePermit)) == 2


def test_somebody_elses_permit_comes_straight_back_and_costs_nothing(visit: MakeVisitor) -> None:
    citizen = traveller(visit)
    citizen.machines.tail = "9999"
    endorsed(citizen)
    assert page_name(citizen) == "permit.failed"
    assert "不是同一本" in citizen.leaves()
    assert len(citizen.asked(m.ReturnPermit)) == 1
    assert not citizen.questions(q.PayBegun)
    assert not citizen.questions(q.DepartmentToldToAct)


@pytest.mark.parametrize(
    ("ends", "said"), [(PermitState.UNCERTAIN, "不能确定签注是否打印完整"), (PermitState.BLANK, "没有打印到通行证上")]
)
def test_what_was_not_surely_printed_is_never_called_endorsed(visit: MakeVisitor, ends: PermitState, said: str) -> None:
    citizen = traveller(visit)
    citizen.machines.endorsed = ends
    endorsed(citizen)
    pays(citizen)
    shown = citizen.leaves()
    assert said in shown
    assert "已经打印在通行证上" not in shown
    assert len(citizen.asked(m.EndorsePermit)) == 1, "and it is never printed a second time"
    assert len(citizen.asked(m.ReturnPermit)) == 1


def test_a_refusal_gives_permit_and_money_back(visit: MakeVisitor) -> None:
    citizen = visit({q.DepartmentAsked: PERMIT, q.DepartmentToldToAct: q.Refused("no_quota")})
    endorsed(citizen)
    pays(citizen)
    assert page_name(citizen) == "query.failed"
    assert len(citizen.asked(m.ReturnPermit)) == 1
    assert len(citizen.questions(q.RefundWanted)) == 1
    assert not citizen.asked(m.EndorsePermit)


def test_whoever_leaves_in_the_middle_has_the_permit_back(visit: MakeVisitor) -> None:
    citizen = traveller(visit)
    endorsed(citizen)
    assert not citizen.asked(m.ReturnPermit)
    citizen.happen(e.Left())
    assert len(citizen.asked(m.ReturnPermit)) == 1


def test_what_was_signed_goes_to_the_department_word_for_word(visit: MakeVisitor) -> None:
    citizen = traveller(visit)
    endorsed(citizen)
    pays(citizen)
    (told,) = citizen.questions(q.DepartmentToldToAct)
    item = BY_SLUG[ENDORSEMENT]
    assert told.declared is not None
    assert item.query is not None
    assert told.declared.text == item.query.signed["zh-Hans"]
    assert told.declared.item_version == item.version
    assert told.declared.signature.startswith("<svg")


def receives(visit: MakeVisitor) -> Visitor:
    """Somebody whose new card lies in door 6."""
    citizen = visit({q.DepartmentAsked: PERMIT, q.PickupsAsked: q.PickupsFound((CARD,))})
    to_the_answer(citizen, HANDOUT)
    citizen.touch("main", "option.p1")
    return citizen


@pytest.mark.parametrize("way", ["face", "finger"])
def test_a_card_is_handed_out_once_the_holder_was_recognised(visit: MakeVisitor, way: str) -> None:
    citizen = receives(visit)
    assert page_name(citizen) == "proof.how"
    assert not citizen.asked(e.OpenDoor)
    citizen.touch(f"option.{way}")
    (door,) = citizen.asked(e.OpenDoor)
    assert (door.door, page_name(citizen)) == (6, "pickup.open")
    citizen.happen(e.DoorMoved(VISIT, door.request, "closed"))
    assert [moved.what for moved in citizen.questions(q.PickupMoved)] == ["opened", "taken"]


def test_three_times_not_the_same_and_a_person_looks(visit: MakeVisitor) -> None:
    citizen = receives(visit)
    citizen.machines.verdict = "other"
    citizen.touch("option.face")
    assert "没有比对成功" in citizen.glance()
    citizen.touch("option.finger", "option.face")
    assert page_name(citizen) == "proof.over"
    assert "请人帮我" in citizen.leaves()
    assert not citizen.asked(e.OpenDoor)
    assert [moved.what for moved in citizen.questions(q.PickupMoved)] == ["refused"]


def test_a_code_alone_opens_no_such_door(visit: MakeVisitor) -> None:
    citizen = visit({q.PickupsAsked: q.PickupsFound((CARD,))})
    citizen.booth.journey = replace(citizen.booth.journey, terminal="GL-01")
    citizen.touch("attract", "door.pickup", "option.code", *("key." + digit for digit in "12345678"), "main")
    citizen.touch("option.p1")
    assert page_name(citizen) == "card"
    assert not citizen.asked(e.OpenDoor)


def test_while_somebody_is_looked_at_the_page_says_what_to_do(visit: MakeVisitor) -> None:
    citizen = receives(visit)
    citizen.booth.touch("option.face")
    page = citizen.booth.journey.page
    assert page is not None
    assert isinstance(page.body, Wait)
    assert "正对摄像头" in citizen.glance()
    assert "main" not in citizen.booth.names(), "nothing to touch by mistake"


@pytest.mark.parametrize(
    ("slug", "device", "said"),
    [
        (ENDORSEMENT, "permit_endorser", "没有签注机"),
        (HANDOUT, "person_matcher", "没有人证核验设备"),
        (HANDOUT, "locker", "没有储物柜"),
    ],
)
def test_what_the_machine_lacks_is_said_before_anybody_begins(
    visit: MakeVisitor, slug: str, device: str, said: str
) -> None:
    closed = duty.closed_items(ITEMS, duty.Now(lost=frozenset({device})))
    assert closed[slug].reason == device
    assert "traffic-violations" not in closed
    citizen = visit({})
    citizen.booth.know(Facts(closed=(Closed(slug, device, "", {"zh-Hans": words.say("zh-Hans", f"absent.{device}")}),)))
    citizen.touch("attract")
    citizen.happen(e.ItemChosen(slug))
    assert said in citizen.leaves()
    citizen.happen(e.ItemBegun())
    assert not citizen.asked(e.AskCentre)


def test_a_station_offers_all_three_first(visit: MakeVisitor) -> None:
    offered = [item.slug for item in sites.offered(sites.load("station", HERE), ITEMS)]
    assert {ENDORSEMENT, HANDOUT, "traffic-violations"} <= set(offered[:5])
    fine = msgspec.structs.replace(PERMIT, choices=(("f1", LABEL),), amounts={"f1": 20000}, expects={})
    citizen = visit({q.DepartmentAsked: fine})
    to_the_answer(citizen, "traffic-violations")
    assert page_name(citizen) == "query.found"
