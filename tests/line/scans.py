"""`./suiban campaign scans --mb N`: sealed scans over 256 kbit/s with 20 % loss, while both ends are killed.

The centre and the terminal are real and each in a network namespace of its own; numbers are taken all the while. The
control lets numbers wait for scans on one line: they must come late. Needs root.
"""

import argparse
import json
import os
import secrets
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random

import msgspec

from tests.central.conftest import write_config
from tests.central.process import CentreProcess
from tests.central.terminal_double import TerminalDouble
from tests.faults.figures import Figures, finish, say
from tests.hall.network import Hall, enter, hall
from tests.line.terminal import Told

ROOT = Path(__file__).parents[2]
LATE_SECONDS = 4.0
"""Half of the numbers are at the centre sooner, with all their retransmissions; behind a scan none is."""


@dataclass(frozen=True)
class Options:
    """`kilobytes` of one scan; `kills` of the terminal, and as many of the centre, while it goes up."""

    kilobytes: int = 300
    kills: int = 2
    rate: str = "256kbit"
    loss: int = 20
    seed: int = 1
    within: float = 3600.0
    one_line: bool = False


@dataclass
class _Heard:
    promised: set[str] = field(default_factory=set)
    delivered: list[float] = field(default_factory=list)
    held: dict[str, float] = field(default_factory=dict)
    alive: int = 0


def worsen(made: Hall, options: Options) -> None:
    """Both ends send no faster than `rate`, and lose `loss` per cent of what reaches them."""
    for machine in made.machines:
        shape = f"tc qdisc add dev eth0 root tbf rate {options.rate} burst 4kb latency 500ms"
        rules = (
            "add table inet bad; add chain inet bad in { type filter hook input priority 0; };"
            f" add rule inet bad in iifname eth0 numgen random mod 100 < {options.loss} drop"
        )
        for command in (shape.split(), ["nft", rules]):
            subprocess.run(["ip", "netns", "exec", machine, *command], check=True, capture_output=True)


class Trial:
    """One case with one scan, and numbers beside it."""

    def __init__(self, folder: Path, made: Hall, options: Options) -> None:
        self._folder = folder
        self._options = options
        self._chance = Random(options.seed)
        self._terminal_space = made.machines[1]
        # A thread that lives in the centre's machine: what it starts lives there too.
        self._there = ThreadPoolExecutor(max_workers=1, initializer=enter, initargs=(made.machines[0],))
        self._centre = CentreProcess(write_config(folder, host=made.upstream_address))
        self._double = TerminalDouble()
        self._process: subprocess.Popen[str] | None = None
        self._life = 0
        self.heard = _Heard()
        self.content = secrets.token_bytes(options.kilobytes * 1000)

    def run(self) -> Figures:
        """Until the scan is held and what was promised has arrived."""
        figures = Figures()
        try:
            self._there.submit(self._centre.start).result()
            self._enter()
            began = time.monotonic()
            self._start_terminal()
            self._kill_both(began)
            name = sha256(self.content).hexdigest()
            self._wait(lambda: name in self.heard.held, began)
            figures.more["seconds"] = round(time.monotonic() - began, 1)
            wanted = len(self.heard.promised) + 1
            self._wait(lambda: self._cases() >= wanted, began)
            self._end_terminal()
            self._judge(figures, name, wanted)
        finally:
            self._end_terminal()
            self._there.submit(self._centre.kill).result()
            self._there.shutdown()
        return figures

    def _enter(self) -> None:
        shown = self._centre.command(
            "add-terminal", "--id", self._double.id, "--public-key", self._double.public_key, "--json"
        )
        found = json.loads(shown.splitlines()[-1])
        scan = self._folder / "scan"
        scan.write_bytes(self.content)
        keys = {key["id"]: msgspec.convert(key["key"], bytes) for key in found["signing_keys"]}
        self._told = Told(
            namespace=self._terminal_space,
            folder=str(self._folder / "terminal"),
            url=self._centre.url,
            terminal=self._double.id,
            private=self._double.key.private,
            centre_keys=keys,
            life=0,
            scans=(str(scan),),
            one_line=self._options.one_line,
        )

    def _start_terminal(self) -> None:
        self._life += 1
        told = self._folder / f"told-{self._life}.json"
        told.write_bytes(msgspec.json.encode(msgspec.structs.replace(self._told, life=self._life)))
        command = (sys.executable, "-m", "tests.line.terminal", str(told))
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._hear, args=(self._process,), daemon=True).start()

    def _hear(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                if not line.endswith("\n"):
                    break  # cut off in the middle of a word
                found = json.loads(line)
                if "promised" in found:
                    self.heard.promised.add(found["promised"])
                if "delivered" in found:
                    self.heard.delivered.append(found["delivered"])
                if "held" in found:
                    self.heard.held[found["held"]] = time.monotonic()
                self.heard.alive = found.get("alive", self.heard.alive)

    def _end_terminal(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def _kill_both(self, began: float) -> None:
        for _ in range(self._options.kills):
            self._wait(lambda: self.heard.alive == self._life, began)
            time.sleep(1.0 + 2.0 * self._chance.random())  # somewhere in a piece
            self._end_terminal()
            self._start_terminal()
            self._wait(lambda: self.heard.alive == self._life, began)
            time.sleep(0.5 + self._chance.random())  # somewhere in another
            self._there.submit(self._centre.kill).result()
            self._there.submit(self._centre.start).result()
            say(life=self._life, numbers=len(self.heard.promised), delivered=len(self.heard.delivered))

    def _wait(self, seen: Callable[[], bool], began: float) -> None:
        while not seen():
            if time.monotonic() - began > self._options.within:
                log = self._centre.log.read_text(encoding="utf-8")[-2000:]
                raise TimeoutError(f"not within {self._options.within:.0f} s: {self.heard}\n{log}")
            time.sleep(0.2)

    def _cases(self) -> int:
        """What the centre has judged and shows."""
        with closing(sqlite3.connect(self._folder / "data" / "central.db")) as connection:
            return int(connection.execute("SELECT count(*) FROM cases").fetchone()[0])

    def _judge(self, figures: Figures, name: str, wanted: int) -> None:
        figures.runs = len(self.heard.promised) + 1
        cases = self._cases()
        figures.note("lost", f"{figures.runs} cases promised, {cases} at the centre", max(0, wanted - cases))
        # At the end of each life one case may have been kept before it was promised to anybody.
        unheard = max(0, cases - figures.runs - self._life)
        figures.note("doubled", f"{figures.runs} cases promised, {cases} at the centre", unheard)
        lying = list((self._folder / "data" / "scans").rglob(name))
        if not lying:
            figures.note("lost", f"scan {name[:12]}…")
        elif lying[0].read_bytes() != self.content:
            figures.note("corrupt", f"scan {name[:12]}…")
        delays = sorted(self.heard.delivered)
        figures.more |= {
            "kilobytes": self._options.kilobytes,
            "numbers_delivered": len(delays),
            "number_p50_s": round(statistics.median(delays), 2) if delays else None,
            "number_p90_s": round(delays[int(len(delays) * 0.9)], 2) if delays else None,
            "number_max_s": round(delays[-1], 2) if delays else None,
        }


def trial(options: Options) -> Figures:
    """One trial in a network of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="suiban-line-") as folder, hall(1) as made:
        worsen(made, options)
        return Trial(Path(folder), made, options).run()


def late(figures: Figures) -> bool:
    """Whether numbers were held up."""
    p50 = figures.more["number_p50_s"]
    return p50 is None or float(str(p50)) > LATE_SECONDS


def main(arguments: list[str]) -> int:
    """`./suiban campaign scans`."""
    parser = argparse.ArgumentParser(prog="suiban campaign scans", description=__doc__)
    parser.add_argument("--mb", type=float, default=20.0, help="of the scan")
    parser.add_argument("--kills", type=int, default=10, help="of each end")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--loss", type=int, default=20, help="per cent, each way")
    asked = parser.parse_args(arguments)
    if os.geteuid() != 0:
        sys.stderr.write("campaign scans: network namespaces need root; run it with sudo.\n")
        return 2
    options = Options(round(asked.mb * 1000), asked.kills, seed=asked.seed, loss=asked.loss, within=12 * 3600.0)
    figures = trial(options)
    if late(figures):
        figures.note("lost", f"numbers waited for the scan: half of them longer than {LATE_SECONDS} s")
    control = trial(Options(400, 0, seed=asked.seed, loss=asked.loss, one_line=True))
    figures.control_failed = late(control)
    figures.more["control_number_p50_s"] = control.more["number_p50_s"]
    return finish(figures)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
