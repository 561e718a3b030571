"""`./suiban demo --story services`: eight errands on one terminal, each proved by whoever is on the other side."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.demo.story_services import Done, table

ROOT = Path(__file__).resolve().parents[2]


def test_its_table_says_what_was_done_and_what_was_not() -> None:
    rows = table([Done("a bill", "settled once", kept=True, seconds=3.2), Done("help", "", kept=False, seconds=9.0)])
    assert "| a bill | settled once | 3.2 | yes |" in rows
    assert "| help |  | 9 | NO |" in rows


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): eleven visits")
def test_everybody_has_what_they_came_for(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "kiosk", "demo", "--headless", "--story", "services", "--out", str(tmp_path)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), "TZ": "America/Los_Angeles"},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]
    found = json.loads((tmp_path / "services.json").read_text(encoding="utf-8"))
    assert (found["errands"], found["kept"]) == (8, 8)
    assert len(list(tmp_path.glob("[0-9][0-9]-*.png"))) == 11
    assert told.stdout.count("| yes |") == 8
