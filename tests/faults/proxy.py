"""A bad line between terminals and centre: an HTTP proxy that loses replies, drops, cuts, doubles, delays and reorders.

It sees whole requests and never changes a byte of what it lets through.
"""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

Exchange = Callable[[bytes], Awaitable[bytes]]


@dataclass(frozen=True)
class Weather:
    """Shares of requests, 0 to 1."""

    reply_lost: float = 0.20
    dropped: float = 0.08
    cut: float = 0.05
    doubled: float = 0.05
    late: float = 0.03
    """Given up on by the terminal, delivered seconds later all the same."""
    delayed: float = 0.10
    longest_delay: float = 0.6
    """Seconds."""


CALM = Weather(0, 0, 0, 0, 0, 0)


class _Lost(Exception):
    """The line is cut here."""


class Proxy:
    """Runs in a thread of its own from `start` to `stop`; `weather` may be changed at any time."""

    def __init__(self, target: str, weather: Weather, seed: int) -> None:
        place = urlsplit(target)
        self._target = place.hostname or "", place.port or 80
        self.weather = weather
        self.counts: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._late: set[asyncio.Task[None]] = set()
        self._served: set[asyncio.Task[None]] = set()
        self.url = ""

    def start(self) -> None:
        """Listen; `url` is known when this returns."""
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        """Let go of every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = [*self._late, *self._served]
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._served.add(task)
        with suppress(_Lost, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                request = await _message(reader)
                answer = await self._carry(request)
                writer.write(answer)
                await writer.drain()
                if len(answer) < _length(answer):
                    break
        self._served.discard(task)
        writer.transport.abort()

    async def _carry(self, request: bytes) -> bytes:
        """What comes back for one request. Raises _Lost where the line breaks."""
        fate = self._fate()
        self.counts[fate] += 1
        match fate:
            case "dropped":
                raise _Lost
            case "cut":
                await self._send_half(request)
                raise _Lost
            case "reply_lost":
                await self._ask(request)
                raise _Lost
            case "late":
                task = self._loop.create_task(self._deliver_later(request))
                self._late.add(task)
                task.add_done_callback(self._late.discard)
                raise _Lost
            case "doubled":
                first, second = await asyncio.gather(self._ask(request), self._ask(request))
                return self._chance.choice((first, second))
            case "delayed":
                await asyncio.sleep(self._chance.uniform(0.02, self.weather.longest_delay))
        answer = await self._ask(request)
        if fate == "reply_cut":
            return answer[: self._chance.randint(1, len(answer) - 1)]
        return answer

    def _fate(self) -> str:
        dice, weather = self._chance.random(), self.weather
        for name, share in (
            ("reply_lost", weather.reply_lost), ("dropped", weather.dropped), ("cut", weather.cut / 2),
            ("reply_cut", weather.cut / 2), ("doubled", weather.doubled), ("late", weather.late),
            ("delayed", weather.delayed),
        ):  # fmt: skip
            if dice < share:
                return name
            dice -= share
        return "ok"

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self._target)
        try:
            writer.write(request)
            await writer.drain()
            return await _message(reader)
        finally:
            writer.transport.abort()

    async def _send_half(self, request: bytes) -> None:
        _, writer = await asyncio.open_connection(*self._target)
        writer.write(request[: self._chance.randint(1, len(request) - 1)])
        with suppress(OSError):
            await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()

    async def _deliver_later(self, request: bytes) -> None:
        await asyncio.sleep(self._chance.uniform(0.5, 4.0))
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._ask(request)


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    return head + await reader.readexactly(_length(head) - len(head))


def _length(message: bytes) -> int:
    """Of the whole message, by its head; terminals and centre always say how long a body is."""
    head, _, _ = message.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return len(head) + 4 + int(value.strip() or 0)  # nothing there: cut in this very line
    return len(head) + 4
