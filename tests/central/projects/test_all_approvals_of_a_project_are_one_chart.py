"""A project: cases and orders joined by staff, or a joint filing by itself; who has each, until when, who is waited for
(BJ-22). Staff read a chart, the company the same by number and code.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from central.agents.rules import Agent
from central.progress.rules import Did, Known, Step
from central.projects import rules
from central.projects.rules import COMPANY, Kind, Part, Project, waiting_for
from contract.calendar import gathered
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import DocumentReported
from contract.orders import ProjectAsked, ProjectFound, ProjectPart, ProjectStage
from contract.questions import Refused
from contract.worktime import Worktime
from tests.central.conftest import Running
from tests.central.orders.ordering import content, enter_agent, placed, post, send
from tests.central.services import item, publish, put
from tests.central.terminal_double import TerminalDouble, local_now

JOINT = ("newborn-household-registration", "newborn-medical-insurance")
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def office(embedded: Running) -> Running:
    embedded.log_in()
    return embedded


@pytest.fixture
def sender(office: Running) -> TerminalDouble:
    return office.enter(TerminalDouble())


def file(running: Running, terminal: TerminalDouble, **changes: Any) -> tuple[str, str]:  # noqa: ANN401 - any field of a case
    """Id and number of a case."""
    case = terminal.file_case(ItemKind.FILING, **changes)
    running.push(terminal, Lane.CASES, len(terminal.lanes[Lane.CASES]))
    running.judged()
    return case.case_id, case.case_number


def begin(running: Running) -> tuple[str, str, str]:
    """Id, number and code of a new project."""
    assert post(running, "/projects", title="示例公司二期厂房") == 303
    ((project_id, number, code),) = running.query("SELECT project_id, number, code FROM projects")
    return str(project_id), str(number), str(code)


def heard(running: Running, number: str, code: str) -> ProjectFound:
    found = put(running, ProjectAsked(number, code))
    assert isinstance(found, ProjectFound)
    return found


def test_staff_join_cases_and_orders_in_stages_and_the_company_reads_the_same(
    office: Running, sender: TerminalDouble
) -> None:
    late = (office.centre.today() - timedelta(days=1)).isoformat()
    first, first_number = file(office, sender, promise_date="2099-01-01")
    _, second_number = file(office, sender, promise_date=late)
    order = placed()
    send(office, sender, order, content())
    project_id, number, code = begin(office)
    path = f"/projects/{project_id}"
    for stage, joined in (("1", first_number), ("2", second_number), ("2", order.number)):
        assert post(office, f"{path}/join", number=joined.lower(), stage=stage) == 303
    assert post(office, f"{path}/join", number=first_number, stage="1") == 422
    assert post(office, f"{path}/join", number="FW000", stage="1") == 422
    assert post(office, f"/cases/{first}/step", step="accepted") == 303, "nothing is decided that was not accepted"
    assert post(office, f"/cases/{first}/step", step="decided") == 303
    assert post(office, f"{path}/steward", agent=enter_agent(office)) == 303
    found = heard(office, number, code.lower())
    assert [len(stage.parts) for stage in found.stages] == [1, 2]
    done, overdue, asked = (part for stage in found.stages for part in stage.parts)
    assert (done.waits, done.late, bool(done.done)) == ({}, False, True)
    assert (overdue.late, overdue.due, overdue.waits) == (True, late, waiting_for(rules.HALL))
    assert asked.waits == rules.NOBODY
    assert (found.steward, found.steward_number) == ("李D-07", "D-07")
    page = office.client.get(path).text
    assert page.count('class="bar bar-') == 3
    assert 'class="bar bar-late"' in page
    assert all(text in page for text in (number, code, "李D-07", late, "等大厅窗口办理", "等大厅安排工作人员"))
    for name in ("第 1 阶段", "第 2 阶段"):
        assert name in page
    listed = office.client.get("/projects").text
    assert "1 / 3" in listed
    assert put(office, ProjectAsked(number, "WRONG1")) == Refused("number_or_code")
    assert put(office, ProjectAsked(number, "")) == Refused("number_or_code")
    assert post(office, f"{path}/leave", kind="order", of=order.order_id) == 303
    assert post(office, f"{path}/close") == 303


def test_a_joint_filing_is_a_project_by_itself_and_opens_with_its_receipt(
    office: Running, sender: TerminalDouble
) -> None:
    publish(office, *(item(slug) for slug in JOINT))
    case_id, number = file(office, sender, item="newborn-joint", item_title="新生儿出生一件事", joint=JOINT)
    receipt = DocumentReported(
        case_id, "d-1", "S1", "ABCD2345", "receipt", 1, 1, 1, "ab" * 32, "printed", "", "", local_now()
    )
    sender.file_raw(Lane.CASES, "document", msgspec.json.encode(receipt))
    office.push(sender, Lane.CASES, 2)
    office.judged()
    found = heard(office, number, "ABCD2345")
    (stage,) = found.stages
    assert len(stage.parts) == 2
    assert all(part.due >= part.begun and part.who and part.waits for part in stage.parts)
    assert len({part.title["zh-Hans"] for part in stage.parts}) == 2
    assert "一件事" in office.client.get("/projects").text
    heard(office, number, "ABCD2345")
    assert office.query("SELECT count(*) FROM projects") == [(1,)]
    assert office.query("SELECT count(*) FROM project_parts") == [(2,)]
    other, other_number = file(office, sender)
    assert other
    assert put(office, ProjectAsked(other_number, "ABCD2345")) == Refused("number_or_code")


# --- the rules ----------


def known(steps: dict[str, list[Step]], missing: str = "[]") -> rules.Known:
    case = Known(
        "c-1", "T", "N1", "x", "厂房规划许可", "2026-11-02T10:00:00+08:00", datetime(2026, 11, 2, tzinfo=ZONE),
        "2026-11-20", missing, "2026-11-18" if missing != "[]" else None, "某公司",
    )  # fmt: skip
    agent = Agent("a", "D-07", "李四", "", "full", "", "12345", "[]", "[]", "boss", datetime.now(ZONE))  # type: ignore[arg-type]
    today = date(2026, 11, 22)
    working = Worktime(gathered())
    return rules.Known({"c-1": case}, steps, {}, {"a": agent}, {"x": None}, working, ZONE, today)


def one(steps: list[Step], missing: str = "[]") -> ProjectPart:
    now = datetime(2026, 11, 3, tzinfo=ZONE)
    project = Project("p", "XM1", "CODE", "厂房", "a", "boss", now, None, now)
    found = rules.found(project, [Part("p", 1, Kind.CASE, "c-1", "", "boss", now)], known({"c-1": steps}, missing))
    return found.stages[0].parts[0]


def test_who_is_waited_for_follows_from_the_steps() -> None:
    def did(what: Did) -> Step:
        return Step(what, "", "boss", datetime(2026, 11, 10, 9, tzinfo=ZONE))

    assert (one([]).late, one([]).waits) == (True, waiting_for(rules.HALL))
    assert one([did(Did.CORRECTION)]).waits == COMPANY
    assert one([], '["id_card"]').waits == COMPANY
    decided = one([did(Did.DECIDED)])
    assert (decided.waits, decided.late, decided.done) == ({}, False, "2026-11-10")


def test_the_chart_draws_each_from_its_first_day_to_today_or_its_end() -> None:
    part = ProjectPart(
        title={"zh-Hans": "一"}, who={"zh-Hans": "局"}, state={"zh-Hans": "在办"}, begun="2026-11-02", due="2026-11-30"
    )
    done = msgspec.structs.replace(part, done="2026-11-12")
    overdue = msgspec.structs.replace(part, due="2026-11-20", late=True)
    stage = ProjectStage({"zh-Hans": "第 1 阶段"}, (part, done, overdue))
    drawn = rules.chart(ProjectFound(number="1", title={}, stages=(stage,)), date(2026, 11, 22))
    assert [bar.tone for bar in drawn.bars] == ["runs", "done", "late"]
    assert drawn.bars[1].width < drawn.bars[0].width
    assert all(bar.x >= rules.LEFT and bar.x + bar.width <= rules.WIDTH for bar in drawn.bars)
    due = [bar.due_x for bar in drawn.bars]
    assert due[2] is not None
    assert due[0] is not None
    assert due[2] < drawn.today_x + 60 < due[0]
    assert len({bar.y for bar in drawn.bars}) == 3
