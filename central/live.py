"""Tells open pages that something changed: at once for what happens here, by a hint for what other processes do, and
by a look at the database in any case.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from enum import Enum, auto

from litestar.channels.backends.base import ChannelsBackend

from central.hints import Hints

DATABASE_CHECK_SECONDS = 2.0
QUIET_AFTER_CHANGE_SECONDS = 1.0
"""A page hears of many changes at most once in this time; the first is told at once."""
ALIVE_EVERY_SECONDS = 15.0


class News(Enum):
    """What a screen of the hall is told."""

    CALLED = auto()
    """A number was called: at once, whatever was told a moment ago."""
    CHANGED = auto()
    """Anything was committed: at most once in the quiet time, the first at once, the last never lost."""
    ALIVE = auto()


class _Ear:
    """One who listens, and what they have not been told yet."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.changed = False
        self.called = False


class Live:
    """One of these a process. `changed` may be called from any thread; the rest belongs to the event loop."""

    def __init__(self, pulse: Callable[[], str], backend: Callable[[], ChannelsBackend] | None = None) -> None:
        """`pulse` reads the database and returns another text whenever something was committed since.

        `backend` makes what carries hints between processes; None where there is only this one.
        """
        self._pulse = pulse
        self._backend = backend
        self._hints: Hints | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wakers: set[asyncio.Event] = set()
        self._ears: set[_Ear] = set()
        self._check: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def start(self) -> None:
        """Begin looking. Call on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._check = self._loop.create_task(self._watch_database())
        if self._backend is not None:
            self._hints = Hints(self._backend, self._hear)
            self._hints.start()

    def changed(self) -> None:
        """Something was committed."""
        self._said(called=False)

    def called(self) -> None:
        """A call was committed: screens show it at once."""
        self._said(called=True)

    def _said(self, *, called: bool) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop has ended: nobody is listening
                loop.call_soon_threadsafe(self._changed_here, called)

    def _changed_here(self, called: bool) -> None:  # noqa: FBT001 - as the loop hands it on
        self._wake(called=called)
        if self._hints is not None:
            self._hints.tell(called=called)

    async def end(self) -> None:
        """Close, and give back what hints travel over."""
        self.close()
        if self._hints is not None:
            await self._hints.end()

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

    async def news(self) -> AsyncIterator[News]:
        """The same for screens, with calls told at once. Ends when the server stops."""
        ear, loop = _Ear(), asyncio.get_running_loop()
        self._ears.add(ear)
        loud_at = 0.0
        try:
            while not self._closing.is_set():
                wait = max(loud_at - loop.time(), 0) if ear.changed else ALIVE_EVERY_SECONDS
                with suppress(TimeoutError):
                    await asyncio.wait_for(ear.woken.wait(), wait)
                ear.woken.clear()
                if self._closing.is_set():
                    return
                if ear.called:
                    ear.called = False
                    yield News.CALLED
                if not ear.changed:
                    yield News.ALIVE
                elif loop.time() >= loud_at:
                    ear.changed = False
                    loud_at = loop.time() + QUIET_AFTER_CHANGE_SECONDS
                    yield News.CHANGED
        finally:
            self._ears.discard(ear)

    def _hear(self, called: bool) -> None:  # noqa: FBT001 - what another process said
        self._wake(called=called)

    def _wake(self, *, called: bool = False) -> None:
        for waker in self._wakers:
            waker.set()
        for ear in self._ears:
            ear.changed = True
            ear.called = ear.called or called
            ear.woken.set()

    async def _watch_database(self) -> None:
        last = ""
        while True:
            await asyncio.sleep(DATABASE_CHECK_SECONDS)
            if not self._wakers and not self._ears:
                continue
            with suppress(Exception):  # a database that is away is seen by the pages themselves
                seen = await asyncio.to_thread(self._pulse)
                if seen != last:
                    last = seen
                    self._wake(called=True)  # a call may be among it
