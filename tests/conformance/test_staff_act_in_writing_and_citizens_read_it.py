"""Notices, four counters, ways, credit, minutes, transfers, other cities (ZN-02, 03, 06, 13; BJ-04, 05, 10, 26)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from central.cities import sending
from central.cities.simulator.program import OfficeProgram, World
from central.clock import now
from central.people.rights import Role
from contract.catalogue import Item
from contract.codes import CaseType
from contract.envelope import Lane
from contract.handling import DoneAtOnce, ToleranceAsked, ToleranceStands
from contract.messages import DocumentReported, NoticeGiven
from contract.questions import CasesAsked, CasesFound, DepartmentActed, DepartmentToldToAct
from contract.routes import Route, decide
from kiosk import services
from kiosk.journey import events as e
from tests.central.services import put
from tests.central.terminal_double import local_now
from tests.conformance.clerk import SHOP, ZHANG, Clerk, clerk
from tests.conformance.colleagues import somebody
from tests.conformance.conftest import MakeVisitor
from tests.conformance.test_departments_answer_at_the_terminal import FOUND, asks
from tests.conformance.visitor import Visitor, page_name
from tests.kiosk.services.filing.citizen import HOLDER as FILER
from tests.screens.album import HOLDER, VISIT

KEY = b"a key two offices share"
CITY = "咸阳市"
LATER = {"ask.premises": "rented", "paper.premises-lease.ways": "later"}
WRONG = {
    "what_1": "营业场所证明", "wrong_1": "没有房东签名", "mend_1": "请房东签名后重新提交",
    "what_2": "身份证照片", "wrong_2": "照片模糊", "mend_2": "在亮处重新拍摄",
    "until": "2099-01-01", "all_named": "yes",
}  # fmt: skip
ITEMS = {item.slug: item for item in services.load().items}


@pytest.fixture
def office() -> Iterator[OfficeProgram]:
    """Another city's office at the other end of a real line."""
    program = OfficeProgram(KEY, now)
    program.start()
    yield program
    program.stop()


@pytest.fixture
def staff(tmp_path: Path, office: OfficeProgram) -> Iterator[Clerk]:
    """Somebody at the centre's pages."""
    for one in clerk(
        tmp_path, f'\n[cities]\nkey_file = "keys/cities.key"\n[cities.offices]\n"{CITY}" = "{office.url}"\n'
    ):
        (tmp_path / "keys" / "cities.key").write_bytes(KEY)
        one.publish(SHOP)
        yield one


def reads(visit: MakeVisitor, staff: Clerk) -> Visitor:
    """The citizen asks by card how their case stands, at the terminal."""
    (case,) = staff.stands()
    citizen = visit({CasesAsked: CasesFound((case,))})
    citizen.touch("attract", "door.progress", "option.card")
    citizen.happen(e.CardRead(VISIT, HOLDER))
    citizen.touch("main", f"option.{case.case_number}")
    return citizen


def confirm(staff: Clerk, note: str = "") -> None:
    """Another leader confirms what the window could not decide."""
    ((proposal,),) = staff.running.query("SELECT proposal_id FROM refusal_proposals WHERE decided_at IS NULL")
    with somebody(staff.running, "chief", Role.LEADER) as leader:
        assert leader.sends(f"/refusals/{proposal}", what="confirm", note=note) == (303, "/tasks")


def take_over(staff: Clerk, case: str, unit: str) -> None:
    """Somebody of the other unit takes a case over."""
    found = staff.running.query(f"SELECT transfer_id FROM case_transfers WHERE case_id = '{case}' AND back_at IS NULL")  # noqa: S608 - of this test
    with somebody(staff.running, "other", Role.WINDOW, unit=unit) as other:
        assert other.sends(f"/transfers/{found[0][0]}", what="take") == (303, "/tasks")


def finish(staff: Clerk, case: str) -> None:
    """Accepted here, approved by its department, decided here."""
    assert staff.sends(f"/cases/{case}/step", step="accepted")[0] == 303
    for link, unit in staff.running.query(f"SELECT link_id, unit FROM case_links WHERE case_id = '{case}'"):  # noqa: S608 - of this test
        with somebody(staff.running, "approver", Role.APPROVER, unit=str(unit)) as approver:
            assert approver.sends(f"/tasks/{link}/opinion", action="pass") == (303, "/tasks")
    assert staff.sends(f"/cases/{case}/step", step="decided")[0] == 303


def printed(citizen: Visitor) -> tuple[str, dict[str, object]]:
    """Template and content of the paper that was printed."""
    (effect,) = citizen.asked(e.PrintPaper)
    return effect.template, dict(effect.data)


# --- ZN-02, ZN-03 ----------


def test_everything_wrong_is_told_at_once_read_and_printed(visit: MakeVisitor, staff: Clerk) -> None:
    case = staff.filed()
    half = {**WRONG, "mend_2": ""}
    assert staff.sends(f"/cases/{case}/correction", **half)[0] == 422, "no line without how to mend it"
    assert staff.sends(f"/cases/{case}/correction", **{**WRONG, "all_named": ""})[0] == 422
    assert staff.sends(f"/cases/{case}/correction", **WRONG)[0] == 303
    citizen = reads(visit, staff)
    citizen.touch("act.written")
    shown = citizen.leaves()
    for line in ("没有房东签名", "请房东签名后重新提交", "照片模糊", "在亮处重新拍摄", "2099年1月1日"):
        assert line in shown
    citizen.touch("main")
    template, paper = printed(citizen)
    assert template == "correction"
    assert len(paper["wrong"]) == 2  # type: ignore[arg-type]  # of the paper
    assert paper["applicant"] == HOLDER.name


def test_a_second_correction_is_a_matter_of_supervision_unless_there_is_a_new_fact(staff: Clerk) -> None:
    case, other = staff.filed(), staff.filed()
    for one in (case, other):
        assert staff.sends(f"/cases/{one}/correction", **WRONG)[0] == 303
    assert "没有监督事件" in staff.page("/handling")
    assert staff.sends(f"/cases/{other}/correction", **WRONG, new_fact="房东换了人")[0] == 303
    assert "没有监督事件" in staff.page("/handling")
    assert "已经补正过 1 次" in staff.page(f"/cases/{case}/correction")
    assert staff.sends(f"/cases/{case}/correction", **WRONG)[0] == 303
    shown = staff.page("/handling")
    assert shown.count("第二次补正") == 1
    event = staff.running.query("SELECT event_id FROM supervision_events")[0][0]
    assert staff.sends(f"/handling/events/{event}/seen", note="")[0] == 422
    assert staff.sends(f"/handling/events/{event}/seen", note="已提醒经办人")[0] == 303
    assert "已提醒经办人" in staff.page("/handling")


def test_a_notice_sent_twice_is_one_notice(staff: Clerk) -> None:
    case = staff.filed()
    same = {**WRONG, "notice_id": "abc123"}
    assert [staff.sends(f"/cases/{case}/correction", **same)[0] for _ in range(2)] == [303, 409]
    assert staff.running.query("SELECT count(*) FROM case_steps") == [(1,)]
    assert "没有监督事件" in staff.page("/handling")


def test_nothing_is_refused_without_what_to_do_next(visit: MakeVisitor, staff: Clerk) -> None:
    case = staff.filed()
    refusal = {"refused": "acceptance", "code": "conditions", "reason": "场所是住宅，没有业主同意"}
    status, page = staff.sends(f"/cases/{case}/refusal", **refusal)
    assert (status, "没有这一项不能发出" in page) == (422, True)
    assert staff.sends(f"/cases/{case}/refusal", **refusal, next_steps="   ")[0] == 422
    assert staff.sends(f"/cases/{case}/step", step="refused")[0] == 404, "there is no way around the notice"
    assert staff.stands()[0].refusal is None
    assert staff.sends(f"/cases/{case}/refusal", **refusal, next_steps="取得业主同意后重新申请")[0] == 303
    assert staff.stands()[0].refusal is None, "nobody refuses alone"
    confirm(staff)
    citizen = reads(visit, staff)
    assert "不予受理" in citizen.leaves()
    citizen.touch("act.written")
    shown = citizen.leaves()
    assert "场所是住宅，没有业主同意" in shown
    assert "取得业主同意后重新申请" in shown
    citizen.touch("main")
    template, paper = printed(citizen)
    assert (template, paper["title"], paper["next_steps"]) == ("refusal", "不予受理通知书", "取得业主同意后重新申请")
    assert staff.sends(f"/cases/{case}/correction", **WRONG)[0] == 409, "it is over"


# --- ZN-06 ----------


def notice(case_id: str, sha256: str, way: str) -> NoticeGiven:
    return NoticeGiven(f"n-{sha256}-{way}", SHOP, 1, sha256, (way,), local_now(), "zh-Hans", "", case_id)


def test_four_counters_of_a_case_and_the_share_of_cases_with_none_above_one(staff: Clerk) -> None:
    once, twice = staff.filed(), staff.filed()
    for way in ("screen", "print"):
        staff.record(Lane.RATINGS, "notice_given", notice(once, "aa" * 32, way))
    form = DocumentReported(once, "d1", "S1", "C1", "form", 1, 1, 1, "ab" * 32, "printed", "pages", "", local_now())
    staff.record(Lane.CASES, "document", form)
    assert staff.sends(f"/cases/{once}/correction", **WRONG)[0] == 303
    assert "咨询 1 · 领表 1 · 交材料 1 · 补正 1 都不超过一次" in staff.page(f"/cases/{once}")
    assert "100.0 %" in staff.page("/handling/counters")
    assert staff.sends(f"/cases/{twice}/contact", what="materials", note="当面补交")[0] == 303
    assert "咨询 0 · 领表 0 · 交材料 2 · 补正 0 超过一次" in staff.page(f"/cases/{twice}")
    shown = staff.page("/handling/counters")
    assert "50.0 % 1 / 2 件" in shown
    assert "– 0 / 0 件" in staff.page("/handling/counters?month=2020-01")


# --- ZN-13 ----------


def immediate(slug: str) -> Item:
    return msgspec.structs.replace(ITEMS[slug], case_type=CaseType.IMMEDIATE)


def test_the_way_of_a_case_follows_from_what_it_is() -> None:
    item = ITEMS[SHOP]
    assert decide(immediate(SHOP)).route is Route.NOW
    assert decide(immediate(SHOP), ("premises-lease",)).route is Route.BOOK
    assert decide(item).route is Route.FIRM
    both = decide(item, ("premises-lease",), ("a", "b"))
    assert (both.route, both.also) == (Route.PARALLEL, (Route.BOOK,))
    assert decide(item, reach=CITY).route is Route.PARALLEL
    assert decide(immediate(SHOP), against_policy=True).route is Route.NOTICE


@pytest.mark.parametrize(
    ("slug", "choices", "way", "why"),
    [
        (SHOP, {"ask.premises": "own"}, "坚决办", "在承诺期限内办结"),
        (SHOP, LATER, "预约办", "还有材料要补"),
        ("newborn-joint", {}, "并联办", "几个事项同时办"),
    ],
)
def test_the_last_page_says_which_way_it_goes_and_why(
    visit: MakeVisitor, slug: str, choices: dict[str, str], way: str, why: str
) -> None:
    citizen = visit()
    citizen.choices = choices
    citizen.begin(slug)
    citizen.go_on("result")
    shown = citizen.glance()
    assert way in shown
    assert why in shown


def test_staff_and_citizen_see_the_way_that_was_decided_at_acceptance(visit: MakeVisitor, staff: Clerk) -> None:
    case = staff.filed(missing=("premises-lease",), missing_until="2099-01-01")
    assert "预约办" in staff.page(f"/cases/{case}")
    assert staff.sends(f"/cases/{case}/step", step="accepted")[0] == 303
    assert staff.running.query("SELECT route, why FROM case_routes") == [("book", "missing")]
    shown = reads(visit, staff).leaves()
    assert "预约办" in shown
    assert "还有材料要补" in shown


# --- BJ-04 ----------


def files_later(visit: MakeVisitor, answer: ToleranceStands | None) -> Visitor:
    """A citizen on the page of a paper that may be brought later."""
    citizen = visit({ToleranceAsked: answer} if answer else {})
    citizen.choices = LATER
    citizen.begin(SHOP)
    citizen.go_on("filing.paper.premises-lease.ways")
    return citizen


def test_a_record_of_credit_takes_tolerance_and_says_only_where_a_person_decides(
    visit: MakeVisitor, staff: Clerk
) -> None:
    flag = {"id_number": FILER.id_number, "source": "某某法院", "flagged_on": "2026-01-05", "reason": "未履行"}
    assert "新登记 1 条" in staff.sends("/credit", **flag)[1]
    assert "新登记 0 条" in staff.sends("/credit", **flag)[1], "the same record once"
    answer = put(staff.running, ToleranceAsked(SHOP, FILER.id_number))
    assert FILER.id_number not in str(staff.running.query("SELECT * FROM credit_flags"))
    citizen = files_later(visit, answer)
    assert "option.later" not in citizen.booth.names()
    assert [one.id_number for one in citizen.questions(ToleranceAsked)] == [FILER.id_number], "asked once, before"
    shown = citizen.leaves()
    assert "029-86912315" in shown
    assert "工作人员当面决定" in shown
    assert "法院" not in shown
    assert "2026-01-05" not in shown
    citizen.happen(e.Chose("later"), e.Acted("next"))
    assert page_name(citizen) == "filing.paper.premises-lease.ways"


def test_whoever_has_no_record_is_offered_to_bring_it_later(visit: MakeVisitor, staff: Clerk) -> None:
    citizen = files_later(visit, put(staff.running, ToleranceAsked(SHOP, FILER.id_number)))
    assert "option.later" in citizen.booth.names()
    citizen.go_on("result")
    (save,) = citizen.asked(e.SaveCase)
    assert (save.filed.missing, save.filed.credit) == (("premises-lease",), "asked")


def test_nobody_to_ask_takes_nothing_away_and_staff_are_told_to_look(visit: MakeVisitor, staff: Clerk) -> None:
    citizen = files_later(visit, None)
    assert "option.later" in citizen.booth.names()
    citizen.go_on("result")
    (save,) = citizen.asked(e.SaveCase)
    assert save.filed.credit == "unasked"
    case = staff.filed(missing=("premises-lease",), missing_until="2099-01-01", credit=save.filed.credit)
    assert "没有核对信用" in staff.page(f"/cases/{case}")


def test_source_and_day_are_for_staff_and_every_look_is_written_down(staff: Clerk) -> None:
    case = staff.filed(missing=("premises-lease",), missing_until="2099-01-01", credit="asked")
    staff.stands()  # the case's person is indexed
    assert "申请人有信用记录" not in staff.page(f"/cases/{case}")
    listed = f"{ZHANG.id_number},某某法院,2026-01-05,未履行"
    assert "新登记 1 条" in staff.sends("/credit", list=listed)[1]
    shown = staff.page(f"/cases/{case}")
    assert "申请人有信用记录" in shown
    assert "某某法院" not in shown
    assert staff.sends(f"/cases/{case}/credit", reason="")[0] == 422
    assert staff.running.query("SELECT count(*) FROM openings") == [(0,)]
    status, shown = staff.sends(f"/cases/{case}/credit", reason="决定是否容缺")
    assert status == 200
    assert "某某法院 2026-01-05" in shown
    assert staff.running.query("SELECT kind, reason FROM openings") == [("credit", "决定是否容缺")]


# --- BJ-05 ----------


def test_what_is_done_on_the_spot_is_timed_in_minutes_and_has_no_promised_day(visit: MakeVisitor) -> None:
    acted = DepartmentActed("JG-0001", (), "")
    citizen = visit(FOUND | {DepartmentToldToAct: acted})
    asks(citizen, "medical-treatment-elsewhere")
    citizen.wait(130)
    citizen.go_on("query.acted")
    shown = citizen.leaves()
    assert "当场办结，用时 3 分钟" in shown
    assert "承诺" not in shown
    citizen.touch("main")
    (kept,) = [one.record for one in citizen.asked(e.KeepRecord) if isinstance(one.record, DoneAtOnce)]
    assert (kept.item, kept.finished) == ("medical-treatment-elsewhere", True)
    assert 120 < kept.seconds <= 180


def test_whoever_leaves_before_the_end_is_counted_too(visit: MakeVisitor) -> None:
    citizen = visit(FOUND)
    citizen.touch("attract")
    citizen.happen(e.ItemChosen("medical-treatment-elsewhere"))
    asks_and_leaves(citizen)
    (kept,) = [one.record for one in citizen.asked(e.KeepRecord) if isinstance(one.record, DoneAtOnce)]
    assert not kept.finished


def asks_and_leaves(citizen: Visitor) -> None:
    """To the page before the act, and off."""
    citizen.touch("main", "main")
    citizen.happen(e.CardRead(VISIT, HOLDER))
    citizen.touch("main")
    citizen.go_on("query.confirm")
    citizen.happen(e.Left())


def test_the_centre_shows_median_minutes_and_the_share_finished_before_leaving(staff: Clerk) -> None:
    for seconds, finished in ((60, True), (120, True), (300, True), (45, False)):
        staff.record(Lane.RATINGS, "done_at_once", DoneAtOnce("utility-bills", seconds, finished, local_now()))
    shown = staff.page("/handling/at-once")
    assert "2.0 分钟" in shown
    assert "75.0 % 3 / 4 次" in shown


# --- BJ-10 ----------


def test_a_case_is_passed_on_with_who_and_why_and_comes_back_the_way_it_came(visit: MakeVisitor, staff: Clerk) -> None:
    case = staff.filed(delivery="locker")
    assert staff.sends(f"/cases/{case}/transfer", to_unit="审批科", reason="")[0] == 422
    assert staff.sends(f"/cases/{case}/transfer", to_unit="审批科", reason="需要现场核查")[0] == 303
    assert "现在在哪 长安区政务服务中心" in staff.page(f"/cases/{case}"), "until the other side has taken it over"
    take_over(staff, case, "审批科")
    shown = staff.page(f"/cases/{case}")
    assert "受理单位 长安区政务服务中心 现在在哪 审批科" in shown, "the owner stays"
    logged = staff.page("/handling/transfers")
    assert "长安区政务服务中心 → 审批科 需要现场核查 boss" in logged
    assert "审批科" in reads(visit, staff).leaves()
    assert staff.sends(f"/cases/{case}/transfer", to_unit="审批科", reason="再转")[0] == 422, "it is there already"
    assert staff.sends(f"/cases/{case}/brought-back", note="核查通过")[0] == 303
    assert "现在在哪 长安区政务服务中心" in staff.page(f"/cases/{case}")
    finish(staff, case)
    assert staff.sends(f"/cases/{case}/step", step="ready")[0] == 303
    shown = reads(visit, staff).leaves()
    assert f"{staff.terminal.id} 的取件柜" in shown, "it came from a terminal and goes back to it"
    assert "核查通过" in shown


# --- BJ-26 ----------


def test_a_case_for_another_city_is_handed_over_once_and_followed_to_its_result(
    visit: MakeVisitor, staff: Clerk, office: OfficeProgram
) -> None:
    case = staff.filed(reach=f"{CITY}（异地代收）")
    assert "外地决定" not in staff.page("/cities")
    assert staff.sends(f"/cases/{case}/away", city=CITY, result_by="post")[0] == 422, "verified here first"
    office.world = World(mute=1)
    away = {"city": CITY, "result_by": "post", "verified": "yes"}
    assert staff.sends(f"/cases/{case}/away", **away)[0] == 303
    assert staff.sends(f"/cases/{case}/away", **away)[0] == 409
    for _ in range(3):
        sending.round_of(staff.running.centre)
    assert office.book.handed_over == 1, "said again, it is the same transfer"
    (entry,) = office.book.entries.values()
    assert (entry.case.name, entry.case.id_number, entry.case.verified_by) == (ZHANG.name, ZHANG.id_number, "boss")
    office.book.work()
    office.book.work()
    for _ in range(2):
        sending.round_of(staff.running.centre)
    shown = reads(visit, staff).leaves()
    for text in ("已转交外地办理", CITY, "材料核对无误，已受理", "审批中", "运单号 EMS0000000001"):
        assert text in shown
    assert shown.count("材料核对无误") == 1, "each of its news is one step"
    assert "结果已返回" in staff.page("/cities")
