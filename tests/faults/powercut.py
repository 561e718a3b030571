"""`./suiban campaign powercut --cuts N`: the power is cut under the real store, again and again; promises are compared.

The control is the same with `synchronous=NORMAL`; it must lose something within its cuts. `campaign kill --cut` cuts
the power at every system call of a submission instead.
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
from tests.faults.promises import Promised, compare, fork, without_end

ROUNDS_A_DISK = 25


def one_cut(disk: Disk, promised: Promised, figures: Figures, chance: random.Random, *, synced: bool = True) -> None:
    """Write, cut, mount again, compare."""
    child = fork(disk.mounted, without_end(f"case-{figures.runs}"), Store, synced=synced)
    child.until_told()
    time.sleep(chance.uniform(0.0, 0.35))
    at = time.monotonic_ns()
    disk.cut()
    time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    for line in child.end():
        promised.hear(line, at)
    disk.unmount()
    disk.mount()
    compare(disk.mounted, promised, figures)
    figures.runs += 1


def cuts(count: int, seed: int, *, synced: bool = True, until_broken: bool = False) -> Figures:
    """So many cuts, a new disk every now and then."""
    chance = random.Random(seed)
    figures = Figures()
    told = 0
    with tempfile.TemporaryDirectory(prefix="suiban-cut-") as folder:
        while figures.runs < count and not (until_broken and figures.broken):
            disk, promised = Disk(Path(folder)), Promised()
            while True:
                one_cut(disk, promised, figures, chance, synced=synced)
                if figures.runs >= count or figures.runs % ROUNDS_A_DISK == 0 or (until_broken and figures.broken):
                    break
            told += promised.told
            disk.discard()
            say(cuts=figures.runs, promises=told, lost=figures.lost, doubled=figures.doubled, corrupt=figures.corrupt)
    figures.more["promises"] = told
    return figures


def main(arguments: list[str]) -> int:
    """Run it and print the report."""
    inside = list(arguments)
    status = in_own_namespace("tests.faults.powercut", inside)
    if status is not None:
        return status
    parser = argparse.ArgumentParser(prog="suiban campaign powercut", description=__doc__)
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control-cuts", type=int, default=60, help="at most; 0 leaves the control out")
    options = parser.parse_args(inside)
    figures = cuts(options.cuts, options.seed)
    if options.control_cuts:
        say(control="synchronous=NORMAL")
        control = cuts(options.control_cuts, options.seed, synced=False, until_broken=True)
        figures.control_failed = control.lost > 0
        figures.more["control"] = {"cuts": control.runs, "lost": control.lost}
    return finish(figures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
