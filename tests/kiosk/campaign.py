"""Documents under random faults: nobody gets two, nobody is told a lie, nothing of one citizen comes out for the next.

`python -m tests.kiosk.campaign --jobs 10000` is the long form of what CI runs for a minute.
"""

import argparse
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract import envelope
from contract.envelope import Lane
from offline_cache.records import OutboxItem
from offline_cache.store import Store
from tests.devices.running import ROOT, Running
from tests.offline_cache.drafts import Clock, open_store
from tests.waiting import until

FAULTS = ("none", "none", "none", "jam", "cover", "paper_out", "unplug", "kill", "leave", "leave_at_once")
PATIENCE = 40.0


@dataclass
class Report:
    """What was seen over all jobs. Each list names serials or cases; an empty one is a promise kept."""

    jobs: int = 0
    states: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    duplicates: list[str] = field(default_factory=list)
    lies: list[str] = field(default_factory=list)
    strangers_pages: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    journal: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def broken(self) -> list[str]:
        """Every promise that was not kept."""
        names = ("duplicates", "lies", "strangers_pages", "unsettled")
        return [f"{name}: {found[:5]}" for name in names if (found := getattr(self, name))]


class Child:
    """The terminal under test."""

    def __init__(self, folder: Path, address: str, *options: str) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", "tests.kiosk.campaign_child", str(folder), address, *options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        self.ready = False
        self.settled: dict[str, str] = {}

    def tell(self, **order: object) -> None:
        """One order."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any] | None:
        """The next line; None when it is gone."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            return None
        said: dict[str, Any] = json.loads(line)
        match said["event"]:
            case "printer":
                self.ready = bool(said["ready"])
            case "settled":
                self.settled[said["serial"]] = said["state"]
            case "failed":
                raise AssertionError(said)
        return said

    def until(self, *events: str) -> dict[str, Any] | None:
        """Wait for one of these; None when it is gone."""
        deadline = time.monotonic() + PATIENCE
        while (said := self.hear()) is not None:
            assert time.monotonic() < deadline, said
            if said["event"] in events:
                return said
        return None

    def until_ready(self) -> None:
        """Wait for the printer."""
        deadline = time.monotonic() + PATIENCE
        while not self.ready:
            assert time.monotonic() < deadline, "the printer is never ready again"
            self.tell(do="ask")
            assert self.until("printer") is not None
            time.sleep(0.02)

    def kill(self) -> None:
        """As the power would."""
        self._process.kill()
        self._close()

    def end(self) -> None:
        """In order."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._close()

    def _close(self) -> None:
        self._process.wait(timeout=10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue


class Campaign:
    """One printer, one terminal after another, one citizen after another."""

    def __init__(self, folder: Path, seed: int, *, resends: bool = False) -> None:
        self._folder = folder
        self._options = ("--resends",) if resends else ()
        self._chance = random.Random(seed)
        self._printer = Running(
            "document-printer", folder / "printer", "--seconds-a-side", "0.01", "--port", str(quiet_port())
        )
        self._child = Child(folder, self._printer.address, *self._options)
        self._jobs: dict[int, dict[str, Any]] = {}
        self.report = Report()

    def run(self, jobs: int, faults: tuple[str, ...] = FAULTS) -> Report:
        """So many citizens."""
        began = time.monotonic()
        for number in range(jobs):
            self._one(f"case-{number}", self._chance.choice(faults), self._chance.randint(1, 5))
        self.report.jobs = jobs
        self.report.seconds = round(time.monotonic() - began, 1)
        return self.report

    def close(self) -> None:
        """End everything, and look into the journal."""
        self._child.end()
        self._printer.end()
        store = open_store(self._folder / "suiban.db", Clock())
        store.documents.reconcile_at_start()
        self.report.journal = store.counts().documents
        reported = [item for item in _everything(store) if envelope.decode(item.raw).kind == "document"]
        store.close()
        if len(reported) != sum(self.report.journal.values()):
            self.report.unsettled.append(f"{len(reported)} reported of {self.report.journal}")
        self.report.unsettled += [state for state in self.report.journal if state in ("prepared", "sent")]

    def _one(self, case: str, fault: str, pages: int) -> None:
        self._child.until_ready()
        before = self._look()
        self.report.faults[fault] += 1
        self._prepare(fault, pages)
        self._child.tell(do="print", case=case, pages=pages, leaves=fault == "leave_at_once")
        done = self._disturb(fault, case, pages)
        after = self._look()
        known = set(done["serials"]) if done else set()
        self._judge(case, done, before, after, known)
        if fault == "leave_at_once":  # nobody was there any more when the first page could have come
            self.report.strangers_pages += [serial for serial in known if after.get(serial)]
        self._mend()

    def _prepare(self, fault: str, pages: int) -> None:
        match fault:
            case "jam":
                self._printer.do("jam_at", side=self._chance.randint(1, pages))
            case "paper_out":
                self._printer.do("sheets", left=self._chance.randint(0, pages - 1))

    def _disturb(self, fault: str, case: str, pages: int) -> dict[str, Any] | None:
        """Let the fault happen while it prints; how it ended, or None where nobody was there any more to say so."""
        if fault in ("cover", "unplug", "kill", "leave"):
            if self._child.until("printing", "done") is None:
                return None
            time.sleep(self._chance.uniform(0.0, 0.08 + 0.015 * pages))
        match fault:
            case "cover":
                self._printer.do("cover_open")
            case "unplug":
                self._printer.do("unplug")
                time.sleep(self._chance.choice((0.05, 0.3, 1.5)))
                self._printer.do("replug")
            case "leave":
                self._child.tell(do="over", case=case)
            case "kill":
                self._child.kill()
                self._child = Child(self._folder, self._printer.address, *self._options)
                return None
        return self._child.until("done")

    def _judge(
        self, case: str, done: dict[str, Any] | None, before: dict[str, int], after: dict[str, int], mine: set[str]
    ) -> None:
        report = self.report
        if done is not None:
            serial = done["serials"][-1]
            state = done["state"]
            report.states[state] += 1
            whole = after.get(serial, 0) == self._wanted(serial) > 0
            if (state == "printed") > whole or (state == "failed" and whole):
                report.lies.append(f"{serial} {state} {after.get(serial, 0)} of {self._wanted(serial)}")
        report.duplicates += [serial for serial, out in after.items() if out > self._wanted(serial)]
        if done is not None:
            grown = [serial for serial, out in after.items() if serial not in mine and out > before.get(serial, 0)]
            report.strangers_pages += [f"{serial} during {case}" for serial in grown]

    def _mend(self) -> None:
        """Whoever looks after the hall does so; then the printer must say it is ready, by itself."""
        for order in ("cover_close", "clear_jam", "refill"):
            self._printer.do(order)
        self._printer.do("jam_at", side=0)
        self._child.ready = False
        until(lambda: not self._printer.do("state")["waiting"], "a printer without a job", PATIENCE)

    def _wanted(self, serial: str) -> int:
        return max((job["sides"] for job in self._jobs.values() if job["title"] == serial), default=0)

    def _look(self) -> dict[str, int]:
        """Sides that came out, by serial, of everything the printer still tells of; each serial's jobs together."""
        self._jobs = {job["number"]: job for job in self._printer.do("state")["jobs"]}
        out: Counter[str] = Counter()
        for job in self._jobs.values():
            out[job["title"]] += job["out"]
        return dict(out)


def quiet_port() -> int:
    """A free port that nobody is given by chance: the printer must find it free again after every unplugging."""
    for port in random.SystemRandom().sample(range(20_000, 30_000), 50):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def _everything(store: Store) -> Iterator[OutboxItem]:
    after = 0
    while run := store.outbox_run(Lane.CASES, after, 500, 1 << 24):
        yield from run
        after = run[-1].seq


def main(arguments: list[str]) -> int:
    """Run it and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(Path(folder), options.seed)
        try:
            report = campaign.run(options.jobs)
        finally:
            campaign.close()
    print(json.dumps({**report.__dict__, "kept": not report.broken}, ensure_ascii=False))
    return int(bool(report.broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
