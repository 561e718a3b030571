"""`./suiban bench hall --quick` measures something of everything, and finds what was lost."""

import json
from typing import Any

import pytest

from benchmarks import hall


@pytest.mark.slow
@pytest.mark.postgresql
def test_every_part_comes_to_an_end_and_nothing_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert hall.main(["--quick", "--workers", "1"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (told["violations"], told["finished"], told["screens_missed"]) == (0, 8, 0)
    for figure in ("api_p95_ms", "call_to_screen_p95_ms", "console_p95_ms", "report_seconds"):
        assert told[figure] > 0, figure
    assert told["limit"]["pgbench_tps"] > 0
    assert set(told["api_by_kind"]) >= {"number", "push", "act", "page"}
