"""Between a backup's rows and the skip of what was given out since nobody is served: numbers would come twice."""

import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from central import enrolment, settings
from central.centre import open_centre
from central.custody import backup
from central.custody import store as custody
from central.custody.backup import BackupError
from central.database import Database, DatabaseError, end_restore
from central.enrolment import Wanted
from central.epochs.rules import RESTORED_SKIP
from central.settings import Settings
from tests.central.conftest import postgres_database, write_config
from tests.central.terminal_double import TerminalDouble

pytestmark = pytest.mark.postgresql


class Cut(BaseException):
    """The power goes."""


@pytest.fixture
def fresh(postgres_socket: str) -> Callable[[], str]:
    return lambda: postgres_database(postgres_socket, f"r{time.monotonic_ns()}", "template1")


@pytest.fixture
def made(tmp_path: Path, postgres_socket: str, postgres_model: str) -> Path:
    """A backup of a centre that knows one terminal."""
    url = postgres_database(postgres_socket, f"b{time.monotonic_ns()}", postgres_model)
    config = write_config(tmp_path, url)
    found = settings.read(config)
    double = TerminalDouble()
    enrolment.add_terminal(found, Wanted(double.id, double.public_key, None, "", "", "1"), replace=False)
    backup.backup(found, tmp_path / "backup")
    return tmp_path / "backup"


def at(tmp_path: Path, url: str) -> Settings:
    text = (tmp_path / "central.toml").read_text(encoding="utf-8").splitlines()
    lines = [f'database_url = "{url}"' if line.startswith("database_url") else line for line in text]
    (tmp_path / "central.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return settings.read(tmp_path / "central.toml")


def epoch(url: str) -> int:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return int(connection.execute("SELECT epoch FROM terminals").fetchall()[0][0])


def cut(*_: object) -> None:
    raise Cut


@pytest.mark.slow
@pytest.mark.parametrize("place", ["_tool", "_settle", "after_restore"])
def test_wherever_it_was_cut_it_is_finished_once(
    tmp_path: Path, made: Path, fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    url = fresh()
    found = at(tmp_path, url)
    with monkeypatch.context() as power:
        power.setattr(custody if place == "after_restore" else backup, place, cut)
        with pytest.raises(Cut):
            backup.restore(found, made)
    with pytest.raises(DatabaseError, match="begun and not finished"):
        open_centre(tmp_path / "central.toml")
    with pytest.raises(DatabaseError, match="begun and not finished"):
        enrolment.counts(found)
    if place != "_tool":
        assert epoch(url) == 1
    backup.restore(found, made)
    assert epoch(url) == 1 + RESTORED_SKIP
    open_centre(tmp_path / "central.toml").database.close()
    with pytest.raises(BackupError, match="holds tables"):
        backup.restore(found, made)
    assert epoch(url) == 1 + RESTORED_SKIP


def test_what_is_not_marked_would_be_served(
    tmp_path: Path, made: Path, fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: rows alone look like a centre that is well, and give out again what was given out."""
    url = fresh()
    found = at(tmp_path, url)
    monkeypatch.setattr(backup, "_settle", cut)
    with pytest.raises(Cut):
        backup.restore(found, made)
    database = Database(url)
    with database.writing() as connection:
        end_restore(connection)
    database.close()
    open_centre(tmp_path / "central.toml").database.close()
    assert epoch(url) == 1


def test_another_backup_does_not_go_on_with_the_first(
    tmp_path: Path, made: Path, fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh()
    found = at(tmp_path, url)
    database = Database(url)
    database.begin_restore("0" * 64)
    with monkeypatch.context() as power:
        power.setattr(backup, "_settle", cut)
        with pytest.raises(Cut):  # nothing of the first came in: the other may
            backup.restore(found, made)
    database.begin_restore("0" * 64)
    database.close()
    with pytest.raises(BackupError, match="another backup was begun"):
        backup.restore(found, made)
