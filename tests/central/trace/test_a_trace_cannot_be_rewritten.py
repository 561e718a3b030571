"""Every act is chained once; what is changed, removed, re-ordered, cut off or written anew is found."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from central.__main__ import app
from central.cases import store as cases
from central.matters import store as matters
from central.matters.store import Closing
from central.progress import store as progress
from central.progress.rules import Did, Step
from central.trace import keeping, rules, store
from central.trace.rules import GENESIS, Actor, Fact, Head, Stands
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.messages import CaseContent
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)


def facts(case_id: str, count: int) -> list[Fact]:
    return [
        Fact(case_id, f"{case_id}:{n}", AT + timedelta(minutes=n), "looked", Actor.STAFF, "a") for n in range(count)
    ]


def test_a_chain_holds_and_every_single_change_of_it_does_not() -> None:
    whole = rules.chained(Head("c", 0, GENESIS), facts("c", 5))
    head = Head("c", 5, whole[-1].hash)
    assert rules.chain_faults("c", whole, head) == []
    for place, field in itertools.product(range(5), ("at", "what", "who", "note", "source", "actor")):
        other = {"at": AT, "what": "x", "who": "x", "note": "x", "source": "x", "actor": Actor.SYSTEM}[field]
        if getattr(whole[place], field) == other:
            continue
        changed = [*whole]
        changed[place] = msgspec.structs.replace(whole[place], **{field: other})
        assert rules.chain_faults("c", changed, head), (place, field)
    for place in range(5):
        assert rules.chain_faults("c", whole[:place] + whole[place + 1 :], head)
    for first, second in itertools.combinations(range(5), 2):
        swapped = [*whole]
        swapped[first] = msgspec.structs.replace(whole[second], seq=first + 1)
        swapped[second] = msgspec.structs.replace(whole[first], seq=second + 1)
        assert rules.chain_faults("c", swapped, head)


def test_parts_of_an_entry_cannot_be_shifted_into_one_another() -> None:
    first, second = (
        rules.hashed(Fact("c", "s", AT, "looked", Actor.STAFF, who, note), 1, GENESIS)
        for who, note in (("ab", "c"), ("a", "bc"))
    )
    assert first != second


@pytest.fixture
def case_id(running: Running, terminal: TerminalDouble) -> str:
    """A case that has arrived, was accepted, looked at and decided."""
    return decided(running, terminal)


def decided(running: Running, terminal: TerminalDouble) -> str:
    case = terminal.file_case(ItemKind.FILING, CaseContent(None, {}), running.sealing(), item="x")
    running.push(terminal, Lane.CASES)
    running.judged()
    with running.centre.database.writing() as connection:
        progress.add_step(connection, case.case_id, Step(Did.ACCEPTED, "", "zhang", running.clock()))
        cases.log_look(connection, case.case_id, "zhang", running.clock(), "核对材料")
        progress.add_step(connection, case.case_id, Step(Did.DECIDED, "", "li", running.clock()))
    return case.case_id


def verified(running: Running) -> list[str]:
    report = keeping.verify(running.centre.database, running.centre.keys, running.clock())
    return [fault.what for fault in report.faults]


def rewrite(running: Running, statement: str) -> None:
    """As somebody with the password of the database would."""
    with running.centre.database.writing() as connection:
        connection.exec_driver_sql(statement)


def test_an_act_is_in_the_chain_in_its_own_transaction_and_the_filing_stands_first(
    running: Running, case_id: str
) -> None:
    keeping.catch_up(running.centre)
    keeping.catch_up(running.centre)
    with running.centre.database.reading() as connection:
        told = [one.what for one in store.entries(connection, [case_id])[case_id] if one.what != "indexed"]
    assert told == ["filed", "step.accepted", "looked", "step.decided"]
    assert keeping.seal(running.centre, keeping.BY_HAND) is not None
    assert verified(running) == []


@pytest.mark.parametrize(
    ("crime", "found"),
    [
        ("UPDATE trace SET who = 'nobody' WHERE what = 'looked'", "changed"),
        ("DELETE FROM trace WHERE what = 'looked'", "gap"),
        ("UPDATE trace SET seq = CASE seq WHEN 1 THEN 102 ELSE 101 END WHERE seq IN (1, 2)", "gap"),
        ("UPDATE trace_checkpoint_heads SET size = 1", "checkpoint_heads"),
        ("UPDATE trace_checkpoints SET entries = 1", "signature"),
    ],
)
def test_whatever_is_done_to_the_rows_is_found(embedded: Running, crime: str, found: str) -> None:
    decided(embedded, embedded.enter(TerminalDouble()))
    keeping.catch_up(embedded.centre)
    keeping.seal(embedded.centre, keeping.BY_HAND)
    assert verified(embedded) == []
    rewrite(embedded, crime)
    assert found in verified(embedded)


def test_a_chain_cut_short_with_its_head_is_found_by_the_checkpoint(running: Running, case_id: str) -> None:
    keeping.catch_up(running.centre)
    keeping.seal(running.centre, keeping.BY_HAND)
    with running.centre.database.reading() as connection:
        chain = store.entries(connection, [case_id])[case_id]
    rewrite(running, f"DELETE FROM trace WHERE case_id = '{case_id}' AND seq > 2")  # noqa: S608 - of this test
    head = f"UPDATE trace_heads SET size = 2, sealed = 2, head = '{chain[1].hash}' WHERE case_id = '{case_id}'"  # noqa: S608 - of this test
    rewrite(running, head)
    assert verified(running) == ["truncated"]


def test_a_whole_new_chain_is_found_by_the_checkpoint_and_a_new_checkpoint_by_the_kept_one(
    embedded: Running, tmp_path: Path
) -> None:
    case_id = decided(embedded, embedded.enter(TerminalDouble()))
    keeping.catch_up(embedded.centre)
    kept = keeping.seal(embedded.centre, keeping.BY_HAND)
    assert kept is not None
    rewrite(embedded, "DELETE FROM trace")
    rewrite(embedded, "DELETE FROM trace_heads")
    with embedded.centre.database.writing() as connection:
        store.append(connection, *facts(case_id, 5))
    assert "rewritten" in verified(embedded)
    rewrite(embedded, "DELETE FROM trace_checkpoint_heads")
    rewrite(embedded, "DELETE FROM trace_checkpoints")
    assert keeping.seal(embedded.centre, keeping.BY_HAND) is not None
    assert verified(embedded) == [], (
        "who owns database and key leaves no trace here: this is why copies are kept elsewhere"
    )
    copy = tmp_path / "trace-1.json"
    copy.write_bytes(msgspec.json.encode(kept))
    report = keeping.verify(embedded.centre.database, embedded.centre.keys, embedded.clock(), [kept])
    assert [fault.what for fault in report.faults] == ["kept_differs"]


def said(output: str) -> dict[str, object]:
    """The one JSON object of a command; the chores of the centre beside it log what they do."""
    found: dict[str, object] = json.loads(next(line for line in output.splitlines() if line.startswith("{")))
    return found


def test_the_command_verifies_and_its_exit_code_says_so(embedded: Running, tmp_path: Path) -> None:
    case_id = decided(embedded, embedded.enter(TerminalDouble()))
    keeping.catch_up(embedded.centre)
    keeping.seal(embedded.centre, keeping.BY_HAND)
    asked = ["verify-trace", "--config", str(tmp_path / "central.toml"), "--json"]
    good = CliRunner().invoke(app, asked)
    assert good.exit_code == 0, good.output
    assert said(good.output)["faults"] == []
    rewrite(embedded, f"DELETE FROM trace WHERE case_id = '{case_id}' AND seq = 2")  # noqa: S608 - of this test
    bad = CliRunner().invoke(app, asked)
    assert bad.exit_code == 1
    assert said(bad.output)["faults"]


def test_every_day_has_a_checkpoint_and_no_second_one(embedded: Running) -> None:
    decided(embedded, embedded.enter(TerminalDouble()))
    keeping.daily(embedded.centre)
    keeping.daily(embedded.centre)
    days = embedded.query("SELECT count(*), count(DISTINCT day) FROM trace_checkpoints")
    assert days == [(1, 1)]
    embedded.clock.forward(hours=24)
    keeping.daily(embedded.centre)
    assert verified(embedded) == []
    assert embedded.query("SELECT count(*), count(DISTINCT day) FROM trace_checkpoints") == [(2, 2)]
    closed = Closing("hall", embedded.centre.today().isoformat(), "boss", embedded.clock(), 0)
    with embedded.centre.database.writing() as connection:
        matters.close_day(connection, closed)
    for _ in range(2):
        keeping.daily(embedded.centre)
    assert embedded.query("SELECT why FROM trace_checkpoints ORDER BY number") == [("day",), ("day",), ("day_close",)]


def test_a_case_that_was_decided_without_being_accepted_lacks_it() -> None:
    whole = frozenset({"filed", "step.accepted", "step.decided"})
    steps = frozenset({Did.ACCEPTED, Did.DECIDED})
    assert rules.lacking(Stands("c", ItemKind.FILING, whole, steps)) == ()
    assert rules.lacking(Stands("c", ItemKind.FILING, whole - {"step.accepted"}, steps)) == ("step.accepted",)
    assert rules.lacking(Stands("c", ItemKind.FILING, whole, frozenset({Did.REFUSED}))) == (
        "refusal.confirmed", "refusal.proposed", "step.refused",
    )  # fmt: skip
    assert rules.lacking(Stands("c", ItemKind.NUMBER, frozenset(), frozenset())) == ("filed",)
    assert rules.lacking(Stands("c", ItemKind.FILING, whole, steps, frozenset({"looked"}))) == ("looked",)
