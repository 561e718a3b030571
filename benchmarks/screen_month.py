"""A month of visits at speed: what they leave behind in the terminal process, which is the one that lives on.

Each visit is a process of its own, as in the field, and speaks the real link; it has no window, for windows end with
their visits. Terminal, store, ticket printer and its line are the real ones; the centre is out of reach all the time.
"""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.machine import end
from benchmarks.start import Trail, prepare, simulators

SAMPLES: Final = 60
_WARM_UP: Final = 1 / 3
_LAST: Final = 1 / 5
_STALLED: Final = 60.0


@dataclass(frozen=True)
class Sample:
    """The terminal process after that many visits."""

    visits: int
    rss_kb: int
    descriptors: int
    threads: int


def measure(folder: Path, visits: int) -> dict[str, Any]:
    """Replay them and compare the terminal after its warm-up with the terminal at the end."""
    environment = dict(os.environ)
    with simulators(folder, environment):
        prepare(folder, environment)
        process = subprocess.Popen(
            (sys.executable, "-m", "benchmarks.screen_terminal", str(folder / "kiosk.toml")),
            env=environment,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            began = time.monotonic()
            samples, trail = _replay(process, visits)
            took = time.monotonic() - began
        finally:
            end(process)
            if process.stderr:
                process.stderr.close()
    told = [event["event"] for event in trail.seen]
    return {**compare(samples), "seconds": round(took, 1), "visits": visits, **_became(told)}


def _became(told: list[str]) -> dict[str, int]:
    return {
        "cases_kept": told.count("case_kept"),
        "visits_died": told.count("visit_died"),
        "bugs": told.count("bug_met"),
    }


def compare(samples: list[Sample]) -> dict[str, Any]:
    """Growth from the samples after the warm-up to the last ones; a single sample may fall between two visits."""
    warm = samples[int(len(samples) * _WARM_UP) :]
    few = max(1, int(len(warm) * _LAST))
    first, last = warm[:few], warm[-few:]

    def middle(of: list[Sample], name: str) -> float:
        return float(statistics.median(getattr(sample, name) for sample in of))

    return {
        "memory_growth_percent": round((middle(last, "rss_kb") / middle(first, "rss_kb") - 1) * 100, 2),
        "descriptors_grew_by": round(middle(last, "descriptors") - middle(first, "descriptors"), 1),
        "threads_grew_by": round(middle(last, "threads") - middle(first, "threads"), 1),
        "rss_mb": [round(sample.rss_kb / 1024, 1) for sample in samples],
        "descriptors": [sample.descriptors for sample in samples],
    }


def _replay(process: "subprocess.Popen[bytes]", visits: int) -> tuple[list[Sample], Trail]:
    trail, samples = Trail(process), []
    every = max(1, visits // SAMPLES)
    seen, moved = 0, time.monotonic()
    while seen < visits:
        time.sleep(0.01)
        now = sum(event["event"] == "visit_over" for event in trail.seen[:])
        if now // every > seen // every:
            samples.append(_sample(process.pid, now))
        if now > seen:
            seen, moved = now, time.monotonic()
        if time.monotonic() - moved > _STALLED or process.poll() is not None:
            message = f"bench screen: the terminal stopped after {seen} of {visits} visits: {trail.seen[-5:]}"
            raise TimeoutError(message)
    return samples, trail


def _sample(process: int, visits: int) -> Sample:
    status = Path(f"/proc/{process}/status").read_text()
    values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return Sample(
        visits,
        rss_kb=int(values["VmRSS"].split()[0]),
        descriptors=sum(1 for _ in Path(f"/proc/{process}/fd").iterdir()),
        threads=int(values["Threads"]),
    )
