"""您拿到了几页: asked after a paper of which nobody knows how much came out; staff see the answer."""

from collections.abc import Iterator

import msgspec
import pytest

from contract import questions as q
from contract.envelope import Lane
from contract.messages import DocumentReported
from contract.pages_counted import PagesCounted
from kiosk.journey import events as e
from tests.central.conftest import Running, embedded, embedded_config, embedded_model  # noqa: F401 - fixtures
from tests.central.terminal_double import TerminalDouble, local_now
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.screens.album import HOLDER

TITLE = {"zh-Hans": "登记的信息", "en": "On record"}
FOUND = q.DepartmentFound((q.Section(TITLE, (q.Fact(TITLE, "1"),)),), "2026-11-23T09:00:00+08:00", TITLE)
ISSUED = q.DocumentIssued("S1", "ABCD2345", "https://zwfw.example/v/ABCD2345", "2026-11-23T10:00:00+08:00", "query")


class Unsure(Visitor):
    """Its printer does not say what came out."""

    def reply(self, effect: e.Effect) -> Iterator[e.Event]:
        if isinstance(effect, e.PrintPaper):
            yield e.PaperMoved(effect.visit, effect.paper_id, e.TicketState.UNCERTAIN, "", None, 3)
            return
        yield from super().reply(effect)


@pytest.fixture
def unsure(visit: MakeVisitor) -> Visitor:
    citizen = Unsure(visit().booth, {q.DepartmentAsked: FOUND, q.DocumentWanted: ISSUED})
    citizen.touch("attract")
    citizen.happen(e.ItemChosen("no-housing-certificate"))
    citizen.touch("main", "main")
    citizen.happen(e.CardRead(citizen.journey.visit, HOLDER))
    citizen.touch("main")
    if page_name(citizen) == "query.found":
        citizen.happen(e.Acted("document"))
    return citizen


def counted(citizen: Visitor) -> list[tuple[str, PagesCounted]]:
    kept = [one for one in citizen.asked(e.KeepRecord) if isinstance(one.record, PagesCounted)]
    return [(one.record_id, one.record) for one in kept if isinstance(one.record, PagesCounted)]


@pytest.mark.parametrize(("out", "shown"), [(3, "query.paper.printed"), (1, "query.paper.uncertain")])
def test_the_answer_is_kept_beside_the_paper(unsure: Visitor, out: int, shown: str) -> None:
    assert page_name(unsure) == "query.paper.count"
    assert "您拿到了几页" in unsure.glance()
    (paper,) = unsure.asked(e.PrintPaper)
    unsure.touch(f"option.pages/{paper.paper_id}/{out}/3")
    ((record_id, record),) = counted(unsure)
    assert (record.document_id, record.pages, record.of) == (paper.paper_id, out, 3)
    assert record_id == f"{paper.paper_id}.pages"
    assert page_name(unsure) == shown


def test_staff_see_what_the_citizen_counted(embedded: Running) -> None:  # noqa: F811 - the fixture
    terminal = TerminalDouble()
    embedded.enter(terminal)
    at = local_now()
    report = DocumentReported("c-1", "p-1", "S9", "CODE", "query", 1, 3, None, "ab" * 32, "uncertain", "", "", at)
    for kind, body in (("document", report), ("pages_counted", PagesCounted("p-1", 2, 3, at))):
        terminal.file_raw(Lane.CASES, kind, msgspec.json.encode(body))
    embedded.push(terminal, Lane.CASES, 1, 2)
    embedded.judged()
    embedded.log_in()
    page = embedded.client.get("/prints").text
    assert "群众自己数的" in page
    assert "拿到 2 页" in page
