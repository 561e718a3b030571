"""A centre set back to a backup: what it has lost is sent again at the next heartbeat, of whichever epoch it was."""

from pathlib import Path

import msgspec
import pytest

from central.epochs import store as centre_epochs
from contract.envelope import Lane
from contract.exchange import EPOCH_PATH, EpochAsked, EpochOpened, Heartbeat, HeartbeatReply, PushReply, PushRequest
from offline_cache.link.exchange import Exchange, HeartbeatParts
from offline_cache.link.outbox import Course, Push
from offline_cache.thread import StoreThread
from tests.central.conftest import AUTHORITY, Running, start, write_config
from tests.central.terminal_double import TerminalDouble
from tests.offline_cache.drafts import Clock, draft, open_store

PARTS = HeartbeatParts("0.2.0", (), ())
COURSES = dict.fromkeys(Lane, Course())


class InProcess:
    """What `CentreClient` is, without a wire."""

    def __init__(self, centre: Running, double: TerminalDouble) -> None:
        self.terminal = double.id
        self._centre = centre
        self._double = double

    def push(self, request: PushRequest) -> PushReply:
        return self._centre.send(self._double, request).push_reply()

    def heartbeat(self, beat: Heartbeat) -> HeartbeatReply:
        return msgspec.json.decode(self._centre.send(self._double, beat).body, type=HeartbeatReply)

    def open_epoch(self, asked: EpochAsked) -> EpochOpened:
        body = msgspec.json.encode(asked)
        headers = self._double.signed(AUTHORITY, EPOCH_PATH, body, asked.nonce)
        answer = self._centre.post(EPOCH_PATH, body, headers)
        assert answer.status == 200, answer.body
        return msgspec.json.decode(answer.body, type=EpochOpened)

    def close(self) -> None:
        """Nothing is open."""


def send_all(exchange: Exchange) -> int:
    """A heartbeat, then everything that waits; how many records of earlier epochs were recalled."""
    beaten = exchange.beat(PARTS, COURSES)
    assert beaten.linked
    standing = exchange.standing()
    for lane, verdict in beaten.verdicts.items():
        exchange.keep(lane, verdict, standing)
    standing = exchange.standing()
    for state in standing.lanes:
        if state.acked < state.highest:
            last, reply = exchange.push(Push(state.lane, state.acked, 50, 1 << 19), standing)
            assert reply.ack == last
            ack = reply.ack
            exchange._ask(lambda store, lane=state.lane, ack=ack: store.acknowledge(standing.epoch, lane, ack, "now"))  # type: ignore[misc]
    return beaten.recalled


def set_back(centre: Running) -> None:
    """To the backup of a centre that had heard nothing yet."""
    with centre.centre.database.writing() as connection:
        for table in ("tickets", "cases", "envelopes", "repeats", "marks", "epochs"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of tables above
        centre_epochs.after_restore(connection)


@pytest.mark.parametrize("change_epoch", [False, True])
def test_what_a_restored_centre_lost_comes_again(tmp_path: Path, change_epoch: bool) -> None:
    for centre in start(write_config(tmp_path)):
        double = centre.enter(TerminalDouble())
        store = StoreThread(lambda: open_store(tmp_path / "suiban.db"))
        exchange = Exchange(store, InProcess(centre, double), Clock(), "machine")
        for n in range(3):
            store.do(lambda kept, n=n: kept.save_case(draft(f"case-{n}"))).result()  # type: ignore[misc]
        assert send_all(exchange) == 0
        if change_epoch:
            assert exchange.close_epoch(exchange.standing(), "epoch.stale_link")
            assert exchange.open_epoch(exchange.standing()) is not None
            assert send_all(exchange) == 0
        centre.judged()
        assert centre.query("SELECT count(*) FROM cases") == [(3,)]
        set_back(centre)
        assert send_all(exchange) == (3 if change_epoch else 0)
        assert send_all(exchange) == 0
        centre.judged()
        assert sorted(centre.query("SELECT case_id FROM cases")) == [("case-0",), ("case-1",), ("case-2",)]
        assert centre.query("SELECT count(*) FROM quarantine") == [(0,)]
        store.stop()
