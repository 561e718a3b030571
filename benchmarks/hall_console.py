"""The manager's wall with many terminals: how long it takes, and how soon a change on one of them stands on it."""

import http.client
import re
import socket
import threading
import time
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from argon2 import PasswordHasher

from benchmarks.figures import p95
from benchmarks.sync_centre import RunningCentre, Terminal, enter
from central.people import store as people

_PASSWORD: Final = "Bench-2026!"  # noqa: S105 - of a database that is gone afterwards
_WHO: Final = "console"
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_GIVEN_UP: Final = 30.0


def measured(running: RunningCentre, amount: int, rounds: int) -> dict[str, Any]:
    """The wall asked for again and again, and changes that must come to stand on it."""
    database = running.database()
    try:
        fleet = enter(database, amount, "C")
        hashed = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(_PASSWORD)
        with database.writing() as connection:
            people.set_user(connection, _WHO, hashed, datetime.now(UTC))
    finally:
        database.close()
    _beat(running, fleet)
    page = _Console(running)
    walls = [page.wall() for _ in range(rounds)]
    changes = [page.change(one) for one in fleet[-rounds:]]
    return {
        "console_terminals": amount,
        "console_p95_ms": p95([*walls, *changes]),
        "console_wall_p95_ms": p95(walls),
        "console_change_to_page_p95_ms": p95(changes),
    }


def _beat(running: RunningCentre, fleet: list[Terminal], paper: str = "full") -> None:
    """A heartbeat of each, one after the other on one connection."""
    authority = urlsplit(running.url).netloc
    with socket.create_connection(running.place) as line:
        for one in fleet:
            line.sendall(one.heartbeat(authority, paper))
            answer = b""
            while b"\r\n\r\n" not in answer or len(answer.partition(b"\r\n\r\n")[2]) < _length(answer):
                answer += line.recv(1 << 16)
            if not answer.startswith(b"HTTP/1.1 200"):
                message = f"a heartbeat was refused: {answer[:300]!r}"
                raise RuntimeError(message)


def _length(answer: bytes) -> int:
    found = re.search(rb"(?i)content-length: *(\d+)", answer)
    return int(found[1]) if found else 0


class _Console:
    """A manager's browser: a session, the wall, and the stream that says when to ask again."""

    def __init__(self, running: RunningCentre) -> None:
        self._running = running
        self._headers = {"Content-Type": "application/x-www-form-urlencoded"}
        _, headers, page = self._ask("GET", "/login")
        token = _TOKEN.search(page)
        self._headers["Cookie"] = headers["Set-Cookie"].partition(";")[0]
        values = {"csrf": token[1] if token else "", "name": _WHO, "password": _PASSWORD}
        _, headers, _ = self._ask("POST", "/login", urlencode(values).encode())
        cookies = [one.partition(";")[0] for one in headers.get_all("Set-Cookie", [])]
        self._headers["Cookie"] = next(one for one in cookies if one.startswith("suiban="))

    def wall(self) -> float:
        """Seconds until the whole wall is here."""
        began = time.perf_counter()
        status, _, page = self._ask("GET", "/")
        if status != 200 or len(page) < 1000:
            message = f"the wall came with {status}: {page[:200]}"
            raise RuntimeError(message)
        return time.perf_counter() - began

    def change(self, terminal: Terminal) -> float:
        """Seconds from a heartbeat that says "no paper" until the wall names that terminal."""
        told, listening = threading.Event(), threading.Event()
        stream = threading.Thread(target=self._listen, args=(listening, told), daemon=True)
        stream.start()
        listening.wait(_GIVEN_UP)
        time.sleep(1.5)  # what was told on opening is over
        told.clear()
        began = time.perf_counter()
        _beat(self._running, [terminal], paper="out")
        while time.perf_counter() - began < _GIVEN_UP:
            told.wait(_GIVEN_UP)
            told.clear()
            _, _, page = self._ask("GET", f"/?text={terminal.id}")
            if terminal.id in page and "用尽" in page:
                return time.perf_counter() - began
        message = f"{terminal.id} never came to the wall"
        raise RuntimeError(message)

    def _listen(self, listening: threading.Event, told: threading.Event) -> None:
        connection = http.client.HTTPConnection(*self._running.place, timeout=_GIVEN_UP + 5)
        connection.request("GET", "/live", headers=self._headers)
        answer = connection.getresponse()
        listening.set()
        ends = time.monotonic() + _GIVEN_UP
        while time.monotonic() < ends:
            line = answer.readline()
            if not line:
                return
            if line.startswith(b"event: changed"):
                told.set()

    def _ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any, str]:
        connection = http.client.HTTPConnection(*self._running.place, timeout=_GIVEN_UP)
        try:
            connection.request(method, path, body, self._headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()
