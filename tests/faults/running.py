"""A campaign as the tests start it: a process of its own, its last line read."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def campaign(name: str, *arguments: str, within: float = 300.0) -> dict[str, Any]:
    """`./suiban campaign NAME`; the figures of its last line. A status other than 0 fails with everything it said."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "campaign", name, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=within, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def broken(found: dict[str, Any]) -> dict[str, int]:
    """What must not have happened, and did."""
    return {kind: found[kind] for kind in ("lost", "doubled", "corrupt") if found[kind]}
