"""The judge on both databases: receipt is not validity. What it cannot read waits in quarantine and blocks nobody."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from central.intake import judge as judging
from central.intake.commit import GroupCommit
from central.intake.judge import judge_some
from central.intake.rules import Unreadable, read_body
from central.intake.store import Arrived
from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import CardLeftBehind, DifficultyReported, RatingGiven
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble, a_case, local_now


def count(running: Running, table: str) -> int:
    return int(str(running.query(f"SELECT count(*) FROM {table}")[0][0]))  # noqa: S608 - names of ours


def reasons(running: Running) -> list[str]:
    return [str(row[0]) for row in running.query("SELECT reason FROM quarantine ORDER BY seq")]


def test_every_kind_of_record_finds_its_table(running: Running, terminal: TerminalDouble) -> None:
    case = terminal.file_case(ItemKind.FILING)
    terminal.file_ticket(case, "uncertain", "never sent to the printer")
    terminal.file(RatingGiven(case.case_id, Satisfaction.VERY_DISSATISFIED, local_now()), Lane.RATINGS)
    terminal.file(DifficultyReported("form", None, None, "machine", local_now()), Lane.TELEMETRY)
    terminal.file(CardLeftBehind(local_now()), Lane.TELEMETRY)
    for lane in (Lane.CASES, Lane.RATINGS, Lane.TELEMETRY):
        running.push(terminal, lane)
    running.judged()
    tables = ("cases", "tickets", "ratings", "difficulties", "alarms", "quarantine")
    assert [count(running, table) for table in tables] == [1, 1, 1, 1, 1, 0]
    assert running.query("SELECT satisfaction FROM ratings") == [("very_dissatisfied",)]
    assert running.query("SELECT item_kind FROM cases") == [("filing",)]


def test_paper_may_arrive_before_its_case(running: Running, terminal: TerminalDouble) -> None:
    case = a_case(ItemKind.FILING)
    terminal.file_ticket(case)
    terminal.file(case, Lane.CASES)
    running.push(terminal, Lane.CASES)
    running.judged()
    assert [count(running, table) for table in ("cases", "tickets", "quarantine")] == [1, 1, 0]


def test_what_is_not_understood_waits_and_its_followers_do_not(running: Running, terminal: TerminalDouble) -> None:
    body = msgspec.to_builtins(a_case())
    for change in ({"business_date": "yesterday"}, {"filed_at": "2026-05-01T10:00:00"}, {"masked_name": "a\x00b"}):
        terminal.file_raw(Lane.NUMBERS, "case", msgspec.json.encode(body | change))
    terminal.file_raw(Lane.NUMBERS, "weather", b'{"kind":"weather"}', schema=7)
    terminal.file_raw(Lane.NUMBERS, "ticket", msgspec.json.encode(body))
    terminal.file_raw(Lane.NUMBERS, "case", b'{"kind":"case","case_id":5}')
    terminal.file_case()
    assert running.push(terminal, Lane.NUMBERS).ack == 7
    running.judged()
    assert (count(running, "cases"), count(running, "quarantine")) == (1, 6)
    expected = ["`business_date`", "`filed_at`", "`masked_name`", "schema 7", "its body another", "$.case_id"]
    assert all(part in reason for part, reason in zip(expected, reasons(running), strict=True))


def test_a_number_given_twice_is_seen(running: Running, terminal: TerminalDouble) -> None:
    first = terminal.file_case()
    terminal.file_case(number=first.number)
    terminal.file_case(case_number=first.case_number)
    terminal.file(first, Lane.NUMBERS)
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    assert (count(running, "cases"), count(running, "quarantine")) == (1, 3)
    assert all("held from another envelope" in reason for reason in reasons(running))


def test_after_a_restart_the_rest_is_judged_and_nothing_twice(running: Running, terminal: TerminalDouble) -> None:
    for _ in range(5):
        terminal.file_ticket(terminal.file_case())
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    with running.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE envelopes SET judged_at = NULL")
        connection.exec_driver_sql("DELETE FROM cases WHERE item_kind = 'number'")
    assert judge_some(running.centre.database, running.clock) == 10
    assert [count(running, table) for table in ("cases", "tickets", "quarantine")] == [5, 5, 0]


def test_what_was_left_unjudged_is_judged_at_the_start(running: Running, terminal: TerminalDouble) -> None:
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    with running.centre.database.writing() as connection:
        connection.exec_driver_sql("UPDATE envelopes SET judged_at = NULL")
        connection.exec_driver_sql("DELETE FROM cases")
    started = GroupCommit(running.centre.database, running.clock, lambda: None)
    started.start()
    started.stop()
    assert count(running, "cases") == 1


@pytest.mark.parametrize("trouble", ["IntegrityError", "TypeError"])
def test_what_the_database_refuses_or_the_judge_stumbles_over_is_put_aside_alone(
    running: Running, terminal: TerminalDouble, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    poison = terminal.file_case(masked_name="poison")
    terminal.file_case()
    real = judging.judge

    def judge(connection: Connection, arrived: list[Arrived]) -> dict[str, str]:
        if any(poison.case_id.encode() in one.raw for one in arrived):
            if trouble == "TypeError":
                raise TypeError
            connection.exec_driver_sql("INSERT INTO cases (case_id) VALUES (NULL)")
        return real(connection, arrived)

    monkeypatch.setattr(judging, "judge", judge)
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    assert (count(running, "cases"), count(running, "quarantine")) == (1, 1)
    assert reasons(running) == [f"it cannot be kept: {trouble}"]


def test_what_no_index_can_hold_is_put_aside_alone(running: Running, terminal: TerminalDouble) -> None:
    """PostgreSQL says so with the same kind of error as when it is away."""
    terminal.file_case(case_number="".join(map(str, range(4000))))
    terminal.file_case()
    running.push(terminal, Lane.NUMBERS)
    running.judged()
    kept = 2 if running.centre.settings.database_url == "" else 1
    assert (count(running, "cases"), count(running, "quarantine")) == (kept, 2 - kept)


def test_judged_again_once_the_cause_is_mended(
    running: Running, terminal: TerminalDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: bytes) -> None:
        raise Unreadable("too new")

    with monkeypatch.context() as patch:
        patch.setattr(judging, "read_body", refuse)
        terminal.file_case()
        running.push(terminal, Lane.NUMBERS)
        running.judged()
    running.log_in()
    assert "too new" in running.client.get("/quarantine").text
    [(envelope_id,)] = running.query("SELECT envelope_id FROM quarantine")
    answer = running.client.post(f"/quarantine/{envelope_id}/again", data={"csrf": running.csrf()})
    assert answer.status_code == 200
    running.judged()
    assert (count(running, "cases"), count(running, "quarantine")) == (1, 0)
    assert running.client.post(f"/quarantine/{envelope_id}/again", data={"csrf": running.csrf()}).status_code == 404


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_make_the_judge_stumble(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read_body(raw)
