"""Sends prepared requests to a centre as fast as it answers: each connection its own, one after another.

A process of its own, so that what it costs is not the centre's; both share the machine's cores all the same.
"""

import asyncio
import json
import pickle
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.figures import spread

Requests = list[list[bytes]]
"""Whole HTTP requests, by connection, in the order they must come."""


@dataclass
class _Tally:
    answered: int = 0
    refused: int = 0
    octets_back: int = 0
    seconds: list[float] = field(default_factory=list)


class _Line(asyncio.Protocol):
    """One connection: the next request when the answer to the last is whole."""

    def __init__(self, requests: list[bytes], tally: _Tally, until: float, over: asyncio.Future[None]) -> None:
        self._requests = iter(requests)
        self._tally = tally
        self._until = until
        self._over = over
        self._received = bytearray()
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport if isinstance(transport, asyncio.Transport) else None
        self._next()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        place = self._received.lower().find(b"content-length:")
        length = int(self._received[place + 15 : self._received.find(b"\r", place)])
        if len(self._received) < head + 4 + length:
            return
        self._tally.seconds.append(time.perf_counter() - self._sent_at)
        self._tally.octets_back += len(self._received)
        if self._received.startswith(b"HTTP/1.1 200"):
            self._tally.answered += 1
        else:
            self._tally.refused += 1
        self._received.clear()
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        if not self._over.done():
            self._over.set_result(None)

    def _next(self) -> None:
        request = next(self._requests, None) if time.perf_counter() < self._until else None
        if self._transport is None or request is None:
            if self._transport is not None:
                self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


async def _send(host: str, port: int, requests: Requests, at_most_seconds: float) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    tally = _Tally()
    began, used = time.perf_counter(), time.process_time()
    overs = []
    for own in requests:
        over = loop.create_future()
        overs.append(over)
        await loop.create_connection(
            lambda own=own, over=over: _Line(own, tally, began + at_most_seconds, over),  # type: ignore[misc]
            host,
            port,
        )
    await asyncio.gather(*overs)
    took = time.perf_counter() - began
    return {
        "answered": tally.answered,
        "refused": tally.refused,
        "seconds": round(took, 3),
        "octets_back": tally.octets_back,
        "latency": spread(tally.seconds),
        "cpu_seconds": time.process_time() - used,
    }


def load(folder: Path, host: str, port: int, requests: Requests, at_most_seconds: float) -> dict[str, Any]:
    """Run it in a process of its own; returns what was answered, and how quickly."""
    file = folder / "requests.pickle"
    file.write_bytes(pickle.dumps((host, port, requests, at_most_seconds)))
    command = [sys.executable, "-m", "benchmarks.sync_load", str(file)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1]).stdout
    file.unlink()
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_send(*pickle.loads(Path(sys.argv[1]).read_bytes())))))  # noqa: S301 - our own file
