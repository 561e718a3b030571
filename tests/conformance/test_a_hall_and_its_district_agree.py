"""One writer of cases, and every record of the net and of the counter compared by night (BJ-11, BJ-34)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from central.reconciliation import nightly, rules
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import DayClosed, LaneDigest
from tests.central.conftest import Running, start, write_config
from tests.central.terminal_double import TerminalDouble, local_now
from tests.central.upward.joined import joined_config
from tests.central.upward.relay_double import RelayDouble

MISSING = "缺 1 条"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "centre").mkdir()
    yield from start(write_config(tmp_path / "centre"))


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Running]:
    (tmp_path / "hall").mkdir()
    yield from start(joined_config(tmp_path / "hall"))


def close_day(terminal: TerminalDouble) -> None:
    """What a terminal says at the end of a day of every lane."""
    lanes = tuple(
        LaneDigest(1, lane, len(sent), rules.digest([one.hash for one in sent], terminal.key.suite))
        for lane, sent in sorted(terminal.lanes.items())
    )
    body = DayClosed("2026-05-01", lanes, 5, local_now())
    terminal.file_raw(Lane.TELEMETRY, "day_closed", msgspec.json.encode(body))


def a_day(name: str) -> TerminalDouble:
    """Four numbers and a filing, most of them while nobody could be reached, and the day's account."""
    terminal = TerminalDouble(name)
    terminal.file_case()
    for tier, number in (("upstream", f"A{name[-1]}17"), ("leased", f"A{name[-1]}-001"), ("local", f"A{name[-1]}-X1")):
        terminal.file_case(tier=tier, number=number)
    terminal.file_case(ItemKind.FILING)
    close_day(terminal)
    return terminal


def night(centre: Running) -> None:
    """The pass that nobody waits for."""
    centre.judged()
    nightly.look_again(centre.centre.database, centre.clock())


def page(centre: Running) -> str:
    """What a manager reads in the morning."""
    assert centre.log_in() == 303
    return centre.client.get("/reconciliation").text


def test_what_was_done_without_the_net_is_compared_with_the_centre_and_agrees(centre: Running) -> None:
    hall = RelayDouble(centre)
    behind, direct = a_day("GL-01"), a_day("GL-02")
    hall.terminals(behind)
    centre.enter(direct)
    for lane in (Lane.NUMBERS, Lane.CASES, Lane.TELEMETRY):
        hall.bring(behind, lane)
        centre.push(direct, lane)
    night(centre)
    told = page(centre)
    assert "100 %" in told
    assert "GL-01" in told
    assert "GL-02" in told
    assert "缺" not in told


def test_a_record_that_is_not_there_is_named_and_told_until_it_is(centre: Running) -> None:
    hall = RelayDouble(centre)
    terminal = a_day("GL-01")
    hall.terminals(terminal)
    hall.bring(terminal, Lane.NUMBERS, 1, 3)
    hall.bring(terminal, Lane.CASES)
    hall.bring(terminal, Lane.TELEMETRY)
    night(centre)
    assert "80.00 %" in page(centre)
    assert "GL-01" in page(centre)
    centre.clock.forward(hours=2)
    night(centre)
    told = centre.query("SELECT terminal FROM alarms WHERE kind = 'reconciliation.missing'")
    assert told == [("GL-01",)]
    hall.bring(terminal, Lane.NUMBERS)
    night(centre)
    assert "100 %" in page(centre)


def test_no_page_of_a_hall_writes_the_state_of_a_case(node: Running) -> None:
    terminal = node.enter(TerminalDouble("GL-01"))
    case = terminal.file_case()
    node.push(terminal, Lane.NUMBERS)
    node.judged()
    assert node.log_in() == 303
    csrf = node.csrf()
    for act in ("step", "correction", "refusal", "transfer", "away", "delivery"):
        answer = node.client.post(f"/cases/{case.case_id}/{act}", data={"csrf": csrf}, follow_redirects=False)
        assert answer.status_code == 409, act
        assert "此操作在中心办理" in answer.text
    assert node.query("SELECT count(*) FROM case_steps") == [(0,)]


def test_what_a_hall_brings_up_again_changes_nothing(centre: Running) -> None:
    hall = RelayDouble(centre)
    terminal = a_day("GL-01")
    hall.terminals(terminal)
    for _ in range(3):
        for lane in (Lane.NUMBERS, Lane.CASES, Lane.TELEMETRY):
            hall.bring(terminal, lane)
    night(centre)
    assert centre.query("SELECT count(*) FROM cases") == [(5,)]
    assert centre.query("SELECT count(*) FROM envelopes") == [(6,)]
    assert "100 %" in page(centre)
