"""Queries, printing, site profiles, pick-up, progress (ZZ-03, 06, 07, 09, 10, 13; BJ-33; ZN-15)."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from contract import questions as q
from contract.catalogue import ItemKind
from kiosk import services, sites
from kiosk.facts import Attract, Site, voice_level
from kiosk.journey import events as e
from kiosk.journey.page import QrCode, Read
from kiosk.journey.progress import Journey
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Answers, Visitor, page_name
from tests.screens.album import HOLDER, SITE, VISIT
from ui.glass import items as on_glass
from ui.glass import rect, seen

ITEMS = {item.slug: item for item in services.load().items}
ASKING = sorted(item.slug for item in ITEMS.values() if item.kind is ItemKind.QUERY)
TITLE = {"zh-Hans": "登记的信息", "en": "On record"}
LABEL = {"zh-Hans": "单位", "en": "Unit"}
FACT = q.Fact(LABEL, "编号 77231")
FOUND: Answers = {
    q.DepartmentAsked: q.DepartmentFound(
        (q.Section(TITLE, (FACT,)),), "2026-11-23T09:00:00+08:00", {"zh-Hans": "主管部门"}
    ),
    q.DocumentWanted: q.DocumentIssued(
        "S1", "ABCD2345", "https://zwfw.example/v/ABCD2345", "2026-11-23T10:00:00+08:00", "query"
    ),
}
HERE = Path(__file__).parent


def asks(citizen: Visitor, slug: str) -> None:
    """From the attract screen to the department's answer, as a finger does it."""
    citizen.touch("attract")
    citizen.happen(e.ItemChosen(slug))
    citizen.touch("main")
    assert page_name(citizen) == "query.consent"
    citizen.touch("main")
    if page_name(citizen) == "card":
        citizen.happen(e.CardRead(VISIT, HOLDER))
        citizen.touch("main")


@pytest.mark.parametrize("slug", ASKING)
def test_every_department_item_is_asked_through_one_contract(visit: MakeVisitor, slug: str) -> None:
    citizen = visit(FOUND)
    asks(citizen, slug)
    asked = citizen.questions(q.DepartmentAsked)
    part = ITEMS[slug].query
    assert part is not None
    if part.query:
        assert [(one.connector, one.query) for one in asked] == [(part.connector, part.query)]
        assert "编号 77231" in citizen.leaves()
    else:
        assert page_name(citizen) in {"query.confirm", "query.choose"} or page_name(citizen).startswith("query.paper")


def test_nothing_is_asked_before_whom_it_concerns_agrees(visit: MakeVisitor) -> None:
    citizen = visit(FOUND)
    citizen.touch("attract")
    citizen.happen(e.ItemChosen("social-insurance-record"))
    citizen.touch("main")
    part = ITEMS["social-insurance-record"].query
    assert part is not None
    shown = citizen.leaves()
    assert ITEMS["social-insurance-record"].department["zh-Hans"] in shown
    assert not citizen.asked(e.AskCentre)
    citizen.touch("main")
    assert page_name(citizen) == "card"
    assert not citizen.asked(e.AskCentre)
    citizen.happen(e.CardRead(VISIT, HOLDER))
    citizen.touch("main")
    assert [type(effect.question) for effect in citizen.asked(e.AskCentre)] == [q.DepartmentAsked]


@pytest.mark.parametrize("slug", ["real-estate-register", "no-housing-certificate", "second-hand-sale-contract"])
def test_a_property_paper_carries_what_anybody_can_check(visit: MakeVisitor, slug: str) -> None:
    found = FOUND[q.DepartmentAsked]
    assert isinstance(found, q.DepartmentFound)
    several = msgspec.structs.replace(found, choices=(("c1", {"zh-Hans": "合同一"}),))
    citizen = visit(FOUND | {q.DepartmentAsked: several if slug == "second-hand-sale-contract" else found})
    asks(citizen, slug)
    if page_name(citizen) == "query.found":
        citizen.happen(e.Acted("document"))
    if page_name(citizen) == "query.choose":
        citizen.happen(e.Chose("c1"), e.Acted("go"))
    assert page_name(citizen) == "query.paper.printed"
    shown = citizen.leaves()
    assert "ABCD2345" in shown
    assert [code.content for code in codes(citizen)] == ["https://zwfw.example/v/ABCD2345"]
    offered = [item.slug for item in sites.offered(sites.load("community", HERE), tuple(ITEMS.values()))]
    assert offered.index(slug) < offered.index("traffic-violations")


def codes(citizen: Visitor) -> list[QrCode]:
    """The QR codes of this page."""
    body = citizen.page.body if citizen.page else None
    return [block for block in body.blocks if isinstance(block, QrCode)] if isinstance(body, Read) else []


def place(name: str) -> tuple[sites.Profile, Site]:
    """A profile, and the site as pages know it."""
    profile = sites.load(name, HERE)
    strict, attract = profile.privacy.strict, profile.look.attract
    return profile, msgspec.structs.replace(SITE, profile=name, strict=strict, attract=attract)


def test_a_mall_is_seen_from_afar_and_does_taxes_first(visit: MakeVisitor) -> None:
    profile, site = place("mall")
    items = sites.offered(profile, tuple(ITEMS.values()))
    assert profile.look.attract is Attract.LARGE
    citizen = visit(FOUND, items=items, site=site)
    far = tallest(citizen)
    near = tallest(visit(FOUND))
    assert far > near, "what is said at rest is larger than in a hall"
    citizen.touch("attract")
    assert [name for name in citizen.booth.names() if name == "door.number"] == [], "no windows, no numbers"
    citizen.touch("door.query")
    first = next(name for name in order(citizen) if name.startswith("item."))
    assert first == "item.tax-certificate"
    hall = sites.load("hall", HERE)
    assert voice_level(profile.voice_in(""), "12:00") > voice_level(hall.voice_in("self-service"), "12:00")


def tallest(citizen: Visitor) -> float:
    """The height of the largest letters on the glass."""
    citizen.booth.settle()
    texts = (item for item in on_glass(citizen.booth.window.contentItem()) if item.inherits("QQuickText"))
    return max(float(item.property("font").pixelSize()) for item in texts if not seen(item).isEmpty())


def order(citizen: Visitor) -> list[str]:
    """The names on the glass from top to bottom."""
    citizen.booth.settle()
    named = [item for item in on_glass(citizen.booth.window.contentItem()) if item.objectName()]
    return [item.objectName() for item in sorted(named, key=lambda item: (rect(item).y(), rect(item).x()))]


def test_among_passers_by_data_is_guarded_and_soonest_hidden(visit: MakeVisitor) -> None:
    profile, site = place("square")
    items = sites.offered(profile, tuple(ITEMS.values()))
    assert items[0].slug.startswith(("social-", "medical-"))
    citizen = visit(FOUND, items=items, site=site)
    citizen.booth.journey = patient_as(citizen, profile)
    asks(citizen, "social-insurance-record")
    assert "请注意身后" in citizen.booth.texts()
    assert "编号 77231" in citizen.leaves()
    citizen.wait(20.5)
    assert citizen.journey.hidden
    assert "veil" in citizen.booth.names()
    elsewhere = visit(FOUND)
    asks(elsewhere, "social-insurance-record")
    assert "请注意身后" not in elsewhere.booth.texts()
    elsewhere.wait(20.5)
    assert not elsewhere.journey.hidden, "a hall waits longer"


def patient_as(citizen: Visitor, profile: sites.Profile) -> Journey:
    """The journey with the patience of this place."""
    journey = citizen.booth.journey
    return replace(journey, patience=replace(journey.patience, **profile.patience.told()))


def test_a_door_opens_and_taken_is_said_when_it_is_closed(visit: MakeVisitor) -> None:
    thing = q.Pickup("p1", {"zh-Hans": "居住证"}, "GL-01", 3, "2026-12-01", {"zh-Hans": "一楼"}, "")
    citizen = visit({q.PickupsAsked: q.PickupsFound((thing,))})
    citizen.booth.journey = with_terminal(citizen)
    citizen.touch("attract", "door.pickup", "option.code", *("key." + digit for digit in "12345678"), "main")
    assert "居住证" in citizen.leaves()
    citizen.touch("option.p1")
    (door,) = citizen.asked(e.OpenDoor)
    assert (door.door, page_name(citizen)) == (3, "pickup.open")
    assert [moved.what for moved in citizen.questions(q.PickupMoved)] == ["opened"]
    citizen.happen(e.DoorMoved(VISIT, door.request, "closed"))
    assert [moved.what for moved in citizen.questions(q.PickupMoved)] == ["opened", "taken"]


def with_terminal(citizen: Visitor) -> Journey:
    """The journey knows which terminal it stands at."""
    return replace(citizen.booth.journey, terminal="GL-01")


STEP = q.CaseStep("2026-11-20T10:00:00+08:00", {"zh-Hans": "已受理", "en": "Accepted"})
CASE = q.CaseStands(
    "6101170001202611220000178", "x", {"zh-Hans": "居住证申领"}, "2026-11-20T10:00:00+08:00",
    {"zh-Hans": "审查中"}, (STEP,),
)  # fmt: skip


def test_progress_is_seen_with_number_and_code_alone(visit: MakeVisitor) -> None:
    citizen = visit({q.CasesAsked: q.CasesFound((CASE,))})
    citizen.touch("attract", "door.progress", "option.number")
    citizen.happen(*(e.KeyPressed(digit) for digit in CASE.case_number))
    citizen.touch("main")
    citizen.happen(*(e.KeyPressed(letter) for letter in "AB12CD"))
    citizen.touch("main")
    (asked,) = citizen.questions(q.CasesAsked)
    assert (asked.case_number, asked.verification_code) == (CASE.case_number, "AB12CD")
    citizen.touch(f"option.{CASE.case_number}")
    shown = citizen.leaves()
    assert "审查中" in shown
    assert "已受理" in shown
    assert HOLDER.name not in shown
