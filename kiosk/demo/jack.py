"""The headphone jack of the demonstration: writes what the kernel would to a pipe that a visit reads as its device."""

import errno
import os
import select
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.voice.jack import SW_HEADPHONE_INSERT, event

_LOOK_SECONDS: Final = 0.1


class JackLine:
    """Every reader hears first how it is, then every change: as from a device that each may open.

    How it is is said over and over, for a pipe does not tell when another reader has taken the place of one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._plugged = False
        self._changed = threading.Event()
        self._over = threading.Event()
        os.mkfifo(path)
        self._thread = threading.Thread(target=self._run, name="jack line", daemon=True)
        self._thread.start()

    @property
    def plugged(self) -> bool:
        """Whether headphones are in."""
        return self._plugged

    def plug(self, *, plugged: bool) -> None:
        """Put headphones in, or take them out."""
        self._plugged = plugged
        self._changed.set()

    def close(self) -> None:
        """The device is gone."""
        self._over.set()
        self._thread.join(timeout=2)
        self._path.unlink(missing_ok=True)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                line = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            except OSError as error:
                if error.errno != errno.ENXIO:  # nobody reads yet
                    return
                self._over.wait(_LOOK_SECONDS)
                continue
            try:
                self._serve(line)
            finally:
                os.close(line)

    def _serve(self, line: int) -> None:
        gone = select.poll()
        gone.register(line, select.POLLERR)
        with suppress(BrokenPipeError):
            while not self._over.is_set() and not gone.poll(0):
                self._changed.clear()
                with suppress(BlockingIOError):  # nobody empties it
                    os.write(line, event(SW_HEADPHONE_INSERT, int(self._plugged)))
                self._changed.wait(_LOOK_SECONDS)
