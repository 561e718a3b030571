"""The short form of `./suiban campaign powercut` and `kill`: what the store promised survives any instant."""

import pytest

from tests.faults.running import broken, campaign


@pytest.mark.slow
def test_the_power_is_cut_and_every_promise_is_kept() -> None:
    """With its negative control: the same cuts under synchronous=NORMAL lose what was promised."""
    found = campaign("powercut", "--cuts", "6", "--control-cuts", "25")
    assert broken(found) == {}
    assert found["runs"] == 6
    assert found["promises"] > 6
    assert found["control_failed"] is True


@pytest.mark.slow
def test_a_submission_dies_at_its_system_calls_and_nothing_is_torn() -> None:
    """Every seventh point of each kind of call here, every single one in the long form. The control is found too."""
    found = campaign("kill", "--kills", "4", "--stride", "7")
    assert broken(found) == {}
    assert found["sweep"]["points"] >= 8
    assert found["control_failed"] is True
