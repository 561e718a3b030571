"""Hours, departments and places on the noticeboard: what the visit is told, and what its pages say of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from contract.calendar import DayKind
from contract.catalogue import ItemKind
from contract.feed import Calendar, Place
from contract.hours import BOOKED_ONLY, Hours, Mode, Opening, Part
from contract.offering import Query
from kiosk import duty, services
from kiosk.duty import Now, Shut
from kiosk.facts import Closed, Elsewhere, Facts, Special
from kiosk.fitted.fleet import Fleet
from kiosk.journey import events as e
from kiosk.journey.step import Screen
from kiosk.terminal import noticeboard
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.noticeboard import Noticeboard
from tests.screens.album import FILING, NOON, NUMBER, SITE, WELL, after, fresh
from ui.views.arrival import attract_view, home_view
from ui.views.guide import item_view
from ui.views.scene import Scene

CHINA = timezone(timedelta(hours=8))
WINDOWS = (Opening("08:30", "12:00"), Opening("12:00", "13:30", mode=Mode.EXTENDED), Opening("13:30", "17:30"))
NUMBERED = msgspec.structs.replace(
    next(item for item in services.load().items if item.kind is ItemKind.NUMBER),
    hours=Hours(windows=WINDOWS),
    booking=True,
)
ASKING = msgspec.structs.replace(
    next(item for item in services.load().items if item.kind is ItemKind.FILING),
    slug="social-security-record",
    kind=ItemKind.QUERY,
    query=Query("social_security", query="record"),
    identity="none",
)
PLACES = (
    Place("GL-01", {"zh-Hans": "政务中心"}, ("*",), 109.0883, 34.5348),
    Place("far", {"zh-Hans": "客运站"}, ("*",), 109.1283, 34.5348),
    Place("near", {"zh-Hans": "泾河站"}, ("social-*", NUMBER), 109.0973, 34.5348),
    Place("unknown", {"zh-Hans": "广场"}, ("*",)),
    Place("other", {"zh-Hans": "商场"}, ("tax-*",), 109.0884, 34.5348),
)


class Wall:
    """The clock on the wall of the terminal."""

    now = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)

    def __call__(self) -> datetime:
        return self.now

    def says(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """A clock that stands where the test puts it."""
    made = Wall()
    monkeypatch.setattr(noticeboard, "wall_clock", made)
    return made


@pytest.fixture
def board(tmp_path: Path, wall: Wall) -> Iterator[Noticeboard]:
    """A noticeboard over no devices, with one item for windows and one that asks a department."""
    fleet = Fleet(Inbox(), tmp_path, changed=lambda _: None, counted=lambda _: None)
    seen: list[Facts] = []
    made = Noticeboard({NUMBERED.slug: NUMBERED, ASKING.slug: ASKING}, fleet, seen.append)
    made.stands("GL-01", ())
    yield made
    fleet.close()


def closed(board: Noticeboard) -> dict[str, Closed]:
    return {one.item: one for one in board.facts.closed}


def test_a_number_closes_and_opens_by_the_clock_without_anybody_doing_anything(board: Noticeboard, wall: Wall) -> None:
    assert closed(board) == {}
    wall.says("2026-11-23 17:30")
    board.tick(0.0)
    told = closed(board)[NUMBER]
    assert (told.reason, told.next_open, told.booking) == (Part.WINDOWS, "2026-11-24T08:30", True)
    wall.says("2026-11-24 08:30")
    board.tick(1.0)
    assert closed(board) == {}


def test_the_centres_calendar_makes_a_holiday_of_a_monday_at_once(board: Noticeboard) -> None:
    board.direct(off={}, notices=(), suspended=None, calendars=(Calendar(2026, ("2026-11-23",)),))
    assert closed(board)[NUMBER].next_open == "2026-11-24T08:30"
    board.direct(off={}, notices=(), suspended=None)
    assert closed(board) == {}, "taken back, it is a working day again"


def test_a_department_closes_what_asks_it_since_when_it_is_silent(
    board: Noticeboard, wall: Wall, capsys: pytest.CaptureFixture[str]
) -> None:
    board.department("social_security", up=False)
    wall.says("2026-11-23 10:20")
    board.department("social_security", up=False)
    board.tick(0.0)
    told = closed(board)[ASKING.slug]
    assert (told.reason, told.since, told.next_open) == (duty.DEPARTMENT_GONE, "10:00", "")
    assert NUMBER not in closed(board)
    assert not next(report for report in board.service_reports() if report.item == ASKING.slug).open
    board.department("social_security", up=True)
    board.department("tax", up=True)
    assert closed(board) == {}
    assert capsys.readouterr().err.count('"department_changed"') == 2, (
        "said once when it is lost and once when it is back"
    )


def test_the_nearest_other_places_are_named_and_only_those_that_do_it(board: Noticeboard) -> None:
    board.direct(off={}, notices=(), suspended=None, places=PLACES)
    board.department("social_security", up=False)
    near, far = Elsewhere({"zh-Hans": "泾河站"}, 830), Elsewhere({"zh-Hans": "客运站"}, 3670)
    assert closed(board)[ASKING.slug].elsewhere == (near, far)
    nobody_knows = duty.elsewhere(ASKING, PLACES[2:], "GL-01")
    assert [place.name["zh-Hans"] for place in nobody_knows] == ["泾河站", "广场"], (
        "the centre's order without distances"
    )
    assert nobody_knows[0].metres is None
    assert duty.elsewhere(ASKING, (), "GL-01") == ()


@pytest.mark.usefixtures("wall")
def test_a_device_nobody_has_fitted_is_said_to_be_missing_and_has_no_since(tmp_path: Path) -> None:
    printing = msgspec.structs.replace(ASKING, needs=("document_printer", "document_camera"))
    fleet = Fleet(Inbox(), tmp_path, changed=lambda _: None, counted=lambda _: None)
    board = Noticeboard({printing.slug: printing}, fleet, lambda _: None)
    board.update()
    (told,) = board.facts.closed
    assert (told.reason, told.since, told.text["zh-Hans"]) == ("document_printer", "", "本机没有文件打印机")
    fleet.close()


def test_a_closed_place_closes_everything_and_says_its_own_hours(board: Noticeboard, wall: Wall) -> None:
    every_day = (DayKind.WORKDAY, DayKind.WEEKEND, DayKind.HOLIDAY)
    board.stands("GL-01", (Opening("10:00", "22:00", days=every_day),))
    assert closed(board) == {}
    assert board.facts.open_today == (("10:00", "22:00"),)
    wall.says("2026-11-23 22:00")
    board.tick(0.0)
    assert {one.reason for one in board.facts.closed} == {Part.SITE}
    assert {one.next_open for one in board.facts.closed} == {"2026-11-24T10:00"}


def test_todays_special_hours_are_published(board: Noticeboard, wall: Wall) -> None:
    assert board.facts.open_today is None
    assert [one.mode for one in board.facts.special] == ["extended"]
    wall.says("2026-11-22 10:05")
    board.tick(0.0)
    assert [one.mode for one in board.facts.special] == [], "a Sunday has none"


def test_what_is_broken_is_said_before_what_opens_by_itself() -> None:
    night = datetime(2026, 11, 23, 22, 0)  # noqa: DTZ001
    items = (NUMBERED, ASKING)
    assert duty.closed_items(items, Now(moment=night))[NUMBER].reason == Part.WINDOWS
    assert duty.closed_items(items, Now(moment=night, store_ok=False))[NUMBER] == Shut(duty.STORE_GONE)
    assert duty.closed_items(items, Now(moment=night, off={NUMBER}))[NUMBER] == Shut(duty.SWITCHED_OFF)
    assert duty.closed_items(items, Now()) == {}, "without a clock, hours close nothing"
    booked = msgspec.structs.replace(NUMBERED, hours=Hours(windows=(Opening("20:00", "24:00", mode=Mode.BOOKED),)))
    assert duty.closed_items((booked,), Now(moment=night))[NUMBER].reason == BOOKED_ONLY


# --- what the pages say ----------

NIGHT = Closed(NUMBER, Part.WINDOWS, "17:30", next_open="2026-11-23T08:30", booking=True)
SILENT = Closed(FILING, duty.DEPARTMENT_GONE, "13:20", elsewhere=(Elsewhere({"zh-Hans": "泾河站"}, 820),))


def scene(*shut: Closed, item: str = "", language: str = "zh-Hans") -> Scene:
    journey = after(fresh(language), e.Started(), *((e.ItemChosen(item),) if item else ()))
    return Scene(journey, msgspec.structs.replace(WELL, closed=shut), SITE, NOON)


def test_the_card_of_a_closed_item_says_all_three() -> None:
    night = item_view(scene(NIGHT, item=NUMBER))
    assert night is not None
    assert (night.main, night.can_begin) == ("预约时间", True)
    assert "appointment" not in {offer.name for offer in night.offers}, "the main button says it"
    assert night.closed_why == "现在没有窗口服务，明天 8:30 起可以办"
    assert night.closed_do == "可以先预约。"
    silent = item_view(scene(SILENT, item=FILING))
    assert silent is not None
    assert silent.closed_why == "办理部门的系统暂时连不上，从 13:20 开始"
    assert silent.closed_do.startswith("也可以到泾河站（约 820 米）；您可以到")
    without = item_view(scene(msgspec.structs.replace(NIGHT, booking=False), item=NUMBER))
    assert without is not None
    assert (without.main, without.can_begin) == ("暂不能办理", False)
    assert without.closed_do == "请到时再来，或者拨打 029-12345 咨询。"


@pytest.mark.parametrize(
    ("reason", "booking", "leads_to"),
    [
        (Part.WINDOWS, True, Screen.SERVICE),
        (BOOKED_ONLY, True, Screen.SERVICE),
        (Part.WINDOWS, False, Screen.ITEM),
        (duty.STORE_GONE, True, Screen.ITEM),
    ],
)
def test_no_number_is_given_when_nobody_serves_but_a_booking_is_offered(
    reason: str, booking: bool, leads_to: Screen
) -> None:
    journey = fresh()
    items = tuple(msgspec.structs.replace(item, booking=booking) for item in journey.items)
    closed = e.DutyChanged(((NUMBER, reason),), suspended=False)
    card = after(replace(journey, items=items), closed, e.Started(), e.ItemChosen(NUMBER))
    begun = after(card, e.ItemBegun())
    assert begun.screen is leads_to
    assert begun.holder is None
    opened = after(card, e.DutyChanged((), suspended=False), e.ItemBegun())
    assert opened.screen is Screen.CARD, "open again, a number is what the button gives"


def test_the_lists_say_it_in_one_line() -> None:
    home = scene(NIGHT, SILENT)
    two = tuple(item for item in home.journey.items if item.slug in (NUMBER, FILING))
    home = msgspec.structs.replace(home, journey=replace(home.journey, items=two))
    rows = {row.slug: row.closed for row in home_view(home).popular}
    assert rows[NUMBER] == "现在没有窗口服务，明天 8:30 起可以办，可以先预约"
    assert rows[FILING] == "办理部门的系统暂时连不上，从 13:20 开始，可到泾河站"


@pytest.mark.parametrize(
    ("opens", "said"),
    [
        ("2026-11-22T18:00", "今天 18:00"),
        ("2026-11-23T08:30", "明天 8:30"),
        ("2026-11-26T08:30", "星期四 8:30"),
        ("2026-12-08T08:30", "12月8日 8:30"),
    ],
)
def test_when_it_opens_is_said_as_people_say_it(opens: str, said: str) -> None:
    assert scene().when(opens) == said


def test_the_first_page_says_the_hours_really_offered() -> None:
    day = msgspec.structs.replace(
        WELL, open_today=(("10:00", "22:00"),), special=(Special("extended", "12:00", "13:30"),)
    )
    shown = attract_view(Scene(fresh(), day, SITE, NOON))
    assert shown.open == "今天 10:00–22:00 开放"
    assert shown.notice == "今天延时服务 12:00–13:30"
    assert attract_view(Scene(fresh(), WELL, SITE, NOON)).open == "本机 24 小时开放"
    rest = msgspec.structs.replace(WELL, open_today=())
    assert attract_view(Scene(fresh(), rest, SITE, NOON)).open == "今天不开放"


def test_the_guide_lists_the_hours_that_are_not_the_usual_ones() -> None:
    shown = item_view(scene(item=NUMBER))
    assert shown is not None
    hours = [(block.label, block.text) for block in shown.tabs[0].blocks if block.icon == "clock"]
    assert hours[1:] == [("延时服务", "工作日 12:00–13:30"), ("值班服务", "双休日 09:00–12:00")]
