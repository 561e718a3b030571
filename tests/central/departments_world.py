"""The simulated departments for tests, and questions asked of a centre as its handlers hear them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from litestar.testing import TestClient

from central.centre import Centre
from central.departments.simulator.server import Server
from central.departments.simulator.world import World
from central.questions.registry import ANSWERS
from contract.questions import Answer, Person, Question
from tests.central.conftest import AUTHORITY, Running, start, write_config

WHO = Person("张三", "610117198001011234")
OLD = Person("王秀英", "610117195203044321")


class Departments:
    """Told how to be over its own line, as anybody would."""

    def __init__(self, url: str) -> None:
        self.url = url

    def be(self, mode: str, department: str = "*", **more: object) -> None:
        self.change({"department": department, "mode": mode, **more})

    def change(self, wanted: dict[str, object]) -> None:
        httpx.post(f"{self.url}/_world", json=wanted, timeout=10).raise_for_status()

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.url}/_world", timeout=10).json()
        return found


@contextmanager
def departments() -> Iterator[Departments]:
    """The program, on a thread here."""
    server = Server(World())
    server.begin()
    try:
        yield Departments(server.url)
    finally:
        server.end()


@contextmanager
def centre_with(folder: Path, url: str, database_url: str = "", **behind: object) -> Iterator[Running]:
    """A centre whose departments answer at `url`."""
    config = write_config(folder, database_url, public_url=f"http://{AUTHORITY}")
    more = "".join(f"{name} = {value}\n" for name, value in behind.items())
    config.write_text(config.read_text(encoding="utf-8") + f'[departments]\nurl = "{url}"\n{more}', encoding="utf-8")
    yield from start(config)


def ask(running: Running, question: Question, terminal: str = "GL-01") -> Answer:
    """On the event loop the centre runs on, as the door does."""
    return asked_of(running.client, running.centre, question, terminal)


def asked_of(client: TestClient[Any], centre: Centre, question: Question, terminal: str = "GL-01") -> Answer:
    async def work() -> Answer:
        async with asyncio.timeout(30):
            return await ANSWERS[type(question)](centre, terminal, question)

    with client.portal() as portal:
        return portal.call(work)
