"""The short form of `./suiban campaign chaos`: both ends killed, the line bad; then an account of all."""

import pytest

from tests.faults.running import broken, campaign


@pytest.mark.slow
def test_everything_promised_arrives_once() -> None:
    """With its negative control: a centre without the duplicate check stores records twice."""
    found = campaign(
        "chaos", "--minutes", "0.12", "--terminals", "3", "--calm", "1", "--control-seconds", "4", within=280
    )  # fmt: skip
    assert broken(found) == {}
    assert found["cases"] > 20
    assert found["kills"]["terminals"] >= 2
    assert found["line"]["reply_lost"] > 0
    assert found["control_failed"] is True
