"""Sound to an ALSA device through aplay, a child process: killing it is silence at once, and a driver that hangs
hangs the child alone.
"""

import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from kiosk.voice.sound import Sound

PROGRAM: Final = "aplay"
_BUFFER_MICROSECONDS: Final = 200_000
_AHEAD: Final = 4096
"""Bytes that wait in the pipe: should this process die, the child falls silent within the buffer's length."""
_LATE_SECONDS: Final = 3.0
"""A device that takes this much longer than the sound lasts is given up."""


class Silent(Exception):
    """Nothing can be heard; the message says why."""


class Player(Protocol):
    """Makes sound heard."""

    def play(self, sound: Sound, device: str, wanted: Callable[[], bool]) -> None:
        """Returns when it has been heard, or at once when it is not `wanted` any more. Raises Silent."""

    def stop(self) -> None:
        """Callable from any thread after what is played is wanted no more: silence now."""


class Aplay:
    """One child a sound."""

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program
        self._child: subprocess.Popen[bytes] | None = None
        self._guard = threading.Lock()
        self._stopped = threading.Event()

    def play(self, sound: Sound, device: str, wanted: Callable[[], bool]) -> None:
        """Through the ALSA device of that name, for as long as it lasts. Raises Silent."""
        command = (
            self._program, "-q", "-D", device, "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(sound.rate),
            f"--buffer-time={_BUFFER_MICROSECONDS}",
        )  # fmt: skip
        begun = time.monotonic()
        with self._guard:  # what was stopped a moment ago must not begin now
            if not wanted():
                return
            self._stopped.clear()
            try:
                self._child = child = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pipesize=_AHEAD
                )
            except OSError as error:
                message = f"{self._program}: {error.strerror}; install the Debian package alsa-utils"
                raise Silent(message) from None
        try:
            _, said = child.communicate(sound.samples, timeout=sound.seconds + _LATE_SECONDS)
        except subprocess.TimeoutExpired:
            message = f"{device}: still playing {_LATE_SECONDS:g} s after its end; is another program holding it?"
            raise Silent(message) from None
        finally:
            _end(child)
        if child.returncode > 0:
            message = f"{device}: {said.decode(errors='replace').strip().splitlines()[-1:]}; name another in [voice]"
            raise Silent(message)
        # A device that swallows sound faster than ears do (ALSA's null) still lets the caption be read.
        self._stopped.wait(max(0.0, sound.seconds - (time.monotonic() - begun)))

    def stop(self) -> None:
        """Kill the child: ALSA drops what it had buffered."""
        with self._guard:
            self._stopped.set()
            if self._child is not None:
                self._child.kill()


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    for pipe in (child.stdin, child.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    child.wait()
