"""Connections that are held and say nothing, as of terminals between two heartbeats, leave room for who speaks."""

import asyncio
import http.client
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from granian.constants import Interfaces
from litestar.types import Receive, Scope, Send

from central import server
from tests.central.conftest import wait_until

GRANIANS_OWN = 128
CROWD = 300


async def answers(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok", "more_body": False})


@contextmanager
def serving() -> Iterator[int]:
    """The centre's listener before an application that answers everybody; yields its port."""
    port = server.free_port("127.0.0.1", 0)
    loop = asyncio.new_event_loop()
    made: list[Any] = []

    async def serve() -> None:
        made.append(server._server(answers, "127.0.0.1", port, Interfaces.ASGINL))
        await made[0].serve()

    def run() -> None:
        loop.run_until_complete(serve())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        wait_until(lambda: bool(made) and status(port, 1.0) == 200, "the listener")
        yield port
    finally:
        loop.call_soon_threadsafe(made[0].stop)
        thread.join(30)
        loop.close()


def status(port: int, patience: float) -> int:
    """Of one request; 0 if it is not answered in time."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def status_in_a_crowd(port: int, patience: float) -> int:
    """What whoever comes after all of the crowd is answered."""
    with ExitStack() as held:
        for _ in range(CROWD):
            held.enter_context(socket.create_connection(("127.0.0.1", port)))
        return status(port, patience)


def test_who_comes_last_is_answered() -> None:
    with serving() as port:
        assert status_in_a_crowd(port, 30.0) == 200


def test_with_granians_own_bound_nobody_would_hear_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_connections", lambda: GRANIANS_OWN)
    with serving() as port:
        assert status_in_a_crowd(port, 1.0) == 0


@pytest.mark.parametrize(
    ("allowed", "expected"), [((1024, 1024), 384), ((256, 256), 128), ((65536, 65536), server.CONNECTIONS_AT_MOST)]
)
def test_no_more_are_held_than_files_may_be_open(
    monkeypatch: pytest.MonkeyPatch, allowed: tuple[int, int], expected: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: allowed)
    assert server._connections() == expected


def test_a_process_takes_the_files_it_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 524_288))
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: asked.append(both))
    assert server._connections() == server.CONNECTIONS_AT_MOST
    assert asked == [(server.FILES_AT_MOST, 524_288)]
