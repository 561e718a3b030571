"""Verifying reads what is of one moment: acts that come in between break no chain, on either database."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from central.audit import store as audit
from central.matters import store as matters
from central.matters.rules import Changes, Matter
from central.trace import keeping
from central.trace import store as trace
from central.trace.rules import Actor, Fact
from tests.central.conftest import Running

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)


def act(running: Running, number: int) -> None:
    """Something is done: in the chain of a case and in the audit trail."""
    with running.centre.database.writing() as connection:
        trace.append(connection, Fact("c1", f"s{number}", AT, "looked", Actor.STAFF, "a"))
        audit.note(connection, "a", "login", "", AT)


def test_an_act_between_two_questions_of_a_verification_breaks_nothing(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.centre.caretaker.stop()
    act(running, 1)
    heads_of, after_seq = trace.heads_of, audit.after_seq

    def heads_later(*asked: Any) -> Any:  # noqa: ANN401 - as it is
        act(running, 2)
        return heads_of(*asked)

    def rows_later(*asked: Any) -> Any:  # noqa: ANN401 - as it is
        act(running, 3)
        return after_seq(*asked)

    monkeypatch.setattr(trace, "heads_of", heads_later)
    monkeypatch.setattr(audit, "after_seq", rows_later)
    report = keeping.verify(running.centre.database, running.centre.keys, AT)
    assert (report.faults, report.entries) == ((), 1)
    with running.centre.database.reading(still=True) as connection:
        broken, _ = audit.checked(connection)
    assert broken is None


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_log SET detail = 'x' WHERE seq = 2",
        "DELETE FROM audit_log WHERE seq = 2",
        "DELETE FROM audit_log WHERE seq = 3",
        "UPDATE audit_log SET hash = (SELECT hash FROM audit_log WHERE seq = 1) WHERE seq = 2",
    ],
)
def test_control_a_change_or_a_row_less_is_found_also_at_the_end(embedded: Running, damage: str) -> None:
    embedded.centre.caretaker.stop()
    for number in range(1, 4):
        act(embedded, number)
    with embedded.centre.database.writing() as connection:
        first = embedded.query("SELECT min(seq) FROM audit_log")[0][0]
        connection.exec_driver_sql(damage.replace("seq = ", f"seq = {first} - 1 + "))
    with embedded.centre.database.reading() as connection:
        assert audit.checked(connection)[0] is not None


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM trace WHERE seq = 3",
        (
            "DELETE FROM trace WHERE seq = 3; "
            "UPDATE trace_heads SET size = 2, head = (SELECT hash FROM trace WHERE seq = 2)"
        ),
        "DELETE FROM trace; DELETE FROM trace_heads",
        "UPDATE trace SET who = 'b' WHERE seq = 3",
    ],
)
def test_control_a_sealed_chain_cut_at_its_end_is_found(embedded: Running, damage: str) -> None:
    embedded.centre.caretaker.stop()
    for number in range(1, 4):
        act(embedded, number)
    assert keeping.seal(embedded.centre, keeping.BY_HAND) is not None
    assert keeping.verify(embedded.centre.database, embedded.centre.keys, AT).faults == ()
    with embedded.centre.database.writing() as connection:
        for statement in damage.split("; "):
            connection.exec_driver_sql(statement)
    assert keeping.verify(embedded.centre.database, embedded.centre.keys, AT).faults


def test_what_two_looks_see_to_be_over_is_over_once_and_not_over_what_a_person_closed(embedded: Running) -> None:
    embedded.centre.caretaker.stop()
    new = Matter("m", "device", "s", "GL-01", "", "act", False, "", AT, AT, AT)
    with embedded.centre.database.writing() as connection:
        [one] = matters.write(connection, Changes([new]))
        over = Changes(changed=[msgspec.structs.replace(one, closed_at=AT)])
        matters.write(connection, over)
        matters.write(connection, over)
        assert [step.what for step in matters.steps(connection, one.matter_id)].count("over") == 1
        [two] = matters.write(connection, Changes([msgspec.structs.replace(new, subject="t")]))
        assert matters.close(connection, two.matter_id, "boss", "x", AT)
        matters.write(connection, Changes(changed=[msgspec.structs.replace(two, closed_at=AT)]))
        assert [step.what for step in matters.steps(connection, two.matter_id)] == ["closed"]
