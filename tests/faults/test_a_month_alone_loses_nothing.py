"""The short form of `./suiban campaign offline`: a disk that fills at random, and nobody who began meets it."""

import pytest

from tests.faults.running import broken, campaign

pytestmark = pytest.mark.slow


def test_who_has_begun_never_meets_a_full_disk() -> None:
    found = campaign("offline", "--days", "1", "--cases", "250", "--megabytes", "128", "--seed", "9")
    assert broken(found) == {}
    assert found["runs"] > 50, "the rule turned nearly everybody away"
    assert found["turned_away"] > 0, "the disk was never full: this proves nothing"
    assert found["control_failed"] is True
