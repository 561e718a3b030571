"""A hall and its district as two processes: the line is cut, either is killed, and in the end everything is there once."""

import time
from pathlib import Path

import pytest

from contract.envelope import Lane
from tests.central.conftest import wait_until
from tests.central.terminal_double import a_case
from tests.hall.hall_world import HALL, NODE, hall_world

pytestmark = pytest.mark.slow


def test_numbers_given_while_the_line_is_cut_are_at_the_centre_once_when_it_is_back(tmp_path: Path) -> None:
    with hall_world(tmp_path) as world:
        one, two = world.enter("GL-01"), world.enter("GL-02")
        before = [world.take(one), world.take(two)]
        world.everything_up()
        world.centre.kill()
        during = [world.take(terminal) for terminal in (one, two) for _ in range(5)]
        world.centre.start()
        world.everything_up()
        rows = world.query(world.centre, "SELECT number, terminal FROM cases ORDER BY number")
        assert sorted(before + during) == [number for number, _ in rows]
        assert len(set(rows)) == 12
        assert world.query(world.centre, "SELECT kind FROM alarms") == []
        assert world.query(world.centre, "SELECT DISTINCT hall FROM cases") == [(HALL,)]
