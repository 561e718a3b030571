"""A port to a printer whose paper is out and whose first answer is late: both kinds of printer are asked alike."""

import time

from devices.port import Deadline
from devices.ticket_printer.simulator import IDLE, ORDERS, status_byte

OUT = ORDERS["paper_out"](IDLE)


class LateOnce:
    """Answers DLE EOT in the order of the questions; the first answer takes its time, and the next ones wait for it.

    `loses`: the first answer never comes.
    """

    address = "late"

    def __init__(self, seconds: float, *, loses: bool = False) -> None:
        self._seconds = seconds
        self._loses = loses
        self._due: list[tuple[float, bytes]] = []

    def read(self, limit: int, deadline: Deadline) -> bytes:  # noqa: ARG002 - BytePort's
        while not deadline.expired and not (self._due and self._due[0][0] <= time.monotonic()):
            time.sleep(0.002)
        return self._due.pop(0)[1] if self._due and self._due[0][0] <= time.monotonic() else b""

    def write(self, payload: bytes, deadline: Deadline) -> None:  # noqa: ARG002 - BytePort's
        if len(payload) != 3 or not payload.startswith(b"\x10\x04"):
            return
        seconds, self._seconds = self._seconds, 0.0
        if seconds and self._loses:
            return
        earliest = self._due[-1][0] + 0.02 if self._due else 0.0
        self._due.append((max(earliest, time.monotonic() + seconds), bytes((status_byte(OUT, payload[2]),))))

    def discard_input(self) -> int:
        return 0

    def close(self) -> None:
        self._due.clear()
