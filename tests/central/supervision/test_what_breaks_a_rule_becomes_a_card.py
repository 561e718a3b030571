"""Facts, rules, cards: each rule finds what it is for and nothing else; a card ends with somebody else."""

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest

from central.people import store as people
from central.supervision import rules, store, upkeep
from central.supervision.moments import rules as moments
from central.supervision.risks import rules as risks
from central.supervision.rules import RULES, Level
from central.supervision.thresholds import Thresholds
from central.supervision.watched import facts
from central.supervision.watched import rules as watched
from contract.calendar import gathered, published
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import DifficultyReported
from contract.worktime import Worktime
from tests.central.conftest import NAME, Running, password_hash
from tests.central.terminal_double import TerminalDouble, local_now

ZONE = ZoneInfo("Asia/Shanghai")
WORKING = Worktime(gathered(published()))
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)
LIMITS = Thresholds()
OTHER = "inspector"


def case(**changes: object) -> facts.Case:
    right = facts.Case("c1", "N1", "个体登记", "审批局", NOW - timedelta(days=1), date(2026, 12, 4), is_filing=True)
    return msgspec.structs.replace(right, **changes)


def found(one: facts.Case, now: datetime = NOW) -> set[str]:
    return {raised.rule for raised in watched.of_cases([one], now, WORKING, LIMITS)}


def step(name: str, days: float = 1) -> facts.Timed:
    return facts.Timed(name, NOW - timedelta(days=days))


def test_a_case_in_order_breaks_no_rule() -> None:
    assert found(case()) == set()
    assert found(case(steps=(step("accepted"), step("decided", 0)))) == set()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"promise": date(2026, 11, 26)}, "case_near_due"),
        ({"promise": date(2026, 11, 24)}, "case_overdue"),
        ({"received_at": NOW - timedelta(days=9)}, "notice_missing"),
        ({"steps": (step("decided"),)}, "trace_incomplete"),
        ({"missing_until": date(2026, 11, 20)}, "tolerance_overdue"),
        (
            {"steps": (step("refused"),), "refusal": facts.Refusal("", "clerk", "leader", NOW)},
            "refusal_unfounded",
        ),
        (
            {"steps": (step("refused"),), "refusal": facts.Refusal("不符合", "clerk", "", NOW)},
            "refusal_unfounded",
        ),
        ({"branches": (facts.Branch("l1", "消防", NOW - timedelta(hours=1), None, deemed=False),)}, "branch_overdue"),
        ({"branches": (facts.Branch("l1", "消防", NOW, NOW, deemed=True),)}, "branch_deemed"),
    ],
)
def test_each_rule_of_a_case_finds_what_it_is_for(changes: dict[str, object], rule: str) -> None:
    assert found(case(**changes)) == {rule}


def test_time_of_a_special_procedure_does_not_count() -> None:
    assert found(case(promise=date(2026, 11, 24), paused=True, received_at=NOW - timedelta(days=9))) == set()


def test_what_was_told_in_time_needs_no_second_notice() -> None:
    old = {"received_at": NOW - timedelta(days=9)}
    for told in ("accepted", "correction", "refused"):
        assert "notice_missing" not in found(case(**old, steps=(step(told),)))


def test_numbers_and_windows() -> None:
    number = facts.Number("c1", "A001", "大厅", "社保", "2026-11-24", "void", 0, NOW - timedelta(days=1))
    called = msgspec.structs.replace(number, calls=1)
    waits = msgspec.structs.replace(number, day="2026-11-25", stand="waiting", taken_at=NOW - timedelta(minutes=61))
    said = [raised.rule for raised in watched.of_numbers([number, called, waits], NOW, LIMITS)]
    assert said == ["never_called", "waits_too_long"]
    at = NOW.replace(hour=9)
    there = [
        (at + timedelta(minutes=20), at + timedelta(minutes=40)),
        (at + timedelta(minutes=30), at + timedelta(hours=1)),
    ]
    assert watched.away_minutes(at, at + timedelta(hours=1), there) == 20
    assert watched.away_minutes(at, at + timedelta(hours=1), []) == 60
    window = facts.Window("w1", "3", "大厅", "2026-11-25", at, at + timedelta(hours=1), None, 20.0)
    assert [one.rule for one in watched.of_windows([window, msgspec.structs.replace(window, away=5.0)], LIMITS)] == [
        "window_absent"
    ]


def test_calls_nobody_answered_and_call_backs_nobody_made() -> None:
    call = facts.Call("h1", "T1", "a", NOW - timedelta(minutes=5), NOW, None, None, "left")
    short = msgspec.structs.replace(call, ended_at=NOW - timedelta(minutes=5) + timedelta(seconds=20))
    missed = msgspec.structs.replace(call, ended_at=None, call_back_at=NOW - timedelta(minutes=1))
    said = [one.rule for one in watched.of_calls([call, short, missed], NOW, LIMITS, "大厅")]
    assert said == ["help_unanswered", "call_back_missed"]


def test_complaints_near_due_overdue_untold_and_not_called_back() -> None:
    one = facts.Saying("c1", "TS1", "审批局", NOW - timedelta(days=1), "2026-12-04", "clear", NOW, None, False, True)

    def said(**changes: object) -> set[str]:
        changed = msgspec.structs.replace(one, **changes)
        return {raised.rule for raised in watched.of_sayings([changed], NOW, WORKING, LIMITS)}

    assert said() == set()
    assert said(last_day="2026-11-26") == {"complaint_near_due"}
    assert said(last_day="2026-11-24") == {"complaint_overdue"}
    assert said(unit="", received_at=NOW - timedelta(days=4)) == {"complaint_unrouted"}
    assert said(weight="joint", told_at=NOW - timedelta(days=20)) == {"progress_untold"}
    assert said(answered_at=NOW - timedelta(days=20)) == {"not_called_back"}
    assert said(answered_at=NOW - timedelta(days=20), named=False) == set()


def test_every_rule_has_a_code_of_its_own_and_coverage_counts_steps_and_items() -> None:
    assert len({rule.code for rule in RULES.values()}) == len(RULES)
    covered = rules.coverage([("a", 5), ("b", 0)])
    assert covered.items == (("a", True), ("b", False))
    assert covered.steps_watched == len(rules.Step) - 2, "payment and delivery are not watched, and the page says so"


def test_risks_are_weighed_by_window_and_a_link_of_a_moment_is_time_coded() -> None:
    windows = {"a": ("3号", "审批局"), "b": ("3号", "公安"), "c": ("5号", "")}
    said = risks.risks(
        windows, {"complaints": {"a": 1}, "overdue": {"b": 2}, "poor": {}, "corrections": {"c": 1}}, {"a": 10}
    )
    assert [(one.window, one.points, one.per_hundred) for one in said] == [("3号", 13, 130.0), ("5号", 1, None)]
    moment = moments.Moment("called", "3 号", NOW)
    link = moments.link("http://video/?at={place}&from={from}&to={to}", moment, timedelta(seconds=60))
    assert link == (
        "http://video/?at=3%20%E5%8F%B7&from=2026-11-25T09%3A59%3A00%2B08%3A00&to=2026-11-25T10%3A01%3A00%2B08%3A00"
    )
    assert moments.link("", moment, timedelta(seconds=60)) == ""


# --- the whole way ----------


@dataclass
class Office:
    """Somebody at the pages and somebody else beside them."""

    running: Running
    terminal: TerminalDouble

    def post(self, path: str, **form: str) -> int:
        return self.running.client.post(
            path, data={"csrf": self.running.csrf()} | form, follow_redirects=False
        ).status_code

    def page(self, path: str) -> str:
        answer = self.running.client.get(path)
        assert answer.status_code == 200, path
        return answer.text

    def as_(self, name: str) -> None:
        self.running.client.cookies.clear()
        assert self.running.log_in(name) == 303

    def sweep(self, **length: float) -> None:
        self.running.clock.forward(**length)
        upkeep.sweep(self.running.centre)
        self.as_(NAME)

    def filed(self, **changes: object) -> str:
        one = self.terminal.file_case(ItemKind.FILING, **changes)  # type: ignore[arg-type]  # of CaseFiled
        self.running.push(self.terminal, Lane.CASES, len(self.terminal.lanes[Lane.CASES]))
        self.running.judged()
        return one.case_id


@pytest.fixture
def office(embedded: Running) -> Office:
    running, terminal = embedded, embedded.enter(TerminalDouble())
    with running.centre.database.writing() as connection:
        people.set_user(connection, OTHER, password_hash(), running.clock())
    running.log_in()
    return Office(running, terminal)


def test_an_overdue_case_raises_one_card_that_is_explained_ordered_and_cleared_by_somebody_else(office: Office) -> None:
    case_id = office.filed(promise_date="2020-01-02", masked_name="张*")
    office.sweep()
    office.sweep()
    office.sweep(days=1)
    cards = office.running.query("SELECT card_id, rule, level FROM supervision_cards WHERE rule = 'case_overdue'")
    assert cards == [(f"case_overdue.{case_id}.2020-01-02", "case_overdue", "red")]
    card = f"/supervision/cards/{cards[0][0]}"
    shown = office.page(card)
    assert all(word in shown for word in ("办件超期", "AJ-02", "监察编号", "2020-01-02", "责任单位"))
    assert f'href="/cases/{case_id}"' in shown
    assert office.post(f"{card}/clear", note="好") == 422, "the unit has not explained"
    assert office.post(f"{card}/explain", note="材料在外地核验，已催") == 303
    assert office.post(f"{card}/clear", note="好") == 422, "not by whoever explained"
    assert office.post(f"{card}/urge", note="今天办结") == 303
    assert office.post(f"{card}/supervise", note="三日内报告") == 303
    assert office.post(f"{card}/supervise", note="再来") == 422
    office.as_(OTHER)
    assert office.post(f"{card}/clear", note="已核实") == 422, "its order is open"
    mandate = str(office.running.query("SELECT mandate_id FROM supervision_cards WHERE mandate_id <> ''")[0][0])
    assert office.post(f"/mandates/{mandate}/done", note="已办结") == 303
    office.as_(NAME)
    assert office.post(f"/mandates/{mandate}/close", note="核实") == 303
    office.as_(OTHER)
    assert office.post(f"{card}/clear", note="已核实") == 303
    assert office.post(f"{card}/explain", note="晚了") == 409
    steps = [row[0] for row in office.running.query("SELECT what FROM trail WHERE kind = 'card' ORDER BY id")]
    assert steps == ["raised", "explained", "urged", "supervised", "cleared"]
    sheet = openpyxl.load_workbook(
        io.BytesIO(office.running.client.get("/supervision/cards.xlsx?state=every").content)
    ).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:6] == ("监察编号", "监察规则编号", "预警类型", "状态产生时间", "监察结果描述", "责任单位")
    assert ("AJ-02", "红牌") in [row[1:3] for row in rows[1:]]


def test_what_passes_is_cleared_by_itself_and_what_does_not_stays(office: Office) -> None:
    today = office.running.centre.today()
    case_id = office.filed(promise_date=(today + timedelta(days=1)).isoformat())
    office.sweep()
    assert office.running.query("SELECT rule, cleared_at FROM supervision_cards") == [("case_near_due", None)]
    assert office.post(f"/cases/{case_id}/step", step="accepted") == 303
    office.sweep(days=4)
    found = office.running.query("SELECT rule, cleared_by FROM supervision_cards ORDER BY rule")
    assert found == [("case_near_due", "系统"), ("case_overdue", None)]


def test_a_notice_gathers_the_open_cards_of_a_unit_with_their_evidence_and_orders_it(office: Office) -> None:
    case_id = office.filed(promise_date="2020-01-02")
    office.sweep()
    unit = str(office.running.query("SELECT unit FROM supervision_cards WHERE rule = 'case_overdue'")[0][0])
    assert office.post("/supervision/notices", unit=unit, words=" ") == 422
    assert office.post("/supervision/notices", unit=unit, words="限期整改", accountable="yes") == 303
    notice = str(office.running.query("SELECT notice_id FROM supervision_notices")[0][0])
    shown = office.page(f"/supervision/notices/{notice}")
    assert f"关于{unit}的通报" in shown
    assert f'href="/cases/{case_id}"' in shown
    assert "追责" in shown
    assert office.running.query("SELECT kind, unit FROM mandates") == [("supervised", unit)]
    assert office.post("/supervision/notices", unit=unit, words="再来") == 422, "nothing is left"
    assert f"{unit}" in office.page("/supervision/units")


def test_a_difficulty_nobody_answers_is_a_red_card_and_its_answer_may_be_an_obstacle(office: Office) -> None:
    for name in ("d-1", "d-2"):
        body = DifficultyReported("form", "some-item", "printer.jam", "other", local_now())
        office.terminal.file_raw(Lane.RATINGS, "difficulty", msgspec.json.encode(body), None, name)
    office.running.push(office.terminal, Lane.RATINGS)
    office.running.judged()
    office.sweep(days=5)
    assert office.running.query("SELECT count(*) FROM supervision_cards WHERE rule = 'difficulty_unanswered'") == [(2,)]
    answer = {
        "words": "打印机已修好",
        "kind": "experience",
        "track": "at_once",
        "unit": "审批局",
        "title": "打印机卡纸",
    }
    ids = [str(row[0]) for row in office.running.query("SELECT envelope_id FROM difficulties ORDER BY envelope_id")]
    assert office.post(f"/obstacles/difficulties/{ids[0]}", **(answer | {"words": ""})) == 422
    for name in ids:
        assert office.post(f"/obstacles/difficulties/{name}", **answer) == 303
    assert office.post(f"/obstacles/difficulties/{ids[0]}", **answer) == 409
    assert office.running.query("SELECT count(*) FROM obstacles") == [(1,)], "found twice, kept once"
    assert office.running.query("SELECT count(*) FROM obstacle_sources") == [(2,)]
    obstacle = str(office.running.query("SELECT obstacle_id FROM obstacles")[0][0])
    assert office.post(f"/obstacles/{obstacle}/solve", result=" ") == 422
    assert office.post(f"/obstacles/{obstacle}/solve", result="换了切刀") == 303
    assert 'id="count-experience">1 / 1' in office.page("/obstacles")


def test_who_works_in_a_unit_sees_its_cards_alone(office: Office) -> None:
    from central.people.rights import Role  # noqa: PLC0415

    office.filed(promise_date="2020-01-02")
    office.sweep()
    card_id = str(office.running.query("SELECT card_id FROM supervision_cards WHERE rule = 'case_overdue'")[0][0])
    assert office.post("/units", unit="别的单位", rank="1", members=OTHER) == 303
    with office.running.centre.database.writing() as connection:
        people.grant(connection, OTHER, roles=(Role.WINDOW,), halls=())
    office.as_(OTHER)
    assert office.running.client.get(f"/supervision/cards/{card_id}").status_code == 404
    assert office.running.client.get("/supervision").status_code == 403


def test_a_rule_that_is_taken_out_raises_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    monkeypatch.setattr(watched, "of_cases", lambda *_: iter(()))
    office.filed(promise_date="2020-01-02")
    office.sweep()
    assert office.running.query("SELECT count(*) FROM supervision_cards") == [(0,)]
    with office.running.centre.database.writing() as connection:
        raised = rules.Raised("case_overdue", "x", "s", "t", "u")
        assert store.raise_all(connection, [raised, raised], NOW) == ["case_overdue.x.s"]
    assert RULES["case_overdue"].level is Level.RED
