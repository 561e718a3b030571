"""A PostgreSQL of the campaign's own, with fsync on, whose processes may be killed at any instant. Needs no root."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests.central.conftest import postgres_programs, wait_until

_STARTS_WITHIN = 120.0
"""Seconds; recovery replays what the last checkpoint does not hold."""


class Postgres:
    """An empty cluster in a folder of its own, with one database; `discard` takes both away."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="suiban-pg-", dir="/tmp"))  # a socket's path must be short
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            owner = pwd.getpwnam("postgres")
            self._as = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._programs = postgres_programs()
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://suiban@/suiban?host={quote(str(self._folder), safe='')}"
        initdb = [str(self._programs / "initdb"), "-D", f"{self._folder}/data", "-U", "suiban", "-A", "trust", "-N"]
        subprocess.run([*initdb, "-E", "UTF8"], check=True, capture_output=True, cwd="/", **self._as)
        self.start()
        with self._connected("postgres") as connection:
            connection.execute("CREATE DATABASE suiban")

    def start(self) -> None:
        """Start and wait until it answers; after a kill it first recovers."""
        deadline = time.monotonic() + _STARTS_WITHIN
        while True:
            self._launch()
            wait_until(lambda: self._answers() or not self._runs(), "PostgreSQL", _STARTS_WITHIN)
            if self._runs():
                return
            # Processes of the killed one still hold its memory: they end when they look for it.
            assert time.monotonic() < deadline, (self._folder / "log").read_text(encoding="utf-8")[-2000:]
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL to the first process, as the kernel does where memory is short; the others find it gone and end."""
        assert self._server is not None
        self._server.kill()
        self._server.wait()

    def kill_one(self) -> bool:
        """SIGKILL to a process that serves somebody: the server then ends all others and recovers by itself."""
        with self._connected("suiban") as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
                "ORDER BY random() LIMIT 1"
            ).fetchone()
        if found is None:
            return False
        os.kill(int(found[0]), 9)
        wait_until(self._answers, "PostgreSQL", _STARTS_WITHIN)
        return True

    def discard(self) -> None:
        """End it at once, and delete everything."""
        if self._server is not None and self._runs():
            self._server.send_signal(3)  # SIGQUIT: no checkpoint
            self._server.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _launch(self) -> None:
        options = ["-D", f"{self._folder}/data", "-k", str(self._folder), "-c", "listen_addresses="]
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [str(self._programs / "postgres"), *options, "-c", "max_connections=60"],
                stdout=log, stderr=log, cwd="/", **self._as,
            )  # fmt: skip

    def _runs(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def _connected(self, database: str) -> "psycopg.Connection[Any]":
        return psycopg.connect(host=str(self._folder), user="suiban", dbname=database, autocommit=True)

    def _answers(self) -> bool:
        try:
            self._connected("postgres").close()
        except psycopg.OperationalError:
            return False
        return True
