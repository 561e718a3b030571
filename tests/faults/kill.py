"""`./suiban campaign kill --kills N`: SIGKILL at random moments, then at every system call of one whole submission.

The control commits the case and its outbox row in two transactions; the sweep must find it. `--cut` sweeps once more
with the power cut at each point instead.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from offline_cache.store import Store
from tests.faults.disk import Disk, in_own_namespace
from tests.faults.figures import Figures, finish, say
from tests.faults.promises import Promised, TwoTransactions, compare, fork, without_end
from tests.faults.sweep import Sweep

ROUNDS_A_FOLDER = 50


def kills(count: int, seed: int, figures: Figures) -> None:
    """SIGKILL at random moments, again and again on the same file."""
    chance = random.Random(seed)
    told = 0
    while figures.runs < count:
        with tempfile.TemporaryDirectory(prefix="suiban-kill-") as folder:
            promised = Promised()
            for _ in range(min(ROUNDS_A_FOLDER, count - figures.runs)):
                child = fork(Path(folder), without_end(f"case-{figures.runs}"))
                child.until_told()
                time.sleep(chance.uniform(0.0, 0.15))
                os.kill(child.pid, signal.SIGKILL)
                for line in child.end():
                    promised.hear(line)
                figures.runs += 1
                compare(Path(folder), promised, figures)
            told += promised.told
        say(kills=figures.runs, promises=told, lost=figures.lost, doubled=figures.doubled, corrupt=figures.corrupt)
    figures.more["promises"] = told


def swept(kind: type[Store] = Store, *, synced: bool = True, cut: bool = False, stride: int = 1) -> Figures:
    """Every point of one submission, or every `stride`-th; `cut` takes the power instead of the process."""
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="suiban-sweep-") as folder:
        disk = Disk(Path(folder)) if cut else None
        place = disk.mounted if disk else Path(folder)
        sweep = Sweep(place, figures, Promised(), kind, synced, disk)
        sweep.whole(stride)
        figures.more = {"points": figures.runs, **sweep.points}
        if disk:
            disk.discard()
    return figures


def main(arguments: list[str]) -> int:
    """Run it and print the report."""
    inside = list(arguments)
    status = in_own_namespace("tests.faults.kill", inside)
    if status is not None:
        return status
    parser = argparse.ArgumentParser(prog="suiban campaign kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cut", action="store_true", help="sweep a second time, cutting the power at each point")
    parser.add_argument("--stride", type=int, default=1, help="every so many-th point only; 1 is all of them")
    options = parser.parse_args(inside)
    figures = Figures()
    kills(options.kills, options.seed, figures)
    for name, cut in (("sweep", False), *((("sweep_cut", True),) if options.cut else ())):
        found = swept(cut=cut, stride=options.stride)
        say(sweep=name, **found.more, lost=found.lost, doubled=found.doubled, corrupt=found.corrupt)
        figures.add(name, found)
    control = swept(TwoTransactions)
    say(control="case and outbox in two transactions", lost=control.lost)
    figures.control_failed = control.lost > 0
    if options.cut:
        unsynced = swept(synced=False, cut=True)
        say(control="synchronous=NORMAL at every point", lost=unsynced.lost)
        figures.control_failed = figures.control_failed and unsynced.lost > 0
    return finish(figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
