"""A bug in a visit ends the visit, one in the terminal costs one call; what is noted holds no citizen's words."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kiosk.terminal.process
from kiosk import audit, composition, settings
from kiosk.launch import launch
from kiosk.setup import keys
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.process import Terminal
from kiosk.terminal.visits import process_of
from offline_cache.records import StoreError, StoreFault
from offline_cache.thread import StoreThread

NAME = "张三"
BROKEN_VISIT = f"""
from PySide6.QtCore import QCoreApplication, QTimer
from kiosk.visit import process as visit
import threading

def meet_a_bug():
    raise KeyError("{NAME}")

application = QCoreApplication([])
visit._end_with_a_bug()
if {{thread}}:
    threading.Thread(target=meet_a_bug).start()
else:
    QTimer.singleShot(0, meet_a_bug)
application.exec()
"""
SAMPLE = Path(__file__).parents[2] / "packaging" / "terminal" / "kiosk.toml"


class SilentMessenger:
    """The centre is of no interest here."""

    def start(self) -> None:
        """Nothing."""

    def stop(self) -> None:
        """Nothing."""

    def wake(self) -> None:
        """Nothing."""

    def alive_at(self, now: float) -> float:
        """Always."""
        return now


def events_of(trail: str) -> Iterator[dict[str, Any]]:
    """The audit events among what was written to standard error; other libraries may have said something too."""
    return (json.loads(line) for line in trail.splitlines() if line.startswith("{"))


@pytest.mark.parametrize("thread", [False, True], ids=["on the screen's thread", "on another"])
def test_a_bug_in_a_visit_ends_it_without_a_word_of_the_citizen(thread: bool) -> None:
    program = BROKEN_VISIT.format(thread=thread)
    done = subprocess.run((sys.executable, "-c", program), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    noted = json.loads(done.stderr)
    assert (noted["event"], noted["process"], noted["error"]) == ("bug_met", "visit", "KeyError")
    assert NAME not in done.stderr


def write_settings(folder: Path) -> Path:
    """The sample settings with everything in `folder`, and somebody at the windows whenever the tests run."""
    always = '\nwindows = [{ opens = "00:00", closes = "24:00", days = ["workday", "weekend", "holiday"] }]\n\n[panel]'
    sample = SAMPLE.read_text(encoding="utf-8").replace("\n[panel]", always, 1)
    path = folder / "kiosk.toml"
    path.write_text(sample.replace("/etc/suiban/", "").replace("/var/lib/suiban-terminal", "data"), encoding="utf-8")
    return path


@pytest.fixture
def found(tmp_path: Path) -> settings.Settings:
    """A terminal's settings and keys."""
    found = settings.read(write_settings(tmp_path))
    keys.make_database_key(found.database_key)
    return found


@pytest.fixture
def signals() -> Iterator[None]:
    """A terminal takes the signals of its process; they are given back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, taken in before.items():
        signal.signal(number, taken)


@pytest.mark.usefixtures("signals")
def test_a_bug_in_the_terminal_costs_one_call(found: settings.Settings, capsys: pytest.CaptureFixture[str]) -> None:
    inbox = Inbox()
    store = StoreThread(lambda: composition.open_store(found, keys.read(found.database_key)))
    terminal = Terminal(found, store, inbox, None)
    reached: list[str] = []

    def meet_a_bug() -> None:
        raise KeyError(NAME)

    inbox.post(meet_a_bug)
    inbox.post(lambda: reached.append("the call after it"))
    inbox.post(lambda: os.kill(os.getpid(), signal.SIGTERM))
    sleeper = process_of(*launch((sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)")))
    terminal.run(SilentMessenger(), sleeper)  # type: ignore[arg-type]
    trail = capsys.readouterr().err
    assert reached == ["the call after it"]
    (noted,) = (event for event in events_of(trail) if event["event"] == "bug_met")
    assert (noted["process"], noted["error"]) == ("terminal", "KeyError")
    assert "meet_a_bug" not in trail
    assert NAME not in trail


@pytest.mark.usefixtures("signals")
def test_a_bug_while_the_terminal_stops_skips_nothing_that_must_follow(
    found: settings.Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = Inbox()
    store = StoreThread(lambda: composition.open_store(found, keys.read(found.database_key)))
    terminal = Terminal(found, store, inbox, None)
    reached: list[str] = []

    def meet_a_bug() -> None:
        raise KeyError(NAME)

    stop_visits = terminal._visits.stop

    def stop() -> None:
        stop_visits()
        inbox.post(meet_a_bug)
        inbox.post(lambda: reached.append("the call after it"))
        meet_a_bug()

    monkeypatch.setattr(terminal._visits, "stop", stop)
    monkeypatch.setattr(terminal._mains, "park", lambda _: reached.append("parked"))
    inbox.post(lambda: os.kill(os.getpid(), signal.SIGTERM))
    sleeper = process_of(*launch((sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)")))
    terminal.run(SilentMessenger(), sleeper)  # type: ignore[arg-type]
    trail = capsys.readouterr().err
    assert reached == ["the call after it", "parked"]
    assert [event["event"] for event in events_of(trail)].count("bug_met") == 2
    assert "terminal_stopped" in trail
    assert NAME not in trail


class FullDisk(io.TextIOBase):
    """Takes nothing."""

    def write(self, _: str) -> int:
        """As a log on a full disk answers."""
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.usefixtures("signals")
def test_a_store_that_opens_late_is_reconciled_then(
    found: settings.Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kiosk.terminal.process, "_STORE_PROBE_SECONDS", 0.1)
    found.folder.write_text("a file where the folder should be", encoding="utf-8")
    inbox = Inbox()
    store = StoreThread(lambda: composition.open_store(found, keys.read(found.database_key)))
    terminal = Terminal(found, store, inbox, None)

    def look(deadline: float) -> None:
        trail.append(capsys.readouterr().err)
        if "store_failed" in trail[-1] and found.folder.is_file():  # else said twice: a folder by now
            found.folder.unlink()
        done = any("terminal_started" in said for said in trail)
        over = done or time.monotonic() > deadline
        inbox.post(lambda: os.kill(os.getpid(), signal.SIGTERM) if over else look(deadline))

    trail: list[str] = []
    inbox.post(lambda: look(time.monotonic() + 60))
    sleeper = process_of(*launch((sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)")))
    terminal.run(SilentMessenger(), sleeper)  # type: ignore[arg-type]
    events = [event["event"] for event in events_of("".join(trail))]
    assert "store_failed" in events
    assert events.count("terminal_started") == 1


def test_a_trail_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", FullDisk())
    with pytest.raises(OSError, match="No space"):
        sys.stderr.write("the control")
    audit.note("visit_warm", pid=1)


def test_a_folder_that_cannot_be_made_is_the_stores_fault(found: settings.Settings) -> None:
    found.folder.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(StoreError) as caught:
        composition.open_store(found, keys.read(found.database_key))
    assert caught.value.fault is StoreFault.IO


def test_a_terminal_without_its_keys_says_so_and_does_not_start(tmp_path: Path) -> None:
    path = write_settings(tmp_path)
    keys.make_signing_key(settings.read(path).signing_key, "INTL-1")
    command = (sys.executable, "-m", "kiosk", "--config", str(path))
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "database.key" in sentence
    assert "make it with `./suiban kiosk keys" in sentence
