"""Time limits, supervision, complaints and poor ratings, at the pages of those who work with them."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest

from central import keys
from central.feed import acts
from central.feed import rules as feed_rules
from central.help import store as calls
from central.help.rules import Call, State
from central.mandates import upkeep as mandates
from central.people import store as people
from central.poor_ratings import upkeep as poor_ratings
from central.progress import store as progress
from central.progress.rules import Did, Step
from central.supervision import upkeep as supervision
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import ComplaintContent, ComplaintFiled, DifficultyReported, Matter, RatingGiven
from contract.questions import ReplyAsked, ReplyFound
from tests.central.conftest import NAME, password_hash
from tests.central.services import put
from tests.central.terminal_double import local_now, seal
from tests.conformance.clerk import SERVICES, SHOP, Clerk, clerk
from tests.conformance.test_staff_act_in_writing_and_citizens_read_it import WRONG

OTHER = "inspector"
MONDAY = "2026-11-23 10:00+08:00"
VIDEO = '\n[supervision]\nvideo_url = "http://video.example/?at={place}&from={from}&to={to}"\n'


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Clerk]:
    """On a Monday morning, with an inspector beside; one item is published."""
    for one in clerk(tmp_path, VIDEO):
        running = one.running
        with running.centre.database.writing() as connection:
            people.set_user(connection, OTHER, password_hash(), running.clock())
        one.publish(SHOP)
        running.clock.ahead += datetime.fromisoformat(MONDAY) - running.clock()
        as_(one, NAME)
        yield one


def as_(staff: Clerk, name: str) -> None:
    staff.running.client.cookies.clear()
    assert staff.running.log_in(name) == 303


def later(staff: Clerk, **length: float) -> None:
    """Time goes by, and every round is made."""
    staff.running.clock.forward(**length)
    for one in (mandates, poor_ratings, supervision):
        one.sweep(staff.running.centre)
    as_(staff, NAME)


def enter(staff: Clerk, name: str, **form: str) -> str:
    given = {"mandate_id": name, "kind": "normal", "title": f"事项{name}", "unit": "审批局"} | form
    assert staff.sends("/mandates", **given)[0] == 303
    return f"/mandates/{name}"


def sheet(staff: Clerk, path: str) -> list[tuple[object, ...]]:
    body = staff.running.client.get(path).content
    return list(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))


def cards(staff: Clerk, rule: str) -> list[tuple[object, ...]]:
    found = staff.running.query("SELECT card_id, unit, level, rule FROM supervision_cards ORDER BY id")
    return [row for row in found if row[3] == rule]


# --- SX-01 to SX-05, SX-19 ----------


def test_each_kind_of_mandate_has_its_limit_and_a_countdown(staff: Clerk) -> None:
    dues = {
        "document": ("2026-11-23 17:30", "今天到期"),
        "urgent": ("2026-11-24 17:30", "还剩 1 个工作日"),
        "important": ("2026-11-26 17:30", "还剩 3 个工作日"),
        "normal": ("2026-11-30 17:30", "还剩 5 个工作日"),
        "joint": ("2026-12-07 17:30", "还剩 10 个工作日"),
    }
    for kind, (due, left) in dues.items():
        shown = staff.page(enter(staff, kind, kind=kind))
        assert due in shown, kind
        assert left in shown, kind
    legal = enter(staff, "legal", kind="important", legal_days="7", legal_basis="××法第三条")
    assert "2026-12-02 17:30" in staff.page(legal)
    listed = staff.page("/mandates")
    assert "还剩 10 个工作日" in listed
    later(staff, days=2)
    assert "超期 1 个工作日" in staff.page("/mandates?kind=urgent")


# --- SX-06 to SX-08 ----------


def test_silence_of_a_co_handler_is_consent_written_by_the_system_and_named_so(staff: Clerk) -> None:
    page = enter(staff, "m", kind="joint")
    assert staff.sends(f"{page}/ask", what="opinion", unit="消防大队", subject="是否同意")[0] == 303
    later(staff, hours=3)
    assert "逾期未反馈意见" not in staff.page(page)
    later(staff, days=1, hours=8)
    shown = staff.page(page)
    assert "消防大队：逾期未反馈意见，系统记为“视为同意”" in shown
    assert "视为同意 系统" in shown
    assert cards(staff, "deemed_consent")[0][1] == "消防大队"


def test_absence_from_a_joint_meeting_is_consent_and_recorded(staff: Clerk) -> None:
    page = enter(staff, "m", kind="joint")
    meets = {"what": "meeting", "subject": "联席会", "meets_at": "2026-11-24T09:00"}
    assert staff.sends(f"{page}/ask", unit="城管局", **meets)[0] == 303
    assert staff.sends(f"{page}/ask", unit="住建局", **meets)[0] == 303
    (there,) = staff.running.query("SELECT asked_id FROM mandate_asked WHERE unit = '住建局'")
    assert staff.sends(f"{page}/answer", asked_id=str(there[0]), opinion="present")[0] == 303
    later(staff, days=1)
    shown = staff.page(page)
    assert "城管局：未按时派员参会，系统记为“视为同意”" in shown
    assert "住建局：未按时" not in shown


def test_an_approval_passes_by_silence_only_with_a_legal_basis_else_it_goes_up(staff: Clerk) -> None:
    assert staff.sends("/units", unit="审批局", rank="1", leader=OTHER, members=NAME)[0] == 303
    silent = {"kind": "approval", "title": "核发意见", "unit": "审批局", "on_expiry": "deem"}
    assert staff.sends("/mandates", **silent)[0] == 422
    enter(staff, "with", **silent, legal_basis="××条例第九条")
    enter(staff, "without", **(silent | {"on_expiry": "escalate"}))
    later(staff, days=4)
    assert "超时默许，依据：××条例第九条" in staff.page("/mandates/with")
    assert "待签收" in staff.page("/mandates/without")
    (card,) = cards(staff, "approval_expired")
    assert OTHER in staff.page(f"/supervision/cards/{card[0]}"), "it is the leader's now"


# --- SX-15 to SX-18, SX-21 ----------


def test_a_supervised_order_is_reported_on_within_three_working_days(staff: Clerk) -> None:
    silent, told = enter(staff, "silent", kind="supervised"), enter(staff, "told", kind="supervised")
    assert "2026-11-26 17:30" in staff.page(silent)
    assert staff.sends(f"{told}/report", note="已约谈")[0] == 303
    later(staff, days=4)
    assert [row[0] for row in cards(staff, "report_missing")] == ["report_missing.silent"]
    assert "未按时报告" in staff.page(silent)


def test_more_time_of_a_decision_is_asked_for_three_days_ahead_and_granted_by_a_leader(staff: Clerk) -> None:
    asks_ahead(staff, "meeting", "2026-12-08")


def test_more_time_of_joint_handling_is_asked_for_one_day_ahead(staff: Clerk) -> None:
    asks_ahead(staff, "joint", "2026-12-04")


def test_more_time_of_a_yearly_target_is_asked_for_ten_days_ahead(staff: Clerk) -> None:
    asks_ahead(staff, "yearly", "2026-11-27")


def asks_ahead(staff: Clerk, kind: str, last: str) -> None:
    page = enter(staff, "m", kind=kind, last_day="2026-12-11")
    assert f"最晚 {last} 17:30:00" in staff.page(page)
    wish = {"until": "2026-12-25", "reason": "等上级批复"}
    assert staff.sends(f"{page}/extend", **wish)[0] == 303
    assert staff.sends(f"{page}/decide", decided="granted")[0] == 422, "not by whoever asked"
    as_(staff, OTHER)
    assert staff.sends(f"{page}/decide", decided="granted", note="同意")[0] == 303
    assert "2026-12-25 17:30:00" in staff.page(page)
    late = enter(staff, "late", kind=kind, last_day="2026-12-11")
    staff.running.clock.ahead += datetime.fromisoformat(f"{last} 17:31+08:00") - staff.running.clock()
    as_(staff, NAME)
    status, shown = staff.sends(f"{late}/extend", **wish)
    assert (status, "已过提出延期的最晚时间" in shown) == (422, True)


def test_an_urgent_document_alerts_at_once_until_it_is_taken(staff: Clerk) -> None:
    page = enter(staff, "m", kind="urgent_document", title="防汛通知")
    assert "防汛通知" in staff.page("/supervision?rule=zero_delay&level=red")
    assert staff.sends(f"{page}/take")[0] == 303
    later(staff, seconds=30)
    assert staff.running.query("SELECT cleared_by FROM supervision_cards WHERE rule = 'zero_delay'") == [("系统",)]


# --- SX-09, SX-13 ----------


def longer(staff: Clerk) -> None:
    """The item with 5 days by law and 3 promised."""
    text = (SERVICES / f"{SHOP}.toml").read_text(encoding="utf-8")
    text = text.replace("legal_limit = { amount = 3,", "legal_limit = { amount = 5,")
    text = text.replace("promised_limit = { amount = 1,", "promised_limit = { amount = 3,")
    centre = staff.running.centre
    draft = feed_rules.catalogue_draft("test", text.encode(), NAME)
    acts.direct(centre.database, keys.load(Path(centre.settings.keys_dir)), [draft], centre.clock(), "")


def test_which_promise_fails_which_policy_is_named_and_exceptions_have_reasons(staff: Clerk) -> None:
    longer(staff)
    assert staff.sends("/promises", side="upper", month_days="77")[0] == 422
    shown = staff.page("/promises")
    assert "5 个工作日 3 个工作日 2 个工作日 ≤ 2 ≤ 4 ≤ 2.75 符合" in shown, "nothing is on yet"
    every = {"side": "upper", "month_days": "30", "default": "on", "compress": "on", "share": "on"}
    assert staff.sends("/promises", **every)[0] == 303
    shown = staff.page("/promises")
    assert "≤ 2.75 一般审批 2 个工作日 减少 45% 以上" in shown, "3 days fail the default and the share, not the table"
    assert staff.sends(f"/promises/{SHOP}/except", reason=" ")[0] == 422
    assert staff.sends(f"/promises/{SHOP}/except", reason="要现场勘验")[0] == 303
    shown = staff.page("/promises")
    assert "5 个工作日 3 个工作日 5 个工作日 – ≤ 4 ≤ 2.75 减少 45% 以上 例外： 要现场勘验" in shown, (
        "a survey is needed"
    )


# --- complaints ----------


def complain(staff: Clerk, number: int = 1, *, named: bool = True, **changes: object) -> ComplaintFiled:
    filed = ComplaintFiled(
        f"c-{number}", f"TS{number:06}", f"CODE{number:02}", Matter.COMPLAINT,
        staff.running.clock().astimezone(staff.running.centre.settings.zone).isoformat(timespec="seconds"),
        "zh-Hans", about="service", item=SHOP, named=named, masked_contact="张* 138****5678" if named else "",
    )  # fmt: skip
    filed = msgspec.structs.replace(filed, **changes)
    content = ComplaintContent("窗口态度不好", "张三", "13812345678") if named else ComplaintContent("窗口态度不好")
    sealed = seal(staff.terminal.id, filed.complaint_id, content, staff.running.sealing())  # type: ignore[arg-type]
    staff.terminal.file_raw(Lane.RATINGS, "complaint", msgspec.json.encode(filed), sealed, filed.complaint_id)
    staff.arrive(Lane.RATINGS)
    return filed


def heard(staff: Clerk, filed: ComplaintFiled) -> ReplyFound:
    found = put(staff.running, ReplyAsked(filed.number, filed.code))
    assert isinstance(found, ReplyFound)
    return found


def told(found: ReplyFound) -> str:
    return " ".join(f"{step.title['zh-Hans']} {step.note.get('zh-Hans', '')}" for step in found.steps)


def test_a_complaints_class_sets_its_limit_and_its_citizen_reads_why_and_how_far(staff: Clerk) -> None:
    filed = complain(staff)
    act = f"/complaints/{filed.complaint_id}/course"
    found = heard(staff, filed)
    assert found.promised_until == "2026-12-02", "7 working days"
    assert "还剩 7 个工作日答复" in told(found), "倒计时 for the citizen too"
    assert staff.sends(f"{act}/weigh", weight="heavy")[0] == 422, "10 days need an explanation in writing"
    assert staff.sends(f"{act}/weigh", weight="heavy", why="要调监控录像")[0] == 303
    found = heard(staff, filed)
    assert (found.promised_until, "要调监控录像" in told(found)) == ("2026-12-07", True)
    assert staff.sends(f"{act}/weigh", weight="joint", why="涉及三个部门")[0] == 303
    assert heard(staff, filed).promised_until == "2027-01-04"
    later(staff, days=17)
    assert len(cards(staff, "progress_untold")) == 1
    assert staff.sends(f"{act}/tell", note="住建局已核实，等消防意见")[0] == 303
    assert "住建局已核实" in told(heard(staff, filed))
    later(staff, minutes=1)
    assert staff.running.query("SELECT cleared_by FROM supervision_cards WHERE rule = 'progress_untold'") == [("系统",)]


def test_nothing_closes_without_feedback_and_call_back_and_never_by_whoever_answered(staff: Clerk) -> None:
    filed, page = complain(staff), "/complaints/c-1"
    act = f"{page}/course"
    assert staff.sends(f"{act}/give", unit="审批局", brief="查窗口服务")[0] == 303
    assert staff.sends(f"{act}/look-into", note="情况属实")[0] == 303
    assert staff.sends(f"{act}/supervise", note="三日内整改")[0] == 303
    assert staff.running.query("SELECT kind, about FROM mandates") == [("supervised", "complaint:c-1")]
    as_(staff, OTHER)
    assert staff.sends(f"{act}/close", note="完")[0] == 422, "no feedback"
    as_(staff, NAME)
    assert staff.sends(f"{page}/answer", answer="已批评教育，向您致歉。")[0] == 303
    as_(staff, OTHER)
    assert staff.sends(f"{act}/close", note="完")[0] == 422, "no call back"
    assert staff.sends(f"{act}/call-back", said="unsettled", note="仍不满意")[0] == 303
    assert "重新办理" in told(heard(staff, filed))
    as_(staff, NAME)
    assert staff.sends(f"{page}/answer", answer="已调整岗位，向您致歉。")[0] == 303
    assert staff.sends(f"{act}/call-back", said="settled", note="表示满意")[0] == 303
    assert staff.sends(f"{act}/close", note="完")[0] == 422, "not by whoever answered"
    as_(staff, OTHER)
    assert staff.sends(f"{act}/close", note="已核实", accountable="扣发当月绩效")[0] == 303
    assert staff.sends(f"{act}/close", note="再来")[0] == 409
    said = heard(staff, filed)
    assert (said.state["zh-Hans"], said.answer["zh-Hans"]) == ("已办结销号", "已调整岗位，向您致歉。")
    row = dict(zip(sheet(staff, "/complaints/ledger.xlsx")[0], sheet(staff, "/complaints/ledger.xlsx")[1], strict=True))
    assert (row["编号"], row["状态"], row["回访"], row["问责"]) == (filed.number, "已销号", "已解决", "扣发当月绩效")
    shown = staff.page("/complaints/checkpoints")
    assert "有诉必理 100.0 % 1 / 1 有理必查 100.0 % 1 / 1 有查必果 100.0 % 1 / 1 有果必复 100.0 % 1 / 1" in shown


def test_four_checkpoints_count_each_of_those_that_reached_the_one_before(staff: Clerk) -> None:
    complain(staff, 1)
    complain(staff, 2)
    assert staff.sends("/complaints/c-1/course/give", unit="审批局", brief="查")[0] == 303
    assert "有诉必理 50.0 % 1 / 2 有理必查 0.0 % 0 / 1 有查必果 – 0 / 0 有果必复 – 0 / 0" in staff.page(
        "/complaints/checkpoints"
    )


def test_a_complaint_goes_to_who_is_in_charge_and_elsewhere_only_with_a_reason(staff: Clerk) -> None:
    for unit, form in (
        ("市场监管局", {"items": SHOP}),
        ("审批局", {"subjects": "service"}),
        ("高陵街道", {"areas": staff.terminal.id, "rank": "2"}),
    ):
        assert staff.sends("/units", **({"unit": unit, "rank": "1"} | form))[0] == 303
    complain(staff, 1)
    complain(staff, 2, item=None)
    complain(staff, 3, item=None, about="fee")
    said = staff.running.query("SELECT unit, routed_by, routed_why FROM complaints ORDER BY complaint_id")
    assert said == [("市场监管局", "系统", "item"), ("审批局", "系统", "subject"), ("高陵街道", "系统", "area")]
    act = "/complaints/c-1/course/give"
    assert staff.sends(act, unit="审批局", brief="查")[0] == 422, "another unit without a reason"
    assert staff.sends(act, unit="审批局", brief="查", why="窗口属审批局")[0] == 303
    assert "窗口属审批局" in staff.page("/complaints/c-1")


def test_the_unit_complained_about_never_sees_who_complained_and_every_view_is_kept(staff: Clerk) -> None:
    complain(staff)
    assert staff.sends("/units", unit="审批局", rank="1", members=OTHER)[0] == 303
    give = {"unit": "审批局", "brief": "查 11 月 23 日窗口服务"}
    assert staff.sends("/complaints/c-1/course/give", **give)[0] == 303
    assert "张* 138****5678" in staff.page("/complaints/c-1")
    as_(staff, OTHER)
    for path in ("/complaints/c-1", "/complaints", "/complaints/archive"):
        assert "138****" not in staff.page(path), path
    assert "查 11 月 23 日窗口服务" in staff.page("/complaints/c-1")
    status, shown = staff.sends("/complaints/c-1/look", reason="想知道是谁")
    assert (status, "张三" in shown, "窗口态度不好" in shown) == (403, False, False)
    assert staff.running.query("SELECT count(*) FROM openings") == [(0,)]
    as_(staff, NAME)
    shown = staff.page("/complaints/c-1")
    assert shown.count(f"查看 {OTHER}") == 2
    assert staff.running.query("SELECT count(*) FROM trail WHERE kind = 'complaint' AND of_id = 'c-1'") == [(4,)]


# --- ratings and obstacles ----------


def rate(staff: Clerk, case_id: str, level: Satisfaction, *, again: bool = False) -> None:
    staff.record(Lane.RATINGS, "rating", RatingGiven(case_id, level, local_now(), ("slow",), 1, again=again))


def test_a_poor_rating_is_verified_rectified_replied_called_back_and_rated_again(staff: Clerk) -> None:
    case, fine = staff.filed(), staff.filed()
    rate(staff, case, Satisfaction.VERY_DISSATISFIED)
    rate(staff, fine, Satisfaction.SATISFIED)
    later(staff, seconds=1)
    (found,) = staff.running.query("SELECT envelope_id FROM poor_ratings")
    page = f"/poor-ratings/{found[0]}"
    assert "2026-11-30 17:30" in staff.page(page), "five working days, a setting"
    assert staff.sends(f"{page}/reply", note="对不起")[0] == 422, "in this order"
    for act, note in (("verify", "窗口排队过长，属实"), ("rectify", "增开两个窗口"), ("reply", "已整改，向您致歉")):
        assert staff.sends(f"{page}/{act}", note=note)[0] == 303
    as_(staff, OTHER)
    assert staff.sends(f"{page}/close", note="完")[0] == 422, "real-name ones are all called back"
    assert staff.sends(f"{page}/visit", note="表示满意", again="satisfied")[0] == 303
    as_(staff, NAME)
    assert staff.sends(f"{page}/close", note="完")[0] == 422, "not by whoever mended it"
    as_(staff, OTHER)
    assert staff.sends(f"{page}/close", note="完")[0] == 303
    assert "实名差评回访率 100 % 1 / 1" in staff.page("/poor-ratings")
    assert "满意 电话回访" in staff.page(page)


def test_an_appeal_is_reviewed_by_somebody_else_and_what_is_late_is_a_red_card(staff: Clerk) -> None:
    case, other = staff.filed(), staff.filed()
    rate(staff, case, Satisfaction.DISSATISFIED)
    rate(staff, other, Satisfaction.DISSATISFIED)
    later(staff, seconds=1)
    first, second = sorted(str(row[0]) for row in staff.running.query("SELECT envelope_id FROM poor_ratings"))
    assert staff.sends(f"/poor-ratings/{first}/appeal", note="评错了窗口")[0] == 303
    assert staff.sends(f"/poor-ratings/{first}/verify", note="x")[0] == 422, "the appeal is under review"
    assert staff.sends(f"/poor-ratings/{first}/decide", note="属实", decided="upheld")[0] == 422
    as_(staff, OTHER)
    assert staff.sends(f"/poor-ratings/{first}/decide", note="属实", decided="upheld")[0] == 303
    assert staff.sends(f"/poor-ratings/{first}/close", note="完")[0] == 303
    later(staff, days=9)
    assert [row[0] for row in cards(staff, "poor_rating_overdue")] == [f"poor_rating_overdue.{second}"]


def test_obstacles_are_found_once_put_on_a_track_and_closed_with_a_result(staff: Clerk) -> None:
    complain(staff)
    new = {"title": "开业要跑两个窗口", "kind": "process", "track": "by_day", "unit": "审批局", "source": "complaint"}
    assert staff.sends("/obstacles", **new, source_id="c-1")[0] == 422, "限期 needs a day"
    assert staff.sends("/obstacles", **new, source_id="c-1", until="2026-12-01")[0] == 303
    again = new | {"title": "开业要 跑两个窗口", "source": "walk", "source_id": "w-1", "until": "2026-12-05"}
    assert staff.sends("/obstacles", **again)[0] == 303
    body = DifficultyReported("form", SHOP, None, "other", local_now())
    staff.record(Lane.RATINGS, "difficulty", body)
    (waits,) = staff.running.query("SELECT envelope_id FROM difficulties")
    answer = {"words": "已改表单", "kind": "experience", "track": "at_once", "unit": "审批局"}
    assert staff.sends(f"/obstacles/difficulties/{waits[0]}", **answer)[0] == 303
    assert staff.running.query("SELECT kind, track FROM obstacles ORDER BY kind") == [
        ("experience", "at_once"),
        ("process", "by_day"),
    ]
    found = str(staff.running.query("SELECT obstacle_id FROM obstacles WHERE kind = 'process'")[0][0])
    assert "走流程" in staff.page(f"/obstacles/{found}")
    later(staff, days=12)
    assert len(cards(staff, "obstacle_overdue")) == 2
    assert staff.sends(f"/obstacles/{found}/solve", result="")[0] == 422
    assert staff.sends(f"/obstacles/{found}/solve", result="合并为一个窗口")[0] == 303
    assert "流程不通 1 / 1" in staff.page("/obstacles")


# --- supervision ----------


def test_what_breaks_a_rule_is_a_card_with_code_evidence_and_unit(staff: Clerk) -> None:
    late, twice = staff.filed(promise_date="2026-11-20"), staff.filed(promise_date="2099-01-01")
    for _ in range(2):
        assert staff.sends(f"/cases/{twice}/correction", **WRONG)[0] == 303
    later(staff, seconds=1)
    later(staff, days=9)
    shown = staff.page("/supervision?state=every")
    for word in ("办件超期", "第二次补正", "未按期告知"):
        assert word in shown, word
    (card,) = cards(staff, "case_overdue")
    one = staff.page(f"/supervision/cards/{card[0]}")
    for word in ("监察编号 JC2026", "监察规则编号 AJ-02", "红牌", "责任单位", "承诺日期 2026-11-20"):
        assert word in one, word
    assert f'href="/cases/{late}"' in staff.running.client.get(f"/supervision/cards/{card[0]}").text
    units = staff.page("/supervision/units")
    yellow = staff.running.query("SELECT count(*) FROM supervision_cards WHERE level = 'yellow'")[0][0]
    red = staff.running.query("SELECT count(*) FROM supervision_cards WHERE level = 'red'")[0][0]
    assert f"{card[1]} {red} {yellow} " in units
    rows = sheet(staff, "/supervision/cards.xlsx?state=every&rule=case_overdue")
    assert rows[0][:6] == ("监察编号", "监察规则编号", "预警类型", "状态产生时间", "监察结果描述", "责任单位")
    assert rows[1][1:3] == ("AJ-02", "红牌")


def test_time_inside_a_special_procedure_does_not_count(staff: Clerk) -> None:
    paused, running = staff.filed(promise_date="2026-11-25"), staff.filed(promise_date="2026-11-25")
    for case in (paused, running):
        assert staff.sends(f"/cases/{case}/step", step="accepted")[0] == 303
    special = {"kind": "other", "reason": "听证", "basis": "行政许可法第四十六条"}
    for half in ({"reason": ""}, {"basis": ""}):
        assert staff.sends(f"/cases/{paused}/pause", **(special | half))[0] == 303
    assert staff.running.query("SELECT count(*) FROM case_pauses") == [(0,)], "no pause without reason and basis"
    assert staff.sends(f"/cases/{paused}/pause", **special)[0] == 303
    assert "听证" in staff.page("/pauses"), "open pauses are listed"
    later(staff, days=4)
    late = {row[0] for row in staff.running.query("SELECT subject_id FROM supervision_cards WHERE level = 'red'")}
    assert late == {running}
    assert staff.sends(f"/cases/{paused}/resume", result="听证结束")[0] == 303
    later(staff, days=3)
    late = {row[0] for row in staff.running.query("SELECT subject_id FROM supervision_cards WHERE level = 'red'")}
    assert paused not in late, "four days stood still"
    later(staff, days=3)
    assert (paused,) in staff.running.query("SELECT subject_id FROM supervision_cards WHERE rule = 'case_overdue'")


def test_coverage_says_which_items_and_steps_are_watched(staff: Clerk) -> None:
    shown = staff.page("/supervision/coverage")
    assert "纳入监察的事项 1 / 1" in shown
    assert "纳入监察的环节 13 / 15" in shown
    assert "缴费 未纳入" in shown


def test_the_ledger_has_item_owner_and_last_day_and_who_struck_it_off(staff: Clerk) -> None:
    page = enter(staff, "m", title="防汛值守", source="区办〔2026〕8号", owner=NAME)
    assert staff.sends(f"{page}/done", note="已落实")[0] == 303
    assert staff.sends(f"{page}/close", note="好")[0] == 422, "not by whoever did it"
    as_(staff, OTHER)
    assert staff.sends(f"{page}/close", note="现场核实")[0] == 303
    (head, row) = sheet(staff, "/mandates/ledger.xlsx")
    line = dict(zip(head, row, strict=True))
    assert (line["事项"], line["责任人"], line["时限"]) == ("防汛值守", NAME, "2026-11-30 17:30")
    assert (line["来源"], line["状态"], line["销号"]) == ("区办〔2026〕8号", "已销号", OTHER)


def test_lots_are_drawn_by_a_seed_and_can_be_drawn_again(staff: Clerk) -> None:
    made = [staff.filed() for _ in range(6)]
    with staff.running.centre.database.writing() as connection:
        for case in made[:3]:
            progress.add_step(connection, case, Step(Did.DECIDED, "", "approver", staff.running.clock()))
    draw = {"first_day": "2026-11-20", "last_day": "2026-11-23", "units": "10", "size": "3", "seed": "2026-11"}
    found = []
    for kind in ("cases", "cases", "visits"):
        assert staff.sends("/supervision/audits", kind=kind, **draw)[0] == 303
    for audit in staff.running.query("SELECT audit_id FROM audits ORDER BY drawn_at"):
        lots = staff.running.query("SELECT audit_id, subject_id FROM audit_lots ORDER BY place")
        found.append([str(lot[1]) for lot in lots if lot[0] == audit[0]])
        assert "再抽，结果一致" in staff.page(f"/supervision/audits/{audit[0]}")
    assert found[0] == found[1]
    assert len(found[0]) == 3
    assert set(found[2]) == set(made[:3]), "only what is decided is called back about"
    (first, *_) = staff.running.query("SELECT audit_id FROM audits ORDER BY drawn_at")
    page = f"/supervision/audits/{first[0]}"
    marks = {f"mark_{line}": "yes" for line in ("told_once", "in_time", "no_second_correction", "trace_whole")}
    assert staff.sends(f"{page}/1", **marks)[0] == 422, "every line is marked"
    assert staff.sends(f"{page}/1", **marks, mark_result_given="no")[0] == 422, "what is wrong is said"
    assert staff.sends(f"{page}/1", **marks, mark_result_given="no", note="未通知领取")[0] == 303
    assert "有问题" in staff.page(page)


def test_whether_remote_help_answers_at_night_is_counted_and_lots_name_the_hour(staff: Clerk) -> None:
    night = staff.running.clock() - timedelta(hours=9)
    with staff.running.centre.database.writing() as connection:
        for name, answered in (("h1", night + timedelta(seconds=20)), ("h2", None)):
            call = Call(
                name, staff.terminal.id, "", "home", "[]", "zh-Hans", "[]", State.OVER, night, night, night,
                answered_at=answered, answered_by=NAME if answered else None, outcome="left",
                ended_at=night + timedelta(minutes=3),
            )  # fmt: skip
            calls.add(connection, call)
    shown = staff.page("/supervision/duty")
    assert "夜间应答（18 时至 8 时） 50.0 % 1 / 2" in shown
    assert "一分钟内应答 50.0 % 1 / 2" in shown
    later(staff, seconds=1)
    assert [row[0] for row in cards(staff, "help_unanswered")] == ["help_unanswered.h2"]
    draw = {"first_day": "2026-11-01", "last_day": "2026-11-30", "units": "20", "size": "20", "seed": "值班"}
    assert staff.sends("/supervision/audits", kind="duty", **draw)[0] == 303
    lots = staff.running.query("SELECT subject_id FROM audit_lots")
    assert len(lots) == 20
    assert all(int(str(lot[0])[-2:]) in (*range(18, 24), *range(8)) for lot in lots)


def test_a_notice_has_links_to_its_evidence_and_begins_an_order(staff: Clerk) -> None:
    case = staff.filed(promise_date="2026-11-20")
    later(staff, seconds=1)
    (card,) = cards(staff, "case_overdue")
    form = {"unit": str(card[1]), "words": "限期整改", "accountable": "yes"}
    assert staff.sends("/supervision/notices", **form)[0] == 303
    (notice,) = staff.running.query("SELECT notice_id, mandate_id FROM supervision_notices")
    text = staff.running.client.get(f"/supervision/notices/{notice[0]}").text
    assert f'href="/cases/{case}"' in text
    assert f'href="/mandates/{notice[1]}"' in text
    assert "追责" in text


def test_risks_of_a_window_are_complaints_poor_ratings_overdue_cases_and_corrections(staff: Clerk) -> None:
    late = staff.filed(promise_date="2026-11-20")
    complain(staff)
    assert staff.sends(f"/cases/{late}/correction", **WRONG)[0] == 303
    rate(staff, late, Satisfaction.DISSATISFIED)
    later(staff, seconds=1)
    shown = staff.page("/supervision/risks")
    assert "13 1300.0 1 1 1 1 1" in shown


def test_moments_of_a_case_lead_into_the_video_index_and_the_look_is_kept(staff: Clerk) -> None:
    case = staff.filed()
    page = staff.running.client.get(f"/supervision/moments/{case}").text
    assert f"http://video.example/?at={staff.terminal.id}&amp;from=" in page
    assert staff.running.query("SELECT kind, of_id, who FROM openings") == [("video", case, NAME)]
