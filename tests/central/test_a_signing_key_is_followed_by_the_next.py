"""The centre's signing key is followed by another, twice: who serves notices nothing, who was away finds back."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import timedelta as length
from pathlib import Path

import pytest

from central import keys, settings
from central.custody import backup, escrow, keyring, succession
from central.enrolment import Refused, opened
from central.feed import store as feed
from central.key_files import KeysError
from central.settings import Settings
from contract.exchange import Heartbeat
from contract.feed import FeedKind, PullRequest, Switch, signed_bytes
from contract.succession import Statement
from contract.suites import INTL, SUITES, SigningKey
from offline_cache.feed.reader import FeedReader
from offline_cache.link.client import NOT_THE_CENTRE, CentreClient, LinkFailure, Timeouts
from offline_cache.link.trust import Trust
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.central.conftest import Running, wait_until, write_config
from tests.central.process import CentreProcess
from tests.central.scan_sender import enter
from tests.central.terminal_double import TerminalDouble

LATER = length(minutes=11)


def client_of(centre: CentreProcess, double: TerminalDouble, trust: Trust) -> CentreClient:
    return CentreClient(centre.url, double.id, double.id, double.key, trust, Timeouts(5.0, 10.0, 20.0))


def beats(centre: CentreProcess, double: TerminalDouble, trust: Trust) -> str:
    """The key of the failure, or nothing."""
    client = client_of(centre, double, trust)
    at = datetime.now(UTC).isoformat()
    try:
        client.heartbeat(Heartbeat(double.id, double.epoch, secrets.token_urlsafe(18), at, "0.2.0", (), (), (), 0))
    except LinkFailure as failure:
        return failure.key
    finally:
        client.close()
    return ""


@contextmanager
def reading(folder: Path, centre: CentreProcess, double: TerminalDouble, trust: Trust) -> Iterator[StoreThread]:
    """The store of a terminal, and the thread that reads what comes down."""
    folder.mkdir()

    def open_store() -> Store:
        return Store.open(
            folder / "suiban.db",
            bytes(32),
            terminal=double.id,
            series="1",
            district="310115",
            terminal_number="GL01",
            clock=lambda: datetime.now(UTC),
        )

    store = StoreThread(open_store)
    reader = FeedReader(store, client_of(centre, double, trust), trust, lambda _: None)
    reader.start()
    reader.link_is(up=True)
    store.read_on = reader.news  # type: ignore[attr-defined]
    try:
        yield store
    finally:
        reader.stop()
        store.stop()


def switched(store: StoreThread) -> set[str]:
    """The switches that came down. Nothing was ever kept aside."""
    store.read_on()  # type: ignore[attr-defined]
    assert store.do(lambda opened: opened.feed.aside()).result() == ()
    return {one.item for one in store.do(lambda opened: opened.feed.directions()).result().switches}


def publish(found: Settings, item: str) -> None:
    with opened(found) as database, database.writing() as connection:
        ours = keys.load(Path(found.keys_dir), found.suite)
        feed.publish(connection, ours, "*", FeedKind.SWITCH, item, Switch(item, on=True), datetime.now(UTC))


class Deaf(Trust):
    """What a terminal was before it could follow: it believes whom it enrolled with, for ever."""

    def learn(self, statements: Iterable[Statement]) -> bool:  # noqa: ARG002 - nothing is learned
        return False


@dataclass
class Fleet:
    """A centre, and a terminal of it that serves all the time."""

    centre: CentreProcess
    found: Settings
    double: TerminalDouble
    trust: Trust
    store: StoreThread
    items: set[str] = field(default_factory=set)

    def publish(self, item: str) -> None:
        publish(self.found, item)
        self.items.add(item)
        wait_until(lambda: switched(self.store) == self.items, f"what was signed, {item}")

    def learned(self, holds: Callable[[], bool], what: str) -> None:
        wait_until(lambda: switched(self.store) == self.items and holds(), what)

    def follow(self, old: str) -> str:
        """From one key to the next, as the manual says; returns the id of the next."""
        new = succession.announce(self.found)
        assert succession.announce(self.found) == new  # said again, nothing changes
        self.learned(lambda: new in self.trust.keys, "the announcement")
        assert old in self.trust.keys
        assert succession.switch(self.found) == new
        only = Trust({new: self.trust.keys[new]})
        wait_until(lambda: not beats(self.centre, self.double, only), "a reply of the new key")
        assert beats(self.centre, self.double, self.trust) == ""
        self.publish(f"after-{old[-6:]}")
        with pytest.raises(Refused, match="wait"):
            succession.retire(self.found, old)
        for _ in range(2):  # killed in between, it is said again
            succession.retire(self.found, old, datetime.now(UTC) + LATER)
        self.learned(lambda: old not in self.trust.keys, "the retirement")
        return new


@pytest.mark.slow
@pytest.mark.parametrize("suite_id", SUITES)
def test_some_keys_later_nobody_is_cut_off(tmp_path: Path, suite_id: str) -> None:
    config = write_config(tmp_path, suite=suite_id)
    keys.make(tmp_path / "keys", suite_id)
    found, folder = settings.read(config), tmp_path / "keys"
    ours, rounds = keys.load(folder, suite_id), 2 if suite_id == INTL or os.environ.get("SUIBAN_FULL") else 1
    enrolled = {keys.key_id("centre", key.public): key.public_key for key in ours.all_signing}
    kept: list[tuple[Statement, ...]] = []
    trust, away, deaf = Trust(enrolled, keep=kept.append), Trust(enrolled), Deaf(enrolled)
    centre = CentreProcess(config, module="tests.central.watchful_centre")
    centre.start()
    try:
        double = TerminalDouble(key=SigningKey.fresh(suite_id))
        enter(config, double)
        with reading(tmp_path / "serving", centre, double, trust) as store:
            fleet = Fleet(centre, found, double, trust, store)
            fleet.publish("of-the-first")
            last = fleet.follow(ours.signing_id)
            if rounds == 2:
                last = fleet.follow(last)
        assert ours.signing_id not in trust.keys
        assert [path.name for path in folder.glob("signing-[0-9].pem")] == [f"signing-{rounds + 1}.pem"]
        assert set(trust.keys) == {last, *(name for name in enrolled if name != ours.signing_id)}
        # Control: without the line it is cut off for ever.
        assert beats(centre, double, deaf) == NOT_THE_CENTRE
        # Away all the time, it knows the first key alone; what that one signed, the last has signed anew.
        with reading(tmp_path / "away", centre, double, away) as store:
            wait_until(lambda: switched(store) == fleet.items, "the way back")
        assert dict(away.keys) == dict(trust.keys)
        # A restart begins where it was.
        assert dict(Trust(enrolled, kept[-1]).keys) == dict(trust.keys)
        assert centre.stop() == 0
    finally:
        centre.kill()


@pytest.fixture
def found(tmp_path: Path) -> Settings:
    return settings.read(write_config(tmp_path))


def test_the_one_that_signs_is_not_retired_and_nothing_is_switched_to_unannounced(found: Settings) -> None:
    signs = keys.load(Path(found.keys_dir)).signing_id
    with pytest.raises(Refused, match="signs with it"):
        succession.retire(found, signs)
    with pytest.raises(Refused, match="announce"):
        succession.switch(found)
    with pytest.raises(Refused, match="not known"):
        succession.retire(found, "centre-0")
    made = succession.announce(found)
    assert [(each["id"], each["state"]) for each in succession.listed(found)] == [(signs, "signs"), (made, "next")]
    succession.switch(found)
    assert {each["state"] for each in succession.listed(found)} == {"signs", "believed"}


def test_a_host_without_the_key_that_signs_says_which_is_missing(found: Settings) -> None:
    made = succession.announce(found)
    succession.switch(found)
    (Path(found.keys_dir) / "signing-2.pem").unlink()
    with pytest.raises(KeysError, match=f"{made} signs, and is not beside it"):
        keys.load(Path(found.keys_dir))


def test_escrow_and_backup_hold_the_line(found: Settings, tmp_path: Path) -> None:
    signs = succession.announce(found)
    succession.switch(found)
    bundle, *shares = keyring.make_escrow(found, tmp_path / "escrow")
    escrow.recover([str(share) for share in shares[:2]], bundle, tmp_path / "again")
    for public in Path(found.keys_dir).glob("*.pub"):
        (tmp_path / "again" / public.name).write_bytes(public.read_bytes())
    assert keys.load(tmp_path / "again").signing_id == signs
    backup.backup(found, tmp_path / "backup")
    assert (tmp_path / "backup" / "keys" / keys.SUCCESSION).exists()


def test_what_is_in_force_is_signed_anew_on_each_database(running: Running, terminal: TerminalDouble) -> None:
    found, before = running.centre.settings, running.centre.keys
    for item in ("one", "two", "one"):
        publish(found, item)
    held = "SELECT seq, version, body, key_id FROM feed WHERE kind = 'switch' AND replaced_by IS NULL ORDER BY seq"
    old = running.query(held)
    succession.announce(found)
    succession.switch(found)
    succession.retire(found, before.signing_id, running.clock() + LATER)
    ours = running.centre.fresh_keys()
    assert [row[:3] for row in running.query(held)] == [row[:3] for row in old]
    assert {row[3] for row in old} == {before.signing_id}
    with running.centre.database.reading() as connection:
        asked = PullRequest(terminal.id, 1, "n" * 24, 0)
        items, _ = feed.pull(connection, asked, running.clock())
    assert {item.key_id for item in items} == {ours.signing_id}
    for each in items:
        ours.signing.public_key.verify(signed_bytes(each), each.signature)
    assert before.signing_id not in ours.signing_public()
