"""The whole way under 国密: numbers, sealing, signatures, enrolment and the centre's look into a case."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from kiosk.demo.citizen import Album
from kiosk.demo.stage import PanelSize, Stage
from tests.demo.conftest import OFFSCREEN, Visitor
from tests.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): a whole visit; its parts are tried always"
    ),
]


def test_a_filing_arrives_and_every_part_names_its_suite(tmp_path: Path) -> None:
    with (
        Stage(tmp_path, panel=PanelSize(), environment=OFFSCREEN, suite="GM-1") as stage,
        Visitor(stage, Album(tmp_path)) as citizen,
    ):
        citizen.visit("filing", "zh-Hans", "resident")
        (case,) = until(lambda: _cases(stage), "the case at the centre", 30.0)
        assert case["number"]
        until(lambda: _cases(stage)[0]["paper"] == "printed", "the paper's report", 30.0)
    with sqlite3.connect(f"file:{tmp_path}/centre/data/central.db?mode=ro", uri=True) as database:
        envelopes = [raw for (raw,) in database.execute("SELECT raw FROM envelopes")]
    database.close()
    assert envelopes
    assert all(json.loads(raw)["suite"] == "GM-1" for raw in envelopes)
    (sealed,) = [found for raw in envelopes if (found := json.loads(raw).get("sealed"))]
    assert sealed["suite"] == "GM-1"


def _cases(stage: Stage) -> list[dict[str, str]]:
    found: list[dict[str, str]] = stage.ask("central", "cases", "--config", str(stage.centre_config), "--json")["cases"]
    return found
