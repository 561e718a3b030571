"""Sends prepared requests to a centre as fast as it answers: each connection its own, one after another.

A process of its own, so that what it costs is not the centre's; both share the machine's cores all the same, so it
waits with epoll itself: asyncio's transports cost three times what a request and its answer do.
"""

import json
import pickle
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import spread

Requests = list[list[bytes]]
"""Whole HTTP requests, by connection, in the order they must come."""
_READ_AT_MOST: Final = 1 << 16
_SILENT_SECONDS: Final = 30.0


@dataclass
class _Tally:
    answered: int = 0
    refused: int = 0
    octets_back: int = 0
    seconds: list[float] = field(default_factory=list)


class _Line:
    """One connection: the next request when the answer to the last is whole."""

    def __init__(self, place: tuple[str, int], requests: list[bytes], until: float) -> None:
        self.socket = socket.create_connection(place)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests: Iterator[bytes] = iter(requests)
        self._until = until
        self._received = b""
        self._sent_at = 0.0

    def send_next(self) -> bool:
        """False when there is none left, or time is up."""
        now = time.perf_counter()
        request = next(self._requests, None) if now < self._until else None
        if request is None:
            self.socket.close()
            return False
        self._sent_at = now
        self.socket.sendall(request)
        return True

    def hear(self, tally: _Tally) -> bool:
        """Take what has come. False when nothing more is to come."""
        came = self.socket.recv(_READ_AT_MOST)
        if not came:
            self.socket.close()
            return False
        self._received += came
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return True
        place = self._received.lower().find(b"content-length:")
        length = int(self._received[place + 15 : self._received.find(b"\r", place)])
        if len(self._received) < head + 4 + length:
            return True
        tally.seconds.append(time.perf_counter() - self._sent_at)
        tally.octets_back += len(self._received)
        if self._received.startswith(b"HTTP/1.1 200"):
            tally.answered += 1
        else:
            tally.refused += 1
        self._received = b""
        return self.send_next()


def _send(host: str, port: int, requests: Requests, at_most_seconds: float) -> dict[str, Any]:
    tally, poll = _Tally(), select.epoll()
    began, used = time.perf_counter(), time.process_time()
    lines: dict[int, _Line] = {}
    for own in requests:
        line = _Line((host, port), own, began + at_most_seconds)
        number = line.socket.fileno()
        if line.send_next():
            lines[number] = line
            poll.register(number, select.EPOLLIN)
    while lines:
        ready = poll.poll(_SILENT_SECONDS)
        if not ready:
            raise SystemExit(f"{len(lines)} connections had no answer for {_SILENT_SECONDS:.0f} s")
        for number, _ in ready:
            if not lines[number].hear(tally):
                del lines[number]
    poll.close()
    took = time.perf_counter() - began
    return {
        "answered": tally.answered,
        "refused": tally.refused,
        "seconds": round(took, 3),
        "octets_back": tally.octets_back,
        "latency": spread(tally.seconds) | {"longer_than_1_s": sum(one > 1.0 for one in tally.seconds)},
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
    print(json.dumps(_send(*pickle.loads(Path(sys.argv[1]).read_bytes()))))  # noqa: S301 - our own file
