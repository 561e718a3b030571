"""How often somebody may try a code: counted in memory, by address and in all, over one minute."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

A_MINUTE: Final = 60.0
BY_ADDRESS: Final = 30
IN_ALL: Final = 600


class Knocks:
    """A door that lets so many through a minute. `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._recent: deque[tuple[float, str]] = deque()

    def lets(self, address: str) -> bool:
        """Whether one more try from there is fine; a refused one is not counted."""
        now = self._clock()
        with self._lock:
            while self._recent and now - self._recent[0][0] > A_MINUTE:
                self._recent.popleft()
            same = sum(1 for _, other in self._recent if other == address)
            if same >= BY_ADDRESS or len(self._recent) >= IN_ALL:
                return False
            self._recent.append((now, address))
            return True
