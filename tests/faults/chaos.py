"""`./suiban campaign chaos --minutes N [--cases N]`: terminals and the centre are killed, the line between them is bad.

With `--database postgresql` the centre has two processes and a PostgreSQL of the campaign's own; single workers, the
whole centre, PostgreSQL's first process, one of its sessions and all together are killed. Then the faults stop,
everything must drain, and what terminals promised is compared with what the centre holds. The control is a centre that
does not check for duplicates.
"""

import argparse
import base64
import multiprocessing
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from central import enrolment
from central import settings as centre_settings
from central.database import Database
from contract.suites import INTL, PublicKey, SigningKey
from tests.central.terminal_double import TerminalDouble
from tests.faults.centre_side import CentreSide
from tests.faults.chaos_judge import Local, judge
from tests.faults.chaos_terminal import DRAINED, PROMISES, STOP, STORE, Plan, open_terminal, run
from tests.faults.figures import Figures, finish, say
from tests.faults.proxy import CALM, Proxy, Weather

_ASIDE = "set-back"


@dataclass
class Options:
    """How long, how much, how many; `rollbacks` sets a terminal's disk back now and then."""

    seconds: float
    cases: int = 1_000_000
    terminals: int = 6
    seed: int = 1
    pause: float = 0.0
    calm: float = 1.0
    """How much longer everybody lives than the least."""
    rollbacks: bool = True
    strikes: int = 0
    """How often the centre or its database is killed at least, however long that takes."""
    postgresql: bool = False
    drain_seconds: float = 900.0
    module: str = "central"
    weather: Weather = field(default_factory=Weather)


@dataclass
class Chaos:
    """One run in `folder`."""

    folder: Path
    options: Options
    figures: Figures = field(default_factory=Figures)
    local: Local = field(default_factory=Local)

    def __post_init__(self) -> None:
        """Enter the terminals at a centre that is not running yet."""
        self._chance = random.Random(self.options.seed)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.faults.chaos_terminal"])
        self._running: dict[str, ForkServerProcess] = {}
        self._plans: dict[str, Plan] = {}
        self._set_back = 0
        self._killed = 0
        self._centre = CentreSide(
            self.folder / "centre", self._chance, postgresql=self.options.postgresql, module=self.options.module
        )
        self._proxy: Proxy | None = None

    def go(self) -> Figures:
        """The whole campaign."""
        try:
            drained = self._live()
            self._account(drained)
        finally:
            self._centre.discard()
        return self.figures

    def _live(self) -> bool:
        self._centre.start()
        self._proxy = Proxy(self._centre.url, self.options.weather, self.options.seed)
        self._proxy.start()
        try:
            self._enter(self._proxy.url)
            for name in self._plans:
                self._start(name)
            self._storm()
            return self._drain()
        finally:
            for name in list(self._running):
                self._kill(name)
            self._centre.stop()
            self._proxy.stop()

    def _enter(self, url: str) -> None:
        settings = centre_settings.read(self._centre.config)
        for n in range(1, self.options.terminals + 1):
            key, name = SigningKey.fresh(), f"GL-{n:02}"
            double = TerminalDouble(name, key=key)
            wanted = enrolment.Wanted(name, double.public_key, None, f"hall-{n}", "", name[-1])
            told = enrolment.add_terminal(settings, wanted, replace=False)
            keys = {one["id"]: _public(one["key"]) for one in told["signing_keys"]}
            folder = self.folder / name
            folder.mkdir()
            self._plans[name] = Plan(folder, name, url, key, keys, f"machine-{n}", self.options.pause)

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
        """Kill this and that until the time is over or enough was filed."""
        began = time.monotonic()
        next_strike, said = began + self._centre.next_in(), began
        while self._goes_on(began):
            time.sleep(self._chance.uniform(0.3, 1.5) * self.options.calm)
            name = self._chance.choice(list(self._plans))
            self._kill(name)
            self._killed += 1
            if self.options.rollbacks:
                self._disk(name)
            self._start(name)
            if time.monotonic() > next_strike:
                self._centre.strike()
                next_strike = time.monotonic() + self._centre.next_in() * self.options.calm
            if time.monotonic() > said + 15:
                said = time.monotonic()
                say(seconds=round(said - began), told=self._told(), **self._kills())

    def _goes_on(self, began: float) -> bool:
        in_time = time.monotonic() < began + self.options.seconds and self._told() < self.options.cases
        return in_time or self._centre.kills.total() < self.options.strikes

    def _kills(self) -> dict[str, int]:
        return {"terminals": self._killed, **self._centre.kills}

    def _disk(self, name: str) -> None:
        """Sometimes remember a terminal's database, sometimes set it back to what was remembered."""
        folder, dice = self._plans[name].folder, self._chance.random()
        kept = folder / _ASIDE
        files = [folder / f"{STORE}{end}" for end in ("", "-wal") if (folder / f"{STORE}{end}").exists()]
        begun = any(file.stat().st_size for file in files)  # one set back to nothing would be missing, not older
        if dice < 0.25 and begun and not kept.exists():
            kept.mkdir()
            for file in files:
                shutil.copy(file, kept)
        elif dice < 0.5 and kept.exists():
            store = open_terminal(self._plans[name])
            self.local.look(store)
            self.local.forget_unsent(store)
            store.close()
            for file in [*files, folder / f"{STORE}-shm"]:
                file.unlink(missing_ok=True)
            for file in kept.iterdir():
                shutil.move(file, folder / file.name)
            kept.rmdir()
            self._set_back += 1

    def _told(self) -> int:
        """Roughly how many promises were made: a case is 57 bytes, a record 40."""
        files = [plan.folder / PROMISES for plan in self._plans.values()]
        return sum(file.stat().st_size // 60 for file in files if file.exists())

    def _drain(self) -> bool:
        """The faults stop. Everything must arrive by itself."""
        assert self._proxy is not None
        self._proxy.weather = CALM
        began = time.monotonic()
        for plan in self._plans.values():
            (plan.folder / STOP).touch()
        while time.monotonic() < began + self.options.drain_seconds:
            if all((plan.folder / DRAINED).exists() for plan in self._plans.values()) and self._judged():
                self.figures.more["drained_s"] = round(time.monotonic() - began, 1)
                return True
            time.sleep(0.2)
        return False

    def _judged(self) -> bool:
        database = Database(self._database_url())
        try:
            with database.reading() as connection:
                left = connection.exec_driver_sql("SELECT count(*) FROM envelopes WHERE judged_at IS NULL")
                return left.scalar() == 0
        finally:
            database.close()

    def _database_url(self) -> str:
        return centre_settings.database_url(centre_settings.read(self._centre.config))

    def _account(self, drained: bool) -> None:
        for plan in self._plans.values():
            self.local.hear(plan.folder / PROMISES)
            store = open_terminal(plan)
            self.local.look(store)
            store.verify()
            unsent = sum(report.unsent for report in store.counts().lanes)
            self.figures.note("lost", f"{plan.terminal} is stuck with {unsent} records", int(bool(unsent)))
            self.figures.more["epochs"] = max(int(str(self.figures.more.get("epochs", 0))), store.epoch)
            store.close()
        if not drained and not self.figures.lost:
            self.figures.note("lost", "the centre has not judged everything")
        judge(self._database_url(), self.local, self.figures)
        self.figures.runs = int(str(self.figures.more["cases"]))
        assert self._proxy is not None
        self.figures.more |= {"kills": self._kills(), "set_back": self._set_back, "line": dict(self._proxy.counts)}


def _public(text: str) -> PublicKey:
    return PublicKey(INTL, base64.b64decode(text))


def chaos(options: Options) -> Figures:
    """One run in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="suiban-chaos-") as folder:
        return Chaos(Path(folder), options).go()


def main(arguments: list[str]) -> int:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(prog="suiban campaign chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--terminals", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two cases of a terminal")
    parser.add_argument("--calm", type=float, default=3.0, help="kills come this much more seldom than in the tests")
    parser.add_argument("--strikes", type=int, default=0, help="on the centre's side at least so many kills")
    parser.add_argument("--no-rollbacks", action="store_true", help="no disk is set back")
    parser.add_argument("--database", choices=("embedded", "postgresql"), default="embedded", help="of the centre")
    parser.add_argument("--control-seconds", type=float, default=8.0, help="0 leaves the control out")
    given = parser.parse_args(arguments)
    options = Options(
        given.minutes * 60, given.cases, given.terminals, given.seed, given.pause, given.calm,
        not given.no_rollbacks, given.strikes, given.database == "postgresql",
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    figures = chaos(options)
    if given.control_seconds:
        say(control="a centre without the duplicate check")
        control = Figures()
        for attempt in (1, 2, 4):  # on a busy machine few replies can be lost in so short a time
            careless = Options(
                given.control_seconds * attempt, terminals=3, seed=given.seed, rollbacks=False, drain_seconds=60,
                postgresql=options.postgresql, module="tests.faults.careless_centre",
                weather=Weather(reply_lost=0.5, dropped=0, cut=0),
            )  # fmt: skip
            control = chaos(careless)
            figures.control_failed = control.doubled > 0
            if figures.control_failed:
                break
        figures.more["control"] = {"cases": control.runs, "doubled": control.doubled}
    return finish(figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
