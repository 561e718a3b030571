"""The life of a case at the real pages (BJ-07, 12, 15 to 18, 27 to 29; JH-15, 18; BJ-01, 03; ZN-17)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from central.people.rights import Role
from central.presence import upkeep as presence
from central.tolerance import upkeep as tolerance
from contract.calendar import gathered, published
from contract.catalogue import TimeLimit, Unit
from contract.envelope import Lane
from contract.messages import ComplaintFiled, Matter
from contract.worktime import Worktime
from tests.central.terminal_double import local_now
from tests.conformance.clerk import SHOP, Clerk, clerk
from tests.conformance.colleagues import join, somebody
from tests.waiting import until

HALL = "长安区政务服务中心"
REFUSAL = {"refused": "approval", "code": "conditions", "reason": "面积不够", "next_steps": "换场所后重新申请"}
WRONG = {
    "what_1": "营业场所照片", "wrong_1": "模糊", "mend_1": "重新拍摄", "until": "2099-01-01", "all_named": "yes",
}  # fmt: skip
TWO_UNITS = {
    "item": SHOP, "title": "并联",
    "units_1": "规划科、消防科", "days_1": "5", "level_1": "4", "role_1": "review", "name_1": "并联审核",
    "units_2": "省市场监管局", "days_2": "3", "level_2": "2", "role_2": "approve", "signed_2": "yes",
}  # fmt: skip


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Clerk]:
    """Somebody at the centre's pages, who accepts."""
    for one in clerk(tmp_path):
        one.publish(SHOP)
        yield one


def links(staff: Clerk, case: str) -> list[tuple[str, str, str, str]]:
    """Link, role, unit and what was said, in their order."""
    found = staff.running.query(
        "SELECT link_id, role, unit, action, case_id FROM case_links ORDER BY opened_at, link_id"
    )
    return [(str(a), str(b), str(c), str(d)) for a, b, c, d, of in found if of == case]


def gives(staff: Clerk, case: str, unit: str, action: str = "pass", opinion: str = "") -> None:
    """Somebody of the unit says whether."""
    link = next(one for one, role, of, said in links(staff, case) if of == unit and not said and role != "sign")
    with somebody(staff.running, f"of-{len(unit)}-{ord(unit[0])}", Role.APPROVER, unit=unit) as approver:
        assert approver.sends(f"/tasks/{link}/opinion", action=action, opinion=opinion) == (303, "/tasks")


def accepted(staff: Clerk, **told: Any) -> str:  # noqa: ANN401 - of CaseFiled
    """A case the window has accepted."""
    case = staff.filed(**told)
    assert staff.sends(f"/cases/{case}/step", step="accepted")[0] == 303
    return case


def step(staff: Clerk, case: str, name: str) -> str:
    """Try to set a step; what the page says against it, or nothing."""
    answer = staff.running.client.post(
        f"/cases/{case}/step", data={"csrf": staff.running.csrf(), "step": name}, follow_redirects=False
    )
    return answer.headers["location"].partition("?step=")[2].partition("#")[0]


# --- BJ-07, BJ-28 ----------


def test_branches_run_at_the_same_time_each_with_its_clock_and_the_first_asked_leads(staff: Clerk) -> None:
    assert staff.sends("/routes", **TWO_UNITS)[0] == 303
    case = accepted(staff)
    dues = staff.running.query("SELECT due_at FROM case_links ORDER BY unit")
    assert len(dues) == 2, "both units are asked at once, and the next stage is not"
    shown = staff.page(f"/cases/{case}")
    assert "牵头负责 规划科" in shown
    assert "等这些单位的意见" in shown
    assert staff.sends(f"/cases/{case}/ask", unit="环保科", what="co")[0] == 303
    first, late = staff.running.query("SELECT min(due_at), max(due_at) FROM case_links")[0]
    assert first != late
    local = staff.running.query("SELECT due_at FROM case_links WHERE unit = '规划科'")[0][0]
    assert local == late, "the clock of the case is the largest of its branches"
    with somebody(staff.running, "plan", Role.APPROVER, unit="规划科") as planner:
        assert "规划科 的待办" in planner.page("/tasks")
    gives(staff, case, "规划科")
    assert step(staff, case, "decided") == "lifecycle.links_open"
    gives(staff, case, "消防科")
    gives(staff, case, "环保科")
    assert [one[2] for one in links(staff, case) if not one[3]] == ["省市场监管局"], "then, and only then, the next"


def test_the_largest_clock_is_shown_as_that_of_the_case(staff: Clerk) -> None:
    assert staff.sends("/routes", **TWO_UNITS)[0] == 303
    case = accepted(staff)
    assert staff.sends(f"/cases/{case}/ask", unit="环保科", what="co")[0] == 303
    latest = staff.running.query("SELECT max(due_at) FROM case_links")[0][0]
    page = staff.running.client.get(f"/cases/{case}").text
    told = datetime.fromisoformat(str(latest)).astimezone(staff.running.centre.settings.zone)
    assert f'id="case-due">{told:%Y-%m-%d %H:%M:%S}' in page


def test_a_county_reports_to_the_province_directly(staff: Clerk) -> None:
    assert staff.sends("/routes", **{**TWO_UNITS, "role_2": "review"})[0] == 422, "the last stage approves"
    assert staff.sends("/routes", **TWO_UNITS)[0] == 303
    shown = staff.page("/routes")
    assert "规划科 县级 5 个工作日" in shown
    assert "省市场监管局 省级 3 个工作日，负责人审签" in shown
    case = accepted(staff)
    for unit in ("规划科", "消防科"):
        gives(staff, case, unit)
    levels = staff.running.query("SELECT DISTINCT level FROM case_links ORDER BY level")
    assert levels == [(2,), (4,)], "no link at the city's level between"


# --- BJ-12 ----------


def test_a_case_goes_the_way_of_the_standard_and_no_other(staff: Clerk) -> None:
    case = staff.filed()
    assert step(staff, case, "decided") == "lifecycle.not_now"
    assert step(staff, case, "ready") == "lifecycle.not_now"
    assert step(staff, case, "accepted") == ""
    assert step(staff, case, "accepted") == "lifecycle.not_now"
    assert step(staff, case, "decided") == "lifecycle.links_open"
    ((_, role, unit, _),) = links(staff, case)
    assert role == "approve"
    gives(staff, case, unit)
    assert step(staff, case, "decided") == ""
    assert step(staff, case, "delivered") == ""
    assert staff.sends(f"/cases/{case}/platform-number", number="sx2026-1")[0] == 303
    assert "只能是字母和数字" in staff.page(f"/cases/{case}?life=lifecycle.number_wrong")
    assert staff.sends(f"/cases/{case}/platform-number", number="SX20261")[0] == 303
    found = staff.running.client.get("/find-case?number=sx20261", follow_redirects=False)
    assert found.headers["location"] == f"/cases/{case}"


def test_a_special_procedure_stops_the_clock_and_the_promise_follows(staff: Clerk) -> None:
    day = (staff.running.centre.today() + timedelta(days=20)).isoformat()
    case = accepted(staff, promise_date=day)
    assert day in staff.page(f"/cases/{case}")
    assert staff.sends(f"/cases/{case}/pause", kind="other", reason="现场勘验", basis="")[0] == 303
    assert staff.running.query("SELECT count(*) FROM case_pauses") == [(0,)], "never without its basis"
    assert staff.sends(f"/cases/{case}/pause", kind="other", reason="现场勘验", basis="行政许可法第四十五条")[0] == 303
    assert "现场勘验" in staff.page("/pauses")
    (stands,) = staff.stands()
    assert stands.promise_date == ""
    assert "暂停计算：现场勘验" in stands.next["zh-Hans"]
    assert step(staff, case, "decided") == "lifecycle.paused"
    staff.running.clock.forward(days=14)
    staff.running.log_in()
    assert staff.sends(f"/cases/{case}/resume", result="勘验合格")[0] == 303
    (stands,) = staff.stands()
    assert stands.promise_date > day, "as many working days later as it took"
    assert "没有正在进行的特别程序" in staff.page("/pauses")


# --- BJ-15, BJ-16 ----------


def test_a_refusal_has_a_code_and_a_leaders_confirmation_and_then_leaves_at_once(staff: Clerk) -> None:
    case = staff.filed()
    assert staff.sends(f"/cases/{case}/refusal", **{**REFUSAL, "code": ""})[0] == 422
    assert staff.sends(f"/cases/{case}/refusal", **REFUSAL)[0] == 303
    assert staff.stands()[0].refusal is None
    assert staff.sends(f"/cases/{case}/refusal", **REFUSAL)[0] == 409, "one waits"
    ((proposal,),) = staff.running.query("SELECT proposal_id FROM refusal_proposals")
    with somebody(staff.running, "chief", Role.LEADER) as leader:
        assert "面积不够" in leader.page("/tasks")
        assert leader.sends(f"/refusals/{proposal}", what="confirm") == (303, "/tasks")
    (stands,) = staff.stands()
    assert stands.refusal is not None
    assert (stands.refusal.reason, stands.refusal.next_steps) == ("面积不够", "换场所后重新申请")
    assert "不符合法定条件：面积不够" in staff.page(f"/cases/{case}")
    assert "chief 审定" in staff.page(f"/cases/{case}")


def test_a_window_cannot_refuse_alone(staff: Clerk) -> None:
    case = staff.filed()
    with somebody(staff.running, "window", Role.WINDOW) as window:
        assert window.sends(f"/cases/{case}/step", step="refused")[0] == 404
        assert window.sends(f"/cases/{case}/refusal", **REFUSAL)[0] == 303
        ((proposal,),) = staff.running.query("SELECT proposal_id FROM refusal_proposals")
        assert window.sends(f"/refusals/{proposal}", what="confirm")[0] == 403
    assert staff.stands()[0].refusal is None
    other = staff.filed()
    assert staff.sends(f"/cases/{other}/refusal", **REFUSAL)[0] == 303
    own = staff.running.query("SELECT proposal_id FROM refusal_proposals WHERE by_whom = 'boss'")[0][0]
    answer = staff.running.client.post(
        f"/refusals/{own}", data={"csrf": staff.running.csrf(), "what": "confirm"}, follow_redirects=False
    )
    assert "own_proposal" in answer.headers["location"], "not even who may decide confirms what they proposed"
    with somebody(staff.running, "chief", Role.LEADER) as leader:
        assert leader.sends(f"/refusals/{proposal}", what="return", note="可以再补材料") == (303, "/tasks")
    assert step(staff, case, "accepted") == "", "sent back, it goes on"


# --- BJ-17, BJ-18 ----------


def test_what_is_nobodys_has_a_coordinator_and_one_day(staff: Clerk) -> None:
    with somebody(staff.running, "window", Role.WINDOW) as window:
        asked = {"title": "小区树木倒伏", "told": "倒在两个街道交界处", "reference": "A012"}
        assert window.sends("/unclaimed", **asked) == (303, "/unclaimed")
        assert "现由 长安区政务服务中心 负责" in window.page("/unclaimed")
        assert "首接：长安区政务服务中心 window" in window.page("/unclaimed")
        ((matter, received, due),) = staff.running.query("SELECT unclaimed_id, received_at, due_at FROM unclaimed")
        assert window.sends(f"/unclaimed/{matter}/assign", what="offer", unit="绿化科")[0] == 403
    came = datetime.fromisoformat(str(received)).astimezone(staff.running.centre.settings.zone)
    one_day = Worktime(gathered(published())).due(came, TimeLimit(1, Unit.WORKING_DAY)).at
    assert datetime.fromisoformat(str(due)) == one_day
    with somebody(staff.running, "coordinator", Role.COORDINATOR) as coordinator:
        assert "小区树木倒伏" in coordinator.page("/unclaimed")
        assert coordinator.sends(f"/unclaimed/{matter}/assign", what="offer", unit="绿化科")[0] == 303
    assert "现由 长安区政务服务中心 负责" in staff.page("/unclaimed"), "until the other side takes it over"
    with somebody(staff.running, "green", Role.WINDOW, unit="绿化科") as green:
        assert green.sends(f"/unclaimed/{matter}/answer", what="take")[0] == 303
        assert "现由 绿化科 负责" in green.page("/unclaimed")
        assert green.sends(f"/unclaimed/{matter}/answer", what="settle", note="已清理")[0] == 303
    assert staff.running.query("SELECT count(*) FROM unclaimed WHERE settled_at IS NULL") == [(0,)]


def test_the_ladder_is_climbed_step_by_step_and_ends_with_the_government(staff: Clerk) -> None:
    assert staff.sends("/unclaimed", title="无主井盖", told="产权单位不明")[0] == 303
    ((matter,),) = staff.running.query("SELECT unclaimed_id FROM unclaimed")
    path = f"/unclaimed/{matter}"
    assert staff.sends(f"{path}/assign", what="up", note="")[0] == 409, "never without a reason"
    for rung in ("相关部门会商", "牵头部门", "本级政府研究确定"):
        assert staff.sends(f"{path}/assign", what="up", note=f"报{rung}")[0] == 303
    assert staff.sends(f"{path}/assign", what="up", note="再报")[0] == 409
    climbed = staff.running.query("SELECT rung, note FROM unclaimed_steps WHERE what = 'escalated' ORDER BY id")
    assert [one[0] for one in climbed] == [1, 2, 3]
    shown = staff.page("/unclaimed")
    assert shown.index("报相关部门会商") < shown.index("报牵头部门") < shown.index("报本级政府研究确定")
    assert staff.sends(f"{path}/assign", what="offer", unit="城管局", note="常务会议确定")[0] == 303
    with somebody(staff.running, "city", Role.WINDOW, unit="城管局") as city:
        assert city.sends(f"{path}/answer", what="decline", note="不归我们")[0] == 409, "the government has decided"
        assert city.sends(f"{path}/answer", what="take")[0] == 303


# --- BJ-27, BJ-29 ----------


def test_whoever_accepts_does_not_approve(staff: Clerk) -> None:
    case = accepted(staff)
    ((link, role, unit, _),) = links(staff, case)
    assert (role, unit != HALL) == ("approve", True)
    with staff.running.centre.database.writing() as connection:
        join(connection, unit, "boss", staff.running.clock())
    answer = staff.running.client.post(
        f"/tasks/{link}/opinion", data={"csrf": staff.running.csrf(), "action": "pass"}, follow_redirects=False
    )
    assert "accepted_yourself" in answer.headers["location"]
    with somebody(staff.running, "window", Role.WINDOW, unit=unit) as window:
        assert window.sends(f"/tasks/{link}/opinion", action="pass")[0] == 403, "the role that accepts never approves"
    with somebody(staff.running, "elsewhere", Role.APPROVER, unit="别的科") as elsewhere:
        assert "other_unit" in elsewhere.sends(f"/tasks/{link}/opinion", action="pass")[1]
        assert elsewhere.sends(f"/cases/{case}/step", step="decided")[0] == 403, (
            "and the role that approves never accepts"
        )
    gives(staff, case, unit)
    assert step(staff, case, "decided") == ""


def test_a_leader_signs_electronically_and_nobody_is_asked_to_come_back(staff: Clerk) -> None:
    case = accepted(staff)
    ((_, _, unit, _),) = links(staff, case)
    assert staff.sends(f"/cases/{case}/ask", unit=unit, what="sign")[0] == 303
    (stands,) = staff.stands()
    assert "您不用来" in stands.next["zh-Hans"]
    assert staff.sends(f"/cases/{case}/correction", **WRONG)[0] == 409, (
        "a case that waits for a signature asks nobody back"
    )
    sign = next(one for one, role, _, _ in links(staff, case) if role == "sign")
    with somebody(staff.running, "approver", Role.APPROVER, unit=unit) as approver:
        assert approver.sends(f"/tasks/{sign}/signature", action="pass")[0] == 403
    with somebody(staff.running, "chief", Role.LEADER, unit=unit) as leader:
        assert "审签" in leader.page("/tasks")
        assert leader.sends(f"/tasks/{sign}/signature", action="pass", opinion="同意") == (303, "/tasks")
    assert "同意" in staff.page(f"/cases/{case}")
    assert staff.sends(f"/cases/{case}/correction", **WRONG)[0] == 303


# --- JH-15, JH-18 ----------


def test_a_leaders_stay_counts_from_two_hours_on(staff: Clerk) -> None:
    with somebody(staff.running, "chief", Role.LEADER, unit="市场监管局") as leader:
        for _ in range(4):
            leader.page("/tasks")
            staff.running.clock.forward(minutes=25)
        leader.page("/tasks")
        presence.note(staff.running.centre)
        assert "未达到" in leader.page("/presence"), "an hour and forty minutes"
        staff.running.clock.forward(minutes=25)
        leader.page("/tasks")
        assert "市场监管局 1 1" in leader.page("/presence")
        assert "已达到" in leader.page("/presence")


def test_the_first_receiver_is_kept_and_a_hand_over_keeps_the_owner_until_it_is_taken(staff: Clerk) -> None:
    case = staff.filed()
    asked = ComplaintFiled("c-1", "Z1", "AAAA", Matter.CONSULTATION, local_now(), "zh-Hans", item=SHOP)
    staff.record(Lane.RATINGS, "complaint", asked)
    rows = "SELECT kind, of_id, unit FROM first_receivers ORDER BY kind"
    until(lambda: len(staff.running.query(rows)) == 2, "first receivers", 60)
    assert [one[:2] for one in staff.running.query(rows)] == [("case", case), ("consultation", "c-1")]
    assert f"首问（首接） {staff.running.query(rows)[0][2]} · {staff.terminal.id}" in staff.page(f"/cases/{case}")
    assert staff.sends(f"/cases/{case}/transfer", to_unit="审批科", reason="归他们")[0] == 303
    assert f"现在在哪 {HALL}" in staff.page(f"/cases/{case}")
    assert staff.stands()[0].at_unit == {}
    ((transfer,),) = staff.running.query("SELECT transfer_id FROM case_transfers")
    with somebody(staff.running, "other", Role.WINDOW, unit="审批科") as other:
        assert "why_missing" in other.sends(f"/transfers/{transfer}", what="decline")[1]
        assert other.sends(f"/transfers/{transfer}", what="decline", note="不归我们") == (303, "/tasks")
    assert f"现在在哪 {HALL}" in staff.page(f"/cases/{case}")
    assert staff.sends(f"/cases/{case}/transfer", to_unit="审批科", reason="已协调")[0] == 303
    again = staff.running.query("SELECT transfer_id FROM case_transfers WHERE back_at IS NULL")[0][0]
    with somebody(staff.running, "other", Role.WINDOW, unit="审批科") as other:
        assert other.sends(f"/transfers/{again}", what="take") == (303, "/tasks")
    assert "现在在哪 审批科" in staff.page(f"/cases/{case}")


# --- BJ-01, BJ-03, ZN-17 ----------


def test_who_owes_a_paper_is_reminded_and_suspended_when_the_day_has_passed(staff: Clerk) -> None:
    last = staff.running.centre.today() + timedelta(days=3)
    case = staff.filed(missing=("premises-lease",), missing_until=last.isoformat())
    assert staff.stands()[0].missing_until == last.isoformat()
    stages = f"SELECT stage FROM tolerance_reminders WHERE case_id = '{case}' ORDER BY at"  # noqa: S608 - of this test
    for days, said in ((0, 1), (1, 1), (1, 2), (1, 3)):
        staff.running.clock.forward(days=days)
        tolerance.turn(staff.running.centre)
        tolerance.turn(staff.running.centre)
        assert len(staff.running.query(stages)) == said
    assert [one[0] for one in staff.running.query(stages)] == ["three", "one", "last"]
    assert staff.running.query("SELECT count(*) FROM case_pauses") == [(0,)]
    staff.running.clock.forward(days=1)
    tolerance.turn(staff.running.centre)
    assert staff.running.query("SELECT reason, by_whom FROM case_pauses") == [("容缺材料逾期未补齐", "")]
    (stands,) = staff.stands()
    assert stands.missing_until == last.isoformat()
    staff.running.log_in()
    assert staff.sends(f"/cases/{case}/supplement", **{"paper_premises-lease": "1", "reason": "原件"})[0] == 303
    tolerance.turn(staff.running.centre)
    assert staff.running.query("SELECT result FROM case_pauses") == [("材料已补齐",)], "it goes on by itself"


def test_what_was_promised_is_checked_later_and_a_false_promise_has_its_consequence(staff: Clerk) -> None:
    case = accepted(staff, promised=("premises-lease",))
    assert staff.stands(), "the index knows whose it is"
    ((_, _, unit, _),) = links(staff, case)
    gives(staff, case, unit)
    assert step(staff, case, "decided") == ""
    check = next(one for one, role, _, _ in links(staff, case) if role == "check")
    assert "承诺事后核查" in staff.page("/tasks")
    assert staff.sends(f"/tasks/{check}/check", action="return", opinion="场所是住宅")[0] == 303
    assert "承诺不实" in staff.page("/handling")
    assert staff.running.query("SELECT reason FROM credit_flags") == [("告知承诺不实",)]


def test_a_paper_that_was_asked_for_though_nobody_must_bring_it_is_a_matter_of_supervision(staff: Clerk) -> None:
    case = staff.filed()
    assert staff.sends(f"/cases/{case}/correction", **WRONG)[0] == 303
    assert "要了不用交的材料" not in staff.page("/handling")
    spared = {**WRONG, "what_1": "经营者身份证", "new_fact": "窗口要求"}
    other = staff.filed()
    assert staff.sends(f"/cases/{other}/correction", **spared)[0] == 303
    assert "要了不用交的材料" in staff.page("/handling")
