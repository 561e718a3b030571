"""A PostgreSQL of the benchmark's own, as Debian ships it and with fsync on, and what its own pgbench makes of it."""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg

from benchmarks.machine import family

READY_WITHIN: Final = 60.0
_LIMIT_TABLE: Final = """
CREATE TABLE upserted (
    id TEXT PRIMARY KEY, terminal TEXT NOT NULL, epoch BIGINT NOT NULL, lane TEXT NOT NULL, seq BIGINT NOT NULL,
    hash TEXT NOT NULL, raw BYTEA NOT NULL, received_at TEXT NOT NULL, judged_at TEXT, trouble TEXT,
    UNIQUE (terminal, epoch, lane, seq)
);
CREATE SEQUENCE places;
"""
_ONE: Final = (
    "INSERT INTO upserted (id, terminal, epoch, lane, seq, hash, raw, received_at) "
    "SELECT md5(random()::text || clock_timestamp()), 'GL-01', 1, 'numbers', nextval('places'), "
    "repeat('a', 64), convert_to(repeat('x', {octets}), 'UTF8'), '2026-05-01T10:00:00.000000+00:00' {rows} "
    "ON CONFLICT DO NOTHING;\n"
)


@dataclass(frozen=True)
class Postgres:
    """A running server: its socket folder and its first process."""

    folder: Path
    process: int

    def create(self, name: str) -> str:
        """A new database; returns its URL as the centre's settings take it."""
        with psycopg.connect(host=str(self.folder), user="suiban", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql://suiban@/{name}?host={quote(str(self.folder), safe='')}"

    def processes(self) -> list[int]:
        """All of it."""
        return family(self.process)

    def upserts(self, seconds: int, octets: int, rows: int, clients: int) -> float:
        """Rows a second that pgbench itself upserts, `rows` in each statement, of the row the intake stores."""
        name = f"limit_{rows}"
        self.create(name)
        many = "" if rows == 1 else f"FROM generate_series(1, {rows})"
        with psycopg.connect(host=str(self.folder), user="suiban", dbname=name, autocommit=True) as connection:
            connection.execute(_LIMIT_TABLE.encode())
        with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as script:
            script.write(_ONE.format(octets=octets, rows=many))
            script.flush()
            command = ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds)]
            command += ["-f", script.name, "-h", str(self.folder), "-U", "suiban", name]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = re.search(r"tps = ([\d.]+)", said)
        if found is None:
            message = f"pgbench said no figure: {said}"
            raise RuntimeError(message)
        return float(found[1]) * rows


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Started in a folder of its own, ended and removed afterwards."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[4]))
    folder = Path(tempfile.mkdtemp(prefix="suiban-bench-pg-", dir="/tmp"))  # a socket's path must be short
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    initdb = [str(programs / "initdb"), "-D", f"{folder}/data", "-U", "suiban", "-A", "trust", "-N", "-E", "UTF8"]
    subprocess.run(_as_postgres(initdb), check=True, capture_output=True, cwd="/")
    options = ["-D", f"{folder}/data", "-k", str(folder), "-c", "listen_addresses=", "-c", "max_connections=120"]
    options += ["-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(_as_postgres([str(programs / "postgres"), *options]), stdout=log, stderr=log, cwd="/")
        try:
            _wait(folder)
            process = int((folder / "data" / "postmaster.pid").read_text().split()[0])
            yield Postgres(folder, process)
            os.kill(process, signal.SIGINT)
            server.wait(30)
        finally:
            if server.poll() is None:
                os.kill(int((folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
                server.wait(30)
            shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def _wait(folder: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), user="suiban", dbname="postgres").close()
            return
        if time.monotonic() > deadline:
            message = f"PostgreSQL did not start: {(folder / 'log').read_text()}"
            raise RuntimeError(message)
        time.sleep(0.05)
