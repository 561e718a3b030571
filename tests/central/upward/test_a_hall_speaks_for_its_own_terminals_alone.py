"""What a centre takes from a hall's node: records of the terminals behind it, whoever brings them how often, once."""

import msgspec
import pytest

from central.feed import store as feed
from central.fleet import rules as fleet
from central.identity import store as identity
from central.matters import upkeep as matters
from central.reconciliation import nightly, rules, store
from central.reconciliation.pages import ACCOUNTS_OF
from contract.catalogue import ItemKind
from contract.envelope import Lane
from contract.exchange import Refusal
from contract.feed import FeedKind
from contract.messages import DayClosed, LaneDigest
from contract.relay import RUNS_PATH, TERMINALS_PATH, BehindIt, Heard, RunsSent, TerminalsSaid
from tests.central.conftest import Running, wait_until
from tests.central.terminal_double import TerminalDouble, a_case, a_printer, fresh_nonce, local_now
from tests.central.upward.relay_double import RelayDouble, error_of


@pytest.fixture
def hall(running: Running) -> RelayDouble:
    return RelayDouble(running)


@pytest.fixture
def lone(embedded: Running) -> RelayDouble:
    """On the embedded database, where the kind of database makes no difference."""
    return RelayDouble(embedded)


def test_records_of_a_hall_are_kept_once_however_often_and_in_whatever_order_they_come(
    running: Running, hall: RelayDouble
) -> None:
    one, two = TerminalDouble("GL-01"), TerminalDouble("GL-02")
    assert hall.terminals(one, two) == {}
    for terminal in (one, two):
        for _ in range(6):
            terminal.file_case()
        terminal.file_case(ItemKind.FILING)
    assert hall.bring(one, Lane.NUMBERS, 4).refusal is Refusal.GAP
    assert hall.bring(one, Lane.NUMBERS, 1, 3).ack == 3
    both = [one.request(Lane.NUMBERS), two.request(Lane.NUMBERS), two.request(Lane.CASES)]
    assert [reply.ack for reply in hall.runs(*both)] == [6, 6, 1]
    assert [reply.ack for reply in hall.runs(*reversed(both))] == [1, 6, 6]
    running.judged()
    assert running.query("SELECT count(*) FROM cases") == [(13,)]
    assert running.query("SELECT DISTINCT hall FROM cases") == [("长安大厅",)]
    [(raw,)] = running.query("SELECT raw FROM envelopes WHERE terminal = 'GL-01' AND seq = 2")
    assert bytes(raw) == one.lanes[Lane.NUMBERS][1].raw  # type: ignore[call-overload]


def test_no_hall_speaks_for_a_terminal_of_another_or_for_one_that_speaks_itself(
    embedded: Running, lone: RelayDouble
) -> None:
    mine, direct = TerminalDouble("GL-01"), embedded.enter(TerminalDouble("GL-09"))
    other = RelayDouble(embedded, "WQ-HALL", "韦曲大厅")
    assert lone.terminals(mine) == {}
    assert set(other.terminals(mine, direct, TerminalDouble("CA-HALL"))) == {"GL-01", "GL-09", "CA-HALL"}
    for terminal in (mine, direct):
        terminal.file_case()
    assert [reply.refusal for reply in other.runs(mine.request(Lane.NUMBERS), direct.request(Lane.NUMBERS))] == [
        Refusal.NOT_YOURS,
        Refusal.NOT_YOURS,
    ]
    assert embedded.query("SELECT count(*) FROM envelopes") == [(0,)]
    assert lone.bring(mine, Lane.NUMBERS).ack == 1
    # A terminal that was cut off here may stand behind a hall from then on.
    with embedded.centre.database.writing() as connection:
        identity.revoke(connection, "GL-09", "boss", "moved into the hall", embedded.clock())
    assert other.terminals(direct) == {}
    assert other.bring(direct, Lane.NUMBERS).ack == 1


def test_a_key_that_is_no_halls_opens_none_of_these_doors(embedded: Running) -> None:
    terminal = embedded.enter(TerminalDouble("GL-03"))
    pretender = RelayDouble.__new__(RelayDouble)
    pretender.running, pretender.id, pretender.hall, pretender.signer = embedded, "GL-03", "长安大厅", terminal
    behind = (BehindIt("GL-04", "", "1", 1, "GL-04", bytes(32)),)
    answer = pretender.post(TERMINALS_PATH, TerminalsSaid("GL-03", fresh_nonce(), behind))
    assert (answer.status, error_of(answer)) == (403, "no_relay")
    assert embedded.query("SELECT count(*) FROM relayed") == [(0,)]


def test_a_node_speaks_under_its_own_name(embedded: Running, lone: RelayDouble) -> None:
    RelayDouble(embedded, "WQ-HALL", "韦曲大厅")
    answer = lone.post(RUNS_PATH, RunsSent("WQ-HALL", fresh_nonce(), ()))
    assert (answer.status, error_of(answer)) == (401, "not_yours")


def test_a_node_that_was_cut_off_is_not_heard(embedded: Running, lone: RelayDouble) -> None:
    terminal = TerminalDouble("GL-01")
    lone.terminals(terminal)
    with embedded.centre.database.writing() as connection:
        identity.revoke(connection, lone.id, "boss", "stolen", embedded.clock())
    embedded.clock.forward(seconds=5)
    answer = lone.post(RUNS_PATH, RunsSent(lone.id, fresh_nonce(), ()))
    assert (answer.status, error_of(answer)) == (401, "revoked")


def test_other_content_at_a_place_stops_the_lane_and_is_told(embedded: Running, lone: RelayDouble) -> None:
    terminal, twin = TerminalDouble("GL-01"), TerminalDouble("GL-01")
    lone.terminals(terminal)
    terminal.file_case()
    twin.file_case()
    assert lone.bring(terminal, Lane.NUMBERS).ack == 1
    reply = lone.bring(twin, Lane.NUMBERS)
    assert (reply.refusal, reply.refused_seq) == (Refusal.FORK, 1)
    assert ("outbox.fork",) in embedded.query("SELECT kind FROM alarms")


def test_numbers_a_hall_gave_raise_no_alarm_at_the_centre(embedded: Running, lone: RelayDouble) -> None:
    """The terminal stood here before, with leases of this centre: the hall gives and judges its numbers now."""
    terminal = embedded.enter(TerminalDouble("GL-01"))
    embedded.send(terminal, terminal.heartbeat())
    with embedded.centre.database.writing() as connection:
        identity.revoke(connection, "GL-01", "boss", "moved into the hall", embedded.clock())
    assert lone.terminals(terminal) == {}
    terminal.file(a_case(number="A017", tier="upstream"), Lane.NUMBERS)
    lone.bring(terminal, Lane.NUMBERS)
    embedded.judged()
    assert embedded.query("SELECT count(*) FROM cases") == [(1,)]
    assert embedded.query("SELECT count(*) FROM alarms WHERE kind = 'number_outside'") == [(0,)]


def test_the_centre_sees_the_terminals_behind_a_hall(embedded: Running, lone: RelayDouble) -> None:
    terminal = TerminalDouble("GL-01")
    lone.terminals(terminal)
    parts = fleet.parts(terminal.heartbeat(unprinted=2))
    heard = Heard("GL-01", 1, 4.0, 0, "0.1.0", parts["report"], parts["hash"], parts["steady"])
    told = lone.beat(heard=(heard,), waiting=3, asks_held=True)
    assert (told.held, told.acts) == ((), {})
    assert embedded.log_in() == 303
    page = embedded.client.get("/terminals/GL-01").text
    assert "一楼" in page
    assert embedded.query("SELECT terminal FROM terminals_now") == [("GL-01",)]
    nodes = embedded.client.get("/nodes").text
    assert "长安大厅" in nodes
    assert "GL-01" in nodes
    # The steady part comes once; after that only what changes.
    again = msgspec.structs.replace(heard, report=fleet.parts(terminal.heartbeat(unprinted=5))["report"], steady=None)
    lone.beat(heard=(again,))
    assert "5" in str(embedded.query("SELECT report FROM terminals_now"))


def test_what_comes_down_for_a_halls_terminals_comes_to_the_hall(embedded: Running, lone: RelayDouble) -> None:
    mine, direct = TerminalDouble("GL-01"), embedded.enter(TerminalDouble("GL-09"))
    lone.terminals(mine)
    with embedded.centre.database.writing() as connection:
        for audience in ("GL-01", direct.id, "*"):
            feed.publish(
                connection, embedded.centre.keys, audience, FeedKind.SWITCH.value, "x", b"{}", embedded.clock()
            )
    told = lone.pull()
    assert {item.audience for item in told.items} <= {"GL-01", "*"}
    assert told.cursor >= max(item.seq for item in told.items)
    assert lone.beat().newest <= told.cursor


def test_a_hall_that_leaves_a_record_out_is_found_by_the_account(running: Running, hall: RelayDouble) -> None:
    """The control of reconciliation: 100 % through an honest hall, and what a dishonest one keeps back is missed."""
    honest, robbed = TerminalDouble("GL-01"), TerminalDouble("GL-02")
    hall.terminals(honest, robbed)
    for terminal in (honest, robbed):
        for _ in range(4):
            terminal.file_case()
        hashes = [sent.hash for sent in terminal.lanes[Lane.NUMBERS]]
        lanes = (LaneDigest(1, Lane.NUMBERS, 4, rules.digest(hashes, terminal.key.suite)),)
        body = DayClosed("2026-05-01", lanes, 4, local_now())
        terminal.file_raw(Lane.TELEMETRY, "day_closed", msgspec.json.encode(body))
        hall.bring(terminal, Lane.NUMBERS, 1, 4 if terminal is honest else 3)
        hall.bring(terminal, Lane.TELEMETRY)
    running.judged()
    with running.centre.database.reading() as connection:
        found = {one.terminal: one for one in store.latest(connection, running.clock() - ACCOUNTS_OF)}
    assert found["GL-01"].equal
    assert not found["GL-02"].equal
    assert (found["GL-02"].held, found["GL-02"].missing) == (3, 1)
    running.clock.forward(hours=2)
    nightly.look_again(running.centre.database, running.clock())
    told = "SELECT DISTINCT terminal FROM alarms WHERE kind = 'reconciliation.missing'"
    wait_until(lambda: running.query(told) == [("GL-02",)], "staff hear of what is missing")


def test_terminals_of_a_silent_hall_are_not_called_offline_but_the_hall_needs_somebody(
    embedded: Running, lone: RelayDouble
) -> None:
    mine, direct = TerminalDouble("GL-01"), embedded.enter(TerminalDouble("GL-09"))
    lone.terminals(mine)
    parts = fleet.parts(mine.heartbeat(devices=(a_printer(paper="out"),)))
    lone.beat(heard=(Heard("GL-01", 1, 1.0, 0, "0.1.0", parts["report"], parts["hash"], parts["steady"]),))
    embedded.send(direct, direct.heartbeat())
    matters.look(embedded.centre)
    embedded.clock.forward(minutes=10)
    matters.look(embedded.centre)
    open_now = set(embedded.query("SELECT kind, terminal FROM matters WHERE closed_at IS NULL"))
    assert {("offline", "GL-09"), ("hall_node", "CA-HALL"), ("device", "GL-01")} <= open_now
    assert ("offline", "GL-01") not in open_now
    assert embedded.log_in() == 303
    assert "大厅节点失联" in embedded.client.get("/terminals/GL-01").text
    assert "大厅节点失联" not in embedded.client.get("/terminals/GL-09").text
