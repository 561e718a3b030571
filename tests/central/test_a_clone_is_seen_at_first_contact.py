"""The chain of links on both databases: every row of the table in docs/sync.md, and what an epoch once left means."""

from dataclasses import dataclass, field

import msgspec
import pytest

from central.epochs import rules
from central.epochs import store as epochs
from central.epochs.rules import Epoch, Meaning
from contract.envelope import Lane
from contract.exchange import EPOCH_PATH, EpochAsked, EpochOpened, HeartbeatReply, Link, Refusal
from tests.central.conftest import AUTHORITY, Running
from tests.central.terminal_double import TerminalDouble, fresh_nonce


@dataclass
class Store:
    """One database file of a terminal, as far as links are concerned."""

    running: Running
    terminal: TerminalDouble
    name: str = "store-a"
    machine: str = "machine-a"
    token: str = ""
    beats: int = 0
    epoch: int = field(default=1)

    def copy(self, **changes: object) -> "Store":
        """The disk as it is now, in another machine or for later."""
        made = Store(self.running, self.terminal, self.name, self.machine, self.token, self.beats, self.epoch)
        for name, value in changes.items():
            setattr(made, name, value)
        return made

    def beat(self, *, lose_reply: bool = False) -> HeartbeatReply:
        """Send a link; `fresh` stays the same until an answer came."""
        link = Link(self.name, self.machine, self.token, f"{self.machine}-{self.beats}")
        beat = self.terminal.heartbeat(epoch=self.epoch, link=link)
        answer = self.running.send(self.terminal, beat)
        assert answer.status == 200, answer.body
        reply = msgspec.json.decode(answer.body, type=HeartbeatReply)
        if not lose_reply and reply.token:
            self.token, self.beats = reply.token, self.beats + 1
        return reply

    def ask(self, why: str = "epoch.stale_link") -> EpochOpened:
        """Ask for the next epoch without taking it."""
        asked = EpochAsked(self.terminal.id, fresh_nonce(), self.name, self.machine, self.epoch, why)
        body = msgspec.json.encode(asked)
        headers = self.terminal.signed(AUTHORITY, EPOCH_PATH, body, asked.nonce)
        answer = self.running.post(EPOCH_PATH, body, headers)
        assert answer.status == 200, answer.body
        return msgspec.json.decode(answer.body, type=EpochOpened)

    def move(self, why: str = "epoch.stale_link") -> None:
        """Ask for the next epoch and go on in it."""
        opened = self.ask(why)
        self.epoch, self.token = opened.epoch, opened.token


@pytest.fixture
def store(running: Running, terminal: TerminalDouble) -> Store:
    """A store at its first contact: the terminal was entered by `add-terminal`, its epoch is nobody's yet."""
    return Store(running, terminal)


def alarms(running: Running) -> set[str]:
    return {str(row[0]) for row in running.query("SELECT kind FROM alarms")}


def test_the_first_link_binds_the_epoch_and_the_chain_goes_on(running: Running, store: Store) -> None:
    tokens = {store.beat().token for _ in range(5)}
    assert len(tokens) == 5
    assert all(tokens)
    assert running.query("SELECT store, machine, epoch FROM epochs") == [("store-a", "machine-a", 1)]
    assert alarms(running) == set()


def test_a_lost_reply_gets_the_same_token_again(store: Store) -> None:
    first = store.beat(lose_reply=True)
    assert store.beat(lose_reply=True).token == first.token
    store.beat()
    again = store.beat(lose_reply=True)
    assert store.beat().token == again.token
    assert store.beat().closed == ""


def test_a_clone_is_closed_at_its_first_contact(running: Running, store: Store) -> None:
    store.beat()
    clone = store.copy(machine="machine-b")
    store.beat()
    reply = clone.beat()
    assert (reply.closed, reply.token) == ("epoch.stale_link", "")
    assert store.beat().closed == ""  # the one with the last token goes on
    assert alarms(running) == {"epoch.stale_link"}


def test_a_clone_that_comes_first_shows_at_the_next_contact_of_the_other(store: Store) -> None:
    store.beat()
    clone = store.copy(machine="machine-b")
    assert clone.beat().closed == ""
    assert store.beat().closed == "epoch.stale_link"


def test_a_disk_rolled_back_is_closed(store: Store) -> None:
    store.beat()
    yesterday = store.copy()
    store.beat()
    store.beat()
    assert yesterday.beat().closed == "epoch.stale_link"


def test_a_re_image_is_closed_and_gets_an_epoch_of_its_own(running: Running, store: Store) -> None:
    store.beat()
    anew = Store(running, store.terminal, name="store-b")
    assert anew.beat().closed == "epoch.other_store"
    anew.move("epoch.other_store")
    assert anew.epoch == 2
    assert anew.beat().closed == ""
    assert running.query("SELECT epoch FROM terminals") == [(2,)]
    assert alarms(running) == {"epoch.other_store", "epoch.opened"}


def test_an_epoch_that_was_left_is_closed_for_its_twin_too(running: Running, store: Store) -> None:
    store.terminal.file_case()
    running.push(store.terminal, Lane.NUMBERS)
    store.beat()
    sleeper = store.copy(machine="machine-b")
    store.move("outbox.fork")
    assert store.beat().closed == ""
    reply = sleeper.beat()
    assert (reply.closed, reply.held) == ("epoch.left", {"numbers": 1})
    store.terminal.file_case()
    answer = running.send(store.terminal, store.terminal.request(Lane.NUMBERS))
    pushed = answer.push_reply()
    assert (answer.status, pushed.refusal, pushed.ack) == (409, Refusal.CLOSED, 1)
    sleeper.move("epoch.left")
    assert sleeper.epoch == 3


def test_asking_again_gives_the_same_epoch_until_somebody_has_used_it(store: Store) -> None:
    store.beat()
    first = store.ask()
    assert store.ask().epoch == first.epoch == 2
    assert store.ask().token == first.token
    twin = store.copy(machine="machine-b")
    assert twin.ask().epoch == 3  # another machine never shares it
    late = store.copy()
    store.move()
    assert store.epoch == 2
    store.beat()
    assert late.ask().epoch == 4  # somebody lives in it now


def test_a_store_without_an_epoch_gets_one(store: Store) -> None:
    fresh = store.copy(name="store-c", epoch=0)
    fresh.move("store.lost")
    assert fresh.epoch == 2
    assert fresh.beat().closed == ""


def test_no_epoch_is_ever_given_twice(running: Running, store: Store) -> None:
    given = []
    for turn in range(6):
        other = Store(running, store.terminal, name=f"store-{turn}", machine=f"machine-{turn}")
        for _ in range(2):
            opened = other.ask()
            other.epoch, other.token = opened.epoch, opened.token
            other.beat()
            given.append(opened.epoch)
    assert len(set(given)) == len(given)


def test_a_heartbeat_without_a_link_goes_on(running: Running, terminal: TerminalDouble) -> None:
    answer = running.send(terminal, terminal.heartbeat())
    assert (answer.status, answer.json()["token"], answer.json()["closed"]) == (200, "", "")
    assert running.query("SELECT count(*) FROM epochs") == [(0,)]


def test_the_same_heartbeat_again_changes_nothing(running: Running, store: Store) -> None:
    link = Link(store.name, store.machine, "", "fresh-1")
    old = store.terminal.heartbeat(unprinted=7, link=link)
    assert running.send(store.terminal, old).status == 200
    answer = running.send(store.terminal, old)
    assert (answer.status, answer.json()["error"]) == (409, "replayed")
    store.token, store.beats = str(running.query("SELECT token FROM epochs")[0][0]), 9
    assert store.beat().closed == ""
    replayed = running.send(store.terminal, old)  # an older one: its link is stale, and the state of now stays
    assert replayed.status in {200, 409}
    [(report,)] = running.query("SELECT report FROM terminals_now")
    assert msgspec.json.decode(bytes(report))["unprinted"] == 0  # type: ignore[call-overload]
    assert store.beat().closed == ""


def test_a_clones_heartbeat_does_not_hide_the_terminal(running: Running, store: Store) -> None:
    store.beat()
    clone = store.copy(machine="machine-b")
    store.beat()
    before = running.query("SELECT received_at FROM terminals_now")
    clone.beat()
    assert running.query("SELECT received_at FROM terminals_now") == before


def test_a_centre_set_back_to_a_backup_closes_nobody_and_repeats_no_epoch(running: Running, store: Store) -> None:
    store.beat()
    backup = running.query("SELECT token, token_before, fresh FROM epochs")[0]
    store.beat()
    store.beat()
    with running.centre.database.writing() as connection:
        row = dict(zip(("token", "token_before", "fresh"), backup, strict=True))
        kept = epochs.locked(connection, [("GL-01", 1)], running.clock())[("GL-01", 1)]
        epochs.keep(connection, [msgspec.structs.replace(kept, **row)])
    control = store.copy()
    assert control.beat().closed == "epoch.stale_link"  # without the word that it was set back
    with running.centre.database.writing() as connection:
        epochs.after_restore(connection)
    assert store.beat().closed == ""
    assert store.beat().closed == ""
    assert store.ask().epoch == 2 + rules.RESTORED_SKIP


def test_two_stores_at_the_same_first_contact_cannot_both_be_bound() -> None:
    """The rule on its own; the row is locked, so the second sees what the first wrote."""
    empty = Epoch("GL-01", 1)
    one, two = Link("store-a", "m", "", "f"), Link("store-b", "m", "", "f")
    bound = rules.after(empty, one, rules.read_link(empty, one), "token")
    assert rules.read_link(empty, one) is Meaning.FIRST
    assert rules.read_link(bound, two) is Meaning.OTHER_STORE
