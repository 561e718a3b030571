"""Who must show signs of life for the terminal to be alive, and how long each may be silent."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from devices.worker import Worker
from kiosk.watchdog import Beat

SCREEN_SECONDS: Final = 60.0
"""A visit that hangs is replaced within seconds; a screen without any for a minute needs more than that. A screen that
no visit can be started on, as its session is dead, is another's trouble: paper, numbers and link live on without it."""
THREAD_SECONDS: Final = 120.0
"""Longer than the store may wait for a disk and the messenger for the centre: each of their waits has an end."""
WORKER_SECONDS: Final = 190.0
"""Longer than any job of a device: a document of many pages. Between jobs a worker beats every second."""


class Vitals:
    """Collects the signs of life. Main thread only."""

    def __init__(
        self,
        *,
        screen: Callable[[], float | None],
        workers: Callable[[], Mapping[str, Worker[Any]]],
        threads: Mapping[str, Callable[[float], float]],
    ) -> None:
        """`screen`: when whoever is on the screen was last heard, None for nobody; `threads`: `alive_at` by name."""
        self._screen = screen
        self._workers = workers
        self._threads = threads
        self._screen_at: float | None = None

    def beats(self, now: float) -> dict[str, Beat]:
        """Everybody's last sign of life. `now` is monotonic seconds."""
        heard = self._screen()
        self._screen_at = heard if heard is not None else now if self._screen_at is None else self._screen_at
        workers = {name: Beat(worker.beat_at, WORKER_SECONDS) for name, worker in self._workers().items()}
        threads = {name: Beat(alive_at(now), THREAD_SECONDS) for name, alive_at in self._threads.items()}
        return {"screen": Beat(self._screen_at, SCREEN_SECONDS), **workers, **threads}
