"""Speeds, shares and satisfaction by their printed definitions, against figures reckoned by hand (SX-20, HC-08)."""

import math
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from central.catalogue_lint.rules import lint
from central.disclosure import everybody as disclosure
from central.handling.counters.rules import Figures
from central.reports import figures, periods
from central.reports.composing import cases, lists, voices
from central.reports.composing.head import Head
from central.reports.document import Column, Document, Part, canonical, read
from central.reports.facts import Ended, Facts, Rated
from central.reports.periods import Kind, Length
from contract.calendar import gathered, published
from contract.catalogue import Item, TimeLimit, Unit
from contract.work_lists import working_days
from contract.worktime import Pause, Worktime
from kiosk import services

ZONE = ZoneInfo("Asia/Shanghai")
WORKTIME = Worktime(gathered(published()))
ITEMS = {item.slug: item for item in services.load().items}
SHOP = ITEMS["individual-business-registration"]
PERMIT = ITEMS["residence-permit"]


def at(day: int, hour: int = 10, month: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def ended(item: Item, received: datetime, decided: datetime, promised: str, *pauses: Pause) -> Ended:
    title = item.title["zh-Hans"]
    return Ended("c", "n", item.slug, item.version, title, "长安大厅", promised, received, None, decided, pauses)


def facts(*of: Ended, rated: tuple[Rated, ...] = (), items: tuple[Item, ...] = (SHOP, PERMIT)) -> Facts:
    four = Figures(0, 0, None, (0, 0, 0, 0))
    versions = {(item.slug, item.version): item for item in items}
    return Facts(of, (), (), rated, (), (), (), four, items, versions, ())


def said(satisfaction: str, count: int, again: int = 0, window: str = "长安大厅 1", staff: str = "张三") -> Rated:
    return Rated(SHOP.slug, "长安大厅", "GL-01", window, staff, satisfaction, again, count)


def head(length: Length = Length.MONTH, day: date = date(2026, 9, 1)) -> Head:
    moment = at(30)
    return Head("长安区政务服务中心", "数据科", periods.period_of(length, day), moment, moment, ZONE, WORKTIME)


# --- SX-20 ----------


def test_speeds_are_what_their_definitions_say() -> None:
    # Monday 7 September 2026; 1 working day each, then 3.5: (1 + 3.5) / 2 = 2.25.
    found = figures.used(
        facts(
            ended(SHOP, at(7), at(8, 18), "2026-09-10"),
            ended(PERMIT, at(7), at(11, 13), "2026-09-10"),
        ),
        WORKTIME,
        ZONE,
    )
    assert [one.took for one in found] == [1.5, 4.0]
    speed = figures.speed(found, (SHOP, PERMIT))
    assert speed.mean == 2.75
    legal = working_days(SHOP.legal_limit) + working_days(PERMIT.legal_limit)
    promised = working_days(SHOP.promised_limit) + working_days(PERMIT.promised_limit)
    assert speed.promise_faster == pytest.approx(100 * (1 - promised / legal), abs=0.005)
    assert speed.case_faster == pytest.approx(100 * (1 - 5.5 / legal), abs=0.005)
    assert (speed.cases, speed.limited, speed.items, speed.late) == (2, 2, 2, 1)


def test_a_special_procedure_does_not_count_and_a_holiday_does_not_either() -> None:
    paused = ended(SHOP, at(7), at(11, 18), "2026-09-10", Pause(at(8, 8), at(10, 20)))
    (one,) = figures.used(facts(paused), WORKTIME, ZONE)
    (plain,) = figures.used(facts(ended(SHOP, at(7), at(11, 18), "2026-09-10")), WORKTIME, ZONE)
    assert one.took < plain.took == 4.5
    weekend = ended(SHOP, at(11), at(14, 18), "2026-09-14")
    assert figures.used(facts(weekend), WORKTIME, ZONE)[0].took == 1.5


def test_nothing_is_said_of_nothing() -> None:
    speed = figures.speed((), ())
    assert (speed.mean, speed.promise_faster, speed.case_faster) == (None, None, None)
    assert figures.content("", ()).share is None


def test_limits_are_brought_to_working_days() -> None:
    assert working_days(TimeLimit(14, Unit.CALENDAR_DAY)) == pytest.approx(10)
    assert working_days(TimeLimit(1, Unit.CALENDAR_MONTH)) == pytest.approx(150 / 7)
    assert working_days(TimeLimit(3, Unit.HALF_WORKING_DAY)) == pytest.approx(1.5)
    assert working_days(TimeLimit(225, Unit.MINUTE)) == pytest.approx(0.5)


# --- ratings ----------


def test_only_first_ratings_count_and_who_was_silent_is_not_content() -> None:
    rated = (said("very_satisfied", 6), said("fairly_satisfied", 2), said("dissatisfied", 2), said("satisfied", 5, 1))
    found = figures.content("", rated, 40)
    assert (found.n, found.content, found.share, found.again, found.rated) == (10, 8, 80.0, 5, 25.0)


def test_the_interval_is_wilsons_and_few_good_ones_do_not_lead() -> None:
    low, high = figures.wilson(80, 100)
    assert low == pytest.approx(71.12, abs=0.01)
    assert high == pytest.approx(86.66, abs=0.01)
    few = figures.content("少", (said("very_satisfied", 12),))
    many = figures.content("多", (said("very_satisfied", 980), said("dissatisfied", 20)))
    assert [one.name for one in figures.ranked((few, many), 10)] == ["多", "少"]
    assert [one.name for one in figures.ranked((few, many), 30)] == ["多"]
    assert math.isclose(figures.wilson(0, 0)[1], 100.0)


def test_who_waits_for_a_check_or_was_rated_badly_is_not_proposed() -> None:
    rated = (
        said("very_satisfied", 60, window="长安大厅 1", staff="张三"),
        said("very_satisfied", 90, window="长安大厅 2", staff="李四"),
        said("very_satisfied", 90, window="长安大厅 3", staff="王五"),
        said("dissatisfied", 1, window="长安大厅 3", staff="王五"),
        said("very_satisfied", 5, window="长安大厅 4", staff="赵六"),
    )
    made = voices.honours(head(Length.QUARTER), facts(rated=rated), 30, ("长安大厅 2",))
    windows = next(part for part in made.parts if "红旗窗口" in part.title)
    assert [row[0] for row in windows.rows] == ["长安大厅 1"]
    staff = next(part for part in made.parts if "优质服务明星" in part.title)
    assert [row[0] for row in staff.rows] == ["李四", "张三"]


# --- lists ----------


def test_trips_are_counted_by_unit_against_the_target() -> None:
    far = msgspec.structs.replace(SHOP, slug="far", depth=1, tags=(), identity=SHOP.identity, delivery=())
    found = figures.trips((SHOP, far, msgspec.structs.replace(far, slug="farther")))
    assert [(one.items, one.one, one.share, one.reached) for one in found] == [(3, 1, 33.33, False)]


def test_a_list_says_what_changed_since_the_last_one() -> None:
    quarter = head(Length.QUARTER)
    first = lists.trips(quarter, facts(items=(SHOP, PERMIT)), None)
    second = lists.trips(quarter, facts(items=(SHOP,)), first)
    changed = next(part for part in second.parts if "变化" in part.title)
    assert [row[:2] for row in changed.rows] == [(PERMIT.title["zh-Hans"], "移出")]
    assert (
        next(
            part for part in lists.trips(quarter, facts(items=(SHOP, PERMIT)), first).parts if "变化" in part.title
        ).rows
        == ()
    )


def test_four_lists_name_every_item() -> None:
    made = lists.work(head(Length.QUARTER), facts(items=tuple(ITEMS.values())))
    assert [part.title for part in made.parts] == ["事项清单", "责任清单", "流程清单", "时限清单"]
    assert {len(part.rows) for part in made.parts} == {len(ITEMS)}


def test_the_notice_names_everything_that_was_late() -> None:
    late, kept = ended(SHOP, at(7), at(14, 18), "2026-09-08"), ended(PERMIT, at(7), at(8, 18), "2026-09-10")
    made = cases.notice(head(), facts(late, kept))
    (row,) = next(part for part in made.parts if "未及时办理" in part.title).rows
    assert row[1] == SHOP.title["zh-Hans"]
    assert row[-1] == 4
    assert read(canonical(made)) == made


# --- who reads what ----------


def test_everybody_reads_nothing_personal_and_no_small_number() -> None:
    columns = (
        Column("unit", "单位"),
        Column("count", "件数", number=True, counts=True),
        Column("mean", "用时", number=True),
    )
    single = Part("逐件", columns=(Column("unit", "单位"), Column("case_number", "编号")), rows=(("甲", "6101"),))
    secret = Part(
        "单位",
        columns=(*columns, Column("inner_count", "逾期", number=True)),
        rows=(("甲", 50, 1.5, 3), ("乙", 4, 2.0, 1), ("丙", 30, 1.0, 0)),
    )
    unknown = Part("未知", columns=(Column("nobody_typed_this", "?"),), rows=(("x",),))
    document = Document(
        "notice",
        "t",
        "o",
        "p",
        "a",
        "b",
        "2026-01-01T00:00:00+08:00",
        "2026-01-01T00:00:00+08:00",
        "",
        1,
        (single, secret, unknown),
    )
    (part,) = disclosure.for_everybody(document).parts
    assert [column.field for column in part.columns] == ["unit", "count", "mean"]
    # one small row alone could be reckoned from a total: the next smallest is hidden with it
    assert part.rows == (("甲", 50, 1.5), ("乙", "<10", "<10"), ("丙", "<10", "<10"))


def test_every_field_of_an_item_is_typed_and_masks_hide() -> None:
    assert {name for name in Item.__struct_fields__ if name not in disclosure.table()} == set()
    assert disclosure.told("name", "张三丰") == "张**"
    assert disclosure.told("mobile", "13812345678") == "138****5678"
    assert disclosure.told("id_number", "610117199001011234") == "6****************4"
    assert disclosure.told("address", "某路 1 号") is None
    assert disclosure.told("nobody_typed_this", "x") is None
    assert disclosure.told("unit", "甲") == "甲"


def test_every_column_of_every_report_is_typed() -> None:
    month, quarter, week = head(), head(Length.QUARTER), head(Length.WEEK)
    found = facts(
        ended(SHOP, at(7), at(14, 18), "2026-09-08"), rated=(said("satisfied", 40),), items=tuple(ITEMS.values())
    )
    made = [
        *(cases.notice(month, found), cases.review(month, found), cases.summary(quarter, found, found)),
        *(cases.check(week, found, 0, ()), lists.trips(quarter, found, None), lists.work(quarter, found)),
        *(voices.ratings(month, found, 30, {}, ()), voices.honours(quarter, found, 30, ())),
    ]
    fields = {column.field for one in made for part in one.parts for column in part.columns}
    assert fields - set(disclosure.table()) == set()
    for one in made:
        public = disclosure.for_everybody(one)
        assert not any(
            disclosure.sort_of(c.field) is disclosure.Sort.SECRET for part in public.parts for c in part.columns
        )


# --- periods ----------


def test_reports_are_due_on_working_days_and_caught_up() -> None:
    calendar = WORKTIME.calendar
    september = periods.period_of(Length.MONTH, date(2026, 9, 30))
    assert periods.made_on(Kind.NOTICE, september, calendar) == date(2026, 10, 8), "the holiday is over"
    assert periods.made_on(Kind.TRIPS, periods.period_of(Length.QUARTER, date(2026, 9, 1)), calendar) == date(
        2026, 9, 30
    )
    before, on = (
        list(periods.due(Kind.NOTICE, day, date(2026, 8, 3), calendar, ()))
        for day in (date(2026, 10, 7), date(2026, 10, 8))
    )
    assert [one.name for one in before] == ["2026-08"]
    assert [one.name for one in on] == ["2026-08", "2026-09"]
    assert list(periods.due(Kind.NOTICE, date(2026, 10, 8), date(2026, 8, 3), calendar, {"2026-08", "2026-09"})) == []
    assert len(list(periods.due(Kind.CHECK, date(2026, 10, 8), date(2020, 1, 1), calendar, ()))) == 12
    assert [
        periods.read_period(length, name, date(2026, 11, 22)).name
        for length, name in ((Length.WEEK, "2026-W40"), (Length.QUARTER, "2026Q3"))
    ] == ["2026-W40", "2026Q3"]


# --- lint ----------

RAW = (Path(services.__file__).parent / "individual-business-registration.toml").read_bytes()


@pytest.mark.parametrize("name", ["conditions", "basis"])
def test_an_item_without_a_mandatory_field_is_refused(name: str) -> None:
    for gone in (RAW.replace(f"[[{name}]]".encode(), b"[[nobody]]"), RAW):
        found = lint(gone)
        assert any(one.grave and one.place == name for one in found.grave) is (gone is not RAW)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'basic_code = "000131016001"', b'basic_code = "1310"', "basic_code"),
        (b"E1000131016001", b"E1000131016999", "implementation_code"),
        (
            b'promised_limit = { amount = 1, unit = "working_day" }',
            b'promised_limit = { amount = 2, unit = "working_day" }',
            "policy_share",
        ),
        (
            b'promised_limit = { amount = 1, unit = "working_day" }',
            b'promised_limit = { amount = 5, unit = "working_day" }',
            "later_than_law",
        ),
    ],
)
def test_codes_and_promises_are_checked_by_name(old: bytes, new: bytes, rule: str) -> None:
    assert old in RAW
    assert rule in {one.rule for one in lint(RAW.replace(old, new)).findings}
    assert rule not in {one.rule for one in lint(RAW).findings}


def test_our_own_items_may_go_out() -> None:
    for file in sorted(Path(services.__file__).parent.glob("*.toml")):
        assert lint(file.read_bytes()).grave == (), file.name
