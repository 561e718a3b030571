"""容缺: reminders and the end by rule, once each, and none where somebody decided or the paper came meanwhile."""

from datetime import timedelta

import msgspec
import pytest

from central.progress import store as progress
from central.progress.rules import Did, Step
from central.tolerance import store, upkeep
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseContent
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble


@pytest.fixture
def owing(embedded: Running) -> list[str]:
    """Three accepted cases whose paper was due yesterday; a case late is returned here."""
    settings = embedded.centre.settings
    embedded.centre.settings = msgspec.structs.replace(settings, tolerance_overdue=upkeep.RETURN)
    embedded.centre.caretaker.stop()
    terminal = embedded.enter(TerminalDouble())
    until = (embedded.centre.today() - timedelta(days=1)).isoformat()
    content = CaseContent(None, {})
    names = ["c1", "c2", "c3"]
    for name in names:
        terminal.file_case(
            ItemKind.FILING,
            content,
            embedded.sealing(),
            item="x",
            case_id=name,
            missing=("lease",),
            missing_until=until,
        )
    embedded.push(terminal, Lane.CASES)
    embedded.judged()
    for name in names:
        step(embedded, name, Did.ACCEPTED)
    return names


def step(running: Running, case_id: str, did: Did) -> None:
    with running.centre.database.writing() as connection:
        progress.add_step(connection, case_id, Step(did, "", "li", running.clock()))


def returned(running: Running) -> list[str]:
    found = running.query("SELECT case_id FROM case_steps WHERE step = 'returned' ORDER BY case_id")
    return [str(one) for (one,) in found]


def test_a_case_whose_paper_never_came_ends_by_rule_once(
    embedded: Running, owing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.owing, "__defaults__", ("", 2))  # what is over long ago keeps nobody from their turn
    for _ in range(3):
        upkeep.turn(embedded.centre)
    assert returned(embedded) == owing
    assert embedded.query("SELECT count(*) FROM tolerance_reminders WHERE stage = 'overdue'") == [(3,)]


def test_what_was_decided_or_brought_after_the_look_is_not_returned(
    embedded: Running, owing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mobile = upkeep._mobile

    def meanwhile(*asked: object) -> str:
        if not returned(embedded) and not embedded.query("SELECT 1 FROM case_steps WHERE step = 'decided'"):
            step(embedded, "c1", Did.DECIDED)
            step(embedded, "c2", Did.COMPLETED)
        return mobile(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(upkeep, "_mobile", meanwhile)
    upkeep.turn(embedded.centre)
    assert returned(embedded) == [owing[2]]


def test_a_case_that_cannot_be_done_stops_no_other(
    embedded: Running, owing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mobile = upkeep._mobile

    def sick(centre: object, case: object) -> str:
        if getattr(case, "case_id", "") == "c1":
            raise LookupError
        return mobile(centre, case)  # type: ignore[arg-type]

    monkeypatch.setattr(upkeep, "_mobile", sick)
    with pytest.raises(LookupError):
        upkeep.turn(embedded.centre)
    assert returned(embedded) == owing[1:]
