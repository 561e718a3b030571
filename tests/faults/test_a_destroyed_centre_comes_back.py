"""The short form of `./suiban campaign restore`: backup, two shares, and terminals that send again."""

import pytest

from tests.central.conftest import postgres_model, postgres_socket
from tests.faults.running import broken, campaign

__all__ = ["postgres_model", "postgres_socket"]


@pytest.mark.slow
def test_backup_and_two_shares_bring_everything_back() -> None:
    found = campaign("restore", "--cases", "60", "--terminals", "2")
    assert broken(found) == {}
    assert (found["runs"], found["control_failed"]) == (60, True)
    assert found["whole_again_seconds"] > 0


@pytest.mark.slow
@pytest.mark.postgresql
def test_on_postgresql_too(postgres_socket: str) -> None:
    found = campaign("restore", "--cases", "40", "--terminals", "1", "--postgresql", postgres_socket)
    assert broken(found) == {}
    assert (found["runs"], found["control_failed"]) == (40, True)
