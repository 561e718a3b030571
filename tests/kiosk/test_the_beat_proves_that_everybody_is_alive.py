"""Beats for systemd on a real socket: withheld while anybody hangs, with the name of who does."""

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from devices.model import Fault
from devices.tally import Tally
from devices.worker import Worker
from kiosk.terminal.vitals import Vitals
from kiosk.watchdog import Beat, ServiceSocket, Watchdog, stale
from offline_cache.records import StoreError, StoreFault
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.waiting import LONG, until

WATCHDOG_SECONDS = 0.5


class Systemd:
    """The receiving end of $NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind("\0" + address[1:] if address.startswith("@") else address)
        self._line.settimeout(0.05)

    def heard(self) -> list[str]:
        """One item a datagram, all that have come."""
        said = []
        while True:
            try:
                said.append(self._line.recv(4096).decode())
            except TimeoutError:
                return said

    def close(self) -> None:
        self._line.close()


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    address = f"@suiban-{secrets.token_hex(8)}" if request.param == "abstract" else str(tmp_path / "notify")
    listening = Systemd(address)
    yield listening
    listening.close()


class State:
    def as_json(self) -> dict[str, object]:
        return {}

    def fault(self) -> Fault | None:
        return None


class Deadlocked:
    """A driver whose job waits for a lock that nobody gives back."""

    def __init__(self, held: threading.Lock) -> None:
        self.tally = Tally()
        self._held = held

    def status(self) -> State:
        return State()

    def job(self) -> None:
        with self._held:
            pass

    def close(self) -> None:
        pass


def watched(systemd: Systemd, beats: Mapping[str, Beat]) -> Watchdog:
    environment = {"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": str(int(WATCHDOG_SECONDS * 1e6)), "HOME": "/"}
    watchdog = Watchdog.of_environment(environment, lambda: beats)
    assert environment == {"HOME": "/"}, "a child process must not beat in the terminal's place"
    return watchdog


def test_ready_then_a_beat_each_half_of_the_allowed_time(systemd: Systemd) -> None:
    watchdog = watched(systemd, {"screen": Beat(100.0, 5.0)})
    watchdog.ready()
    for eighth in range(9):
        watchdog.tick(100.0 + eighth / 8)
    watchdog.stopping("mains lost")
    beat = "WATCHDOG=1\nSTATUS=everybody is alive"
    assert systemd.heard() == ["READY=1", *[beat] * 5, "STOPPING=1\nSTATUS=mains lost"]


def test_whoever_is_late_is_named() -> None:
    beats = {"screen": Beat(10.0, 6.0), "store": Beat(15.0, 1.0), "locker": Beat(2.0, 20.0), "ups": Beat(1.0, 3.0)}
    assert stale(beats, 16.0) == ("ups",)
    assert stale(beats, 16.1) == ("screen", "store", "ups")
    assert stale({}, 16.1) == ()


def test_one_who_is_late_costs_the_beat_and_is_noted_once(systemd: Systemd, capsys: pytest.CaptureFixture[str]) -> None:
    beats = {"screen": Beat(0.0, 1.0)}
    watchdog = watched(systemd, beats)
    for now in (0.5, 1.5, 2.0):
        watchdog.tick(now)
    beats["screen"] = Beat(2.4, 1.0)
    watchdog.tick(2.5)
    assert [said.split("\n")[0] for said in systemd.heard()] == [
        "WATCHDOG=1", "STATUS=no sign of life: screen", "STATUS=no sign of life: screen", "WATCHDOG=1"
    ]  # fmt: skip
    trail = capsys.readouterr().err
    assert trail.count("watchdog_withheld") == trail.count("watchdog_resumed") == 1
    assert '"late": "screen"' in trail


@pytest.mark.slow
@pytest.mark.parametrize("systemd", ["path"], indirect=True)
def test_a_deadlock_in_a_driver_ends_the_beats_within_the_allowed_time_and_a_plain_timer_would_go_on(
    systemd: Systemd, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = threading.Lock()
    stopped = threading.Event()
    worker = Worker("locker", lambda: Deadlocked(lock), lambda _: None, poll_every=0.1)
    worker.start()
    watchdog = Watchdog(
        ServiceSocket(systemd.address), WATCHDOG_SECONDS / 2, lambda: {"locker": Beat(worker.beat_at, 1.2)}
    )
    plain = Watchdog(ServiceSocket(systemd.address), WATCHDOG_SECONDS / 2, dict)

    def beat(seconds: float) -> list[str]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            watchdog.tick(time.monotonic())
            stopped.wait(0.02)
        return systemd.heard()

    try:
        before = beat(WATCHDOG_SECONDS)
        assert before
        assert all(said.startswith("WATCHDOG=1") for said in before)
        with lock:
            worker.submit("job", Deadlocked.job)
            beat(1.2 + WATCHDOG_SECONDS / 2)
            during = beat(WATCHDOG_SECONDS)
            assert during
            assert set(during) == {"STATUS=no sign of life: locker"}
            plain.tick(time.monotonic())
            assert systemd.heard()[0].startswith("WATCHDOG=1")
        assert beat(WATCHDOG_SECONDS)[-1].startswith("WATCHDOG=1")
    finally:
        assert worker.stop(2.0)
    assert '"late": "locker"' in capsys.readouterr().err


def test_without_systemd_nothing_is_said_and_the_watch_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    watchdog = Watchdog.of_environment({}, lambda: {"screen": Beat(0.0, 1.0)})
    watchdog.ready()
    watchdog.tick(5.0)
    assert '"late": "screen"' in capsys.readouterr().err


def test_beats_asked_of_another_process_are_not_ours(systemd: Systemd) -> None:
    asked = {"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": str(os.getpid() + 1)}
    watchdog = Watchdog.of_environment(asked, dict)
    for now in (0.0, 0.001, 0.002, 1.0):
        watchdog.tick(now)
    assert len(systemd.heard()) == 1


def test_a_service_socket_that_is_gone_ends_nobody(systemd: Systemd) -> None:
    service = ServiceSocket(systemd.address + "-gone")
    service.say("WATCHDOG=1")
    assert systemd.heard() == []


def beats(vitals: Vitals, now: float) -> tuple[str, ...]:
    return stale(vitals.beats(now), now)


def test_a_screen_that_stays_empty_a_thread_that_ended_and_a_store_that_hangs_are_named() -> None:
    heard: list[float | None] = [100.0]
    vitals = Vitals(
        screen=lambda: heard[-1],
        workers=dict,
        threads={"store": lambda _: 80.0, "messenger": lambda now: now, "gone": lambda _: 0.0},
    )
    assert beats(vitals, 110.0) == ()
    assert beats(vitals, 125.0) == ("gone",)
    heard.append(None)
    assert beats(vitals, 159.0) == ("gone",)
    assert beats(vitals, 161.0) == ("gone", "screen")
    assert beats(vitals, 201.0) == ("gone", "screen", "store")
    heard.append(201.0)
    assert beats(vitals, 202.0) == ("gone", "store")


def test_nobody_on_the_screen_yet_is_not_nobody_for_long() -> None:
    vitals = Vitals(screen=lambda: None, workers=dict, threads={})
    assert beats(vitals, 5000.0) == ()
    assert beats(vitals, 5059.0) == ()
    assert beats(vitals, 5061.0) == ("screen",)


def test_a_store_thread_is_alive_while_it_waits_and_not_while_a_job_hangs_or_after_its_end() -> None:
    held = threading.Event()
    begun = threading.Event()

    def never_opens() -> Store:
        begun.set()
        held.wait(LONG)
        raise StoreError(StoreFault.IO, "no disk")

    store = StoreThread(never_opens)
    assert begun.wait(LONG)
    assert store.alive_at(time.monotonic() + 500) < time.monotonic()
    held.set()
    with pytest.raises(StoreError):
        store.ready.result(LONG)
    now = time.monotonic()
    until(lambda: store.alive_at(now) == now, "a thread that waits")
    store.stop()
    assert store.alive_at(now) == 0.0
