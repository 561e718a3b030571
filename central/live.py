"""Tells open pages that something changed: a hint inside this process, a look at the database for what others did."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

DATABASE_CHECK_SECONDS = 2.0
QUIET_AFTER_CHANGE_SECONDS = 1.0
"""A page hears of many changes at most once in this time; the first is told at once."""
ALIVE_EVERY_SECONDS = 15.0


class Live:
    """One of these a process. `changed` may be called from any thread; the rest belongs to the event loop."""

    def __init__(self, pulse: Callable[[], str]) -> None:
        """`pulse` reads the database and returns another text whenever something was committed since."""
        self._pulse = pulse
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wakers: set[asyncio.Event] = set()
        self._check: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def start(self) -> None:
        """Begin looking. Call on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._check = self._loop.create_task(self._watch_database())

    def changed(self) -> None:
        """Something was committed."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop has ended: nobody is listening
                loop.call_soon_threadsafe(self._wake)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closing.set()
        self._wake()
        if self._check is not None:
            self._check.cancel()

    async def changes(self) -> AsyncIterator[bool]:
        """True for each change, False now and then to show that the link is alive. Ends when the server stops."""
        waker = asyncio.Event()
        self._wakers.add(waker)
        try:
            while not self._closing.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(waker.wait(), ALIVE_EVERY_SECONDS)
                if self._closing.is_set():
                    return
                changed = waker.is_set()
                waker.clear()
                yield changed
                await asyncio.sleep(QUIET_AFTER_CHANGE_SECONDS)
        finally:
            self._wakers.discard(waker)

    def _wake(self) -> None:
        for waker in self._wakers:
            waker.set()

    async def _watch_database(self) -> None:
        last = ""
        while True:
            await asyncio.sleep(DATABASE_CHECK_SECONDS)
            if not self._wakers:
                continue
            with suppress(Exception):  # a database that is away is seen by the pages themselves
                seen = await asyncio.to_thread(self._pulse)
                if seen != last:
                    last = seen
                    self._wake()
