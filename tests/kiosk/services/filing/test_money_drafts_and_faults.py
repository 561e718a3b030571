"""What comes between: a gateway that does not answer, a draft, a camera that is lost, a network that is away."""

import msgspec
import pytest

from contract.catalogue import Item
from contract.questions import (
    DepartmentToldToAct,
    DraftAsked,
    DraftKept,
    PayBegun,
    PayClosed,
    RefundWanted,
    Refused,
)
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.services.filing.state import Filing
from kiosk.journey.step import Journey, Screen
from tests.kiosk.services.filing.citizen import CASE, ITEMS, VISIT, Citizen, World, filed

LICENCE = "driving-licence-replacement"
BUSINESS = "individual-business-registration"


def questions(citizen: Citizen, kind: type) -> list[object]:
    """The questions of one kind that were asked."""
    return [asked.question for asked in citizen.asked(e.AskCentre) if isinstance(asked.question, kind)]


def act_on_it(journey: Journey) -> Journey:
    """The journey, its licence item with an act of the department behind the payment."""
    return Journey(visit=VISIT, case_id=CASE, items=tuple(map(_with_act, ITEMS)))


def _with_act(item: Item) -> Item:
    if item.slug != LICENCE:
        return item
    query = next(one.query for one in ITEMS if one.slug == "traffic-violations")
    return msgspec.structs.replace(item, query=query)


# --- money ----------


def test_the_case_is_kept_before_money_is_asked_for_and_paid_once() -> None:
    citizen = filed(LICENCE)
    kinds = [type(effect.question if isinstance(effect, e.AskCentre) else effect) for effect in citizen.effects]
    assert kinds.index(e.SaveCase) < kinds.index(PayBegun)
    orders = {order.order_id for order in questions(citizen, PayBegun)}  # type: ignore[attr-defined]
    assert len(orders) == 1
    (begun, *_) = questions(citizen, PayBegun)
    assert (begun.amount_fen, begun.fees, begun.case_id) == (1000, (("licence", 1),), CASE)  # type: ignore[attr-defined]
    assert [paper.template for paper in citizen.asked(e.PrintPaper)] == ["payment"]


def test_whoever_pays_later_keeps_the_case_and_hears_where() -> None:
    citizen = Citizen(World(pays="waits"))
    citizen.begin(LICENCE)
    citizen.go_on("pay.code")
    citizen.happen(e.Acted("pay.later"))
    assert questions(citizen, PayClosed)
    assert citizen.page is not None
    assert citizen.page.name == "filing.after"
    assert "filing.unpaid" in repr(citizen.page.body)
    citizen.go_on("result")
    assert citizen.journey.outcome is not None


def test_without_a_network_the_case_is_kept_and_paid_later() -> None:
    citizen = Citizen()
    citizen.begin(LICENCE)
    citizen.choices["paper.old-licence.ways"] = "scan"
    citizen.go_on("filing.review")
    citizen.link_up = False
    citizen.happen(e.DutyChanged((), link_up=False, papers=True), e.Acted("submit"))
    assert citizen.page is not None
    assert citizen.page.name == "pay.opening"
    assert citizen.page.second, "there is a way on"
    citizen.happen(e.Acted("pay.later"))
    citizen.go_on("result")
    assert len(citizen.asked(e.SaveCase)) == 1


def test_leaving_while_paying_closes_the_order() -> None:
    citizen = Citizen(World(pays="waits"))
    citizen.begin(LICENCE)
    citizen.go_on("pay.code")
    citizen.happen(e.Left())
    assert questions(citizen, PayClosed)
    assert citizen.journey.service is None


def test_paid_and_done_by_the_department() -> None:
    citizen = Citizen(journey=act_on_it(Journey(VISIT, CASE, ITEMS)))
    citizen.begin(LICENCE)
    citizen.go_on("result")
    (act,) = questions(citizen, DepartmentToldToAct)
    (begun, *_) = questions(citizen, PayBegun)
    assert act.order_id == begun.order_id  # type: ignore[attr-defined]
    assert questions(citizen, RefundWanted) == []


def test_paid_and_refused_goes_back_at_once_and_is_said() -> None:
    def refuses(question: object) -> object:
        return Refused("not_possible") if isinstance(question, DepartmentToldToAct) else "slow"

    citizen = Citizen(World(department=refuses), act_on_it(Journey(VISIT, CASE, ITEMS)))  # type: ignore[arg-type]
    citizen.begin(LICENCE)
    citizen.choices["paper.old-licence.ways"] = "scan"
    citizen.go_on("filing.after")
    assert len(questions(citizen, RefundWanted)) == 1
    assert citizen.page is not None
    assert "pay.refund" in repr(citizen.page.body)


def test_paid_and_silent_is_asked_again_with_the_same_act_and_never_refunded_here() -> None:
    citizen = Citizen(World(department=lambda _: "slow"), act_on_it(Journey(VISIT, CASE, ITEMS)))
    citizen.begin(LICENCE)
    citizen.choices["paper.old-licence.ways"] = "scan"
    citizen.go_on("filing.after")
    acts = questions(citizen, DepartmentToldToAct)
    assert (len(acts), len({act.act_id for act in acts})) == (3, 1)  # type: ignore[attr-defined]
    assert questions(citizen, RefundWanted) == []


# --- drafts ----------


def test_a_draft_is_kept_only_after_its_citizen_agreed_and_goes_on_by_its_code() -> None:
    world = World()
    citizen = Citizen(world, choices={"ask.ground": "work"})
    citizen.begin("residence-permit")
    citizen.go_on("filing.form.mobile")
    citizen.happen(e.Acted("draft"))
    assert questions(citizen, DraftKept) == []
    citizen.happen(e.Acted("draft.agree"))
    assert citizen.page is not None
    assert "K7M2Q9" in repr(citizen.page.body)
    citizen.happen(e.Acted("draft.end"))
    assert citizen.journey.screen is Screen.FAREWELL
    later = Citizen(world)
    later.holder = citizen.holder
    later.happen(e.Started(), e.ServiceOpened("draft"), *(e.KeyPressed(key) for key in "k7m2q9"), e.Acted("ask"))
    assert [asked.code for asked in questions(later, DraftAsked)] == ["K7M2Q9"]  # type: ignore[attr-defined]
    later.go_on("result")
    assert "filing.ask.ground" not in later.seen, "what was answered is not asked again"
    kept = dict(later.asked(e.SaveCase)[0].answers)
    assert (kept["ground"], kept["mobile"]) == ("work", "13800138000")
    assert later.asked(e.SaveCase)[0].item.slug == "residence-permit"


@pytest.mark.parametrize("agreed", [True, False])
def test_who_walks_away_leaves_a_draft_only_where_they_agreed(agreed: bool) -> None:
    citizen = Citizen()
    citizen.begin("residence-permit")
    citizen.go_on("filing.form.mobile")
    if agreed:
        citizen.happen(e.Acted("draft"), e.Acted("draft.agree"), e.Acted("draft.go_on"))
    before = len(questions(citizen, DraftKept))
    for _ in range(60):
        citizen.wait(10)
    assert citizen.journey.service is None
    assert len(questions(citizen, DraftKept)) - before == agreed


def test_without_a_network_no_draft_and_the_page_says_so() -> None:
    citizen = Citizen(link_up=False)
    citizen.begin("residence-permit")
    citizen.go_on("filing.form.mobile")
    assert citizen.page is not None
    (draft,) = [action for action in citizen.page.second if action.name == "draft"]
    assert draft.off
    citizen.happen(e.Acted("draft"))
    assert questions(citizen, DraftKept) == []
    assert citizen.page.name == "filing.form.mobile"


def test_a_draft_that_cannot_be_fetched_leaves_a_way_on() -> None:
    citizen = Citizen(link_up=False)
    citizen.happen(e.Started(), e.ServiceOpened("draft"), *(e.KeyPressed(key) for key in "K7M2Q9"), e.Acted("ask"))
    assert citizen.page is not None
    assert citizen.page.trouble
    citizen.happen(e.Acted("home"))
    assert citizen.journey.screen is Screen.HOME


def test_nothing_signed_and_no_picture_is_in_a_draft() -> None:
    world = World()
    citizen = Citizen(world, choices={"ask.premises": "rented", "paper.premises-lease.ways": "later"})
    citizen.begin(BUSINESS)
    citizen.go_on("filing.review")
    citizen.happen(e.Acted("draft"), e.Acted("draft.agree"))
    content = world.drafts["K7M2Q9"].content
    assert b"svg" not in content
    assert b"scan-" not in content


# --- camera ----------


def test_a_lost_camera_is_said_on_the_same_page_and_another_way_is_offered() -> None:
    citizen = Citizen(World(camera="lost"))
    citizen.begin("newborn-household-registration")
    citizen.go_on("filing.paper.birth-certificate.scan")
    citizen.happen(e.Acted("shoot"))
    page = citizen.page
    assert page is not None
    assert page.name == "filing.paper.birth-certificate.scan"
    assert page.trouble
    assert "otherwise" in {action.name for action in page.second}
    closed = (("newborn-household-registration", "document_camera"),)
    citizen.happen(e.DutyChanged(closed, link_up=True), e.Acted("otherwise"))
    assert citizen.page is not None
    assert isinstance(citizen.page.body, p.Choose)
    assert citizen.page.trouble, "where else it can be done"
    citizen.happen(e.DutyChanged((), link_up=True, papers=True))
    citizen.world.camera = "good"
    citizen.go_on("result")
    assert len(citizen.asked(e.SaveCase)) == 1


def test_a_bad_picture_is_taken_again_and_handed_in_only_when_the_citizen_insists() -> None:
    citizen = Citizen(World(camera="bad"))
    citizen.begin("newborn-household-registration")
    citizen.go_on("filing.paper.birth-certificate.scan")
    citizen.happen(e.Acted("shoot"), e.Acted("take"))
    assert citizen.asked(e.KeepScan) == []
    citizen.happen(e.Acted("retake"), e.Acted("take"))
    assert len(citizen.asked(e.KeepScan)) == 1
    assert len(citizen.asked(e.DropScan)) == 1


def test_a_camera_that_says_nothing_gives_the_page_back() -> None:
    citizen = Citizen()
    citizen.begin("newborn-household-registration")
    citizen.go_on("filing.paper.birth-certificate.scan")
    citizen.answers_now = False
    citizen.happen(e.Acted("shoot"), e.Acted("shoot"))
    assert len(citizen.asked(e.CaptureScan)) == 1
    citizen.wait(26)
    assert citizen.filing.fault == "filing.scan_slow"


def test_pictures_of_nobodys_case_are_dropped() -> None:
    citizen = Citizen()
    citizen.begin("newborn-household-registration")
    citizen.go_on("filing.review")
    kept = {scan for lodged in citizen.filing.lodged for scan in lodged.scans}
    assert len(kept) == 3
    citizen.happen(e.Left())
    assert {drop.scan_id for drop in citizen.asked(e.DropScan)} == kept


def test_a_paper_no_answer_wants_any_more_does_not_travel_with_the_case() -> None:
    citizen = Citizen(choices={"ask.premises": "online"})
    citizen.begin(BUSINESS)
    citizen.go_on("filing.review")
    citizen.happen(e.AnswerReopened("ask.premises"), e.Chose("rented"), e.Acted("next"))
    citizen.go_on("result")
    dropped = {drop.scan_id for drop in citizen.asked(e.DropScan)}
    assert len(dropped) == 1
    assert "paper.premises-online" not in dict(citizen.asked(e.SaveCase)[0].answers)


# --- the store ----------


def test_a_case_that_was_not_kept_brings_the_review_back_with_the_reason() -> None:
    citizen = Citizen()
    citizen.begin("residence-permit")
    citizen.go_on("filing.review")
    citizen.answers_now = False
    citizen.happen(e.Acted("submit"), e.SaveFailed(VISIT, CASE, "store.full"))
    assert citizen.page is not None
    assert (citizen.page.name, citizen.journey.fault) == ("filing.review", "store.full")
    citizen.answers_now = True
    citizen.go_on("result")
    assert {save.case_id for save in citizen.asked(e.SaveCase)} == {CASE}


def test_language_and_idle_lose_nothing() -> None:
    citizen = Citizen()
    citizen.begin("residence-permit")
    citizen.go_on("filing.form.mobile")
    assert isinstance(citizen.journey.service, Filing)
    told = citizen.filing.told
    citizen.happen(e.LanguageChosen("en"))
    citizen.wait(100)
    citizen.wait(30)
    assert citizen.journey.countdown_left is not None
    citizen.happen(e.StayedOn())
    assert citizen.filing.told == told
