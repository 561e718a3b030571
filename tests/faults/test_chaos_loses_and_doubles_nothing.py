"""The short form of `./suiban campaign chaos`: both ends killed, the line bad; then an account of all."""

import os

import pytest

from tests.faults.running import broken, campaign


@pytest.mark.slow
def test_everything_promised_arrives_once() -> None:
    """With its negative control: a centre without the duplicate check stores records twice."""
    found = campaign(
        "chaos", "--minutes", "0.08", "--terminals", "3", "--calm", "0.7", "--control-seconds", "4", within=280
    )  # fmt: skip
    assert broken(found) == {}
    assert found["cases"] > 20
    assert found["kills"]["terminals"] >= 2
    assert found["line"]["reply_lost"] > 0
    assert found["control_failed"] is True


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.skipif(
    not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): a PostgreSQL that is killed under load"
)
def test_everything_promised_arrives_once_though_postgresql_is_killed_too() -> None:
    """A worker of two, PostgreSQL's first process, a session of it; the control is the one above."""
    found = campaign(
        "chaos", "--database", "postgresql", "--minutes", "0.02", "--strikes", "3", "--terminals", "2",
        "--calm", "0.5", "--control-seconds", "0", within=280,
    )  # fmt: skip
    assert broken(found) == {}
    assert found["cases"] > 10
    assert {"worker", "postmaster", "session of PostgreSQL"} <= found["kills"].keys()
