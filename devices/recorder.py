"""The flight recorder: what went over a line, last 2,000 pieces, with times. Redacted when written, not when shown."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from devices.port import BytePort, Deadline

Direction = Literal["out", "in", "dropped"]
FRAMES: Final = 2000
_SAME_FRAME_US: Final = 50_000
"""Pieces in one direction that follow within this time are one frame."""


@dataclass(frozen=True)
class Recorded:
    """One frame: `shown` holds only what may be seen, `length` counts everything."""

    at_us: int
    direction: Direction
    length: int
    shown: bytes

    def line(self) -> str:
        """As one line of a dump."""
        return f"{self.at_us} {self.direction} {self.length} {self.shown.hex(' ').upper()}".rstrip()


Redaction = Callable[[Direction, bytes], bytes]
"""What of a piece may be kept. It sees every piece in order, so it may remember where in a frame it is."""


class Recorder:
    """A ring of frames. Nothing that the redaction held back ever enters it."""

    def __init__(self, redaction: Redaction, size: int = FRAMES, clock_ns: Callable[[], int] = time.time_ns) -> None:
        self._redaction = redaction
        self._ring: deque[Recorded] = deque(maxlen=size)
        self._clock_ns = clock_ns
        self._latest_us = 0

    def note(self, direction: Direction, piece: bytes) -> None:
        """Keep what may be kept of one piece."""
        now = self._clock_ns() // 1000
        shown = self._redaction(direction, piece)
        last = self._ring[-1] if self._ring else None
        if last and last.direction == direction and now - self._latest_us < _SAME_FRAME_US:
            self._ring[-1] = Recorded(last.at_us, direction, last.length + len(piece), last.shown + shown)
        else:
            self._ring.append(Recorded(now, direction, len(piece), shown))
        self._latest_us = now

    def frames(self) -> tuple[Recorded, ...]:
        """Everything still in the ring, oldest first."""
        return tuple(self._ring)

    def dump(self) -> str:
        """The ring as text, one frame a line."""
        return "\n".join(frame.line() for frame in self._ring)


class RecordedPort:
    """A port that tells a recorder what passes."""

    def __init__(self, port: BytePort, recorder: Recorder) -> None:
        self._port = port
        self._recorder = recorder

    @property
    def address(self) -> str:
        """See BytePort."""
        return self._port.address

    def read(self, limit: int, deadline: Deadline) -> bytes:
        """See BytePort."""
        chunk = self._port.read(limit, deadline)
        if chunk:
            self._recorder.note("in", chunk)
        return chunk

    def write(self, payload: bytes, deadline: Deadline) -> None:
        """See BytePort."""
        self._recorder.note("out", payload)
        self._port.write(payload, deadline)

    def discard_input(self) -> int:
        """See BytePort."""
        gone = self._port.discard_input()
        if gone:
            self._recorder.note("dropped", bytes(gone))
        return gone

    def close(self) -> None:
        """See BytePort."""
        self._port.close()
