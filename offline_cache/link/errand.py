"""A thread that does one thing after another beside the messenger: it outlives every failure and can be woken."""

import logging
import threading
import time
from collections.abc import Callable

from offline_cache.records import StoreError

STUMBLE_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Errand:
    """Calls `step` from `start` to `stop`; it answers how many seconds to rest. `wake` ends a rest."""

    def __init__(
        self, name: str, step: Callable[[], float], *, stumbled: Callable[[Exception], None], ended: Callable[[], None]
    ) -> None:
        """`stumbled` hears of a store that could not, and of bugs; `ended` lets go of a connection, from any thread."""
        self._step = step
        self._stumbled = stumbled
        self._ended = ended
        self._woken = threading.Event()
        self._stopping = False
        self._busy_since = 0.0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def stopping(self) -> bool:
        """Whether what is under way should end as soon as it can."""
        return self._stopping

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is something new. From any thread."""
        self._woken.set()

    def alive_at(self, now: float) -> float:
        """When the thread last gave a sign of life: now while it rests, else when the present step began; 0.0 if it has
        ended. Monotonic seconds.
        """
        return (self._busy_since or now) if self._thread.is_alive() else 0.0

    def stop(self, timeout: float = 5.0) -> None:
        """End what is under way."""
        self._stopping = True
        self._woken.set()
        self._ended()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping:
            self._busy_since = time.monotonic()
            try:
                rest = self._step()
            except StoreError as error:
                self._stumbled(error)
                rest = STUMBLE_SECONDS
            except Exception as error:  # noqa: BLE001 - a bug costs one step: what waits must go on going up
                _log.exception("%s stumbled", self._thread.name)
                self._stumbled(error)
                rest = STUMBLE_SECONDS
            self._busy_since = 0.0
            if rest > 0 and self._woken.wait(rest):
                self._woken.clear()
        self._ended()
