"""A centre on each of its databases, a PostgreSQL of our own, and somebody who is logged in."""

import base64
import logging
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import psycopg
import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import TestClient
from litestar.types import ASGIApp

from central import enrolment, keys
from central.app import build, pages_and_routes
from central.centre import Centre, open_centre
from central.database import Database
from central.people import store as people
from central.people.passwords import Passwords
from contract.envelope import Lane
from contract.exchange import Heartbeat, PushReply, PushRequest
from contract.suites import GM, INTL, SigningKey
from tests.central.terminal_double import Answer, TerminalDouble
from tests.waiting import until

NAME, PASSWORD = "boss", "Passw0rd!"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
"""Hashing is slow on purpose; tests of pages need not wait for it."""

AUTHORITY = "testserver.local"


def postgres_programs() -> Path:
    """Debian's newest PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    assert found, "PostgreSQL is missing: apt-get install postgresql"
    return found[-1].parent


def as_postgres(*command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[str]:
    """A server of our own on a Unix socket in a folder of its own; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="suiban-pg-", dir="/tmp"))  # a socket's path must be short
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    programs = postgres_programs()
    initdb = as_postgres(
        str(programs / "initdb"), "-D", f"{folder}/data", "-U", "suiban", "-A", "trust", "-N", "-E", "UTF8"
    )
    subprocess.run(initdb, check=True, capture_output=True, cwd="/")
    options = ["-D", f"{folder}/data", "-k", str(folder), "-c", "listen_addresses=", "-c", "max_connections=60"]
    options += ["-c", "fsync=off"]  # nobody cuts the power of this server; killing the centre does not touch it
    log = (folder / "log").open("wb")
    server = subprocess.Popen(as_postgres(str(programs / "postgres"), *options), stdout=log, stderr=log, cwd="/")
    try:
        wait_until(lambda: _answers(str(folder)), "PostgreSQL")
        yield str(folder)
    finally:
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 3)  # SIGQUIT: at once
        server.wait(timeout=20)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _answers(folder: str) -> bool:
    try:
        psycopg.connect(host=folder, user="suiban", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def wait_until(holds: Callable[[], bool], what: str, within: float = 90.0) -> None:
    until(holds, what, within)


@pytest.fixture(params=["embedded", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of each kind. The empty text stands for the embedded one."""
    if request.param == "embedded":
        yield ""
        return
    folder, model = request.getfixturevalue("postgres_socket"), request.getfixturevalue("postgres_model")
    name = _CLEAN.pop() if _CLEAN else ""
    if not name:
        name = f"t{time.monotonic_ns()}"
        postgres_database(folder, name, model)
    yield _url(folder, name)
    if _cleaned(folder, name):
        _CLEAN.append(name)
        return
    with psycopg.connect(host=folder, user="suiban", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


_CLEAN: list[str] = []
"""Databases of earlier tests, empty again: copying a hundred tables takes longer than most tests."""
_SHAPE = """
SELECT md5(string_agg(concat_ws('.', table_name, column_name, data_type), ',' ORDER BY table_name, ordinal_position))
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT md5(string_agg(indexdef, ',' ORDER BY indexdef)) FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT string_agg(version::text, ',' ORDER BY version) FROM schema_versions
"""
_EMPTY = """
DO $$ DECLARE one text; found boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_versions' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one) INTO found;
    IF found THEN EXECUTE format('DELETE FROM %I', one); END IF;
  END LOOP;
  FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', one);
  END LOOP;
END $$
"""


def _cleaned(folder: str, name: str) -> bool:
    """Empty a database, with nobody else in it. False where its tables are not those of the model any more."""
    with psycopg.connect(host=folder, user="suiban", dbname="postgres", autocommit=True) as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        connection.execute(others.encode(), (name,))
    with (
        psycopg.connect(host=folder, user="suiban", dbname="model") as model,
        psycopg.connect(host=folder, user="suiban", dbname=name) as used,
    ):
        if model.execute(_SHAPE.encode()).fetchall() != used.execute(_SHAPE.encode()).fetchall():
            return False
        used.execute(_EMPTY.encode())
        for table, rows in _begun_with(model):
            with used.cursor().copy(f"COPY {table} FROM STDIN".encode()) as into:
                into.write(rows)
    return True


def _begun_with(model: "psycopg.Connection[tuple[Any, ...]]") -> Iterator[tuple[str, bytes]]:
    """The rows a migrated database has from its first moment, by table."""
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_versions'"
    for (table,) in model.execute(tables.encode()).fetchall():
        with model.cursor().copy(f"COPY {table} TO STDOUT".encode()) as out:
            rows = b"".join(bytes(part) for part in out)
        if rows:
            yield table, rows


def postgres_database(folder: str, name: str, model: str) -> str:
    """A new database made after another; returns its URL."""
    with psycopg.connect(host=folder, user="suiban", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {model}".encode())
    return _url(folder, name)


def _url(folder: str, name: str) -> str:
    return f"postgresql+psycopg://suiban@/{name}?host={quote(folder, safe='')}"


@pytest.fixture(scope="session")
def postgres_model(postgres_socket: str) -> str:
    """The name of a migrated, empty database: copying it is quicker than migrating each anew."""
    database = Database(postgres_database(postgres_socket, "model", "template1"))
    database.migrate()
    database.close()
    return "model"


@cache
def embedded_model() -> bytes:
    """The same for the embedded database: the bytes of its file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.db"
        database = Database(f"sqlite:///{path}")
        database.migrate()
        database.close()
        return path.read_bytes()


def write_config(folder: Path, database_url: str = "", **changes: object) -> Path:
    """A settings file with keys beside it."""
    keys.make(folder / "keys")
    values: dict[str, object] = {"port": 0, "database_url": database_url, "hall": "长安区政务服务中心"}
    lines = [f"{name} = {_toml(value)}" for name, value in (values | changes).items()]
    if not database_url:
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / "central.db").write_bytes(embedded_model())
    config = folder / "central.toml"
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return config


def _toml(value: object) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Path:
    """A settings file on each database."""
    return write_config(tmp_path, database_url)


@pytest.fixture
def embedded_config(tmp_path: Path) -> Path:
    """A settings file on the embedded database, where the kind of database makes no difference."""
    return write_config(tmp_path)


@dataclass
class Clock:
    """Goes on by itself and can be set forward."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **length: float) -> None:
        self.ahead += timedelta(**length)


@dataclass
class Running:
    """A centre in this process, and what tests do to it."""

    centre: Centre
    client: TestClient[ASGIApp]
    clock: Clock

    def enter(self, terminal: TerminalDouble, *, replace: bool = False) -> TerminalDouble:
        """Register a terminal as the command line does."""
        wanted = enrolment.Wanted(terminal.id, terminal.public_key, terminal.key_id or None, "长安大厅", "一楼东门", "")
        told = enrolment.add_terminal(self.centre.settings, wanted, replace=replace)
        terminal.epoch = told["epoch"]
        return terminal

    def send(self, terminal: TerminalDouble, value: PushRequest | Heartbeat) -> Answer:
        """Sign and post in this process."""
        path = "/v1/push" if isinstance(value, PushRequest) else "/v1/heartbeat"
        body = msgspec.json.encode(value)
        return self.post(path, body, terminal.signed(AUTHORITY, path, body, value.nonce))

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Post bytes as they are."""
        answer = self.client.post(path, content=body, headers=headers)
        return Answer(answer.status_code, dict(answer.headers), answer.content)

    def push(self, terminal: TerminalDouble, lane: Lane, first: int = 1, count: int = 50) -> PushReply:
        """Push a run of a lane and read the answer."""
        return self.send(terminal, terminal.request(lane, first, count)).push_reply()

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """Look straight into the database."""
        with self.centre.database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def judged(self) -> None:
        """Wait until nothing is unjudged."""
        wait_until(lambda: self.query("SELECT count(*) FROM envelopes WHERE judged_at IS NULL") == [(0,)], "the judge")

    def log_in(self, name: str = NAME, password: str = PASSWORD) -> int:
        """Log in through the form; returns the status."""
        page = self.client.get("/login")
        form = {"csrf": token_of(page.text), "name": name, "password": password}
        return self.client.post("/login", data=form, follow_redirects=False).status_code

    def csrf(self) -> str:
        """The token of the session."""
        return token_of(self.client.get("/difficulties").text)

    def sealing(self) -> dict[str, str]:
        """What a terminal seals to."""
        return self.centre.keys.sealing_public()


def token_of(page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, "no form on this page"
    return found[1]


@cache
def password_hash() -> str:
    """The account's hash, made once."""
    return QUICK.hash(PASSWORD)


_ROUTES: list[Litestar] = []
"""Of centres that have ended in this process: registering every route anew takes longer than most tests."""


_STATEMENTS: dict[str, tuple[Any, Any]] = {}
"""By kind of database: its dialect, and the statements that were made into SQL for it in this process."""


def _know_statements(database: Database) -> None:
    """Let a new centre use what earlier ones made of the same statements: that takes longer than executing them."""
    for engine in (database._writer, database._reader):
        own = (engine.dialect, engine._compiled_cache)
        engine.dialect, engine._compiled_cache = _STATEMENTS.setdefault(engine.dialect.name, own)


def start(config: Path) -> Iterator[Running]:
    """A centre in this process with one account."""
    clock = Clock()
    centre = open_centre(config, clock)
    centre.passwords = QUICK
    _know_statements(centre.database)
    with centre.database.writing() as connection:
        people.set_user(connection, NAME, password_hash(), clock())
    behind = _ROUTES.pop() if _ROUTES else pages_and_routes(centre)
    application = build(centre, behind)
    with TestClient(application, base_url=f"http://{AUTHORITY}", raise_server_exceptions=True) as client:
        yield Running(centre, client, clock)
    _ROUTES.append(behind)


@pytest.fixture
def running(config: Path) -> Iterator[Running]:
    """A centre on each database."""
    yield from start(config)


@pytest.fixture
def embedded(embedded_config: Path) -> Iterator[Running]:
    """A centre on the embedded database."""
    yield from start(embedded_config)


@pytest.fixture
def terminal(running: Running) -> TerminalDouble:
    """A terminal the centre knows: of suite INTL-1 beside the embedded database, of GM-1 beside PostgreSQL."""
    suite_id = GM if running.centre.settings.database_url else INTL
    return running.enter(TerminalDouble(key=SigningKey.fresh(suite_id)))


def raw_key() -> str:
    """A public key nobody has."""
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture(autouse=True)
def _no_log_handler_outlives_its_test() -> Iterator[None]:
    """A centre run inside a test sends every library's log to a stream that is gone afterwards."""
    yield
    root = logging.getLogger()
    for handler in [kept for kept in root.handlers if type(kept) is logging.StreamHandler]:
        root.removeHandler(handler)
