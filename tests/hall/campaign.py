"""`./suiban campaign hall --numbers N`: eight terminals and their upstream give out numbers while everything fails.

Cables are pulled, the upstream and terminals are killed, wall clocks are set wrong by up to two days, databases are set
back while their reserve stays. No number of a day may be on two papers. First at a hall's pace, where the waits are
those of citizens; then one citizen after the other at every terminal, where numbers are counted and waits are those of
a machine that is full. The control: two terminals count in one series.
"""

import argparse
import base64
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

from central import enrolment
from central import settings as centre_settings
from contract.numbers import Lease
from contract.suites import INTL, PublicKey, SigningKey
from offline_cache.link.messenger import HEARTBEAT_SECONDS
from tests.central.conftest import write_config
from tests.central.terminal_double import TerminalDouble
from tests.faults.figures import Figures, finish, say
from tests.hall import account
from tests.hall.network import Hall, hall
from tests.hall.terminal import DRAINED, HALL, PAPER, STOP, STORE, Plan, run

ROOT: Final = Path(__file__).parents[2]
_BYTES_OF_A_LINE = 100
_PORT = 8640
_CALMER = 15.0
"""At a hall's pace faults come so much more seldom."""


@dataclass(frozen=True)
class Options:
    """How many numbers and terminals; `pause` is the seconds between two citizens, `calm` those between two faults."""

    numbers: int
    terminals: int = 8
    pause: float = 0.0
    calm: float = 1.5
    seed: int = 1
    drain_seconds: float = 600.0
    """How long everything may take to arrive when the faults are over; 0: nobody waits for it."""
    heartbeat: float = 1.0
    """Seconds between two heartbeats of a terminal."""


@dataclass
class Upstream:
    """The real centre as a process in its own namespace."""

    namespace: str
    config: Path
    _process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        ready = self.config.with_name("ready.json")
        ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "central", "--config", str(self.config), "--ready-file", str(ready)]
        with self.config.with_name("central.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["ip", "netns", "exec", self.namespace, *command], cwd=ROOT, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.config.with_name("central.log").read_text(encoding="utf-8")[-2000:])
            time.sleep(0.02)

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Kill it, or ask it to end."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None


class Campaign:
    """One run in `folder`, in a network of its own."""

    def __init__(self, folder: Path, options: Options, network: Hall) -> None:
        self._folder, self._options, self._network = folder, options, network
        self._chance = random.Random(options.seed)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.hall.terminal"])
        self._running: dict[str, ForkServerProcess] = {}
        self._forgiven: set[str] = set()
        self.did: Counter[str] = Counter()
        (folder / "centre").mkdir()
        config = write_config(
            folder / "centre", host=network.upstream_address, port=_PORT, lease_numbers=20_000, timezone=str(HALL)
        )
        self._settings = centre_settings.read(config)
        self._upstream = Upstream(network.machines[0], config)
        self._plans = {plan.terminal: plan for plan in self._entered()}

    def go(self, figures: Figures) -> None:
        """Faults until enough numbers are out; then calm, and the account."""
        self._upstream.start()
        try:
            for name in self._plans:
                self._start(name)
            self._storm()
            drained = self._drain(figures)
        finally:
            for name in list(self._running):
                self._kill(name)
            self._upstream.end(signal.SIGTERM)
        figures.note("lost", "something was never sent or never judged", int(not drained))
        self._account(figures)

    def _entered(self) -> Iterator[Plan]:
        for n in range(1, self._options.terminals + 1):
            key, name = SigningKey.fresh(), f"GL-{n:02}"
            double = TerminalDouble(name, key=key)
            wanted = enrolment.Wanted(name, double.public_key, None, "hall", "", "")
            told = enrolment.add_terminal(self._settings, wanted, replace=False)
            folder = self._folder / name
            folder.mkdir()
            yield Plan(
                folder,
                name,
                told["series"],
                key,
                f"http://{self._network.upstream_address}:{_PORT}",
                tuple((one["id"], PublicKey(INTL, base64.b64decode(one["key"]))) for one in told["signing_keys"]),
                self._network.machines[n],
                self._options.pause,
                self._options.heartbeat,
                self._options.seed + n,
            )

    def _start(self, name: str) -> None:
        process = self._context.Process(target=run, args=(self._plans[name],), daemon=True)
        process.start()
        self._running[name] = process

    def _kill(self, name: str) -> None:
        process = self._running.pop(name)
        process.kill()
        process.join()
        process.close()

    def _storm(self) -> None:
        said = time.monotonic()
        faults = (self._pull_a_cable, self._kill_a_terminal, self._set_a_terminal_back, self._kill_the_upstream)
        while self._out() < self._options.numbers:
            time.sleep(self._options.calm * self._chance.uniform(0.5, 1.5))
            self._chance.choices(faults, weights=(4, 3, 1, 1))[0]()
            if time.monotonic() > said + 15:
                said = time.monotonic()
                say(numbers=self._out(), **self.did)

    def _out(self) -> int:
        """Roughly how many numbers are on paper."""
        files = [plan.folder / PAPER for plan in self._plans.values()]
        return sum(file.stat().st_size for file in files if file.exists()) // _BYTES_OF_A_LINE

    def _pull_a_cable(self) -> None:
        machine = self._chance.randrange(len(self._network.machines))
        self._network.cable(machine, plugged=False)
        time.sleep(self._options.calm * self._chance.uniform(0.5, 2.0))
        self._network.cable(machine, plugged=True)
        self.did["cables pulled"] += 1

    def _kill_a_terminal(self) -> None:
        name = self._chance.choice(list(self._plans))
        self._kill(name)
        self._start(name)
        self.did["terminals killed"] += 1

    def _kill_the_upstream(self) -> None:
        self._upstream.end()
        time.sleep(self._options.calm * self._chance.uniform(0.0, 1.0))
        self._upstream.start()
        self.did["upstream killed"] += 1

    def _set_a_terminal_back(self) -> None:
        """The database as it was a while ago; the reserve stays, as it does beside a backup that is put back."""
        plan = self._chance.choice(list(self._plans.values()))
        kept = plan.folder / "kept"
        self._kill(plan.terminal)
        files = [file for end in ("", "-wal") if (file := plan.folder / f"{STORE}{end}").exists()]
        if kept.exists():
            self._forgiven |= {paper.case_id for paper in account.papers(plan)}
            for file in (*files, plan.folder / f"{STORE}-shm"):
                file.unlink(missing_ok=True)
            for file in kept.iterdir():
                shutil.move(file, plan.folder)
            kept.rmdir()
            self.did["databases set back"] += 1
        else:
            kept.mkdir()
            for file in files:
                shutil.copy(file, kept)
        self._start(plan.terminal)

    def _drain(self, figures: Figures) -> bool:
        """No more faults, no more citizens: everything must arrive by itself."""
        began = time.monotonic()
        for plan in self._plans.values():
            (plan.folder / STOP).touch()
        if not self._options.drain_seconds:
            return True
        while time.monotonic() < began + self._options.drain_seconds:
            drained = all((plan.folder / DRAINED).exists() for plan in self._plans.values())
            if drained and not account.ask(self._settings, "SELECT count(*) FROM envelopes WHERE judged_at IS NULL"):
                figures.more["drained_s"] = round(time.monotonic() - began, 1)
                return True
            time.sleep(0.2)
        return False

    def _account(self, figures: Figures) -> None:
        papers = [paper for plan in self._plans.values() for paper in account.papers(plan)]
        account.doubles(figures, papers)
        account.waits(figures, papers)
        account.against_stores(figures, self._plans.values(), papers, self._forgiven)
        account.against_centre(figures, self._settings, papers)
        figures.more["faults"] = dict(self.did)


def campaign(options: Options) -> Figures:
    """One run, with its network and its folder, both gone afterwards."""
    figures = Figures()
    with (
        tempfile.TemporaryDirectory(prefix="suiban-hall-") as folder,
        hall(options.terminals) as network,
    ):
        Campaign(Path(folder), options, network).go(figures)
    return figures


def control() -> Figures:
    """Two terminals that were given the same series: the same count must find it."""
    figures = Figures()
    papers: list[account.Paper] = []
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.hall.terminal"])
    lease = Lease(datetime.now(HALL).date().isoformat(), "A", "1", 1, 500, 1)
    with tempfile.TemporaryDirectory(prefix="suiban-hall-") as folder:
        for name in ("GL-01", "GL-02"):
            plan = Plan(Path(folder) / name, name, "1", SigningKey.fresh(), lease=lease)
            plan.folder.mkdir()
            process = context.Process(target=run, args=(plan,))
            process.start()
            process.join(120)
            papers += account.papers(plan)
    account.doubles(figures, papers)
    return figures


def main(arguments: list[str]) -> int:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(prog="suiban campaign hall", description=__doc__)
    parser.add_argument("--numbers", type=int, default=20_000, help="one citizen after the other; 0 leaves it out")
    parser.add_argument("--paced", type=int, default=600, help="numbers at a hall's pace; 0 leaves it out")
    parser.add_argument("--pause", type=float, default=4.0, help="a hall's pace: seconds between two of a terminal")
    parser.add_argument("--terminals", type=int, default=8)
    parser.add_argument("--calm", type=float, default=1.5, help="seconds between two faults, about")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args(arguments)
    if os.geteuid() != 0:
        sys.stderr.write("campaign hall: network namespaces need root; run it with sudo.\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    figures = Figures()
    common = Options(given.numbers, given.terminals, calm=given.calm, seed=given.seed)
    paced = replace(
        common, numbers=given.paced, pause=given.pause, calm=given.calm * _CALMER, heartbeat=HEARTBEAT_SECONDS
    )
    for name, options in (("paced", paced), ("saturated", common)):
        if options.numbers:
            say(part=name, numbers=options.numbers)
            figures.add(name, campaign(options))
    figures.more["seed"] = given.seed
    mistaken = control()
    figures.control_failed = mistaken.doubled > 0
    figures.more["control"] = {"numbers": mistaken.runs, "doubled": mistaken.doubled}
    return finish(figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
