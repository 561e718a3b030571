"""Many rows go in one statement, whatever they hold, and a group costs as many statements as one of its kind."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from central import bulk
from central.arrays import texts
from central.fleet import rules, store
from central.fleet.tables import alarms, terminal_reports
from central.intake import beats
from central.intake.beats import Heard
from central.intake.receive import receive
from central.intake.tables import conflicts
from contract.envelope import Lane
from contract.exchange import Heartbeat, Link, ServiceReport
from tests.central.conftest import Running
from tests.central.terminal_double import TerminalDouble, a_printer, a_reader

AT = datetime(2026, 5, 1, 10, tzinfo=UTC)
AWKWARD = (
    "",
    "NULL",
    "a,b",
    '"',
    "\\",
    '{"a"}',
    "\\\\n",
    "办不成事",
    "line\nfeed",
    " ",
    "'; DROP TABLE x; --",
    "%s %(id)s",
)


def an_alarm(number: int, detail: str, at: datetime = AT) -> dict[str, object]:
    return {"id": f"a{number}", "terminal": "GL-01", "kind": "k", "detail": detail, "at": "", "received_at": at}


def details(connection: Connection) -> list[tuple[str, datetime]]:
    return [
        tuple(row) for row in connection.execute(select(alarms.c.detail, alarms.c.received_at).order_by(alarms.c.id))
    ]


@pytest.mark.parametrize("step", [timedelta(0), timedelta(microseconds=1)], ids=["one moment", "a moment each"])
def test_every_text_comes_back_as_it_was(running: Running, step: timedelta) -> None:
    rows = [an_alarm(100 + n, detail, AT + n * step) for n, detail in enumerate(AWKWARD)]
    with running.centre.database.writing() as connection:
        bulk.add_many(connection, alarms, rows)
        assert details(connection) == [(detail, AT + n * step) for n, detail in enumerate(AWKWARD)]
        changed = [{"id": row["id"], "detail": f"{row['detail']}!", "kind": "k2"} for row in rows]
        bulk.change_many(connection, alarms, changed, ("id",), only="alarms.detail <> 'NULL' AND new.kind = 'k2'")
        assert [detail for detail, _ in details(connection)] == [one if one == "NULL" else f"{one}!" for one in AWKWARD]
        found = bulk.rows_of(connection, "SELECT one FROM {asked}", AWKWARD)
        assert sorted(row[0] for row in found) == sorted(AWKWARD)


def test_bytes_and_what_is_missing_come_back_as_they_were(running: Running) -> None:
    raw = [b"", b"\x00\xff", b'{"a": "\\"}']
    place = {"terminal": "GL-01", "epoch": 1, "lane": "cases", "hash": "0" * 64, "reason": "r", "received_at": AT}
    with running.centre.database.writing() as connection:
        connection.exec_driver_sql(_ENVELOPE)
        rows = [
            place | {"seq": n, "id": "e1", "raw": one, "seen_by": "boss" if n == 1 else None}
            for n, one in enumerate(raw)
        ]
        bulk.add_many(connection, conflicts, rows)
        columns = (conflicts.c.raw, conflicts.c.seen_by)
        found = connection.execute(select(*columns).order_by(conflicts.c.seq)).all()
        assert [(bytes(row.raw), row.seen_by) for row in found] == [(raw[0], None), (raw[1], "boss"), (raw[2], None)]


_ENVELOPE = """
INSERT INTO envelopes (id, terminal, epoch, lane, seq, hash, raw, received_at)
VALUES ('e1', 'GL-01', 1, 'cases', 1, '', '', '')
"""


def test_a_row_that_is_there_is_an_error_a_gap_or_replaced_as_asked(running: Running) -> None:
    with running.centre.database.writing() as connection:
        bulk.add_many(connection, alarms, [an_alarm(1, "first")])
        assert bulk.add_new(connection, alarms, [an_alarm(1, "x"), an_alarm(2, "second")], "id") == {"a2"}
        bulk.add_missing(connection, alarms, [an_alarm(2, "x"), an_alarm(3, "third")])
        both = [an_alarm(1, "kept"), an_alarm(3, "third again")]
        bulk.keep_many(connection, alarms, both, ("id",), only="alarms.id <> 'a1'")
        assert [detail for detail, _ in details(connection)] == ["first", "second", "third again"]
    with pytest.raises(IntegrityError), running.centre.database.writing() as connection:
        bulk.add_many(connection, alarms, [an_alarm(4, "x"), an_alarm(1, "x")])
    assert running.query("SELECT count(*) FROM alarms") == [(3,)]


@pytest.mark.postgresql
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_error_of_the_driver_tells_no_value(running: Running) -> None:
    """The embedded database takes a zero character."""
    with pytest.raises(DBAPIError) as raised, running.centre.database.writing() as connection:
        bulk.add_many(connection, alarms, [an_alarm(1, "secret\x00")])
    assert "secret" not in str(raised.value)


def test_an_array_is_spelt_for_what_it_holds() -> None:
    assert texts(["a", "b"]) == '{"a","b"}'
    assert texts(['a"', "\\", ""]) == '{"a\\"","\\\\",""}'
    assert texts(["a", None, 'b"']) == '{"a",NULL,"b\\""}'


@pytest.fixture
def counted(running: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement of this test, by whichever way; the centre's own chores are not counted."""
    found: list[str] = []
    mine = threading.get_ident()
    engine, run = running.centre.database._writer, bulk._run

    def seen(*asked: Any) -> None:  # noqa: ANN401 - SQLAlchemy's signature
        if threading.get_ident() == mine:
            found.append(asked[2])

    def ran(connection: Connection, text: str, *asked: Any, **named: Any) -> Any:  # noqa: ANN401 - as it is
        if threading.get_ident() == mine:
            found.append(text)
        return run(connection, text, *asked, **named)

    monkeypatch.setattr(bulk, "_run", ran)
    event.listen(engine, "before_cursor_execute", seen)
    yield found
    event.remove(engine, "before_cursor_execute", seen)


def fleet_of(running: Running, amount: int) -> list[TerminalDouble]:
    return [running.enter(TerminalDouble(f"GL-{n:02}")) for n in range(1, amount + 1)]


def heard(terminal: TerminalDouble, token: str) -> Heard:
    said: Heartbeat = terminal.heartbeat(link=Link("s", "m", token, f"f{token}"), devices=())
    row = {"terminal": said.terminal, "epoch": said.epoch, "clock_skew_seconds": 0, "version": "", "nonce": said.nonce}
    return Heard(said.terminal, said.epoch, row | rules.parts(said), said.link)


@pytest.mark.parametrize("kind", ["heartbeats", "pushes"])
def test_a_group_costs_as_many_statements_as_one(running: Running, counted: list[str], kind: str) -> None:
    """One a table: of eight as of one."""
    fleet = fleet_of(running, 8)

    def cost(terminals: list[TerminalDouble], turn: int) -> int:
        for terminal in terminals:
            terminal.file_case()
        counted.clear()
        with running.centre.database.writing() as connection:
            if kind == "pushes":
                receive(
                    connection, [terminal.request(Lane.NUMBERS, turn, 1) for terminal in terminals], running.clock()
                )
            else:
                given = connection.exec_driver_sql("SELECT terminal, token FROM epochs")
                tokens: dict[str, str] = {row[0]: row[1] for row in given}
                counted.clear()
                beats.keep(connection, [heard(one, tokens.get(one.id) or "") for one in terminals], running.clock())
        return len(counted)

    first = cost(fleet, 1)
    again = cost(fleet, 2)
    assert first <= 12
    assert again <= (7 if running.centre.settings.database_url else 10)
    assert cost(fleet[:1], 3) == again


def test_what_a_terminal_says_the_same_each_time_is_written_once(running: Running, terminal: TerminalDouble) -> None:
    """What lies there is spoilt under its hash: it stays as long as nothing of it changes."""
    devices = (a_printer(), a_reader())
    running.send(terminal, terminal.heartbeat(devices=devices))
    with running.centre.database.writing() as connection:
        spoilt = b'{"key_source":"spoilt"}'
        bulk.change_many(connection, terminal_reports, [{"terminal": terminal.id, "steady": spoilt}], ("terminal",))
    running.send(terminal, terminal.heartbeat(devices=devices, unprinted=3, store_bytes=5, cursor=9))
    assert running.query("SELECT steady FROM terminal_reports") == [(spoilt,)]
    changed = terminal.heartbeat(unprinted=2, services=(ServiceReport("other", open=False, reason="r"),))
    running.send(terminal, changed)
    with running.centre.database.reading() as connection:
        said = store.now_of(connection, terminal.id)[terminal.id].heartbeat()
    assert (said.services, said.devices, said.lanes, said.unprinted) == (
        changed.services,
        changed.devices,
        changed.lanes,
        2,
    )
    assert (said.terminal, said.at, said.nonce) == (terminal.id, changed.at, "")


def test_the_parts_of_a_heartbeat_are_the_whole(terminal: TerminalDouble) -> None:
    """Whatever a heartbeat may say is in one part or the other; nothing that changes each time is in the steady one."""
    one = terminal.heartbeat(store_bytes=1, free_share=0.5, quarantined=2, cursor=3, due_to_scan=4, key_source="tpm")
    two = terminal.heartbeat(unprinted=9, store_bytes=2, free_share=0.4, cursor=4, at="later", key_source="tpm")
    assert rules.parts(one)["hash"] == rules.parts(two)["hash"]
    parts = rules.parts(one)
    now = rules.Now(one.terminal, AT, AT, 0, "", parts["report"], parts["steady"])
    assert now.heartbeat() == Heartbeat(**{name: getattr(one, name) for name in one.__struct_fields__} | {"nonce": ""})
