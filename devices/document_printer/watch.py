"""Whether a document under way is still worth waiting for: nobody said stop, and the printer has not stood still."""

import time
from collections.abc import Callable
from typing import Final

from devices.document_printer.state import document_fault
from devices.model import DeviceError, Fault

LOOK_SECONDS: Final = 0.25


class Watch:
    """Called again and again while one waits; True means: wait no longer, `fault` says why."""

    def __init__(self, stop: Callable[[], bool], look: Callable[[], Fault | None], grace_seconds: float) -> None:
        """`look` asks the printer what stands against printing; its DeviceErrors count as that.

        A printer that changes trays, or a network that blinks, stands still for less than the grace.
        """
        self.fault: Fault | None = None
        self._stop = stop
        self._look = look
        self._grace = grace_seconds
        self._since: float | None = None
        self._next = 0.0

    def __call__(self) -> bool:
        if self._stop():
            self.fault = document_fault("document_printer.job_cancelled", "the terminal stopped it")
            return True
        now = time.monotonic()
        if now < self._next:
            return False
        try:
            stands = self._look()
        except DeviceError as error:
            stands = error.fault
        self._next = time.monotonic() + LOOK_SECONDS
        if stands is None:
            self._since = None
            return False
        self._since = now if self._since is None else self._since
        if time.monotonic() - self._since >= self._grace:
            self.fault = stands
            return True
        return False
