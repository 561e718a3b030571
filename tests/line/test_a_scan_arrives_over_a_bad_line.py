"""256 kbit/s, every fifth packet lost each way, both ends killed: the scan arrives, and no number waits for it."""

import os

import pytest

from tests.line.scans import Options, late, trial

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
]


def test_a_scan_arrives_whole_while_numbers_go_on() -> None:
    """The long form is `./suiban campaign scans --mb 20`."""
    full = bool(os.environ.get("SUIBAN_FULL"))
    found = trial(Options(kilobytes=300 if full else 100, kills=2 if full else 1, within=240.0))
    assert not found.broken, found.notes
    assert found.runs > 1
    delay = found.more["number_p50_s"]
    assert isinstance(delay, float)
    assert delay < 10.0  # seconds; a machine under load sees four times what a quiet one does


@pytest.mark.skipif(not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): two minutes")
def test_control_numbers_that_share_the_scans_line_come_late() -> None:
    assert late(trial(Options(400, 0, within=400.0, one_line=True)))
