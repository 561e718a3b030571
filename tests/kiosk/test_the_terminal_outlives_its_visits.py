"""A hundred short lives leave nothing behind; who hangs, dies or cannot be started costs one visit, never the terminal.

The children are tiny programs that speak the link's bytes, so that a life takes milliseconds.
"""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk import link
from kiosk.facts import Facts
from kiosk.launch import Launched, launch
from kiosk.link import Alive, Enter, Over, Ready, ToTerminal
from kiosk.terminal import visits
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.visits import Stage, VisitProcess, Visits
from kiosk.terminal.vitals import SCREEN_SECONDS, Vitals
from kiosk.watchdog import stale
from tests.waiting import LONG, until

LIVES = 100
CHILD = """\
import os, select, socket, sys, time
mode, ready, alive, over = open(sys.argv[1]).read(), *map(bytes.fromhex, sys.argv[2:5])
open(f"{sys.argv[1]}.{os.getpid()}", "w").close()
line = socket.socket(fileno=int(sys.argv[6]))
if mode == "dies warming":
    sys.exit(3)
if mode == "hangs warming":
    time.sleep(60)
line.sendall(ready)
if mode == "dies warm":
    sys.exit(3)
entered = False
while True:
    if select.select([line], [], [], 0.05)[0]:
        said = line.recv(65536)
        entered = entered or b"Enter" in said
        if not said or b"Retire" in said:
            sys.exit(0)
    if entered and mode == "is brief":
        line.sendall(over)
        sys.exit(0)
    if entered and mode == "hangs":
        time.sleep(60)
    line.sendall(alive)
"""


def frame(message: ToTerminal) -> str:
    """The bytes of one message, as the link sends them."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        link.visit_end(ours).send(message)
        raw: bytes = theirs.recv(65536)
        return raw.hex()


def belongings() -> tuple[int, int, list[str]]:
    """What a leak would make more of: link threads, descriptors, children (zombies too)."""
    threads = sum(thread.name == "link" for thread in threading.enumerate())
    children = Path(f"/proc/self/task/{threading.main_thread().native_id}/children").read_text().split()
    return threads, sum(1 for _ in Path("/proc/self/fd").iterdir()), children


class House:
    """A main thread that looks after children, and the diary of what it was told."""

    def __init__(self, folder: Path) -> None:
        self._mode = folder / "mode"
        program = folder / "child.py"
        program.write_text(CHILD, encoding="utf-8")
        said = [frame(message) for message in (Ready(), Alive(), Over(0, "finished"))]
        self.command = (sys.executable, "-I", "-S", str(program), str(self._mode), *said)
        self.inbox = Inbox()
        self.diary: list[str] = []
        self.entered: list[VisitProcess] = []
        self.visits = Visits(
            self.command, post=self.inbox.post, entering=self._enter, heard=lambda *_: None, ended=self._ended
        )

    def children_are(self, mode: str) -> None:
        """How every child lives that starts from now on."""
        self._mode.write_text(mode, encoding="utf-8")

    def knows_its_mode(self, process: VisitProcess) -> bool:
        """Whether this child has read how it is to live."""
        return self._mode.with_name(f"mode.{process.popen.pid}").exists()

    def until(self, seen: Callable[[], bool], seconds: float = LONG) -> None:
        """Live until something is seen."""
        until(seen, "something in the diary", seconds, state=lambda: self.diary[-6:], meanwhile=self._turn)

    def _turn(self) -> None:
        self.inbox.run_next(0.01)
        self.visits.tick(time.monotonic())

    def until_a_spare_is_warm(self) -> None:
        """One serves and one is warm behind it."""
        self.until(lambda: self.stages() == [Stage.SERVING, Stage.WARM])

    def stages(self) -> list[Stage]:
        """Every process there is, oldest first."""
        return [process.stage for process in self.visits._processes]

    def _enter(self, process: VisitProcess) -> Enter:
        assert self.stages().count(Stage.SERVING) == 1
        self.entered.append(process)
        process.visit = len(self.entered)
        self.diary.append(f"{process.visit} entered")
        return Enter(process.visit, "case", Facts())

    def _ended(self, process: VisitProcess, last_word: Over | None) -> None:
        self.diary.append(f"{process.visit} {'over' if last_word else 'died'}")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Nobody in it yet. Waits are short; whatever happens, its children are ended."""
    monkeypatch.setattr(visits, "SPARE_AFTER", 0.0)
    monkeypatch.setattr(visits, "HUNG_AFTER", 0.6)
    monkeypatch.setattr(visits, "WARM_WITHIN", 0.6)
    monkeypatch.setattr(visits, "_RESTART_BACKOFF", (0.05, 0.4))
    house = House(tmp_path)
    yield house
    house.visits.stop()


def test_a_hundred_lives_leave_nothing_behind(house: House) -> None:
    before = belongings()
    house.children_are("is brief")
    house.until(lambda: bool(house.entered))
    assert all(now > then for now, then in zip(belongings()[:2], before[:2], strict=True)), "the control sees nothing"
    house.until(lambda: house.diary.count(f"{LIVES} over") == 1)
    house.visits.stop()
    until(lambda: belongings() == before, f"{before}", state=belongings, meanwhile=lambda: house.inbox.run_next(0.01))
    order = [f"{number} {what}" for number in range(1, LIVES + 1) for what in ("entered", "over")]
    assert house.diary[: 2 * LIVES] == order


def test_the_spare_takes_over_when_a_visit_is_killed_and_not_before(house: House) -> None:
    house.children_are("stays")
    house.until_a_spare_is_warm()
    first, spare = house.visits._processes
    for _ in range(20):
        house.inbox.run_next(0.01)
        house.visits.tick(time.monotonic())
    assert house.visits.serving is first
    first.popen.kill()
    house.until(lambda: house.visits.serving is spare)
    assert house.diary == ["1 entered", "1 died", "2 entered"]
    assert first.popen.returncode == -9
    house.until_a_spare_is_warm()
    assert house.visits.serving is spare


def test_a_visit_that_hangs_is_ended_and_its_spare_serves(house: House) -> None:
    house.children_are("hangs")
    house.until(lambda: bool(house.entered))
    house.children_are("stays")
    house.until(lambda: "1 died" in house.diary)
    assert house.entered[0].popen.returncode == -9
    house.until_a_spare_is_warm()


def test_a_child_that_never_warms_is_ended_and_tried_again(house: House) -> None:
    house.children_are("hangs warming")
    house.visits.tick(time.monotonic())
    (stuck,) = house.visits._processes
    house.until(lambda: house.knows_its_mode(stuck))
    house.children_are("stays")
    house.until(lambda: house.visits.serving is not None)
    assert stuck.popen.returncode == -9
    assert house.diary == ["1 entered"]


@pytest.mark.parametrize("mode", ["dies warming", "dies warm"])
def test_a_child_that_dies_before_it_serves_is_tried_again_ever_later(
    house: House, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    house.children_are("stays")
    house.until_a_spare_is_warm()
    house.children_are(mode)
    started: list[float] = []

    def note(command: tuple[str, ...]) -> Launched:
        started.append(time.monotonic())
        return launch(command)

    monkeypatch.setattr(visits, "launch", note)
    house.visits._processes[1].popen.kill()
    house.until(lambda: len(started) >= 5)
    pauses = [later - sooner for sooner, later in pairwise(started)]
    assert all(pause >= least for pause, least in zip(pauses, (0.2, 0.4, 0.4, 0.4), strict=False)), pauses
    house.children_are("stays")
    house.until_a_spare_is_warm()
    assert house.diary == ["1 entered"], "the visit on the screen was disturbed"


def late(house: House, now: float) -> tuple[str, ...]:
    """Whose sign of life the service manager would miss at that time."""
    vitals = Vitals(screen=lambda: house.visits.heard_at, workers=dict, threads={})
    vitals.beats(now - SCREEN_SECONDS - 1)
    return stale(vitals.beats(now), now)


def test_a_dead_session_does_not_restart_the_terminal_and_a_visit_that_hangs_does(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert late(house, time.monotonic()) == ("screen",)
    house.children_are("dies warming")
    house.until(lambda: house.visits._failures >= 3)
    assert late(house, time.monotonic()) == ()
    assert capsys.readouterr().err.count("it ended before it could serve") == 1
    house.children_are("hangs warming")
    house.until(lambda: house.visits.heard_at is None)
    assert late(house, time.monotonic()) == ("screen",)
    house.children_are("stays")
    house.until_a_spare_is_warm()


def test_a_machine_that_starts_nothing_for_a_week_starts_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: tuple[str, ...]) -> Launched:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(visits, "launch", refuse)
    now = time.monotonic()
    for minute in range(7 * 24 * 60):
        house.visits.tick(now - minute * 60.0)  # the past, so that nothing of it lies ahead of the real clock
        house.visits._start_at = 0.0
    monkeypatch.setattr(visits, "launch", launch)
    house.children_are("stays")
    house.until(lambda: house.visits.serving is not None)


def test_a_start_that_fails_keeps_no_descriptor() -> None:
    before = belongings()
    with pytest.raises(FileNotFoundError):
        launch(("/no/such/program",))
    assert belongings() == before


def test_a_terminal_that_was_asleep_blames_nobody(house: House) -> None:
    house.children_are("stays")
    house.until_a_spare_is_warm()
    both = list(house.visits._processes)
    house.visits.tick(time.monotonic() + 60)
    house.visits.tick(time.monotonic() + 60.2)
    for process in both:
        with pytest.raises(subprocess.TimeoutExpired):
            process.popen.wait(0.3)
    assert house.diary == ["1 entered"]
