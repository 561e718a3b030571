"""What a worker is asked to do, in order: jobs, arming, resting, stopping. Any thread gives, one thread takes."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

D = TypeVar("D")


@dataclass(frozen=True)
class Once(Generic[D]):
    """Do it once. Whoever set `cancelled` wants it to end early; a long job looks at it at least ten times a second."""

    token: object
    job: Callable[[D], object]
    cancelled: threading.Event


@dataclass(frozen=True)
class Armed(Generic[D]):
    """Do it again and again."""

    token: object
    job: Callable[[D], object]
    every: float


class Rest:
    """End what is armed."""


class Stop:
    """End the worker."""


class Orders(Generic[D]):
    """First in, first out; a job that still waits can be taken back."""

    def __init__(self) -> None:
        self._waiting: deque[Once[D] | Armed[D] | Rest | Stop] = deque()
        self._begun: Once[D] | None = None
        self._came = threading.Condition()
        self._open = True

    def give(self, order: Once[D] | Armed[D] | Rest | Stop) -> bool:
        """Put it behind the others; False when nobody will ever take it."""
        with self._came:
            if self._open:
                self._waiting.append(order)
                self._came.notify()
            return self._open

    def take(self, until: float) -> Once[D] | Armed[D] | Rest | Stop | None:
        """The next one, or None when this moment of the monotonic clock came first."""
        with self._came:
            while not self._waiting:
                left = until - time.monotonic()
                if left <= 0:
                    return None
                self._came.wait(left)
            order = self._waiting.popleft()
            self._begun = order if isinstance(order, Once) else None
            return order

    def done(self) -> None:
        """The job taken last is over."""
        with self._came:
            self._begun = None

    def call_off(self, token: object) -> bool:
        """True: it still waited and is gone now. False: it is told to end, if it is being done at all."""
        with self._came:
            for order in self._waiting:
                if isinstance(order, Once) and order.token == token:
                    self._waiting.remove(order)
                    return True
            if self._begun is not None and self._begun.token == token:
                self._begun.cancelled.set()
            return False

    def take_jobs(self) -> list[Once[D]]:
        """Remove every job; what arms, rests or stops stays."""
        with self._came:
            jobs = [order for order in self._waiting if isinstance(order, Once)]
            kept = [order for order in self._waiting if not isinstance(order, Once)]
            self._waiting = deque(kept)
            return jobs

    def close(self) -> None:
        """From now on nothing is taken any more."""
        with self._came:
            self._open = False
