"""What one worker and its driver counted, until it is told: jobs, faults, time-outs, hours."""

import time
from typing import Final

from devices.model import Fault
from devices.tally import Tally

COUNT_SECONDS: Final = 60.0
"""What was counted is told at least this often: no more than that is lost with the power."""

NOBODY_ANSWERED: Final = frozenset({"device.silent", "port.stuck"})
"""The faults that are time-outs."""


class Account:
    """Belongs to one worker and is touched on its thread only."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._told_at = time.monotonic()
        self._up_since = 0.0

    @property
    def due(self) -> bool:
        """Whether it must be told even if nothing special happened."""
        return time.monotonic() - self._told_at >= COUNT_SECONDS

    def job(self, seconds: float) -> None:
        """A job was done or failed."""
        self._tally.add("jobs")
        self._tally.add("job_seconds", seconds)

    def fault(self, fault: Fault) -> None:
        """Something failed."""
        self._tally.add(f"faults.{fault.key}")
        if fault.key in NOBODY_ANSWERED:
            self._tally.add("timeouts")

    def up(self, *, again: bool) -> None:
        """The device answers, for the first time or again."""
        self._up_since = time.monotonic()
        if again:
            self._tally.add("reconnects")

    def down(self) -> None:
        """The device does not answer any more."""
        self._add_hours()
        self._up_since = 0.0

    def take(self, driver: Tally | None) -> dict[str, float]:
        """All counts since the last time, the driver's own among them."""
        self._add_hours()
        self._told_at = time.monotonic()
        # a driver that counts its own time-outs knows each of them; a worker only sees what they led to
        return self._tally.take() | (driver.take() if driver is not None else {})

    def _add_hours(self) -> None:
        if self._up_since:
            now = time.monotonic()
            self._tally.add("powered_seconds", now - self._up_since)
            self._up_since = now
