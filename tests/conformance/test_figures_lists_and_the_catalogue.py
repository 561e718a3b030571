"""Figures computed, reports made by themselves, lists, ratings' public side, the catalogue's editor
(ZN-07…11, 16; SX-14, 20; DB-04, 05; HC-04…08).
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # ships no types
import pypdfium2
import pytest
from sqlalchemy import text

from central.catalogue import editing
from central.progress import store as progress
from central.progress.rules import Did, Step
from central.reports import upkeep
from central.reports.periods import Kind, Length, period_of
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import RatingGiven
from contract.questions import Person
from tests.central.terminal_double import local_now
from tests.conformance.clerk import SERVICES, SHOP, ZHANG, Clerk, clerk

PERMIT, CLAIM = "residence-permit", "medical-claim-filing"
GUIDE = "real-estate-transfer"


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Clerk]:
    """Somebody at the centre's pages, with three items in force."""
    for one in clerk(tmp_path):
        one.publish(SHOP, PERMIT, CLAIM)
        yield one


def make(staff: Clerk, kind: str, length: Length = Length.MONTH) -> str:
    """Made by hand on the page; where it is."""
    period = period_of(length, staff.running.centre.today()).name
    form = {"csrf": staff.running.csrf(), "kind": kind, "period": period}
    answer = staff.running.client.post("/reports", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def decided(staff: Clerk, case: str, **later: float) -> None:
    with staff.running.centre.database.writing() as connection:
        at = staff.running.clock() + timedelta(**later)
        progress.add_step(connection, case, Step(Did.DECIDED, "", "boss", at))


def rated(staff: Clerk, *given: tuple[Satisfaction, str], by: Person = ZHANG) -> None:
    """Ratings of cases that were served at a window by somebody."""
    for level, window in given:
        case = staff.filed(person=by)
        staff.terminal.file(RatingGiven(case, level, local_now()), Lane.RATINGS)
        with staff.running.centre.database.writing() as connection:
            held = {"case": case, "window": window, "who": f"{window}号员工", "at": staff.running.clock().isoformat()}
            connection.execute(
                text(
                    "INSERT INTO queue_windows (window_id, hall, code, name, place, zone) "
                    "VALUES (:window, '长安大厅', :window, '', '', '') ON CONFLICT DO NOTHING"
                ),
                held,
            )
            connection.execute(
                text(
                    "INSERT INTO queue_turns (turn_id, case_id, hall, business_date, queue, item, window_id, who, "
                    "called_at, ended_at, outcome) "
                    "VALUES (:case, :case, '长安大厅', '2026-01-01', 'A', '', :window, :who, :at, :at, 'finished')"
                ),
                held,
            )
    staff.arrive(Lane.RATINGS)


def save(staff: Clerk, slug: str, body: str) -> int:
    """The whole item, as an editor types it."""
    shown = staff.running.client.get(f"/catalogue/{slug}").text
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    return staff.sends(f"/catalogue/{slug}/save", raw=body, seen=seen)[0]


def release(staff: Clerk, slug: str, reason: str = "按规定调整") -> tuple[int, str]:
    day = staff.running.centre.today().isoformat()
    form = {"effective_from": day, "soak_minutes": "0", "errors_at_most": "2", "reason": reason}
    return staff.sends(f"/catalogue/{slug}/release", **form)


def raw(slug: str) -> str:
    return (SERVICES / f"{slug}.toml").read_text(encoding="utf-8")


# --- the catalogue: ZN-07, ZN-08, ZN-09, SX-14 ----------


def test_nothing_goes_out_while_a_mandatory_field_is_empty(staff: Clerk) -> None:
    empty = raw(SHOP).replace('[window]\nzh-Hans = "8 – 10 号窗口"', '[window]\nzh-Hans = " "')
    assert empty != raw(SHOP)
    assert save(staff, SHOP, empty) == 303
    shown = staff.page(f"/catalogue/{SHOP}")
    assert "办理窗口 必填内容为空" in shown
    status, told = release(staff, SHOP)
    assert status == 422
    assert "不能发布，请先改正" in told
    assert staff.running.query("SELECT count(*) FROM rollouts") == [(0,)]


def test_old_versions_at_terminals_are_listed_and_raise_an_alarm(staff: Clerk) -> None:
    running = staff.running
    running.send(staff.terminal, staff.terminal.heartbeat(cursor=running.query("SELECT seq FROM feed_head")[0][0]))
    assert "全部终端都是最新版本" in staff.page("/catalogue")
    assert save(staff, SHOP, raw(SHOP).replace("free of charge", "no charge").replace("不收费", "免费")) == 303
    assert release(staff, SHOP)[0] == 303
    shown = staff.page("/catalogue")
    assert f"{staff.terminal.id} {SHOP} v1 v2 · {running.centre.today()}" in shown
    assert "超过 24 小时" not in shown
    running.clock.forward(hours=25)
    running.log_in()
    assert "1 项超过 24 小时" in staff.page("/catalogue")


def test_codes_promises_and_steps_are_checked_and_the_policy_is_named(staff: Clerk) -> None:
    wrong = raw(SHOP).replace("E1000131016001", "E1000131016999")
    assert save(staff, SHOP, wrong) == 303
    assert "实施编码 11610117MB2A20006E1000131016999 应由" in staff.page(f"/catalogue/{SHOP}")
    assert release(staff, SHOP)[0] == 422
    assert staff.sends("/promises", share="on")[0] == 303
    long = raw(SHOP).replace("promised_limit = { amount = 1,", "promised_limit = { amount = 2,")
    assert save(staff, SHOP, long) == 303
    shown = staff.page(f"/catalogue/{SHOP}")
    assert "“压缩 45% 以上”政策：承诺 2 个工作日，应不超过法定 3 的 55%，即 1.65" in shown
    assert "办理环节 3 个" in shown
    assert release(staff, SHOP, reason="")[0] == 422, "what is flagged wants a reason"
    fields = editing.fields(long.encode())
    assert fields["promised_limit.amount"] == "2"
    assert release(staff, SHOP)[0] == 303


# --- lists and figures: ZN-10, ZN-11, ZN-16, SX-20 ----------


def test_lists_of_a_quarter_say_what_changed_are_reviewed_and_published(staff: Clerk) -> None:
    before = make(staff, "trips", Length.QUARTER)
    far = (
        raw(SHOP)
        .replace("depth = 5", "depth = 1")
        .replace('"最多跑一次", ', "")
        .replace('delivery = ["pick_up", "post"]\n', "")
    )
    assert far != raw(SHOP)
    assert save(staff, SHOP, far) == 303
    assert release(staff, SHOP)[0] == 303
    running = staff.running
    running.clock.forward(days=92)
    running.log_in()
    place = make(staff, "trips", Length.QUARTER)
    assert place != before
    shown = staff.page(place)
    assert "个体工商户设立登记 移出" in shown
    assert "市场监督管理局 1 0 0 0 未达标" in shown
    assert running.client.get("/open").text.count("零跑路") == 0
    report = place.removeprefix("/reports/")
    assert staff.sends(f"{place}/publish")[0] == 409, "nobody has reviewed it"
    assert staff.sends(f"{place}/review")[0] == 422
    assert staff.sends(f"{place}/review", read="yes")[0] == 303
    assert staff.sends(f"{place}/publish")[0] == 303
    running.client.cookies.clear()
    assert "居住证" in staff.page(f"/open/{report}")
    assert running.client.get(f"/open/{report}/report.pdf").content.startswith(b"%PDF")


def test_speeds_are_computed_and_the_public_version_names_no_case(staff: Clerk) -> None:
    late, kept = staff.filed(SHOP, promise_date="2026-01-05"), staff.filed(PERMIT)
    for case in (late, kept):
        decided(staff, case)
    place = make(staff, "notice")
    shown = staff.page(place)
    # promised 1 + 5 + 20 of 3 + 15 × 5/7 + 30 working days by law; nothing took half a day
    promised = {"shop": 1.0, "permit": 5.0, "claim": 20.0}
    legal = {"shop": 3.0, "permit": 15 * 5 / 7, "claim": 30.0}
    faster = f"{100 * (1 - sum(promised.values()) / sum(legal.values())):.2f}%"
    for words in ("平均办结 n = 2 0.00 个工作日", f"承诺提速 n = 3 {faster}", "办理提速 n = 2 100.00%", "口径"):
        assert words in shown
    number = staff.running.query("SELECT case_number FROM cases WHERE promise_date = '2026-01-05'")[0][0]
    assert str(number) in shown
    files = {form: staff.running.client.get(f"{place}/everybody.{form}").content for form in ("pdf", "xlsx", "docx")}
    assert str(number) not in _pdf(files["pdf"])
    assert str(number) not in _xlsx(files["xlsx"])
    assert str(number) not in zipfile.ZipFile(io.BytesIO(files["docx"])).read("word/document.xml").decode()
    mine = staff.running.client.get(f"{place}/staff.xlsx").content
    assert str(number) in _xlsx(mine)


def _pdf(body: bytes) -> str:
    document = pypdfium2.PdfDocument(body)
    try:
        return " ".join(document[at].get_textpage().get_text_bounded() for at in range(len(document)))
    finally:
        document.close()


def _xlsx(body: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(body))
    return " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


# --- unattended: DB-04, DB-05 ----------


@pytest.mark.slow
def test_notices_checks_and_summaries_are_made_by_themselves_once(staff: Clerk) -> None:
    running = staff.running
    case = staff.filed(SHOP, promise_date="2026-01-05")
    decided(staff, case)
    assert len(upkeep.due(running.centre)) <= 2, "at most a quarter's lists, on its last day"
    today = running.centre.today()
    quarter = period_of(Length.QUARTER, today)
    running.clock.forward(days=(quarter.last - today).days + 12)
    running.log_in()
    every = upkeep.due(running.centre)
    first = dict(reversed(every))
    wanted = [*first.items(), (Kind.CHECK, period_of(Length.WEEK, running.centre.today()).before)]
    assert set(first) == set(Kind), "every kind is due by now"
    upkeep.make_all(running.centre, wanted)
    assert not set(wanted) & set(upkeep.due(running.centre)), "each once"
    month = period_of(Length.MONTH, today).name
    for report in (f"notice-{month}-v1", f"review-{month}-v1", f"summary-{quarter.name}-v1"):
        shown = staff.page(f"/reports/{report}")
        assert "统计期间" in shown
        for form, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("docx", b"PK")):
            assert running.client.get(f"/reports/{report}/staff.{form}").content.startswith(begins)
    shown = staff.page(f"/reports/notice-{month}-v1")
    assert "市场监督管理局 个体工商户设立登记" in shown
    week = period_of(Length.WEEK, running.centre.today()).before.name
    assert "自查标准" in staff.page(f"/reports/check-{week}-v1")
    assert "需整改" in staff.page(f"/reports/check-{week}-v1")


# --- ratings: HC-04 … HC-08 ----------


def test_the_ratings_report_is_anonymous_and_tells_its_n(staff: Clerk) -> None:
    rated(staff, *[(Satisfaction.SATISFIED, "1")] * 11, (Satisfaction.DISSATISFIED, "1"))
    place = make(staff, "ratings")
    shown = staff.page(place)
    assert "满意度 n = 12 91.67%" in shown
    assert "参评率 n = 12 100.00%" in shown
    assert "未评价的不视为满意" in shown
    assert "满意度 =（非常满意 + 满意 + 基本满意）÷ 期内首次评价数；追评不计入。" in shown.split("指标口径")[1]
    assert "不满意 1 8.33" in shown
    public = _pdf(staff.running.client.get(f"{place}/everybody.pdf").content).replace("\r\n", " ")
    assert "1号员工" not in public
    assert "91.67%" in public
    assert "不满意 <10 <10" in public


def test_who_leads_has_enough_ratings_and_what_looks_made_is_shown(staff: Clerk) -> None:
    rated(staff, *[(Satisfaction.VERY_SATISFIED, "1")] * 7, (Satisfaction.VERY_DISSATISFIED, "2"))
    shown = staff.page("/ratings")
    assert "还没有窗口达到最低评价数" in shown
    assert "长安大厅 1 10 分钟内同级评价 7 个" in shown
    for words in (
        "长安大厅 87.5 % 首次评价 n = 8",
        "长安大厅 1 100.0 % 首次评价 n = 7",
        "长安大厅 2 0.0 % 首次评价 n = 1",
    ):
        assert words in shown


def test_honours_are_proposed_with_their_evidence(tmp_path: Path) -> None:
    for staff in clerk(tmp_path, "\n[reports]\nleast_ratings = 5\n"):
        staff.publish(SHOP)
        rated(staff, *[(Satisfaction.SATISFIED, "1")] * 5)
        rated(staff, *[(Satisfaction.VERY_SATISFIED, "2")] * 4, *[(Satisfaction.SATISFIED, "2")] * 4)
        rated(staff, (Satisfaction.DISSATISFIED, "2"))
        shown = staff.page(make(staff, "honours", Length.QUARTER))
        proposals = shown.split("“红旗窗口”提名")[1].split("“优质服务明星”提名")[0]
        assert "长安大厅 1 5 0 0 100 56.55 – 100.00" in proposals
        assert "长安大厅 2" not in proposals
        assert "评选参考" in shown
