"""The campaign: jams at any page, covers, empty trays, pulled cables, power cuts, citizens who leave in mid-print."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.kiosk.campaign import Campaign, Report

LANES = 4
JOBS = 60 if os.environ.get("SUIBAN_FULL") == "1" else 24


def campaign(folder: Path, seed: int) -> Report:
    """One printer, one terminal, JOBS citizens."""
    fighting = Campaign(folder, seed)
    try:
        report = fighting.run(JOBS)
    finally:
        fighting.close()
    return report


@pytest.mark.slow
def test_nobody_gets_two_nobody_is_told_a_lie_and_nothing_comes_out_for_the_next(tmp_path: Path) -> None:
    with ThreadPoolExecutor(LANES) as lanes:
        reports = list(lanes.map(campaign, [tmp_path / str(seed) for seed in range(LANES)], range(LANES)))
    assert [report.broken for report in reports] == [[]] * LANES
    assert sum(sum(report.journal.values()) for report in reports) >= LANES * JOBS * 0.97, "hardly anything was tried"
    assert {state for report in reports for state in report.journal} == {"printed", "failed", "uncertain"}


@pytest.mark.slow
def test_a_desk_that_sends_again_is_caught(tmp_path: Path) -> None:
    fighting = Campaign(tmp_path, 5, resends=True)
    try:
        report = fighting.run(8, faults=("none", "jam"))
    finally:
        fighting.close()
    assert report.duplicates
