import os
from pathlib import Path

import pytest

from tests.faults.figures import Figures
from tests.hall import account
from tests.hall.campaign import Options, campaign, control
from tests.hall.network import hall

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root"),
]


def spaces() -> list[str]:
    folder = Path("/run/netns")
    return [space.name for space in folder.iterdir() if f"-{os.getpid()}" in space.name] if folder.exists() else []


def test_cables_pulled_upstream_and_terminals_killed_clocks_wrong() -> None:
    found = campaign(Options(numbers=150, pause=0.05, calm=0.4, seed=7, drain_seconds=0))
    assert (found.lost, found.doubled, found.corrupt) == (0, 0, 0), found.notes
    assert found.runs >= 150
    assert spaces() == []


def test_control_two_terminals_that_share_a_series_are_found() -> None:
    found = control()
    assert found.runs == 200
    assert found.doubled == 100


def test_a_hall_that_fails_halfway_leaves_nothing_behind() -> None:
    with pytest.raises(RuntimeError, match="halfway"), hall(2) as made:  # noqa: PT012 - it fails inside
        assert sorted(spaces()) == sorted((made.hub, *made.machines))
        raise RuntimeError("halfway")
    assert spaces() == []


def test_the_account_finds_a_repeated_number_and_a_repeated_serial() -> None:
    one = account.Paper("GL-01", "a", "2026-11-22", "A001", "upstream", "1", 1.0, 2.0)
    other = account.Paper("GL-02", "b", "2026-11-22", "A001", "upstream", "1", 1.0, 2.0)
    figures = Figures()
    account.doubles(figures, [one, other])
    assert figures.doubled == 2
