"""`./suiban demo --story outage`: paper, link and power fail one after the other; every number said is kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def test_the_outage_costs_nobody_their_number(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "kiosk", "demo", "--story", "outage", "--out", str(tmp_path)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]
    found = json.loads((tmp_path / "promises.json").read_text(encoding="utf-8"))
    assert (found["promises"], found["kept"], found["lost"], found["doubled"]) == (6, 6, 0, 0)
    assert {row["scene"]: row["known_paper"] for row in found["rows"]} == {
        "all-well": "printed",
        "paper-out": "failed",
        "link-cut": "failed",
        "power-cut": "failed",
        "refilled": "printed",
        "link-back": "printed",
    }
    assert len(list(tmp_path.glob("[1-7]-*.png"))) == 7
    with Image.open(tmp_path / "filmstrip.png") as strip:
        assert strip.width > 2000
    assert told.stdout.count("| yes |") == 6
