"""`./suiban simulate-year --seed N`: a district's year in virtual time, through the product's rules and its two stores.

110,000 cases at 100 sites; lines, machines and the centre fail by the seed. At the end every case is where it was
promised to be, once, every number of every day came to an end, and every limit fell due on the right day. Prints one
line of JSON; exits with 1 where anything does not hold.
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.year.half import Result, run, shares
from tests.year.plan import sites


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="suiban simulate-year", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=110_000)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--year", type=int, default=2026)
    parser.add_argument("--spoil", choices=("", "lose", "newest", "hasty"), default="", help="break it on purpose")
    parser.add_argument("--one-process", action="store_true", help="both halves one after the other, for short years")
    asked = parser.parse_args(arguments)
    shared_memory = Path("/dev/shm")  # noqa: S108 - virtual time has no power cuts: those have a campaign of their own
    folder = str(shared_memory) if shared_memory.is_dir() else "/tmp"  # noqa: S108
    began = time.monotonic()
    parts = shares(sites(asked.sites), asked.seed, asked.year, asked.days, asked.cases, folder, asked.spoil)
    if asked.one_process:
        found = [run(part) for part in parts]
    else:
        with multiprocessing.get_context("spawn").Pool(len(parts)) as pool:
            found = pool.map(run, parts)
    told = together(found) | {"seed": asked.seed, "seconds": round(time.monotonic() - began, 1)}
    print(json.dumps(told, ensure_ascii=False))
    return 1 if told["violations"] else 0


def together(found: list[Result]) -> dict[str, Any]:
    """The district's figures out of its halves'."""
    told: dict[str, Any] = {}
    for name in ("cases", "events", "numbers", "called", "acts", "repeats", "restarts", "outages", "promises", "late"):
        told[name] = sum(getattr(one, name) for one in found)
    for name in ("by_tier", "ends"):
        told[name] = dict(sum((getattr(one, name) for one in found), Counter()))
    told["longest_overtaken"] = max(one.longest_overtaken for one in found)
    made = max(1, told["promises"])
    told["average_days"] = round(sum(one.average_days * one.promises for one in found) / made, 2)
    told["violations"] = [line for one in found for line in one.violations]
    names = Counter(name for one in found for name in one.names)
    told["violations"] += [f"case number {name} is there {count} times" for name, count in names.items() if count > 1]
    return told


if __name__ == "__main__":
    sys.exit(main())
