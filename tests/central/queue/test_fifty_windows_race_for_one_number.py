"""Fifty windows of several processes race for the numbers of one queue: none has two callers, no window two numbers."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from central.database import Database
from tests.central.conftest import embedded_model, postgres_database
from tests.central.process import ROOT
from tests.central.queue.racers import enter, seat

WINDOWS, PROCESSES = 50, 2
CALLS = 100_000 if os.environ.get("SUIBAN_FULL") == "1" else 600
CONTROL = 500


@pytest.fixture(params=["embedded", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A hall with fifty windows and one number."""
    if request.param == "embedded":
        path = tmp_path / "central.db"
        path.write_bytes(embedded_model())
        found = f"sqlite:///{path}"
    else:
        folder, model = request.getfixturevalue("postgres_socket"), request.getfixturevalue("postgres_model")
        found = postgres_database(folder, f"race{os.getpid()}x{time.monotonic_ns()}", model)
    database = Database(found)
    with database.writing() as connection:
        for place in range(WINDOWS):
            seat(connection, place)
        enter(connection, "first")
    database.close()
    return found


def race(url: str, calls: int, mode: str) -> int:
    """How many calls were made, by all processes at once."""
    share = WINDOWS // PROCESSES
    script = [sys.executable, "-m", "tests.central.queue.racers", url]
    running = [
        subprocess.Popen(
            [*script, str(at * share), str(share), str(calls // PROCESSES), mode], cwd=ROOT, stdout=subprocess.PIPE
        )
        for at in range(PROCESSES)
    ]
    return sum(int(process.communicate()[0]) for process in running)


def violations(url: str) -> list[str]:
    """Numbers that were called twice, windows that had two at once."""
    database = Database(url)
    with database.reading() as connection:
        turns = connection.exec_driver_sql("SELECT case_id, window_id, called_at, ended_at FROM queue_turns").all()
    database.close()
    found = [
        f"{case} was called {count} times" for case, count in Counter(row[0] for row in turns).items() if count > 1
    ]
    return found + [f"{row[0]} never ended at {row[1]}" for row in turns if row[3] is None]


@pytest.mark.slow
def test_a_number_has_one_caller_and_a_window_one_number(url: str) -> None:
    assert race(url, CALLS, "guarded") == CALLS
    assert violations(url) == []
    database = Database(url)
    with database.reading() as connection:
        called = connection.exec_driver_sql("SELECT count(*) FROM queue_turns").scalar_one()
        waiting = connection.exec_driver_sql("SELECT count(*) FROM queue_numbers WHERE stand = 'waiting'").scalar_one()
        numbers = connection.exec_driver_sql("SELECT count(*) FROM queue_numbers").scalar_one()
    database.close()
    assert (waiting, numbers) == (1, called + 1), "every number was called or waits"


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("mode", ["unlocked", "careless"])
def test_what_the_guards_are_for(url: str, mode: str) -> None:
    """Without the lock the constraints hold alone; without both the harness finds doubles."""
    if mode == "careless":
        database = Database(url)
        with database.writing() as connection:
            for name in ("queue_turns_open", "queue_numbers_window"):
                connection.exec_driver_sql(f"DROP INDEX {name}")
        database.close()
    race(url, CONTROL, mode)
    assert bool(violations(url)) is (mode == "careless")
