"""`soak devices`: every kind of device in one process for a while, one fault a minute, and what that leaves behind.

A child process holds a worker for each simulated device and gives it work; this one plays the world and watches the
child's memory, descriptors, threads and log.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.simulators import Simulated, simulated
from devices.registry import KINDS
from devices.simulation.faults import NAMES
from kiosk.demo.lines import Lines

FAULT_LASTS: Final = 0.4
"""Share of the time between two faults during which one is on."""
BACK_WITHIN: Final = 10.0
WARM_UP: Final = 15.0
GROWTH_PERCENT: Final = 5.0


@dataclass(frozen=True)
class Sample:
    """The child at one moment."""

    second: float
    rss_kb: int
    descriptors: int
    threads: int


class Bench:
    """The child process with all the workers."""

    def __init__(self, folder: Path, devices: list[Simulated]) -> None:
        control, addresses = folder / "soak.control", folder / "addresses.json"
        addresses.write_text(json.dumps({device.kind: device.address for device in devices}), encoding="utf-8")
        self._log = (folder / "soak.log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            (sys.executable, "-m", "benchmarks.soak_bench", str(addresses), str(control)), stderr=self._log
        )
        self._lines = Lines(control)

    def state(self) -> dict[str, str]:
        """Each device: up, or the key of the fault that keeps it down."""
        states: dict[str, str] = self._lines.ask("state")["devices"]
        return states

    def counts(self) -> dict[str, dict[str, int]]:
        """Each device: how many jobs were done and how many failed, by fault."""
        counts: dict[str, dict[str, int]] = self._lines.ask("state")["counts"]
        return counts

    def sample(self, began: float) -> Sample:
        """Look at the process from outside."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        return Sample(
            second=round(time.monotonic() - began, 1),
            rss_kb=int(values["VmRSS"].split()[0]),
            descriptors=len(os.listdir(f"/proc/{self.process.pid}/fd")),  # noqa: PTH208 - names are not needed
            threads=int(values["Threads"]),
        )

    def unexpected(self) -> list[str]:
        """Lines of its log that tell of an exception nobody named."""
        self._log.flush()
        text = Path(self._log.name).read_text(encoding="utf-8")
        return [line for line in text.splitlines() if "unexpected" in line or "Traceback" in line]

    def close(self) -> None:
        """End it."""
        self._lines.close()
        self.process.terminate()
        self.process.wait(20)
        self._log.close()


def main(arguments: list[str]) -> int:
    """Soak and print one JSON object; 1 when memory or descriptors grew, a device stayed away or an exception came."""
    parser = argparse.ArgumentParser(prog="suiban soak devices", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--every", type=float, default=60.0, metavar="SECONDS", help="from one fault to the next")
    parser.add_argument("--seed", type=int, default=1, help="which faults come")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="suiban-soak-") as name, ExitStack() as stack:
        folder = Path(name)
        devices = [stack.enter_context(simulated(kind, folder, *_stable(kind, folder))) for kind in KINDS]
        bench = Bench(folder, devices)
        stack.callback(bench.close)
        report = _soak(bench, devices, options.minutes * 60, options.every, random.Random(options.seed))  # noqa: S311
    print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0 if report["sound"] else 1


def _stable(kind: str, folder: Path) -> tuple[str, ...]:
    """A name that stays when a pseudo-terminal comes back under another number; sockets keep their port anyway."""
    takes_link = (
        "--link"
        in subprocess.run(
            (sys.executable, "-m", "devices.simulate", kind, "--help"), check=True, capture_output=True, text=True
        ).stdout
    )
    return ("--link", str(folder / f"{kind}.tty")) if takes_link else ()


def _soak(
    bench: Bench, devices: list[Simulated], seconds: float, every: float, chance: random.Random
) -> dict[str, Any]:
    began = time.monotonic()
    _await_all_up(bench, WARM_UP * 2)
    time.sleep(WARM_UP)
    samples = [bench.sample(began)]
    played: list[dict[str, Any]] = []
    while time.monotonic() - began < seconds:
        device, fault = chance.choice(devices), chance.choice((*NAMES, "unplugged"))
        played.append(_play(bench, device, fault, every))
        samples.append(bench.sample(began))
        print(f"{samples[-1]} {played[-1]}", file=sys.stderr)
    time.sleep(2.0)
    samples.append(bench.sample(began))
    # the flight recorders fill up to 2,000 frames first; what still grows afterwards is a leak
    settled = samples[len(samples) // 3]
    growth = _growth(settled, samples[-1])
    unexpected, never_back = bench.unexpected(), [one for one in played if one["back_after_seconds"] is None]
    same = samples[-1].descriptors == samples[0].descriptors and samples[-1].threads == samples[0].threads
    return {
        "sound": growth < GROWTH_PERCENT and same and not unexpected and not never_back,
        "minutes": round((time.monotonic() - began) / 60, 2),
        "memory_growth_percent": growth,
        "memory_growth_percent_from_the_start": _growth(samples[0], samples[-1]),
        "target_growth_percent": GROWTH_PERCENT,
        "first": asdict(samples[0]),
        "last": asdict(samples[-1]),
        "descriptors_and_threads_constant": same,
        "unexpected_exceptions": unexpected,
        "faults_played": len(played),
        "never_back": never_back,
        "slowest_return_seconds": max((one["back_after_seconds"] or 0.0 for one in played), default=0.0),
        "work": bench.counts(),
    }


def _growth(before: Sample, after: Sample) -> float:
    return round((after.rss_kb / before.rss_kb - 1) * 100, 2)


def _play(bench: Bench, device: Simulated, fault: str, every: float) -> dict[str, Any]:
    if fault == "unplugged":
        device.order("unplug")
    else:
        device.order("fault", name=fault)
    time.sleep(every * FAULT_LASTS)
    device.order("fault", name="none")
    device.order("replug")
    back = _await_all_up(bench, BACK_WITHIN)
    time.sleep(max(0.0, every * (1 - FAULT_LASTS) - (back or BACK_WITHIN)))
    return {"device": device.kind, "fault": fault, "back_after_seconds": back}


def _await_all_up(bench: Bench, seconds: float) -> float | None:
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if set(bench.state().values()) == {"up"}:
            return round(time.monotonic() - began, 2)
        time.sleep(0.05)
    return None
