"""Says to the centre's other processes that something changed, over PostgreSQL's LISTEN and NOTIFY.

A hint and nothing more: it may be lost, late or doubled, or its connection away; every page also looks by itself.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress

import structlog
from litestar.channels.backends.base import ChannelsBackend
from litestar.channels.backends.psycopg import PsycoPgChannelsBackend

from central.settings import Settings, database_url

CHANNEL = "suiban_changed"
AT_MOST_EVERY_SECONDS = 0.25
AGAIN_AFTER_SECONDS = 5.0
PATIENCE_SECONDS = 5.0
CANCEL_AGAIN_SECONDS = 2.0
_CALLED = b"!"
"""After the sender's name: a call was among it."""

log = structlog.get_logger()


def backend_of(settings: Settings) -> Callable[[], ChannelsBackend] | None:
    """What carries hints between processes; None where there is one process, or `live_hints` is off."""
    url = database_url(settings)
    if not settings.live_hints or not url.startswith("postgresql"):
        return None
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    return lambda: PsycoPgChannelsBackend(plain)


class Hints:
    """Belongs to the event loop. `heard` is called for what other processes say, never for our own; with True
    where a call was among it.
    """

    def __init__(self, backend: Callable[[], ChannelsBackend], heard: Callable[[bool], None]) -> None:
        self._backend = backend
        self._heard = heard
        self._me = secrets.token_hex(8).encode()
        self._due = asyncio.Event()
        self._called = False
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to listen and to speak."""
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._listen()), loop.create_task(self._speak())]

    def tell(self, *, called: bool = False) -> None:
        """Something changed here."""
        self._called = self._called or called
        self._due.set()

    async def end(self) -> None:
        """Stop, and give the connection back; in any case return soon."""
        last = time.monotonic() + PATIENCE_SECONDS
        running = set(self._tasks)
        while running and time.monotonic() < last:
            for task in running:
                task.cancel()
            # Whatever waits inside the backend may swallow one, as `wait_for` of Python 3.11 does at its very end.
            _, running = await asyncio.wait(running, timeout=CANCEL_AGAIN_SECONDS)
        self._tasks = []

    async def _speak(self) -> None:
        mouth = self._backend()
        while True:
            await self._due.wait()
            self._due.clear()
            said, self._called = self._me + _CALLED * self._called, False
            with suppress(Exception):  # the pages of other processes find out by themselves
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await mouth.publish(said, [CHANNEL])
            await asyncio.sleep(AT_MOST_EVERY_SECONDS)

    async def _listen(self) -> None:
        lost = False
        while True:
            ear = self._backend()
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await ear.on_startup()
                    await ear.subscribe([CHANNEL])
                if lost:
                    log.info("hints_back")
                lost = False
                async for _, said in ear.stream_events():
                    if said.removesuffix(_CALLED) != self._me:
                        self._heard(said.endswith(_CALLED))
            except Exception as error:  # noqa: BLE001 - whatever it is, the pages look by themselves
                if not lost:
                    log.warning("hints_lost", error=type(error).__name__)
                lost = True
            finally:
                with suppress(Exception):
                    await ear.on_shutdown()
            await asyncio.sleep(AGAIN_AFTER_SECONDS)
