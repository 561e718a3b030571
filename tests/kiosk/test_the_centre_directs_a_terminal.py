"""What came down is carried out at the next moment that disturbs nobody, once, and survives a restart."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from contract import envelope
from contract.envelope import Lane
from contract.feed import (
    Address,
    Calendar,
    Command,
    FeedKind,
    Notice,
    Place,
    SealingKey,
    SealingKeys,
    SettingsPatch,
    Sites,
    Switch,
)
from contract.messages import CommandDone, DayClosed, SettingsRevised
from kiosk import composition, settings
from kiosk.facts import Closed, Elsewhere
from kiosk.link import SealTo, ServiceWanted, ToVisit, visit_end
from kiosk.settings import Settings
from kiosk.setup import keys, revisions
from kiosk.terminal import directions, offer
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.process import Terminal
from kiosk.terminal.visits import Stage, process_of
from offline_cache.feed.kept import Feed, Patch
from offline_cache.feed.reader import FeedTaken
from offline_cache.records import StoreError, StoreFault
from offline_cache.retention.days import Days
from offline_cache.thread import StoreThread
from tests.kiosk.test_a_bug_costs_a_visit_never_the_terminal import write_settings
from tests.offline_cache.feed_items import FAR, SLUG, Signer, item_text, title_of
from tests.waiting import until

REASON = {"zh-Hans": "大厅检修", "en": "Maintenance"}
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


class House:
    """A terminal whose main thread is this test's, on a store that outlives it."""

    def __init__(self, folder: Path) -> None:
        self.found = settings.read(
            folder / "kiosk.toml" if (folder / "kiosk.toml").exists() else write_settings(folder)
        )
        keys.make_database_key(self.found.database_key)
        self.signer = Signer()
        self.version = 0
        self.start()

    def start(self) -> None:
        """As after the power came back."""
        self.inbox = Inbox()
        self.store = StoreThread(lambda: composition.open_store(self.found, keys.read(self.found.database_key)))
        self.terminal = Terminal(self.found, self.store, self.inbox, None)
        self.steward = self.terminal._steward
        self.steward.centre_time = lambda: NOW
        self.steward.begin()
        self.until(lambda: self.steward._catalogue is not None)

    def stop(self) -> None:
        """As when the power goes, but the files are closed."""
        self.visit_ends()
        self.terminal._visits.stop()
        self.terminal._scans.stop()
        self.steward.stop()
        self.terminal._upkeep.stop()
        self.terminal._fleet.close()
        self.terminal._documents.stop()
        self.store.stop()

    def until(self, seen: Callable[[], bool]) -> None:
        """Live until something is seen."""
        until(seen, "something", meanwhile=self._turn)

    def _turn(self) -> None:
        self.inbox.run_next(0.01)
        self.steward._look_at = min(self.steward._look_at, time.monotonic() + 0.01)
        self.steward.tick(time.monotonic())
        self.terminal._interlude.tick()

    def pass_time(self) -> None:
        """Whatever is due is done."""
        self._turn()

    def comes_down(self, kind: FeedKind, key: str, body: bytes | msgspec.Struct, *, audience: str = "*") -> None:
        """The reader's work."""
        self.version += 1
        item = self.signer.item(kind, key, body, self.version, audience=audience)
        taken = self.store.do(lambda store: store.feed.apply((item,), item.seq, self.signer.keys)).result()
        self.steward.heard(FeedTaken(taken.kinds, taken.aside))

    def orders(self, command_id: str, what: str, expires_at: str = FAR) -> None:
        """A command of the centre."""
        self.comes_down(FeedKind.COMMAND, command_id, Command(command_id, what, expires_at, "wang", REASON))

    def told(self, kind: type[msgspec.Struct]) -> list[msgspec.Struct]:
        """What waits for the centre, of this kind."""
        tag = kind.__struct_config__.tag
        run = self.store.do(lambda store: store.outbox_run(Lane.TELEMETRY, 0, 50, 10**6)).result()
        found = [envelope.decode(item.raw) for item in run]
        return [msgspec.json.decode(each.body, type=kind) for each in found if each.kind == tag]

    def outcomes(self) -> list[tuple[str, str]]:
        """What became of commands."""
        return [(done.command_id, done.outcome) for done in self.told(CommandDone) if isinstance(done, CommandDone)]

    def visit(self) -> list[ToVisit]:
        """Somebody is on the screen; what they are told."""
        ours, theirs = socket.socketpair()
        popen = subprocess.Popen((sys.executable, "-c", "import time; time.sleep(60)"))
        process = process_of(popen, ours)
        process.stage, process.loaded, process.visit = Stage.SERVING, True, 1
        self.terminal._visits._processes.append(process)
        end, heard = visit_end(theirs), list[ToVisit]()
        end.listen(heard.append, end.close)
        return heard

    def visit_ends(self) -> None:
        """They are gone."""
        for process in tuple(self.terminal._visits._processes):
            self.terminal._visits._gone(process)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr("kiosk.terminal.visits.Visits._start", lambda *_: None)  # no screens here
    made = House(tmp_path)
    yield made
    made.stop()


def test_items_are_replaced_added_and_taken_away_for_the_next_visits(house: House) -> None:
    heard = house.visit()
    embedded = house.terminal._items.now[SLUG]
    house.comes_down(FeedKind.CATALOGUE, SLUG, item_text(embedded.version + 1, "新的名称"))
    house.until(lambda: house.terminal._items.now[SLUG].version == embedded.version + 1)
    assert title_of(house.terminal._items.now[SLUG]) == "新的名称"
    assert title_of(next(item for item in offer.load(house.found).items if item.slug == SLUG)) == "新的名称"
    # Who began with the old version files the old version; the visit on the screen makes place when nobody is served.
    assert house.terminal._items.find(SLUG, embedded.version) == embedded
    assert house.terminal._visits.serving is not None
    assert house.terminal._visits.serving.stale
    house.comes_down(FeedKind.CATALOGUE, SLUG, b"")
    house.until(lambda: SLUG not in house.terminal._items.now)
    assert house.terminal._items.find(SLUG, embedded.version) == embedded
    assert SLUG not in {report.item for report in house.terminal._board.service_reports()}
    house.comes_down(FeedKind.CATALOGUE, SLUG, b"title = 3")
    house.visit_ends()
    house.stop()
    house.start()
    assert SLUG not in house.terminal._items.now
    assert house.store.do(lambda store: store.feed.aside_count()).result() == 1
    assert not any(isinstance(said, ServiceWanted) for said in heard)  # no fresh visit is warm to take over


def test_a_heartbeat_never_reads_the_items_while_they_change(house: House) -> None:
    """It is made on the messenger's thread."""
    told = house.terminal._board.service_reports()
    house.terminal._items.now.clear()
    assert house.terminal._board.service_reports() == told != ()


def test_a_switched_off_item_is_closed_in_the_centres_words_and_opens_again(house: House) -> None:
    house.comes_down(FeedKind.SWITCH, SLUG, Switch(SLUG, on=False, reason=REASON))

    def closed() -> list[Closed]:
        return [closed for closed in house.terminal._board.facts.closed if closed.item == SLUG]

    house.until(lambda: bool(closed()))
    assert (closed()[0].reason, closed()[0].text) == ("centre", REASON)
    house.comes_down(FeedKind.SWITCH, SLUG, Switch(SLUG, on=True))
    house.until(lambda: not closed())


def test_a_calendar_and_the_places_of_the_district_are_in_force_at_once(house: House) -> None:
    board = house.terminal._board
    free = date(2026, 11, 25)
    assert board.calendar.works(free)
    house.comes_down(FeedKind.CALENDAR, "2026", Calendar(2026, ("2026-11-25",)))
    house.until(lambda: not board.calendar.works(free))
    other = Place("GL-02", {"zh-Hans": "泾河站"}, (SLUG,))
    house.comes_down(FeedKind.SITES, "sites", Sites((other,)))
    house.comes_down(FeedKind.SWITCH, SLUG, Switch(SLUG, on=False, reason=REASON))
    house.until(lambda: any(closed.elsewhere for closed in board.facts.closed if closed.item == SLUG))
    (closed,) = (closed for closed in board.facts.closed if closed.item == SLUG)
    assert closed.elsewhere == (Elsewhere({"zh-Hans": "泾河站"}),)
    house.stop()
    house.start()
    house.until(lambda: not house.terminal._board.calendar.works(free))  # it is in the store


def test_tickets_carry_the_address_phones_go_to_as_the_centre_and_the_hall_say_it(house: House) -> None:
    """The settings' own word first, then the hall node's, then the centre's, then what enrolment wrote."""
    changed = msgspec.structs.replace

    def says(key: str, url: str) -> None:
        house.comes_down(FeedKind.ADDRESS, key, Address(url))
        house.until(lambda: house.steward._directions.address == house.steward.address)

    assert house.terminal._site().public_url == "", "nobody has said anything"
    enrolled = changed(house.found, centre=changed(house.found.centre, public_url="https://enrolled.example"))
    house.terminal._settings = enrolled
    assert house.terminal._site().public_url == "https://enrolled.example"
    says("centre", "https://centre.example")
    house.until(lambda: house.terminal._site().public_url == "https://centre.example")
    says("hall", "http://10.0.0.2:8080")
    house.until(lambda: house.terminal._site().public_url == "http://10.0.0.2:8080")
    says("hall", "")
    house.until(lambda: house.terminal._site().public_url == "https://centre.example")
    says("centre", "javascript:alert(1)")
    house.pass_time()
    assert house.terminal._site().public_url == "https://centre.example", "what is no address is kept aside"
    house.terminal._settings = changed(enrolled, site=changed(enrolled.site, public_url="https://here.example"))
    assert house.terminal._site().public_url == "https://here.example"


def test_a_notice_is_shown_between_its_times_by_the_centres_clock(house: House) -> None:
    text = {"zh-Hans": "停电检修"}
    times = (NOW + timedelta(hours=1)).isoformat(), (NOW + timedelta(hours=2)).isoformat()
    house.comes_down(FeedKind.NOTICE, "power", Notice(text, *times))
    house.until(lambda: bool(house.steward._directions.notices))
    assert house.terminal._board.facts.notices == ()
    house.steward.centre_time = lambda: NOW + timedelta(hours=1)
    house.until(lambda: house.terminal._board.facts.notices == (text,))
    house.steward.centre_time = lambda: NOW + timedelta(hours=2)
    house.until(lambda: house.terminal._board.facts.notices == ())


def test_a_suspended_terminal_stays_so_over_a_restart_until_it_is_resumed(house: House) -> None:
    house.orders("c-1", "suspend")
    house.until(lambda: house.terminal._board.facts.suspended == REASON)
    house.stop()
    house.start()
    house.until(lambda: house.terminal._board.facts.suspended == REASON)
    house.orders("c-2", "resume")
    house.until(lambda: house.terminal._board.facts.suspended is None)
    assert house.outcomes() == [("c-1", "done"), ("c-2", "done")]


def test_a_restart_waits_for_the_citizen_and_happens_once(house: House) -> None:
    heard = house.visit()
    house.orders("c-1", "restart")
    house.until(lambda: any(isinstance(said, ServiceWanted) for said in heard))
    deadline = time.monotonic() + 0.3
    house.until(lambda: time.monotonic() > deadline)
    assert house.terminal._running
    assert house.outcomes() == []
    house.visit_ends()
    house.until(lambda: not house.terminal._running)
    assert house.outcomes() == [("c-1", "done")]
    house.stop()
    house.start()
    deadline = time.monotonic() + 0.3
    house.until(lambda: time.monotonic() > deadline)
    assert house.terminal._running
    assert house.outcomes() == [("c-1", "done")]


def test_what_expired_or_is_not_known_is_not_done_and_the_centre_hears_of_it(house: House) -> None:
    house.orders("c-1", "restart", NOW.isoformat())
    house.orders("c-2", "dance")
    house.until(lambda: len(house.outcomes()) == 2)
    assert house.outcomes() == [("c-1", "expired"), ("c-2", "refused")]
    assert house.terminal._running


def test_the_day_is_closed_on_demand(house: House) -> None:
    house.orders("c-1", "close_day")
    house.until(lambda: house.outcomes() == [("c-1", "done")])
    assert len(house.told(DayClosed)) == 1


def test_what_comes_down_meanwhile_does_not_have_a_command_done_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Days] = []

    def close(days: Days) -> None:
        closed.append(days)

    written, done = threading.Event(), Feed.command_done

    def slowly(feed: Feed, command_id: str, outcome: str, detail: str = "") -> bool:
        assert written.wait(20)
        return done(feed, command_id, outcome, detail)

    monkeypatch.setattr(Days, "close", close)
    monkeypatch.setattr(Feed, "command_done", slowly)
    house.orders("c-1", "close_day")
    house.until(lambda: house.steward._busy)
    house.comes_down(FeedKind.SWITCH, SLUG, Switch(SLUG, on=False, reason=REASON))
    house.until(lambda: SLUG in house.terminal._board._off)
    house.steward._look_at = 0.0
    house.steward.tick(time.monotonic())
    written.set()
    house.until(lambda: house.outcomes() == [("c-1", "done")])
    assert len(closed) == 1


def test_what_could_not_be_read_is_read_again_by_itself(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that could not say once must not leave an item open that the centre has closed."""

    def broken(_: Feed) -> None:
        raise StoreError(StoreFault.IO, "input/output error")

    with monkeypatch.context() as trouble:
        trouble.setattr(Feed, "directions", broken)
        house.comes_down(FeedKind.SWITCH, SLUG, Switch(SLUG, on=False, reason=REASON))
        house.until(lambda: not house.steward._learned)
    house.until(lambda: SLUG in house.terminal._board._off)


def test_settings_become_a_revision_on_probation_once(house: House) -> None:
    house.comes_down(FeedKind.SETTINGS, "kiosk", SettingsPatch({"patience.page": 150.0}), audience="GL-01")
    house.until(lambda: house.terminal._settings.patience.page == 150.0)
    newest = revisions.history(house.found.path)[0]
    assert (newest.by, newest.outcome) == ("centre/1", revisions.Outcome.PENDING)
    assert newest.changes == ("patience.page: – → 150.0",)
    house.until(lambda: house.steward._directions.settings is None)
    # The power goes before it is written down that they were tried: they do not become a second revision.
    directions.save_patch(house.found, Patch(1, "GL-01", {"patience.page": 150.0}))
    assert revisions.history(house.found.path)[0] == newest
    assert house.terminal._upkeep._trial is not None


def test_settings_that_cannot_be_used_are_refused_with_the_reason(house: House) -> None:
    before = house.found.path.read_text(encoding="utf-8")
    house.comes_down(FeedKind.SETTINGS, "kiosk", SettingsPatch({"patience.page": 1.0}), audience="GL-01")
    house.until(lambda: house.store.do(lambda store: store.feed.aside_count()).result() == 1)
    (aside,) = house.store.do(lambda store: store.feed.aside()).result()
    assert aside.reason.startswith("feed.acted: ")
    assert "patience: menu at least 60 s" in aside.reason
    assert house.found.path.read_text(encoding="utf-8") == before
    house.until(lambda: not house.terminal._interlude.on)


def test_settings_that_cannot_be_written_are_tried_once_and_told_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full does not have the visit that waits replaced every half minute."""
    tries: list[int] = []

    def full(_: Settings, patch: Patch) -> None:
        tries.append(patch.version)
        raise OSError(28, "No space left on device")

    def said() -> list[tuple[str, str, tuple[str, ...]]]:
        told = house.told(SettingsRevised)
        return [(one.outcome, one.by, one.changes) for one in told if isinstance(one, SettingsRevised)]

    def turns(count: int = 20) -> None:
        for _ in range(count):
            house.steward._look_at = 0.0  # as when the half minute is over
            house.pass_time()

    with monkeypatch.context() as trouble:
        trouble.setattr(directions, "save_patch", full)
        house.comes_down(FeedKind.SETTINGS, "kiosk", SettingsPatch({"patience.page": 150.0}), audience="GL-01")
        house.until(lambda: bool(said()))
        turns()
        assert tries == [1]
        assert not house.terminal._interlude.on
        # Control: not knowing what was tried, it tries again each time.
        house.steward._tried = None
        turns()
        assert tries == [1, 1]
        house.stop()
        house.start()  # a start may have mended it
        house.until(lambda: len(tries) == 3)
        turns()
        assert tries == [1, 1, 1]
        assert said() == [("not_saved", "centre/1", ("No space left on device",))]
        house.comes_down(FeedKind.SETTINGS, "kiosk", SettingsPatch({"patience.page": 151.0}), audience="GL-01")
        house.until(lambda: tries == [1, 1, 1, 2])
        turns()
    house.comes_down(FeedKind.SETTINGS, "kiosk", SettingsPatch({"patience.page": 152.0}), audience="GL-01")
    house.until(lambda: house.terminal._settings.patience.page == 152.0)


def test_visits_are_told_of_other_keys_to_seal_to(house: House) -> None:
    heard = house.visit()
    key = SealingKey("sealing-2", "rlGKFaxGJjKFcOSdIbkkKvGLhVJZ4ZYUIRKhQYYTlyM=", "INTL-1")
    house.comes_down(FeedKind.SEALING_KEYS, "sealing", SealingKeys((key,)))
    house.until(lambda: SealTo((key,)) in heard)
    assert house.steward.sealing_keys == (key,)
    house.visit_ends()
