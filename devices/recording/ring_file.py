"""The flight recorder's ring as a file: it outlives its process, and another may read it while it is written.

One block says what the file is; then each frame has a slot of its own, with a number and a checksum, so that a slot
half written (power cut, kill, or a reader that came at that moment) is skipped and never shown. Only redacted frames
come here.
"""

import fcntl
import mmap
import os
import struct
import time
import zlib
from pathlib import Path
from typing import Final

from devices.parts.frames import DIRECTIONS, FRAMES, Recorded

SLOT: Final = 256
_MAGIC: Final = b"SUIBAN flight recorder 1\n"
_HEAD: Final = struct.Struct("<QQIBxH")
"""Number from 1 (0: empty), microseconds since 1970, length, direction, length of what is shown."""
_CHECK: Final = struct.Struct("<I")
_RETRY_SECONDS: Final = 0.5


class RingFile:
    """The writing end. Nothing here raises: a terminal without room for its recorder goes on serving."""

    def __init__(self, path: Path, size: int = FRAMES) -> None:
        self._path = path
        self._size = size
        self._slots: mmap.mmap | None = None
        self._descriptor = -1
        self._number = 0
        self._try_at = 0.0

    def keep(self, frame: Recorded, *, again: bool) -> None:
        """Write a frame into the next slot, or once more into the same one because it has grown."""
        if self._slots is None and not self._opened():
            return
        self._number += 0 if again and self._number else 1
        self._write(frame)

    def close(self) -> None:
        """Let go; what was written stays."""
        if self._slots is not None:
            self._slots.close()
            os.close(self._descriptor)
            self._slots = None
            self._try_at = 0.0

    def _write(self, frame: Recorded) -> None:
        slots = self._slots
        if slots is None:
            return
        head = _HEAD.pack(self._number, frame.at_us, frame.length, DIRECTIONS.index(frame.direction), len(frame.shown))
        written = (head + frame.shown).ljust(SLOT - _CHECK.size, b"\0")
        at = SLOT * (1 + (self._number - 1) % self._size)
        slots[at : at + SLOT] = written + _CHECK.pack(zlib.crc32(written))

    def _opened(self) -> bool:
        """Whether it could be opened now. The process before may still hold it, so this is tried again."""
        now = time.monotonic()
        if now < self._try_at:
            return False
        self._try_at = now + _RETRY_SECONDS
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._slots = self._mapped(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        self._number = max((number for number, _ in _slots(self._slots)), default=0)
        return True

    def _mapped(self, descriptor: int) -> mmap.mmap:
        wanted = SLOT * (1 + self._size)
        if os.pread(descriptor, len(_MAGIC), 0) != _MAGIC or os.fstat(descriptor).st_size != wanted:
            os.ftruncate(descriptor, 0)
            os.posix_fallocate(descriptor, 0, wanted)  # a hole in a full disk would end the process later, by SIGBUS
            os.pwrite(descriptor, _MAGIC, 0)
        return mmap.mmap(descriptor, wanted)


def read_ring(path: Path) -> tuple[Recorded, ...]:
    """Every whole frame, oldest first; also while somebody writes. Raises OSError, and ValueError for another file."""
    content = path.read_bytes()
    if not content[: len(_MAGIC)].strip(b"\0"):
        return ()  # made this moment, or cut off while it was: nothing was recorded yet
    if not content.startswith(_MAGIC):
        raise ValueError(f"{path} is no flight recorder")
    return tuple(frame for _, frame in sorted(_slots(content), key=lambda slot: slot[0]))


def _slots(content: bytes | mmap.mmap) -> list[tuple[int, Recorded]]:
    found = []
    for at in range(SLOT, len(content), SLOT):
        slot = content[at : at + SLOT]
        number, at_us, length, direction, shown = _HEAD.unpack_from(slot)
        if number and zlib.crc32(slot[: -_CHECK.size]) == _CHECK.unpack(slot[-_CHECK.size :])[0]:
            kept = slot[_HEAD.size : _HEAD.size + shown]
            found.append((number, Recorded(at_us, DIRECTIONS[direction], length, kept)))
    return found
