"""A hall node that came back from a backup or is a new machine, and records and acts that cannot be taken in."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from central.database import Database
from central.queue.acts import Did
from central.queue.posts import Window
from central.queue.rows import store as rows
from central.queue.rows.store import Asked, Deed
from central.queue.rules import Number, Stand
from central.queue.tables import queue_numbers
from central.queue.windows import store as windows
from central.relays import upkeep
from central.upward import rules
from central.upward import store as up
from central.upward.records import Records, mark_of
from central.upward.rules import LaneState
from contract.envelope import Lane
from contract.exchange import PushRequest, Refusal
from contract.hall_queue import STREAM, QueueAct
from contract.relay import (
    ACTS_AT_MOST,
    ACTS_BYTES_AT_MOST,
    RUNS_PATH,
    ActsTaken,
    BehindIt,
    HallAct,
    LaneHeld,
    RunsSent,
    RunsTaken,
    TerminalsTaken,
)
from offline_cache.link.client import NOT_ADMITTED, REFUSED, LinkFailure
from tests.central.conftest import Running, embedded_model
from tests.central.terminal_double import TerminalDouble, fresh_nonce
from tests.central.upward.relay_double import RelayDouble

HALL = "长安大厅"
DAY = "2026-05-01"
NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)


class LineDouble:
    """The line of a hall node that ends in this process."""

    def __init__(self, centre: RelayDouble) -> None:
        self.centre = centre
        self.loads: list[int] = []

    def terminals(self, _: tuple[BehindIt, ...]) -> TerminalsTaken:
        return TerminalsTaken("", "", {})

    def runs(self, runs: tuple[PushRequest, ...]) -> RunsTaken:
        answer = self.centre.post(RUNS_PATH, RunsSent(self.centre.id, fresh_nonce(), runs))
        if answer.status != 200:
            raise LinkFailure(REFUSED, f"status {answer.status}", status=answer.status)
        return msgspec.json.decode(answer.body, type=RunsTaken)

    def acts(self, stream: str, acts: tuple[HallAct, ...]) -> ActsTaken:
        self.loads.append(len(acts))
        return self.centre.acts(stream, *acts)


class Hall:
    """A hall node's database and its way up."""

    def __init__(self, path: Path, centre: RelayDouble) -> None:
        if not path.exists():
            path.write_bytes(embedded_model())
        self.path = path
        self.database = Database(f"sqlite:///{path}")
        self.line = LineDouble(centre)
        self.records = Records(self.database, self.line, lambda: NOON, lambda: None)  # type: ignore[arg-type]

    def do(self, name: str, count: int, did: Did = Did.CALLED) -> list[str]:
        """So many acts, each with a number of its own; their ids."""
        ids = [f"{name}{place}" for place in range(count)]
        with self.database.writing() as connection:
            for act_id in ids:
                one = Number(
                    case_id=f"case-{act_id}", hall=HALL, business_date=DAY, queue="A", item="x", number="A001",
                    taken_at=NOON, stand=Stand.DONE,
                )  # fmt: skip
                extra = {"entered_at": NOON, "changed_at": NOON}
                connection.execute(queue_numbers.insert().values(rows.row_of(one) | extra))
                rows.note(connection, one, Asked(act_id, "w1", "员工1", NOON, DAY), Deed(did))
        return ids

    def go(self, turns: int = 8) -> None:
        for _ in range(turns):
            self.records.step()

    def waiting(self) -> int:
        with self.database.reading() as connection:
            return up.count_acts(connection, STREAM, int(up.word(connection, mark_of(STREAM)) or 0))

    def backup(self, to: Path) -> Path:
        self.database.copy_into(to)
        return to


@pytest.fixture
def centre(embedded: Running) -> RelayDouble:
    return RelayDouble(embedded)


def shown(centre: RelayDouble) -> list[str]:
    """The acts that are part of what the centre's pages show, each as often as it is there."""
    upkeep.apply(centre.running.centre)
    return sorted(str(one) for (one,) in centre.running.query("SELECT act_id FROM queue_acts"))


def test_what_is_done_after_a_hall_was_set_back_to_a_backup_comes_up_whole(centre: RelayDouble, tmp_path: Path) -> None:
    hall = Hall(tmp_path / "hall.db", centre)
    done = hall.do("morning", 5)
    hall.go()
    kept = hall.backup(tmp_path / "kept.db")
    done += hall.do("lost", 30)
    hall.go()
    assert hall.waiting() == 0
    hall.database.close()
    # In the backup's place the same 35 places are given to other acts: the centre holds others there.
    back = Hall(Path(shutil.copy(kept, tmp_path / "back.db")), centre)
    done += back.do("after", 3)
    back.go()
    done += back.do("later", 2)
    back.go()
    assert back.waiting() == 0
    assert shown(centre) == sorted(done)


def test_what_is_done_at_a_new_machine_of_a_hall_comes_up_whole(centre: RelayDouble, tmp_path: Path) -> None:
    hall = Hall(tmp_path / "hall.db", centre)
    done = hall.do("before", 7)
    hall.go()
    new = Hall(tmp_path / "new.db", centre)
    done += new.do("now", 4)
    new.go()
    assert new.waiting() == 0
    assert shown(centre) == sorted(done)


def test_control_places_given_twice_are_seen(centre: RelayDouble, tmp_path: Path, monkeypatch: Any) -> None:  # noqa: ANN401 - pytest's
    """Without new places the centre's acknowledgement of what it held before is taken for one of what is new."""
    hall = Hall(tmp_path / "hall.db", centre)
    hall.do("before", 7)
    hall.go()
    monkeypatch.setattr(up, "place_anew", lambda *_: 0)
    new = Hall(tmp_path / "new.db", centre)
    new.do("now", 4)
    new.go()
    assert not [one for one in shown(centre) if one.startswith("now")]


def test_what_a_centre_set_back_lacks_goes_up_again(centre: RelayDouble, tmp_path: Path) -> None:
    """Its acts and its lanes: the node goes back to what the centre says it holds, and never forward by its word."""
    hall = Hall(tmp_path / "hall.db", centre)
    terminal = TerminalDouble("GL-01")
    centre.terminals(terminal)
    for _ in range(4):
        terminal.file_case()
    _at_hall(hall, terminal, {})
    hall.do("a", 6)
    hall.go()
    with centre.running.centre.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM hall_acts WHERE seq > 2")
    held = (LaneHeld("GL-01", terminal.epoch, "numbers", 1),)
    hall.records.compare(msgspec.structs.replace(centre.beat(asks_held=True), held=held))
    with hall.database.reading() as connection:
        assert [(one.held, one.sent) for one in up.lanes(connection)] == [(4, 1)]
    hall.go()
    assert centre.running.query("SELECT count(*), max(seq) FROM hall_acts") == [(6, 6)], "though nothing new is done"
    assert centre.running.query("SELECT count(*) FROM envelopes WHERE terminal = 'GL-01'") == [(4,)]
    with hall.database.reading() as connection:
        assert [(one.held, one.sent) for one in up.lanes(connection)] == [(4, 4)]
    before = LaneState("GL-01", 1, "numbers", 9, 4)
    assert (rules.after_held(before, 2).sent, rules.after_held(before, 7).sent) == (2, 4)


def test_a_run_ends_before_a_place_that_is_missing(centre: RelayDouble, tmp_path: Path) -> None:
    hall = Hall(tmp_path / "hall.db", centre)
    terminal = TerminalDouble("GL-01")
    for _ in range(5):
        terminal.file_case()
    _at_hall(hall, terminal, {})
    with hall.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM envelopes WHERE seq = 3")
    with hall.database.reading() as connection:
        of = ("GL-01", terminal.epoch, "numbers")
        assert [one.seq for one in up.run(connection, of, 0, 50, 1 << 20)] == [1, 2]
        assert up.run(connection, of, 2, 50, 1 << 20) == []
        assert [one.seq for one in up.run(connection, of, 3, 50, 1)] == [4], "one at least, however large"


def test_a_terminal_a_hall_names_no_more_is_not_taken_from_it(centre: RelayDouble) -> None:
    stays, goes = TerminalDouble("GL-01"), TerminalDouble("GL-02")
    centre.terminals(stays, goes)
    centre.terminals(stays)
    goes.file_case()
    assert centre.bring(goes, Lane.NUMBERS).refusal is Refusal.NOT_YOURS


def test_long_acts_go_up_in_loads_the_centre_takes(centre: RelayDouble, tmp_path: Path) -> None:
    hall = Hall(tmp_path / "hall.db", centre)
    body = b"x" * (ACTS_BYTES_AT_MOST // 5)
    with hall.database.writing() as connection:
        up.add_acts(connection, STREAM, [(f"a{place}", body) for place in range(12)], NOON)
    hall.go(1)
    assert hall.line.loads == [5]
    hall.go()
    assert hall.waiting() == 0
    assert max(hall.line.loads) <= ACTS_AT_MOST
    assert centre.running.query("SELECT count(*) FROM hall_acts") == [(12,)]


def test_a_record_the_centre_cannot_take_in_stops_its_own_lane_alone(centre: RelayDouble, tmp_path: Path) -> None:
    sound, sick = TerminalDouble("GL-01"), TerminalDouble("GL-02")
    centre.terminals(sound, sick)
    hall = Hall(tmp_path / "hall.db", centre)
    for terminal in (sound, sick):
        for _ in range(9):
            terminal.file_case()
    _at_hall(hall, sound, {})
    _at_hall(hall, sick, {5: "no id can be so: /"})
    acts = hall.do("act", 2)
    hall.go(20)
    held = "SELECT terminal, count(*) FROM envelopes GROUP BY terminal ORDER BY terminal"
    assert centre.running.query(held) == [("GL-01", 9), ("GL-02", 4)]
    assert shown(centre) == acts
    with hall.database.reading() as connection:
        stopped = {one.terminal: one.frozen for one in up.lanes(connection) if one.frozen}
    assert list(stopped) == ["GL-02"]
    assert stopped["GL-02"].startswith("seq 5: status 422")


def test_a_centre_that_is_only_busy_or_does_not_know_the_node_stops_no_lane(
    centre: RelayDouble, tmp_path: Path
) -> None:
    """The control: what may go well later is tried again as it is."""
    terminal = TerminalDouble("GL-01")
    terminal.file_case()
    hall = Hall(tmp_path / "hall.db", centre)
    _at_hall(hall, terminal, {})
    for key, status in ((REFUSED, 503), (NOT_ADMITTED, 401), (REFUSED, 0)):
        hall.line.runs = _fails(key, status)  # type: ignore[method-assign,assignment]
        with pytest.raises(LinkFailure):
            hall.go(1)
    with hall.database.reading() as connection:
        assert [one.frozen for one in up.lanes(connection)] == [""]


def _fails(key: str, status: int) -> Callable[[tuple[PushRequest, ...]], RunsTaken]:
    def runs(_: tuple[PushRequest, ...]) -> RunsTaken:
        raise LinkFailure(key, f"status {status}", status=status)

    return runs


def _at_hall(hall: Hall, terminal: TerminalDouble, ids: dict[int, str]) -> None:
    """Its numbers are held here; some under an id that no terminal may give."""
    with hall.database.writing() as connection:
        for one in terminal.lanes[Lane.NUMBERS]:
            found = (ids.get(one.seq, one.id), terminal.id, terminal.epoch, "numbers", one.seq, one.hash, one.raw)
            connection.exec_driver_sql(
                "INSERT INTO envelopes (id, terminal, epoch, lane, seq, hash, raw, received_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, '2026-05-01T04:00:00.000000+00:00')",
                found,
            )
        mark = (terminal.id, terminal.epoch, "numbers", len(terminal.lanes[Lane.NUMBERS]))
        connection.exec_driver_sql(
            "INSERT INTO marks (terminal, epoch, lane, seq, archived) VALUES (?, ?, ?, ?, 0)", mark
        )


def test_an_act_the_centre_cannot_keep_holds_up_no_other(running: Running) -> None:
    """On both databases: one refuses the type, the other the place."""
    relay = RelayDouble(running)
    sound = _act("a1")
    sick = msgspec.structs.replace(_act("a2"), act=_act("a2").act | {"who": None})
    huge = msgspec.structs.replace(_act("a3"), number=_number("c3") | {"calls": 10**30})
    bodies = [msgspec.json.encode(one) for one in (sick, huge, sound)]
    assert relay.acts(STREAM, *(HallAct(n, f"{n:064}", body) for n, body in enumerate(bodies, 1))).ack == 3
    upkeep.apply(running.centre)
    assert "a1" in {one for (one,) in running.query("SELECT act_id FROM queue_acts")}
    troubles = running.query("SELECT seq, trouble <> '' FROM hall_acts WHERE applied_at IS NOT NULL ORDER BY seq")
    assert [bool(trouble) for _, trouble in troubles] == [True, True, False]


def test_a_window_whose_sign_hangs_over_another_one_now_holds_up_no_act(embedded: Running, centre: RelayDouble) -> None:
    with embedded.centre.database.writing() as connection:
        assert windows.keep(connection, Window(window_id="old", hall=HALL, code="1"))
    row = {"window_id": "new", "hall": HALL, "code": "1", "name": "", "place": "", "zone": "", "ended_at": None}
    body = msgspec.json.encode(msgspec.structs.replace(_act("a1"), windows=(row,)))
    centre.acts(STREAM, HallAct(1, "0" * 64, body))
    assert shown(centre) == ["a1"]
    assert embedded.query("SELECT window_id FROM queue_windows WHERE ended_at IS NULL") == [("new",)]


def test_a_turn_a_hall_does_not_know_any_more_is_not_open_for_ever(embedded: Running, centre: RelayDouble) -> None:
    first = msgspec.structs.replace(
        _act("t1"), number=_number("c", stand="called", at_window="w1"), turns=(_turn("t1"),)
    )
    again = msgspec.structs.replace(
        _act("t2"), number=_number("c", stand="called", at_window="w2"), turns=(_turn("t2"),)
    )
    bodies = [msgspec.json.encode(one) for one in (first, again)]
    centre.acts(STREAM, *(HallAct(n, f"{n:064}", body) for n, body in enumerate(bodies, 1)))
    assert shown(centre) == ["t1", "t2"]
    assert embedded.query("SELECT turn_id FROM queue_turns WHERE ended_at IS NULL") == [("t2",)]
    assert embedded.query("SELECT at_window FROM queue_numbers") == [("w2",)]


def _act(act_id: str) -> QueueAct:
    row: dict[str, str | int | None] = {"act_id": act_id, "hall": HALL, "business_date": DAY, "case_id": "c"}
    row |= {"number": "A001", "window_id": "", "who": "员工1", "did": "called", "detail": "", "channels": "[]"}
    return QueueAct(row | {"at": NOON.isoformat()})


def _number(case_id: str, **changes: str | int | None) -> dict[str, str | int | None]:
    one = Number(
        case_id=case_id, hall=HALL, business_date=DAY, queue="A", item="x", number="A001", taken_at=NOON
    )  # fmt: skip
    row = rows.row_of(one) | {"entered_at": NOON, "changed_at": NOON}
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
    return plain | changes


def _turn(turn_id: str) -> dict[str, str | int | None]:
    row: dict[str, str | int | None] = {"turn_id": turn_id, "case_id": "c", "hall": HALL, "business_date": DAY}
    row |= {"queue": "A", "item": "x", "window_id": "w1", "who": "员工1", "called_at": NOON.isoformat()}
    return row | {"began_at": None, "ended_at": None, "outcome": ""}
