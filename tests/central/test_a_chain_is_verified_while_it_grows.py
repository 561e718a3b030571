"""Verifying reads what is of one moment: acts that come in between break no chain, on either database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from central.audit import store as audit
from central.database import Database
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


AUDIT = (
    "UPDATE audit_log SET detail = 'x' WHERE seq = (SELECT max(seq) - 1 FROM audit_log)",
    "DELETE FROM audit_log WHERE seq = (SELECT max(seq) - 1 FROM audit_log)",
    "DELETE FROM audit_log WHERE seq = (SELECT max(seq) FROM audit_log)",
    "UPDATE audit_log SET hash = 'x' WHERE seq = (SELECT max(seq) FROM audit_log)",
)
TRACE = (
    "DELETE FROM trace WHERE seq = 3",
    "DELETE FROM trace WHERE seq = 3; UPDATE trace_heads SET size = 2, head = (SELECT hash FROM trace WHERE seq = 2)",
    "DELETE FROM trace; DELETE FROM trace_heads",
    "UPDATE trace SET who = 'b' WHERE seq = 3",
)


def test_control_a_byte_that_is_another_or_a_row_less_is_found_also_at_the_end(
    embedded: Running, tmp_path: Path
) -> None:
    embedded.centre.caretaker.stop()
    for number in range(1, 4):
        act(embedded, number)
    assert keeping.seal(embedded.centre, keeping.BY_HAND) is not None
    for place, damage in enumerate(("", *AUDIT, *TRACE)):
        embedded.centre.database.copy_into(tmp_path / f"{place}.db")
        copy = Database(f"sqlite:///{tmp_path / f'{place}.db'}")
        with copy.writing() as connection:
            for statement in filter(None, damage.split("; ")):
                connection.exec_driver_sql(statement)
        with copy.reading(still=True) as connection:
            broken, _ = audit.checked(connection)
        assert (broken is not None) == (damage in AUDIT), damage
        faults = keeping.verify(copy, embedded.centre.keys, AT).faults
        assert bool(faults) == (damage in TRACE), damage
        copy.close()


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
