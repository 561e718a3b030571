"""走流程 (TS-10): everything as in a real visit, nothing of it real; each step is told and the centre reports."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import msgspec
import pytest

from contract import questions as q
from contract.envelope import Lane
from contract.walks import WalkedThrough
from kiosk.journey import events as e
from kiosk.journey import walking
from kiosk.journey.step import Journey, step
from kiosk.link import ServiceOver
from kiosk.technician import effects as f
from kiosk.technician import events as touched
from kiosk.technician.session import Session
from kiosk.technician.step import step as technicians_step
from kiosk.terminal.service import ServiceMode
from kiosk.terminal.visits import Visits
from kiosk.visit.rehearsal import Rehearsal
from tests.central.conftest import Running, start, write_config
from tests.central.terminal_double import TerminalDouble
from tests.conformance.conftest import MakeVisitor
from tests.conformance.visitor import Visitor, page_name
from tests.ui import booth as of_booth

PERMIT = "residence-permit"
LOOKS = {
    "AwaitCard", "AwaitCardGone", "GuardCard", "RestReader", "ShowPaper", "CaptureScan", "DropScan", "EndVisit",
}  # fmt: skip
READS = {
    "DepartmentAsked", "SlotsAsked", "BookingsAsked", "CasesAsked", "TraceAsked", "PickupsAsked", "ReplyAsked",
    "WaitAsked", "OrdersAsked", "ProjectAsked",
}  # fmt: skip
BANNER = "体验模式"
Begin = Callable[[], Visitor]


class Real:
    """The desk behind a walk: whatever comes here is real."""

    def __init__(self) -> None:
        self.done: list[e.Effect] = []

    def do(self, effect: e.Effect) -> None:
        self.done.append(effect)

    @property
    def told(self) -> list[WalkedThrough]:
        return [
            one.record for one in self.done if isinstance(one, e.KeepRecord) and isinstance(one.record, WalkedThrough)
        ]


class Walker(Visitor):
    """Staff at the terminal: what the rehearsal lets through reaches the world, the rest it answers."""

    real: Real
    rehearsal: Rehearsal
    heard: list[e.Event]

    def reply(self, effect: e.Effect) -> Iterator[e.Event]:
        """Through the rehearsal first."""
        self.heard.clear()
        before = len(self.real.done)
        self.rehearsal.do(effect)
        yield from list(self.heard)
        for passed in self.real.done[before:]:
            yield from super().reply(passed)


@pytest.fixture
def walk(visit: MakeVisitor, monkeypatch: pytest.MonkeyPatch) -> Begin:
    """A visit that was begun as a walk-through."""

    def begin() -> Visitor:
        heard: list[e.Event] = []
        rehearsal, real = Rehearsal(heard.append), Real()
        rehearsal.before(real)

        def stepped(journey: Journey, event: e.Event) -> object:
            after, effects = step(journey, event)
            rehearsal.saw(journey, event, after)
            return after, effects

        monkeypatch.setattr(of_booth, "step", stepped)
        booth = visit().booth
        booth.journey = replace(booth.journey, walking=True)
        walker = Walker.__new__(Walker)
        walker.real, walker.rehearsal, walker.heard = real, rehearsal, heard
        walker.__init__(booth)  # type: ignore[misc]  # it replies as soon as it is there
        return walker

    return begin


def test_a_filing_is_walked_to_its_end_and_nothing_of_it_is_real(walk: Begin) -> None:
    walker = walk()
    assert isinstance(walker, Walker)
    walker.begin(PERMIT)
    for place in ("filing.facts", "filing.review"):
        walker.go_on(place)
        assert BANNER in walker.glance(), place
    walker.go_on("result")
    assert page_name(walker) == "result"
    assert BANNER in walker.glance()
    walker.happen(e.Left(), e.CardGone(walker.journey.visit), e.Started())
    names = {type(one).__name__ for one in walker.real.done}
    assert names - LOOKS <= {"AskCentre", "KeepRecord"}
    asked = [one.question for one in walker.real.done if isinstance(one, e.AskCentre)]
    assert {type(one).__name__ for one in asked} <= READS
    (told,) = walker.real.told
    assert [one.record for one in walker.real.done if isinstance(one, e.KeepRecord)] == [told]
    assert (told.item, told.finished, told.stuck_at) == (PERMIT, True, "")
    assert {"home", "filing.facts", "filing.review"} <= {one.page for one in told.steps}
    said = msgspec.json.encode(told).decode()
    assert walker.journey.case_id not in said, "a walk leads to no case"


def test_where_it_got_stuck_is_noted_with_seconds_backs_and_faults(walk: Begin) -> None:
    walker = walk()
    assert isinstance(walker, Walker)
    visit = walker.journey.visit
    walker.happen(e.Ticked(10.0, "2026-11-23T10:00"), e.Started(), e.Ticked(15.0), e.ItemChosen("real-estate-transfer"))
    walker.happen(e.Ticked(22.0), e.ItemBegun(), e.CardFailed(visit, "id_card_reader.card_unreadable"))
    walker.happen(e.Ticked(60.0), e.WentBack(), e.ItemBegun(), e.Ticked(70.0), e.Left())
    (told,) = walker.real.told
    assert (told.item, told.finished, told.stuck_at) == ("real-estate-transfer", False, "card")
    assert [(one.page, one.seconds, one.backs) for one in told.steps] == [
        ("home", 5.0, 0), ("item", 7.0, 0), ("card", 38.0, 1), ("item", 0.0, 0), ("card", 10.0, 0),
    ]  # fmt: skip
    assert told.steps[2].faults == ("id_card_reader.card_unreadable",)


def test_only_what_looks_and_reads_goes_on_and_every_other_question_is_answered_here() -> None:
    goes = {kind.__name__ for kind in get_args(e.Effect) if kind is not e.AskCentre and walking.goes_on(_bare(kind))}
    assert goes == LOOKS
    for kind in get_args(q.Question):
        effect = e.AskCentre(7, "r", _bare(kind))
        assert walking.goes_on(effect) is (kind.__name__ in READS), kind.__name__
        if kind.__name__ not in READS:
            (heard,) = walking.answers(effect, "2026-11-23T10:00")
            assert isinstance(heard, e.Answered)


def _bare(kind: type) -> Any:  # noqa: ANN401 - any effect or question
    """One of its kind; what it says does not matter here."""
    made: Any = kind(**{one.name: _blank(one.type) for one in msgspec.structs.fields(kind) if one.required})
    return made


def _blank(kind: object) -> object:
    return 0 if kind in (int, float) else () if "tuple" in str(kind) else b"" if kind is bytes else ""


def test_a_walk_nobody_begins_is_over_and_the_next_visit_is_a_citizens() -> None:
    asked = technicians_step(_inside(), touched.LeaveConfirmed(walk=True))[1]
    assert asked == (f.Leave(idle=False, walk=True),)
    journey = Journey(visit=7, case_id="c", items=(), walking=True)
    after, _ = step(journey, e.Ticked(1.0))
    assert after.screen.value == "attract"
    ended, effects = step(after, e.Ticked(1000.0))
    assert isinstance(effects[-1], e.EndVisit) or ended.screen.value == "ended"
    usual, _ = step(replace(after, walking=False), e.Ticked(1000.0))
    assert usual.screen.value == "attract", "negative control: a citizen's screen at rest stays"


def test_one_visit_walks_and_the_one_after_it_does_not() -> None:
    def nothing(*_: object) -> None:
        pass

    service = ServiceMode((), post=nothing, visits=Visits((), post=nothing, entering=nothing, heard=nothing, ended=nothing), free=nothing, over=nothing)  # type: ignore[arg-type]  # fmt: skip  # noqa: E501
    assert not service.walks()
    service._hear(SimpleNamespace(heard_at=0.0, last_word=""), ServiceOver(walk=True))  # type: ignore[arg-type]
    assert [service.walks(), service.walks()] == [True, False]


def _inside() -> Session:
    session = Session(terminal="GL-01", kinds=(), width_px=1080, saved=None, draft=None)  # type: ignore[arg-type]
    return replace(session, who="张工")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Running]:
    for running in start(write_config(tmp_path)):
        running.log_in()
        yield running


def test_the_centre_reports_by_item_how_long_how_many_finished_and_where_it_got_stuck(
    centre: Running, walk: Begin
) -> None:
    walker = walk()
    assert isinstance(walker, Walker)
    walker.happen(e.Started(), e.ItemChosen(PERMIT), e.ItemBegun(), e.WentBack(), e.ItemBegun())
    stuck = page_name(walker)
    walker.happen(e.Left())
    (told,) = walker.real.told
    terminal = centre.enter(TerminalDouble())
    terminal.file_raw(Lane.RATINGS, "walk", msgspec.json.encode(told), None, told.walk_id)
    centre.push(terminal, Lane.RATINGS)
    centre.judged()
    assert centre.query("SELECT reason FROM quarantine") == []
    page = centre.client.get("/walks").text
    for part in (PERMIT, stuck, "停在这里 1 次"):
        assert part in page, part
    steps = centre.client.get(f"/walks/{told.walk_id}").text
    assert steps.count("<tr>") == len(told.steps) + 1, "a line a page, and the head"
    assert stuck in steps
    for table in ("cases", "tickets", "complaints", "notices_given", "survey_answers"):
        assert centre.query(f"SELECT count(*) FROM {table}") == [(0,)], table  # noqa: S608 - names of ours
