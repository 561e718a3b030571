"""`bench start`: power-on to the first interactive frame of the home screen, and memory, beside Chromium's kiosk mode.

Both show a page of the same look on the same display, both start from dropped file caches, in turns, in one run.
Ours is the whole terminal: store, messenger, devices, visit and spare. Chromium has nothing but the page and a profile
that it has used before.
"""

import argparse
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.machine import display, drop_caches, end, family, pss_mb

WIDTH, HEIGHT = 1080, 1920
PATIENCE = 60.0
SETTLE = 4.0
TARGETS = {"ratio_time": 0.75, "ratio_memory": 0.5, "spare_ms": 50.0}
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

SETTINGS = """\
[terminal]
id = "BENCH-1"
district = "610117"
number = "0001"
series = "1"
[site]
hall = {{ zh-Hans = "高陵区 24 小时政务服务", en = "Gaoling 24-hour Public Services" }}
place = {{ zh-Hans = "一楼东侧自助区", en = "Ground floor" }}
supervision_phone = "029-12345"
desk_phone = "029-86910000"
staffed_hours = "8:30–17:30"
[centre]
url = "http://127.0.0.1:9"
signing_keys = [{{ id = "a", key = "{key}" }}]
sealing_keys = [{{ id = "b", key = "{key}" }}]
[panel]
width_px = {width}
height_px = {height}
fullscreen = true
[devices.id_card_reader]
port = "serial:{folder}/reader"
[devices.ticket_printer]
port = "serial:{folder}/printer"
"""


class NotShown(RuntimeError):
    """A program did not show its page in time."""


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="suiban bench start")
    parser.add_argument("--rounds", type=int, default=5, help="cold starts of each")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="suiban-bench-") as name, display(WIDTH, HEIGHT) as screen:
        folder = Path(name)
        environment = {**os.environ, "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "software"}
        with simulators(folder, environment):
            prepare(folder, environment)
            report = measure(folder, environment, options.rounds)
    print(json.dumps(report, ensure_ascii=False))
    return 0


def measure(folder: Path, environment: dict[str, str], rounds: int) -> dict[str, Any]:
    """Ours and Chromium's in turns."""
    ours: list[dict[str, Any]] = []
    theirs: list[dict[str, Any]] = []
    chromium(folder, environment)  # the profile is kept, so the first start must not be counted
    terminal(folder, environment)
    cold = True
    for number in range(rounds):
        cold = drop_caches() and cold
        ours.append(terminal(folder, environment))
        cold = drop_caches() and cold
        theirs.append(chromium(folder, environment))
        print(f"round {number + 1}: terminal {ours[-1]}, chromium {theirs[-1]}", file=sys.stderr)
    time_ours, time_theirs = _median(ours, "start_ms"), _median(theirs, "start_ms")
    memory_ours, memory_theirs = _median(ours, "pss_mb"), _median(theirs, "pss_mb")
    spare = _median(ours, "spare_ms")
    found = {
        "ratio_time": round(time_ours / time_theirs, 3),
        "ratio_memory": round(memory_ours / memory_theirs, 3),
        "spare_ms": spare,
    }
    return {
        **found,
        "met": {name: found[name] <= target for name, target in TARGETS.items()},
        "targets": TARGETS,
        "caches_dropped": cold,
        "rounds": rounds,
        "terminal": ours,
        "chromium": theirs,
    }


def _median(rounds: list[dict[str, Any]], name: str) -> float:
    return round(float(statistics.median(found[name] for found in rounds)), 1)


# --- the terminal ----------


@contextmanager
def simulators(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    """The devices: started before anything is measured, counted nowhere."""
    started = []
    for kind, link in (("id-card-reader", "reader"), ("ticket-printer", "printer")):
        command = (sys.executable, "-m", "devices.simulate", kind, "--link", str(folder / link))
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True))
    try:
        _await(lambda: (folder / "reader").exists() and (folder / "printer").exists(), "the simulators")
        yield
    finally:
        for process in started:
            end(process)


def prepare(folder: Path, environment: dict[str, str]) -> None:
    """Settings and keys of a terminal whose centre is out of reach."""
    text = SETTINGS.format(key=KEY, width=WIDTH, height=HEIGHT, folder=folder)
    (folder / "kiosk.toml").write_text(text, encoding="utf-8")
    command = (sys.executable, "-m", "kiosk", "keys", "--config", str(folder / "kiosk.toml"))
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def terminal(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """One start of the whole terminal: to the first frame, then its memory, then a visit killed and its spare shown."""
    began = time.monotonic()
    process = subprocess.Popen(
        (sys.executable, "-m", "kiosk", "--config", str(folder / "kiosk.toml")),
        env=environment,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        trail = Trail(process)
        shown = trail.wait_for("visit_shown")
        start_ms = (shown["seen"] - began) * 1000
        time.sleep(SETTLE)
        members = family(process.pid)
        sizes = pss_mb(members)
        visit = next(event for event in trail.seen if event["event"] == "visit_entered")
        os.kill(int(visit["pid"]), 9)
        spare = trail.wait_for("visit_shown", after=shown)
        return {
            "start_ms": round(start_ms, 1),
            "pss_mb": round(sum(sizes.values()), 1),
            "processes": len(members),
            "spare_ms": spare["milliseconds"],
        }
    finally:
        end(process)
        if process.stderr:
            process.stderr.close()


class Trail:
    """The audit trail of a terminal, read as it is written."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.seen: list[dict[str, Any]] = []
        self._process = process
        self._news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stderr or ():
            now = time.monotonic()
            try:
                event = {**json.loads(line), "seen": now}
            except ValueError:
                sys.stderr.buffer.write(line)
                continue
            with self._news:
                self.seen.append(event)
                self._news.notify_all()

    def wait_for(self, name: str, after: dict[str, Any] | None = None) -> dict[str, Any]:
        """The first event of that name, later than `after`."""

        def found() -> dict[str, Any] | None:
            since = after["seen"] if after else 0.0
            return next((event for event in self.seen if event["event"] == name and event["seen"] > since), None)

        with self._news:
            if not self._news.wait_for(lambda: found() is not None, PATIENCE):
                raise NotShown(f"no {name} within {PATIENCE:g} s; the trail: {self.seen}")
            event = found()
        assert event is not None  # noqa: S101 - wait_for has just seen it
        return event


# --- Chromium ----------


def chromium(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """One start of Chromium on the page, with the profile of the start before."""
    painted = threading.Event()
    at: list[float] = []
    page = (Path(__file__).parent / "start.html").read_bytes()

    class Page(http.server.BaseHTTPRequestHandler):
        """Serves the page and notes when it was painted."""

        def do_GET(self) -> None:
            """Answer at once."""
            if self.path == "/painted":
                at.append(time.monotonic())
                painted.set()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page if self.path == "/" else b"")

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    began = time.monotonic()
    process = subprocess.Popen(
        (
            "chromium", "--kiosk", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-quic", f"--window-size={WIDTH},{HEIGHT}",
            f"--user-data-dir={folder / 'chromium'}", f"http://127.0.0.1:{server.server_address[1]}/",
        ),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        if not painted.wait(PATIENCE):
            raise NotShown(f"chromium painted nothing within {PATIENCE:g} s")
        time.sleep(SETTLE)
        members = family(process.pid)
        sizes = pss_mb(members)
    finally:
        end(process)
        server.shutdown()
        server.server_close()
    return {
        "start_ms": round((at[0] - began) * 1000, 1),
        "pss_mb": round(sum(sizes.values()), 1),
        "processes": len(members),
    }


def _await(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > deadline:
            raise NotShown(f"waited {PATIENCE:g} s for {what}")
        time.sleep(0.02)
