"""Two centres on one PostgreSQL: one lane through both of them at the same moment is still kept once, in order."""

import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from central import settings
from central.clock import now
from central.database import Database
from central.intake.commit import GroupCommit, Push
from central.intake.placing import Placed
from contract.envelope import Lane
from tests.central.conftest import postgres_database, write_config
from tests.central.terminal_double import TerminalDouble

CASES = 40


@pytest.fixture
def shared_url(tmp_path: Path, postgres_socket: str, postgres_model: str) -> str:

    config = write_config(tmp_path, postgres_database(postgres_socket, "shared", postgres_model))
    return settings.database_url(settings.read(config))


@pytest.mark.postgresql
def test_two_centres_share_one_database(shared_url: str) -> None:
    terminal = TerminalDouble()
    for _ in range(CASES):
        terminal.file_case()
    databases = [Database(shared_url), Database(shared_url)]
    commits = [GroupCommit(database, now, lambda: None) for database in databases]
    answers: list[list[Placed]] = [[], []]

    def push(which: int) -> None:
        for seq in range(1, CASES + 1):
            answer: Future[Placed] = Future()
            commits[which].submit(Push(terminal.request(Lane.NUMBERS, seq, 1), answer))
            answers[which].append(answer.result(timeout=20))

    for commit in commits:
        commit.start()
    threads = [threading.Thread(target=push, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for commit in commits:
        commit.stop()
    for given in answers:
        assert len(given) == CASES
        assert all(answer.refusal is None and answer.ack >= seq for seq, answer in enumerate(given, 1))
    with databases[0].reading() as connection:
        tables = ("envelopes", "cases", "quarantine")
        found = [connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in tables]  # noqa: S608
    assert found == [CASES, CASES, 0]
    for database in databases:
        database.close()
