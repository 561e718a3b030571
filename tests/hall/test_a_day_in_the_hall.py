"""Opening, appointments, a rush, the centre away, a terminal without paper, a complaint, closing: all accounted for."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).parents[2]
OPENS = (9, 30)


def half_past_nine(folder: Path) -> dict[str, str]:
    """An environment in which it is that time in the hall. LD_PRELOAD takes no path with a space in it."""
    spec = importlib.util.find_spec("libfaketime")
    assert spec
    assert spec.origin
    library = shutil.copy(next(Path(spec.origin).parent.rglob("libfaketime.so.1")), folder)
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    ahead = now.replace(hour=OPENS[0], minute=OPENS[1], second=0) - now
    changed = {"LD_PRELOAD": str(library), "FAKETIME": f"{int(ahead.total_seconds()):+d}s", "PYTHONPATH": str(ROOT)}
    return {**os.environ, **changed, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.mark.slow
def test_at_the_end_of_the_day_every_number_and_case_is_accounted_for(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.hall.day"]
    done = subprocess.run(
        command, cwd=ROOT, env=half_past_nine(tmp_path), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-6000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["wrong"] == []
    assert told["numbers"] == 28
    assert told["ends"] == {"done": 27, "void": 1}, "only the one taken after the last call"
    assert told["complaints"] == [["taken"]]
    assert (told["cases"], told["ratings"]) == (1, 1)
    assert told["accounts"] == 6, "every lane of every terminal that was used"
