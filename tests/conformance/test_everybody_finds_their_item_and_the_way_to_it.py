"""Depth, tags, stars, guided number taking, the wait and the way (ZZ-05, ZZ-12, ZN-12, BJ-21, JH-11)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from central.feed import store as feed
from central.waits import rules as wait_rules
from contract.catalogue import Item, ItemKind
from contract.classing import HANDLED, Tag, stars, tags
from contract.envelope import Lane
from contract.hall_plan import HallPlan, way
from contract.questions import Book as BookAsked
from contract.questions import Booked, Booking, BookingState, Slot, SlotDay, SlotsAsked, SlotsFound
from contract.waiting import WaitAsked, WaitTold
from devices.ticket_printer.document import Qr, Text
from kiosk import services, sites, triage
from kiosk.journey import events as e
from kiosk.journey.page import Choose, Option
from kiosk.paper.tickets import Slip, ticket
from kiosk.sites import plan as plans
from tests.central.conftest import Running, start, token_of, write_config
from tests.central.services import item as toml_of
from tests.central.services import publish, put
from tests.central.terminal_double import TerminalDouble
from tests.conformance.conftest import MakeVisitor
from tests.conformance.rows import ROOT
from tests.conformance.visitor import Visitor, page_name
from tests.kiosk.services.filing.citizen import WALL
from tests.screens.album import HOLDER, NUMBER, SITE, VISIT

ITEMS = services.load().items
FILES = tuple(item.slug for item in ITEMS)
FIVE_STARS, FOUR_STARS = "residence-permit", "flexible-employment-insurance"
QUERY = "social-insurance-record"


def drawn() -> HallPlan:
    """The plan of the demonstration, shown to phones."""
    found = plans.load("kiosk/demo/hall.toml", ROOT)
    assert found is not None
    return msgspec.structs.replace(found, url="https://hall.example/way")


PLAN = drawn()
TOLD = WaitTold("A", f"{WALL[:11]}09:57:00+08:00", 12, 8.0, 4)
MOST_CHOICES = 5


def of(slug: str) -> Item:
    """An item of the release."""
    return next(item for item in ITEMS if item.slug == slug)


def card_of(citizen: Visitor, slug: str) -> str:
    """All that can be read on the card of an item."""
    citizen.happen(e.ItemChosen(slug))
    return citizen.leaves()


def offered(citizen: Visitor) -> tuple[Option, ...]:
    """Everything that can be chosen on this page and the leaves behind it."""
    page = citizen.journey.page
    assert page is not None
    assert isinstance(page.body, Choose)
    return page.body.options


def arrived(visit: MakeVisitor, said: dict[type, object] | None = None, plan: HallPlan | None = None) -> Visitor:
    """On the home screen, with the line up."""
    citizen = visit(said, site=msgspec.structs.replace(SITE, plan=plan))
    citizen.booth.journey = replace(citizen.booth.journey, plan=plan, terminal=SITE.terminal)
    citizen.touch("attract")
    citizen.happen(e.DutyChanged((), link_up=True, papers=True))
    return citizen


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Running]:
    """A centre with somebody signed in, which shows the plan of the hall."""
    (tmp_path / "hall.toml").write_bytes((ROOT / "kiosk/demo/hall.toml").read_bytes())
    for running in start(write_config(tmp_path, hall_plan="hall.toml")):
        running.log_in()
        yield running


def page_of(running: Running, path: str) -> str:
    """A page of the centre."""
    answer = running.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def shown_in(page: str, name: str) -> str:
    """What can be read in the element of that id."""
    found = re.search(rf'<(\w+)[^>]* id="{name}"[^>]*>(.*?)</\1>', page, re.DOTALL)
    assert found, f"nothing is called {name}"
    return " ".join(re.sub(r"<[^>]+>", " ", found[2]).split())


# --- depth (ZZ-05) ----------


@pytest.mark.parametrize(
    ("slug", "said"),
    [(NUMBER, "预约、取号"), (QUERY, "打印证明"), (FIVE_STARS, "能提交申请"), ("utility-bills", "能全部办完")],
)
def test_the_card_of_an_item_says_how_far_it_goes_here(visit: MakeVisitor, slug: str, said: str) -> None:
    shown = card_of(arrived(visit), slug)
    assert "在这台机器上" in shown
    assert said in shown


def test_what_is_not_for_terminals_is_not_shown_at_one(visit: MakeVisitor) -> None:
    apart = msgspec.structs.replace(of(QUERY), depth=0)
    offered_here = sites.offered(sites.load("hall", ROOT), (of(NUMBER), apart))
    assert [item.slug for item in offered_here] == [NUMBER]
    citizen = visit(items=offered_here)
    citizen.touch("attract", "search")
    assert of(QUERY).title["zh-Hans"] not in citizen.leaves()


def test_the_centre_counts_what_is_handled_and_how_that_moved(centre: Running) -> None:
    deep = of(FIVE_STARS)
    shallow = toml_of(FIVE_STARS).replace(f"depth = {deep.depth}".encode(), b"depth = 1")
    before = centre.clock.ahead
    centre.clock.ahead = timedelta(days=-62)
    publish(centre, toml_of(NUMBER), toml_of(QUERY), shallow)
    centre.clock.ahead = before
    page = page_of(centre, "/items")
    assert shown_in(page, "items") == "3"
    assert shown_in(page, "handled").startswith("0.0")
    publish(centre, toml_of(FIVE_STARS), toml_of("utility-bills"))
    with centre.centre.database.writing() as connection:
        feed.sweep(connection, centre.centre.clock() + timedelta(days=200))  # what was replaced long ago is forgotten
    page = page_of(centre, "/items")
    assert shown_in(page, "handled").startswith("50.0"), "two of four, counted from what is published"
    months = re.findall(r'id="month-(\d{4}-\d{2})"', page)
    assert months == sorted(months, reverse=True)
    assert len(months) == 3
    assert "0.0 %" in shown_in(page, f"month-{months[-1]}"), "as it was at the end of that month"
    assert "50.0 %" in shown_in(page, f"month-{months[0]}")


# --- tags (ZN-12) and stars (BJ-21) ----------


def test_items_are_filtered_by_tag_five_at_a_time(visit: MakeVisitor) -> None:
    citizen = arrived(visit)
    citizen.touch("search", "filter")
    assert page_name(citizen) == "find.tags"
    names = [name for name in citizen.booth.names() if name.startswith("option.")]
    assert 0 < len(names) <= MOST_CHOICES
    citizen.happen(e.Chose(Tag.TOLERANT))
    wanted = {item.slug for item in ITEMS if item.tolerance is not None}
    assert {option.value for option in offered(citizen)} == wanted
    assert len([name for name in citizen.booth.names() if name.startswith("option.")]) <= MOST_CHOICES
    assert f"一共 {len(wanted)} 项" in citizen.glance()
    citizen.touch("act.more")
    citizen.happen(e.Chose(Tag.NO_TRIP))
    both = {item.slug for item in ITEMS if {Tag.TOLERANT, Tag.NO_TRIP} <= set(tags(item))}
    assert 0 < len(both) < len(wanted)
    assert {option.value for option in offered(citizen)} == both
    citizen.touch(f"option.{min(both, key=FILES.index)}")
    assert page_name(citizen) == "item"


def test_a_tag_follows_from_what_an_item_is_and_not_from_what_is_written() -> None:
    plain = msgspec.structs.replace(of(NUMBER), tags=("即办", "容缺", "跨城通办", "代办"))
    assert not {Tag.AT_ONCE, Tag.TOLERANT, Tag.ACROSS, Tag.AGENT} & set(tags(plain))
    assert Tag.AGENT in tags(msgspec.structs.replace(plain, agents=True))


def test_the_centre_filters_by_tag_and_counts_each(centre: Running) -> None:
    publish(centre, *(toml_of(slug) for slug in FILES))
    page = page_of(centre, "/items")
    for tag in Tag:
        assert shown_in(page, f"count-{tag}") == str(sum(tag in tags(item) for item in ITEMS))
    page = page_of(centre, "/items?tag=tolerant&tag=no_trip")
    found = set(re.findall(r'id="item-([a-z0-9-]+)"', page))
    assert found == {item.slug for item in ITEMS if {Tag.TOLERANT, Tag.NO_TRIP} <= set(tags(item))}


@pytest.mark.parametrize(("slug", "count"), [(FIVE_STARS, 5), (FOUR_STARS, 4), (QUERY, 0)])
def test_stars_are_computed_and_stand_on_the_card(visit: MakeVisitor, slug: str, count: int) -> None:
    assert stars(of(slug)) == count
    shown = card_of(arrived(visit), slug)
    assert shown.count("★") == count
    assert ("快递送达" in shown) == (count == 5)


def test_stars_follow_the_way_of_delivery() -> None:
    item = of(FIVE_STARS)
    assert stars(msgspec.structs.replace(item, delivery=("fetch",))) == 4
    assert stars(msgspec.structs.replace(item, depth=HANDLED - 1)) == 0


def test_the_centre_shows_the_share_of_stars(centre: Running) -> None:
    publish(centre, *(toml_of(slug) for slug in (NUMBER, QUERY, FIVE_STARS, FOUR_STARS)))
    page = page_of(centre, "/items")
    assert shown_in(page, "five").startswith("25.0")
    assert shown_in(page, "four").startswith("25.0")


# --- guided to the item, the wait, the assistant (ZZ-12) ----------


def test_life_events_lead_to_a_number_with_the_wait_it_takes(visit: MakeVisitor) -> None:
    citizen = arrived(visit, {WaitAsked: TOLD})
    citizen.touch("door.find", "option.house", "option.0")
    assert page_name(citizen) == "find.outcome"
    shown = citizen.glance()
    assert "请先取号" in shown
    assert "前面 12 人，大约等 10–40 分钟（09:57 的情况）" in shown
    citizen.touch("main")
    assert page_name(citizen) == "item"
    assert "10–40 分钟" in citizen.leaves()
    citizen.touch("main")
    citizen.happen(e.CardRead(VISIT, msgspec.structs.replace(HOLDER, birth_date="1990-05-12")))
    citizen.touch("main")
    assert len(citizen.asked(e.SaveCase)) == 1
    assert citizen.journey.item == of(NUMBER)


def test_what_can_be_done_here_needs_no_number(visit: MakeVisitor) -> None:
    citizen = arrived(visit)
    citizen.touch("door.find", "option.baby", "option.0")
    assert "能全部办完" in citizen.glance()
    citizen.touch("main")
    assert (page_name(citizen), citizen.journey.item) == ("item", of("newborn-joint"))


def test_every_item_is_reached_by_life_events_or_by_its_department(visit: MakeVisitor) -> None:
    citizen = arrived(visit)
    led = {item.slug for event in triage.leading(ITEMS) for need in event.needs for item in triage.wanted(need, ITEMS)}
    assert led | {item.slug for item in triage.unled(ITEMS)} == set(FILES)
    strange = msgspec.structs.replace(of(QUERY), slug="tree-felling", title={"zh-Hans": "林木采伐"})
    citizen = visit(items=(*ITEMS, strange))
    citizen.touch("attract", "door.find")
    citizen.happen(e.Chose("others"), e.Chose(strange.department["zh-Hans"]), e.Chose("tree-felling"))
    assert "林木采伐" in citizen.glance()


@pytest.mark.parametrize(
    "told", [None, WaitTold("A", TOLD.at), msgspec.structs.replace(TOLD, at=f"{WALL[:11]}09:15:00+08:00")]
)
def test_where_nobody_knows_the_wait_the_page_says_so(visit: MakeVisitor, told: WaitTold | None) -> None:
    citizen = arrived(visit, {WaitAsked: told} if told else None)
    if told is None:
        citizen.happen(e.DutyChanged((), link_up=False))
    assert "暂时不知道要等多久" in card_of(citizen, NUMBER)
    assert "main" in citizen.booth.names(), "a number is given all the same"


def test_the_centre_reckons_the_wait_from_numbers_and_the_planned_time(centre: Running) -> None:
    terminal = centre.enter(TerminalDouble())
    now = centre.centre.clock().astimezone(centre.centre.settings.zone)
    for minutes in range(9):
        filed_at = (now - timedelta(seconds=10 * minutes)).isoformat(timespec="seconds")
        terminal.file_case(
            ItemKind.NUMBER, None, centre.sealing(), queue="A", filed_at=filed_at, business_date=f"{now:%Y-%m-%d}"
        )
    assert put(centre, WaitAsked(NUMBER, "A"), terminal.id).minutes == 0, "nobody has planned it"
    page = page_of(centre, "/waits")
    token, hall = token_of(page), centre.query("SELECT hall FROM terminals")[0][0]
    assert f'<option value="{hall}">' in page, "a hall can be planned before its first number"
    form = {"csrf": token, "queue": "A", "hall": str(hall), "minutes": "6", "windows": "2"}
    assert centre.client.post("/waits", data=form, follow_redirects=False).status_code == 303
    centre.push(terminal, Lane.NUMBERS)
    centre.judged()
    told = put(centre, WaitAsked(NUMBER, "A"), terminal.id)
    assert (told.waiting, told.minutes, told.windows) == (7, 6.0, 2), "two are at the windows"
    assert "10–35" in shown_in(page_of(centre, "/waits"), "queue-A")
    came = [now] * 9
    assert [wait_rules.waiting(came, 6, 2, now + timedelta(minutes=later)) for later in (0, 7, 13, 60)] == [7, 5, 3, 0]


def test_the_assistant_answers_from_the_guides_with_the_line_down(visit: MakeVisitor) -> None:
    citizen = arrived(visit)
    citizen.happen(e.DutyChanged((), link_up=False))
    citizen.touch("door.find", "act.ask")
    citizen.happen(e.KeyPressed("办居住证要带什么材料"))
    citizen.touch("main")
    assert page_name(citizen) == "find.answers"
    citizen.touch("option.materials-residence-permit")
    shown = citizen.leaves()
    for material in of("residence-permit").materials:
        assert material.name["zh-Hans"] in shown
    assert "第 1 版" in shown, "where the answer is from"
    assert not citizen.asked(e.AskCentre)
    citizen.touch("main")
    assert citizen.journey.item == of("residence-permit")


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("交水费电费", "utility-bills"),
        ("jzz", "residence-permit"),
        ("yingyezhizhao", "individual-business-registration"),
        ("how much is a residence permit", "residence-permit"),
    ],
)
def test_a_question_is_understood_in_words_pinyin_and_initials(visit: MakeVisitor, question: str, wanted: str) -> None:
    citizen = arrived(visit)
    citizen.happen(e.SpellingLearned(SPELT), e.ServiceOpened("find", "ask"), e.KeyPressed(question), e.Acted("find"))
    assert offered(citizen)[0].value.endswith(wanted)


SPELT = {
    "居住证办理": ("ju", "zhu", "zheng", "ban", "li"),
    "居住证": ("ju", "zhu", "zheng"),
    "营业执照": ("ying", "ye", "zhi", "zhao"),
}


def test_without_an_answer_there_is_still_a_way_on(visit: MakeVisitor) -> None:
    citizen = arrived(visit)
    citizen.happen(e.ServiceOpened("find", "ask"), e.KeyPressed("天气怎么样"), e.Acted("find"))
    assert page_name(citizen) == "find.answers_none"
    citizen.happen(e.Acted("leave_question"))
    assert page_name(citizen).startswith(("saying", "faq"))


# --- the way (JH-11) and what is done for other cities ----------


def test_after_the_number_the_screen_draws_the_way_to_the_window(visit: MakeVisitor) -> None:
    citizen = arrived(visit, plan=PLAN)
    citizen.happen(e.ItemChosen(NUMBER), e.ItemBegun(), e.CardSkipped())
    assert page_name(citizen) == "result"
    citizen.touch("way")
    shown = citizen.leaves()
    assert "3 – 6 号窗口" in shown
    assert "转身向右后方走大约 35 米" in shown
    assert "手机扫码" in shown
    picture = citizen.booth.screen._picture("plan/windows-real-estate/goal/zh-Hans").decode()
    assert "您在这里" in picture
    assert "3 – 6 号窗口" in picture
    citizen.touch("main")
    assert page_name(citizen) == "result", "the number is still there"


def test_on_another_floor_the_lift_comes_first(visit: MakeVisitor) -> None:
    citizen = arrived(visit, plan=PLAN)
    citizen.touch("door.find", "act.way")
    citizen.happen(e.Chose("windows-social"))
    shown = citizen.leaves()
    assert "乘电梯到二楼" in shown
    assert {"一楼", "二楼"} <= set(shown.splitlines())


def test_a_booking_says_the_way_too(visit: MakeVisitor) -> None:
    title = {"zh-Hans": "不动产转移登记"}
    booked = Booking("b1", "12345678", NUMBER, title, "2026-11-23", "10:00", "10:30", BookingState.BOOKED)
    days = (SlotDay("2026-11-23", (Slot("s1", "10:00", "10:30", 2),)),)
    citizen = arrived(visit, {SlotsAsked: SlotsFound(days), BookAsked: Booked(booked)}, PLAN)
    citizen.happen(e.ServiceOpened("appointment", NUMBER), e.Chose("2026-11-23"), e.Chose("s1"))
    citizen.happen(e.Acted("no_text"), e.Acted("book"), e.CardRead(VISIT, HOLDER), e.PersonConfirmed())
    assert page_name(citizen) == "appointment.booked"
    assert "走大约 35 米" in citizen.leaves()


@pytest.mark.parametrize("plan", [PLAN, None])
def test_the_ticket_says_where_to_go(plan: HallPlan | None) -> None:
    slip = Slip("6101", "A1-017", "2026-11-22", datetime(2026, 11, 22, 14, 5, tzinfo=UTC), "", None, "zh-Hans")
    paper = ticket(slip, of(NUMBER), msgspec.structs.replace(SITE, plan=plan))
    said = [part.text for part in paper if isinstance(part, Text)]
    assert of(NUMBER).window["zh-Hans"] in said
    assert of(NUMBER).place["zh-Hans"] in said, "with its floor"
    assert any("走大约 35 米" in text for text in said) == (plan is not None)
    codes = [part.payload for part in paper if isinstance(part, Qr)]
    assert ("https://hall.example/way/windows-real-estate?from=GL-01" in codes) == (plan is not None)


def test_without_a_plan_window_and_floor_are_said_and_nothing_is_invented(visit: MakeVisitor) -> None:
    citizen = arrived(visit)
    citizen.happen(e.ServiceOpened("way", NUMBER))
    shown = citizen.leaves()
    assert of(NUMBER).place["zh-Hans"] in shown
    assert "没有平面图" in shown
    assert "手机扫码" not in shown


def test_the_code_opens_the_same_way_on_a_phone(centre: Running) -> None:
    centre.client.cookies.clear()
    page = page_of(centre, "/way/windows-social?from=GL-01")
    point = PLAN.point("windows-social")
    assert point is not None
    found = way(PLAN, "GL-01", point)
    assert f"走大约 {found.metres} 米，乘电梯到二楼" in shown_in(page, "hint")
    assert page.count("<svg") == 2
    assert "您在这里" in page
    assert centre.client.get("/way/nowhere").status_code == 404


def test_what_other_cities_do_is_listed_by_city(visit: MakeVisitor) -> None:
    citizen = arrived(visit)
    citizen.touch("door.find", "act.across")
    reached = {place["zh-Hans"] for item in ITEMS for place in item.reach}
    assert {option.value for option in offered(citizen)} == reached
    citizen.happen(e.Chose(min(reached)))
    assert "在这里办" in citizen.glance()
    citizen.happen(e.Chose("driving-licence-replacement"))
    assert page_name(citizen) == "item"
