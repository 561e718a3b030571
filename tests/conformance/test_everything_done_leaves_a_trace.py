"""全程留痕 at the real pages: chained, sealed, verified, complete, and read by its citizen (BJ-13, BJ-14)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.trace import keeping
from contract.questions import TraceAsked, TraceFound
from tests.central.services import put
from tests.conformance.clerk import SHOP, ZHANG, Clerk, clerk


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Clerk]:
    """Somebody at the centre's pages."""
    for one in clerk(tmp_path):
        one.publish(SHOP)
        yield one


def test_every_act_is_in_the_chain_and_a_changed_one_is_found(staff: Clerk) -> None:
    case = staff.filed()
    assert staff.sends(f"/cases/{case}/step", step="accepted", note="齐全")[0] == 303
    assert staff.sends(f"/cases/{case}/look", reason="核对身份")[0] == 200
    shown = staff.page(f"/cases/{case}/trace")
    assert "链条完好" in shown
    for said in ("办事人提交了", "已受理", "boss 查看了办事人的材料", "核对身份", "交给经办单位"):
        assert said in shown
    assert staff.sends("/trace/seal")[0] == 303
    assert "全部核对完毕，没有问题" in staff.sends("/trace/verify")[1]
    with staff.running.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE trace SET note = '没看过' WHERE what = 'looked'")
    assert "条被改过" in staff.page(f"/cases/{case}/trace")
    assert "条被改过" in staff.sends("/trace/verify")[1]


def test_a_citizen_reads_their_own_trace_with_who_looked_and_why(staff: Clerk) -> None:
    case = staff.filed()
    assert staff.sends(f"/cases/{case}/look", reason="核对身份")[0] == 200
    assert staff.stands()
    found = put(staff.running, TraceAsked(ZHANG))
    assert isinstance(found, TraceFound)
    told = [(one.title["zh-Hans"], one.note.get("zh-Hans", "")) for one in found.steps]
    assert ("工作人员 boss 查看了您的材料", "核对身份") in told
    assert any(title.startswith("您提交了") for title, _ in told)


def test_a_case_that_lacks_a_mandatory_event_is_listed(staff: Clerk) -> None:
    case = staff.filed()
    assert staff.sends(f"/cases/{case}/step", step="accepted")[0] == 303
    keeping.catch_up(staff.running.centre)
    assert "办件痕迹都完整" in staff.page("/trace")
    with staff.running.centre.database.writing() as connection:
        decided = "INSERT INTO case_steps (case_id, step, note, by_whom, at) VALUES (?, 'decided', '', 'x', ?)"
        connection.exec_driver_sql(decided, (case, staff.running.clock().isoformat(timespec="microseconds")))
        connection.exec_driver_sql("DELETE FROM trace WHERE what = 'step.accepted'")
        connection.exec_driver_sql("DELETE FROM case_steps WHERE step = 'accepted'")
    assert "缺少必需的痕迹： 环节意见、受理" in staff.page("/trace")
