"""`./suiban bench hall --quick` measures something of everything, and finds what was lost."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.postgresql
def test_every_part_comes_to_an_end_and_nothing_is_lost() -> None:
    command = [sys.executable, "-m", "benchmarks", "bench", "hall", "--quick", "--workers", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-4000:] + done.stdout[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["violations"], told["finished"], told["screens_missed"]) == (0, 8, 0)
    for figure in ("api_p95_ms", "call_to_screen_p95_ms", "console_p95_ms", "report_seconds"):
        assert told[figure] > 0, figure
    assert told["limit"]["pgbench_tps"] > 0
    assert set(told["api_by_kind"]) >= {"number", "push", "act", "page"}
