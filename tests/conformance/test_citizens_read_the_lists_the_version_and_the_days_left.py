"""What a citizen reads at a terminal beside their errand: the four work lists (ZN-14), which guide this is and since
when (ZN-08), how many working days their case has left (SX-19).
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest

from central.reports.periods import Length, period_of
from contract.calendar import gathered, published
from contract.papers import GuidePaper, NoticePaper, QueryPaper, paper_of
from contract.questions import CasesAsked, CasesFound, CaseStands
from contract.work_lists import entries
from contract.worktime import Worktime
from kiosk import services
from kiosk.journey import events as e
from tests.conformance.clerk import SERVICES, SHOP, Clerk, clerk
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.screens.album import HOLDER, VISIT

ITEMS = services.load().items
LISTS = {"items": "事项清单", "duties": "责任清单", "steps": "流程清单", "limits": "时限清单"}
EDITION = "第 1 版，2026年11月1日起"


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Clerk]:
    """Somebody at the centre's pages, with the catalogue of the terminals in force."""
    for one in clerk(tmp_path):
        one.publish(*(path.stem for path in sorted(SERVICES.glob("*.toml"))))
        yield one


def at_the_lists(visit: MakeVisitor) -> Visitor:
    """Found by touching, with the network away."""
    citizen = visit(items=ITEMS)
    citizen.happen(e.DutyChanged((), link_up=False, papers=True))
    citizen.touch("attract", "door.find", "act.tags", "act.lists")
    assert page_name(citizen) == "lists.which"
    return citizen


def printed(citizen: Visitor, kind: type[msgspec.Struct]) -> msgspec.Struct:
    paper = citizen.asked(e.PrintPaper)[-1]
    found = paper_of(paper.template, dict(paper.data))
    assert isinstance(found, kind)
    return found


def test_all_four_lists_are_read_searched_and_printed_at_a_terminal_without_a_network(visit: MakeVisitor) -> None:
    citizen = at_the_lists(visit)
    now = sum(one.at_once for one in entries(ITEMS))
    assert f"{len(ITEMS)} 项，其中马上办 {now} 项" in citizen.glance(), "and the day of the catalogue beside it"
    for key, name in LISTS.items():
        citizen.touch(f"option.{key}")
        assert name in citizen.glance()
        shown = citizen.leaves()
        assert all(item.title["zh-Hans"] in shown for item in ITEMS), "nothing is left out"
        citizen.happen(e.WentBack())
    citizen.touch("option.limits", "act.search")
    citizen.happen(e.KeyPressed("居住证"))
    citizen.touch("main")
    assert page_name(citizen) == "lists.list"
    citizen.touch("option.residence-permit")
    shown = citizen.leaves()
    for said in ("11610117 MB2A3000", "公安局", "18 号窗口", "029-12345", "公安机关核查", "5 个工作日", "53.33%"):
        assert said in shown
    citizen.touch("main")
    assert page_name(citizen) == "item", "and it leads to the item"


def test_a_list_comes_out_on_paper_with_every_item(visit: MakeVisitor) -> None:
    citizen = at_the_lists(visit)
    citizen.touch("option.duties", "act.print")
    paper = printed(citizen, QueryPaper)
    assert isinstance(paper, QueryPaper)
    (section,) = paper.sections
    assert section.table is not None
    assert paper.title == "责任清单"
    assert [row[0] for row in section.table.rows] == [one.title["zh-Hans"] for one in entries(ITEMS)]


def test_the_centre_exports_the_same_four_lists(staff: Clerk) -> None:
    period = period_of(Length.QUARTER, staff.running.centre.today()).name
    form = {"csrf": staff.running.csrf(), "kind": "work", "period": period}
    made = staff.running.client.post("/reports", data=form, follow_redirects=False)
    assert made.status_code == 303, made.text
    body = staff.running.client.get(f"{made.headers['location']}/staff.xlsx").content
    cells = [
        str(cell.value) for sheet in openpyxl.load_workbook(io.BytesIO(body)) for row in sheet.rows for cell in row
    ]
    found = " ".join(cells)
    for one in entries(ITEMS):
        assert found.count(one.title["zh-Hans"]) >= len(LISTS), one.slug
        assert one.code in found
    for one in entries(ITEMS):
        assert one.cut is None or str(one.cut) in found or f"{one.cut:g}" in found, "reckoned as at the terminal"


# --- which guide this is ----------


def test_the_guide_says_its_version_and_first_day_on_the_screen_and_on_paper(visit: MakeVisitor) -> None:
    items = tuple(msgspec.structs.replace(item, situations=()) if item.slug == SHOP else item for item in ITEMS)
    citizen = visit(items=items)
    citizen.happen(e.DutyChanged((), link_up=False, papers=True))
    citizen.touch("attract", "door.filing")
    citizen.happen(e.ItemChosen(SHOP))
    assert EDITION in citizen.leaves(), "on the item's own page"
    citizen.happen(e.ServiceOpened("notice", SHOP))
    assert page_name(citizen) == "notice.sheet"
    assert EDITION in citizen.leaves()
    citizen.happen(e.Acted("print"))
    notice = printed(citizen, NoticePaper)
    assert isinstance(notice, NoticePaper)
    assert notice.version == EDITION
    citizen = visit(items=items)
    citizen.happen(e.DutyChanged((), link_up=False, papers=True))
    citizen.touch("attract")
    citizen.happen(e.ServiceOpened("notice", SHOP), e.Acted("plain"))
    assert EDITION in citizen.leaves(), "the plain guide is dated too"
    citizen.happen(e.Acted("print"))
    guide = printed(citizen, GuidePaper)
    assert isinstance(guide, GuidePaper)
    assert guide.version == EDITION


# --- the days left ----------


def test_the_days_left_are_counted_and_stop_with_the_clock(staff: Clerk) -> None:
    """As the terminal is told: the working days after today, below zero when it is late."""
    running = staff.running
    working, today = Worktime(gathered(published())), running.centre.today()
    for days in (12, -5):
        day = today + timedelta(days=days)
        staff.filed(promise_date=day.isoformat())
        assert working.left(today, day) in {one.days_left for one in staff.stands()}
    assert working.left(today, today + timedelta(days=12)) > 0 > working.left(today, today - timedelta(days=5))


def test_citizens_see_how_many_working_days_are_left_and_that_it_is_late(visit: MakeVisitor) -> None:
    state = {"zh-Hans": "已受理"}

    def case(number: str, **changes: object) -> CaseStands:
        title = {"zh-Hans": f"办件{number}"}
        stands = CaseStands(number, SHOP, title, "2026-11-20T10:00:00+08:00", state, ())
        return msgspec.structs.replace(stands, **changes)

    cases = (
        case("A1", promise_date="2026-11-27", days_left=4),
        case("A2", promise_date="2026-11-18", days_left=-2),
        case("A3", promise_date="2026-11-22", days_left=0),
        case("A4", paused={"zh-Hans": "专家评审"}),
        case("A5"),
    )
    citizen = visit({CasesAsked: CasesFound(cases)})
    citizen.touch("attract")
    citizen.happen(e.Ticked(citizen.journey.now + 1, "2026-11-22T14:06"), e.ServiceOpened("progress", "mine"))
    citizen.happen(e.CardRead(VISIT, HOLDER), e.PersonConfirmed())
    assert page_name(citizen) == "progress.cases"
    shown = citizen.leaves()
    for said in ("还有 4 个工作日", "超期 2 个工作日", "今天到期", "时间暂停计算"):
        assert said in shown
    citizen.happen(e.Chose("A1"))
    assert re.search(r"还有 4 个工作日.*2026年11月27日", citizen.leaves(), re.DOTALL)
    citizen.happen(e.WentBack(), e.Chose("A4"))
    shown = citizen.leaves()
    assert "时间暂停计算" in shown
    assert "专家评审" in shown
    citizen.happen(e.WentBack(), e.Chose("A5"))
    assert "工作日" not in citizen.leaves(), "where no day is promised none is counted"
