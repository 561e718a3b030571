"""The flight recorder: what went over a line, last 2,000 pieces, with times. Redacted when written, not when shown."""

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.parts.frames import FRAMES, LONGEST_SHOWN, Direction, Recorded, Redaction
from devices.port import BytePort, Deadline
from devices.recording.ring_file import RingFile

__all__ = ["Direction", "Recorded", "RecordedPort", "Recorder", "Redaction"]

_SAME_FRAME_US: Final = 50_000
"""Pieces in one direction that follow within this time are one frame."""


class Recorder:
    """A ring of frames, in memory and, with a path, in a file. Nothing the redaction held back ever enters either."""

    def __init__(
        self,
        redaction: Redaction,
        size: int = FRAMES,
        clock_ns: Callable[[], int] = time.time_ns,
        path: Path | None = None,
    ) -> None:
        self._redaction = redaction
        self._ring: deque[Recorded] = deque(maxlen=size)
        self._file = RingFile(path, size) if path else None
        self._clock_ns = clock_ns
        self._latest_us = 0
        self._taken = threading.Lock()

    def note(self, direction: Direction, piece: bytes) -> None:
        """Keep what may be kept of one piece."""
        now = self._clock_ns() // 1000
        length = len(piece)
        shown = self._redaction(direction, piece)
        with self._taken:
            while len(shown) > LONGEST_SHOWN:
                self._add(now, direction, LONGEST_SHOWN, shown[:LONGEST_SHOWN])
                shown, length = shown[LONGEST_SHOWN:], max(0, length - LONGEST_SHOWN)
            self._add(now, direction, length, shown)

    def frames(self) -> tuple[Recorded, ...]:
        """What this process recorded and still has, oldest first."""
        with self._taken:
            return tuple(self._ring)

    def dump(self) -> str:
        """The ring as text, one frame a line."""
        return "\n".join(frame.line() for frame in self.frames())

    def close(self) -> None:
        """Let go of the file; the recorder may be used on."""
        with self._taken:
            if self._file:
                self._file.close()

    def _add(self, now: int, direction: Direction, length: int, shown: bytes) -> None:
        last = self._ring[-1] if self._ring else None
        grown = (
            last is not None
            and last.direction == direction
            and 0 <= now - self._latest_us < _SAME_FRAME_US
            and len(last.shown) + len(shown) <= LONGEST_SHOWN
        )
        if last is not None and grown:
            frame = self._ring[-1] = Recorded(last.at_us, direction, last.length + length, last.shown + shown)
        else:
            frame = Recorded(now, direction, length, shown)
            self._ring.append(frame)
        self._latest_us = now
        if self._file:
            self._file.keep(frame, again=grown)


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
