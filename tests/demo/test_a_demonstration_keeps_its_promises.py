"""`demo --headless` as a stranger runs it: every visit one case and one ticket, with the link and without."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageStat

ROOT = Path(__file__).parents[2]
LONG = pytest.mark.skipif(
    not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): the story without network is always told"
)


def run(out: Path, *arguments: str) -> dict[str, Any]:
    """Run the demonstration; its last line is the report."""
    command = (sys.executable, "-m", "kiosk", "demo", "--headless", "--out", str(out), *arguments)
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr + done.stdout
    report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    assert report == json.loads((out / "report.json").read_text(encoding="utf-8"))
    return report


@pytest.mark.slow
@pytest.mark.parametrize(
    ("visits", "more"),
    [pytest.param(4, (), id="online"), pytest.param(2, ("--offline",), id="offline", marks=LONG)],
)
def test_every_visit_is_one_case_and_one_ticket(tmp_path: Path, visits: int, more: tuple[str, ...]) -> None:
    report = run(tmp_path, "--visits", str(visits), *more)
    names = ("visits", "completed", "cases_stored", "cases_at_centre", "tickets_printed")
    assert {name: report[name] for name in names} == dict.fromkeys(names, visits)
    assert {"start", "card", "save", "ticket", "goodbye"} <= report["phases_ms"].keys()
    assert all(times["p50"] <= times["p95"] for times in report["phases_ms"].values())
    _look_at_screens(tmp_path, report["screens"])
    numbers = [_read_ticket(paper) for paper in sorted(tmp_path.glob("ticket-*.png"))]
    assert len(numbers) == len(set(numbers)) == visits


@pytest.mark.slow
def test_a_demonstration_that_is_told_to_stop_leaves_nobody_behind(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "kiosk", "demo", "--headless", "--out", str(tmp_path))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as demonstration:
        assert demonstration.stdout is not None
        assert demonstration.stdout.readline().startswith("centre ")
        started = _below(demonstration.pid)
        assert len(started) >= 4
        demonstration.terminate()
        assert demonstration.wait(timeout=30) == 128 + 15
    assert [process for process in started if Path(f"/proc/{process}").exists()] == []


def _below(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [int(child) for child in children]


def _look_at_screens(folder: Path, names: list[str]) -> None:
    pages = {name.split("-", 1)[1] for name in names}
    assert len(pages) >= 10
    for name in names:
        with Image.open(folder / name) as picture:
            assert picture.size == (1080, 1920)
            assert max(ImageStat.Stat(picture.convert("L")).stddev) > 5, f"{name} is blank"


def _read_ticket(paper: Path) -> str:
    with Image.open(paper) as picture:
        assert picture.width == 576
        codes = [code.text for code in zxingcpp.read_barcodes(picture)]
    [kept] = [text for text in codes if "://" not in text]  # the other one, where there is one, shows the way
    number, _date, case_number = kept.split()
    assert len(case_number) == 25
    return number
