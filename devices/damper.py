"""What people are shown of a value that may flap: changes at once after a quiet time, otherwise only once it holds.

Pure: the clock comes in. The raw value stays in the log and in the events; only what is shown goes through here.
"""

from typing import Generic, TypeVar

V = TypeVar("V")


class Damper(Generic[V]):
    """One value. After `quiet` seconds without a change the next one shows at once; otherwise it must last `hold`."""

    def __init__(self, hold: float = 1.5, quiet: float = 5.0) -> None:
        self._hold = hold
        self._quiet = quiet
        self._values: tuple[V, V] | None = None
        self._changed = 0.0

    @property
    def settles_at(self) -> float | None:
        """When the value seen last will be shown if nothing else comes; None when it is shown already."""
        if self._values is None or self._values[0] == self._values[1]:
            return None
        return self._changed + self._hold

    def seen(self, value: V, now: float) -> V:
        """What to show now. Ask again with the same value at `settles_at`; `now` is in seconds and never goes back."""
        if self._values is None:
            self._values, self._changed = (value, value), now
            return value
        raw, shown = self._values
        if value != raw:
            if now - self._changed >= self._quiet:
                shown = value
            self._changed = now
        if now >= self._changed + self._hold:  # the very sum that `settles_at` names: a difference may round below it
            shown = value
        self._values = (value, shown)
        return shown
