"""The change comes when nobody is served and nothing is printed, in its hours; one that is not well goes again."""

import time
import tomllib
from configparser import RawConfigParser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from contract.feed import FeedKind
from contract.releases import Stage, Wanted
from kiosk.release import changeover, rules, slots
from kiosk.release.changeover import Changeover, Plan, Reach
from kiosk.release.fetching import Checked, Fetched, NotFetched
from kiosk.release.rules import Health, Known, Now, Trial
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.interlude import Interlude
from kiosk.terminal.service import Turn
from tests.kiosk.release.world import ADDITIVE, Machine, outside
from tests.kiosk.test_a_bug_costs_a_visit_never_the_terminal import write_settings
from tests.kiosk.test_the_centre_directs_a_terminal import House
from tests.waiting import until

QUIET = Now(serving=False, printing=False, minute=120, charge=None, on_battery=False, store_ok=True)
WELL = Health(screen=True, store=True, link=True, devices=frozenset({"ticket_printer"}))
ROOT = Path(__file__).parents[3]


@dataclass
class Hall:
    """Visits, and who is at the screen."""

    empty: bool = True
    turn: Turn = Turn.CITIZENS
    paused: bool = False

    def pause(self) -> None:
        self.paused = True

    def step_aside(self) -> None:
        """The visit on the screen is asked to end as soon as nobody is served."""

    def resume(self) -> None:
        self.paused = False


@dataclass
class Bench:
    """One terminal's change of release, and the machine under it."""

    machine: Machine
    folder: Path
    hall: Hall = field(default_factory=Hall)
    now: Now = QUIET
    health: Health = WELL
    restarts: int = 0
    fetching: str = ""

    def __post_init__(self) -> None:
        self.inbox = Inbox()
        self.begin()

    def begin(self) -> None:
        """The process starts."""
        self.interlude = Interlude(cast("Any", self.hall), cast("Any", self.hall))
        reach = Reach(lambda: self.now, lambda: self.health, self._restart, lambda: None, lambda: "2026-05-01T02:00:00")
        plan = Plan(self.machine.slots, self.folder, ("01:00", "05:00"), 50)
        environment = {"RUNTIME_DIRECTORY": str(self.machine.runtime)}
        self.changes = Changeover(plan, self.inbox, self.interlude, reach, environment)
        self.changes.fetcher = self

    def want(self, release: str) -> None:
        """As the thread that fetches hears it."""
        self.fetching = release

    def _restart(self) -> None:
        self.restarts += 1

    def look(self) -> None:
        """Time goes by: a look at the slots, and what the outside was asked is carried out."""
        self.changes._look_at = 0.0
        self.changes.tick(time.monotonic())
        self.inbox.run_next(5.0)
        self.interlude.tick()
        asked = self.machine.runtime / slots.ASKED
        if asked.exists():
            outside().carry_out(outside().Slots(self.machine.slots), asked, [])

    def looks(self, count: int = 3) -> None:
        for _ in range(count):
            self.look()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    machine = Machine(tmp_path / "opt", b"{}")
    machine.by_hand("2", ADDITIVE)
    (tmp_path / "data").mkdir()
    return Bench(machine, tmp_path / "data")


def test_the_change_waits_for_the_visits_end(bench: Bench) -> None:
    bench.hall.empty = False
    bench.now = msgspec.structs.replace(QUIET, serving=True)
    bench.changes.want(Wanted("2"))
    bench.looks()
    assert (bench.machine.current(), bench.changes.report.stage) == ("1", Stage.WAITING)
    assert bench.changes.report.why == "release.served"
    assert not bench.hall.paused, "nobody is kept from a visit by a release that waits"
    bench.now = QUIET
    bench.looks()
    assert bench.machine.current() == "1", "the visit's process is still there"
    bench.hall.empty = True
    bench.looks()
    assert (bench.machine.current(), bench.restarts) == ("2", 1)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"printing": True}, "release.printing"),
        ({"minute": 9 * 60}, "release.hours"),
        ({"charge": 49}, "release.charge"),
        ({"on_battery": True}, "release.charge"),
        ({"store_ok": False}, "release.store"),
    ],
)
def test_the_lock_names_what_it_waits_for(bench: Bench, changed: dict[str, Any], why: str) -> None:
    bench.now = msgspec.structs.replace(QUIET, **changed)
    bench.changes.want(Wanted("2"))
    bench.looks()
    assert (bench.machine.current(), bench.changes.report.why) == ("1", why)


def test_what_a_visit_left_at_the_printer_comes_out_first(bench: Bench) -> None:
    bench.hall.empty = False
    bench.changes.want(Wanted("2"))
    bench.looks()
    bench.now, bench.hall.empty = msgspec.structs.replace(QUIET, printing=True), True
    bench.looks()
    assert (bench.machine.current(), bench.hall.paused) == ("1", False)
    bench.now = QUIET
    bench.looks()
    assert bench.machine.current() == "2"


def on_trial(bench: Bench) -> None:
    """Release 2 runs, in a process of its own, and has not proved itself."""
    bench.changes.want(Wanted("2"))
    bench.looks()
    assert bench.machine.starts() == "2"
    bench.begin()
    bench.changes.want(Wanted("2"))
    bench.looks(1)
    assert bench.changes.report.stage is Stage.TRIAL


def grown_old(bench: Bench, seconds: float) -> None:
    trial = bench.changes._trial
    assert trial is not None
    since = trial.well_since - seconds if trial.well_since is not None else None
    bench.changes._trial = Trial(trial.began_at - seconds, since, trial.why)


def test_a_release_that_serves_as_before_is_declared_well(bench: Bench) -> None:
    on_trial(bench)
    bench.looks(1)
    grown_old(bench, rules.WELL_SECONDS)
    bench.looks(2)
    assert (bench.machine.outcome()["outcome"], bench.changes.report.stage) == ("well", Stage.WELL)
    assert bench.machine.starts() == "2"


def test_a_release_without_a_device_that_worked_before_goes_by_itself(bench: Bench) -> None:
    on_trial(bench)
    bench.health = msgspec.structs.replace(WELL, devices=frozenset())
    bench.looks(1)
    grown_old(bench, rules.GIVE_UP_SECONDS)
    bench.looks(3)
    assert (bench.machine.current(), bench.machine.outcome()["why"]) == ("1", "release.devices")
    bench.begin()
    bench.changes.want(Wanted("2"))
    bench.looks()
    assert (bench.changes.report.stage, bench.changes.report.of, bench.machine.current()) == (Stage.BACK, "2", "1")


def test_offline_is_no_fault_where_it_was_offline_before() -> None:
    away = msgspec.structs.replace(WELL, link=False)
    assert rules.is_well(away, away) == ""
    assert rules.is_well(away, WELL) == "release.link"


def test_taken_back_by_the_centre_it_goes_at_rest(bench: Bench) -> None:
    on_trial(bench)
    bench.changes.want(Wanted("", "2"))
    bench.now = msgspec.structs.replace(QUIET, serving=True)
    bench.looks()
    assert bench.machine.current() == "2"
    bench.now = QUIET
    bench.looks(4)
    assert (bench.machine.current(), bench.machine.outcome()["why"]) == ("1", "release.taken_back")


def test_what_is_not_believed_is_said_and_nothing_changes(bench: Bench) -> None:
    bench.changes.want(Wanted("3"))
    bench.looks(1)
    assert bench.fetching == "3"
    bench.changes.heard(Checked())
    bench.changes.heard(NotFetched("3", "release.changed", ""))
    said = [bench.changes.report]
    for news in (NotFetched("3", "release.not_reached", ""), Fetched("3")):
        bench.changes.heard(news)
        said.append(bench.changes.report)
    assert [(one.stage, one.why) for one in said] == [
        (Stage.REFUSED, "release.changed"),
        (Stage.FETCHING, "release.not_reached"),
        (Stage.INSTALLING, ""),
    ]
    assert all(one.checked_at for one in said)


def test_a_release_that_failed_here_is_not_tried_again_by_itself() -> None:
    known = Known("1", complete=frozenset({"1", "2"}), ended="2", outcome="back")
    assert rules.next_step(known, Wanted("2"), "2").what == "nothing"
    assert rules.next_step(msgspec.structs.replace(known, outcome="well"), Wanted("2"), "2").what == "switch"


@pytest.mark.slow
def test_the_terminal_itself_hears_of_it_changes_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real main thread, its store and feed; nobody is served."""
    machine = Machine(tmp_path / "opt", b"{}")
    machine.by_hand("2", ADDITIVE)
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(machine.runtime))
    (tmp_path / "house").mkdir()
    path = write_settings(tmp_path / "house")
    text = path.read_text(encoding="utf-8").replace("/opt/suiban/slots", str(machine.slots))
    text = text.replace("/var/lib/suiban-terminal/releases", str(tmp_path / "releases"))
    path.write_text(text.replace('hours = ["01:00", "05:00"]', 'hours = ["00:00", "00:00"]'), encoding="utf-8")
    house = House(tmp_path / "house")
    releases = house.terminal._releases
    assert releases is not None

    def live() -> bool:
        house.pass_time()
        releases._look_at = 0.0
        releases.tick(time.monotonic())
        asked = machine.runtime / slots.ASKED
        if asked.exists():
            outside().carry_out(outside().Slots(machine.slots), asked, [])
        return not house.terminal._running

    try:
        house.comes_down(FeedKind.RELEASE, "terminal", Wanted("2"))
        until(live, "the change")
        assert machine.current() == "2"
        said = house.terminal.heartbeat_parts().release
        assert said is not None
        assert (said.running, said.wanted, said.stage) == ("2", "2", Stage.TRIAL)
    finally:
        releases.stop()
        house.stop()


def test_room_is_known_before_the_first_byte() -> None:
    assert rules.fits(free=50, total=100, wheels=7, here=0)
    assert not rules.fits(free=49, total=100, wheels=7, here=0)
    assert rules.within(0, ("22:00", "06:00"))
    assert not rules.within(12 * 60, ("22:00", "06:00"))


def test_a_release_is_asked_for_where_its_unit_looks() -> None:
    units = ROOT / "packaging/systemd"
    sample = tomllib.loads((ROOT / "packaging/terminal/kiosk.toml").read_text(encoding="utf-8"))["updates"]
    path, service = (RawConfigParser(strict=False) for _ in range(2))
    path.read(units / "suiban-update.path")
    service.read(units / "suiban-update.service")
    assert path["Path"]["PathExists"] == f"/run/suiban-terminal/{slots.ASKED}"
    words = service["Service"]["ExecStart"].split()
    assert words[3] == sample["slots"]
    assert words[5:] == [path["Path"]["PathExists"], sample["root"], sample["downloads"]]
    assert service["Service"]["PrivateNetwork"] == "yes"
    assert changeover.SWITCH_SECONDS < outside().MINUTES * 60
    assert rules.GIVE_UP_SECONDS < outside().MINUTES * 60, "the terminal gives up first, and never under a citizen"
