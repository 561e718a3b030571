"""A centre set back to a backup: what it has lost is sent again at the next heartbeat, of whichever epoch it was."""

from collections.abc import Callable
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
from tests.faults.simulated_centre import Broken
from tests.faults.simulated_world import NO_FAULTS, World
from tests.faults.simulation import NeverSetBack
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
    """A heartbeat, then everything that waits; how many acknowledged records were recalled."""
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


def set_back(centre: Running, *, said: bool = True) -> None:
    """To the backup of a centre that had heard nothing yet; `said`: by the tool, which gives it another life."""
    with centre.centre.database.writing() as connection:
        for table in ("tickets", "cases", "envelopes", "repeats", "marks", "epochs"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of tables above
        if said:
            centre_epochs.after_restore(connection)


def leave(exchange: Exchange, why: str) -> None:
    """Go on in the next epoch."""
    assert exchange.close_epoch(exchange.standing(), why)
    assert exchange.open_epoch(exchange.standing()) is not None


def file(store: StoreThread, *case_ids: str) -> None:
    for case_id in case_ids:
        store.do(lambda kept, case_id=case_id: kept.save_case(draft(case_id))).result()  # type: ignore[misc]


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("change_epoch", [False, True])
def test_what_a_restored_centre_lost_comes_again(tmp_path: Path, change_epoch: bool, said: bool) -> None:
    """Also where nobody said that it was set back, as after a failover to a standby that lagged: by counts."""
    for centre in start(write_config(tmp_path)):
        double = centre.enter(TerminalDouble())
        store = StoreThread(lambda: open_store(tmp_path / "suiban.db"))
        exchange = Exchange(store, InProcess(centre, double), Clock(), "machine")
        file(store, "case-0", "case-1", "case-2")
        assert send_all(exchange) == 0
        if change_epoch:
            leave(exchange, "epoch.stale_link")
            assert send_all(exchange) == 0
        centre.judged()
        assert centre.query("SELECT count(*) FROM cases") == [(3,)]
        set_back(centre, said=said)
        again = (
            3 + change_epoch if said else 3 * change_epoch
        )  # what says that the epoch was left is in the epoch of now
        assert send_all(exchange) == again
        assert send_all(exchange) == 0
        centre.judged()
        assert sorted(centre.query("SELECT case_id FROM cases")) == [("case-0",), ("case-1",), ("case-2",)]
        assert centre.query("SELECT count(*) FROM quarantine") == [(0,)]
        store.stop()


@pytest.mark.parametrize("said", [True, False])
def test_a_clone_that_filled_the_same_places_hides_nothing(tmp_path: Path, said: bool) -> None:
    """Counts alone cannot see it: the control, where nobody said that the centre was set back, loses three cases."""
    (tmp_path / "twin").mkdir()
    for centre in start(write_config(tmp_path)):
        double = centre.enter(TerminalDouble())
        store = StoreThread(lambda: open_store(tmp_path / "suiban.db"))
        store.do(lambda kept: kept._database.copy_out(tmp_path / "twin" / "suiban.db")).result()
        twins = StoreThread(lambda: open_store(tmp_path / "twin" / "suiban.db"))
        exchange = Exchange(store, InProcess(centre, double), Clock(), "machine")
        twin = Exchange(twins, InProcess(centre, double), Clock(), "another-machine")
        file(store, "case-0", "case-1", "case-2")
        assert send_all(exchange) == 0
        set_back(centre, said=said)
        file(twins, "twin-0", "twin-1", "twin-2")
        assert send_all(twin) == 0
        assert exchange.beat(PARTS, COURSES).closed == "epoch.stale_link"
        leave(exchange, "epoch.stale_link")
        assert send_all(exchange) == (3 if said else 0)
        assert send_all(exchange) == 0
        held = {case for (case,) in centre.query("SELECT id FROM envelopes WHERE lane = 'numbers'")}
        mine = {"case-0", "case-1", "case-2"} if said else set()
        assert held == {"twin-0", "twin-1", "twin-2"} | mine
        store.stop()
        twins.stop()


def steps(world: World, which: int, times: int) -> None:
    terminal = world.terminals[which]
    for _ in range(times):
        world.now = max(world.now, terminal.wakes_at)
        world.step(terminal)


def an_epoch_given_twice(world: World) -> None:
    """Found by Hypothesis: the centre has forgotten that it gave a clone an epoch, and gives it to another."""
    world.back_up()
    world.reimage(world.terminals[0])
    world.clone(world.terminals[0], "twin-2")
    world.clone(world.terminals[0], "twin-3")
    steps(world, 0, 2)
    steps(world, 2, 4)
    world.restore()


def places_filled_twice(world: World) -> None:
    """A clone that slept is heard first by the restored centre, and files as many as were lost."""
    world.faults = NO_FAULTS
    world.clone(world.terminals[0], "twin")
    world.back_up()
    world.write(world.terminals[0], Lane.CASES, 2)
    steps(world, 0, 10)
    world.restore()
    world.write(world.terminals[2], Lane.CASES, 2)
    steps(world, 2, 10)


STORIES = [an_epoch_given_twice, places_filled_twice]


@pytest.mark.parametrize("story", STORIES)
def test_no_clone_hides_what_a_restored_centre_lost(story: Callable[[World], None]) -> None:
    world = World(0)
    story(world)
    world.drain()


@pytest.mark.parametrize("story", STORIES)
def test_a_centre_that_does_not_say_it_was_set_back_loses_them(story: Callable[[World], None]) -> None:
    """Negative control."""
    world = World(0, NeverSetBack)
    story(world)
    with pytest.raises(Broken, match=r"^lost: "):
        world.drain()
