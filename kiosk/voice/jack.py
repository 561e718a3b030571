"""Whether headphones are plugged in: the kernel's jack switch (SW_HEADPHONE_INSERT of linux/input-event-codes.h).

ALSA gives every jack that can be seen an input device; its events are read from /dev/input, its present state by
EVIOCGSW. Where the device goes away, headphones count as out: nothing private is then said.
"""

import fcntl
import os
import select
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

_EVENT: Final = struct.Struct("@llHHi")
"""struct input_event: seconds, microseconds, type, code, value, as the machine lays them out."""
EV_SW: Final = 0x05
SW_HEADPHONE_INSERT: Final = 0x02
_EVIOCGSW: Final = 0x8008451B
"""_IOC(_IOC_READ, 'E', 0x1b, 8): the state of all switches."""
_LOOK_AGAIN_SECONDS: Final = 2.0
_INPUTS: Final = Path("/sys/class/input")


def event(code: int, value: int, kind: int = EV_SW) -> bytes:
    """One `struct input_event` at time 0, as the kernel writes it."""
    return _EVENT.pack(0, 0, kind, code, value)


def switches(read: bytes) -> list[bool]:
    """What the whole events in `read` say about the headphones, in order."""
    whole = len(read) - len(read) % _EVENT.size
    found = (_EVENT.unpack_from(read, at) for at in range(0, whole, _EVENT.size))
    return [value != 0 for *_, kind, code, value in found if kind == EV_SW and code == SW_HEADPHONE_INSERT]


def find(inputs: Path = _INPUTS) -> Path | None:
    """The first input device with a headphone switch, as /sys names its abilities."""
    for path in sorted(inputs.glob("event*")):
        with suppress(OSError, ValueError):
            able = int((path / "device" / "capabilities" / "sw").read_text(encoding="ascii").split()[-1], 16)
            if able >> SW_HEADPHONE_INSERT & 1:
                return Path("/dev/input") / path.name
    return None


class Jack:
    """A thread that says `plugged` when headphones go in or out; first of all how it found them, with `moved` false."""

    def __init__(self, where: str, said: Callable[[bool, bool], None]) -> None:
        """`where` is the device's path, or `auto` to look for one. `said(plugged, moved)` is called on the thread."""
        self._where = where
        self._said = said
        self._plugged: bool | None = None
        self._leave, self._left = os.pipe()
        self._thread = threading.Thread(target=self._run, name="jack", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        os.close(self._left)
        self._thread.join(timeout=1)
        with suppress(OSError):
            os.close(self._leave)

    def _run(self) -> None:
        while True:
            path = find() if self._where == "auto" else Path(self._where)
            if path is not None:
                with suppress(OSError):
                    self._watch(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
            if self._is_told_to_leave(0):
                return
            self._tell(plugged=False)  # gone or not there: never private
            if self._is_told_to_leave(_LOOK_AGAIN_SECONDS):
                return

    def _watch(self, device: int) -> None:
        try:
            with suppress(OSError):  # a line that is no input device has no state to ask for
                state = fcntl.ioctl(device, _EVIOCGSW, bytes(8))
                self._tell(plugged=bool(state[0] >> SW_HEADPHONE_INSERT & 1))
            while not self._is_told_to_leave(0):
                ready, _, _ = select.select([device, self._leave], [], [])
                if self._leave in ready:
                    return
                read = os.read(device, _EVENT.size * 16)
                if not read:
                    return
                for plugged in switches(read):
                    self._tell(plugged=plugged)
        finally:
            os.close(device)

    def _is_told_to_leave(self, seconds: float) -> bool:
        return bool(select.select([self._leave], [], [], seconds)[0])

    def _tell(self, *, plugged: bool) -> None:
        if plugged is not self._plugged:
            moved, self._plugged = self._plugged is not None, plugged
            self._said(plugged, moved)
