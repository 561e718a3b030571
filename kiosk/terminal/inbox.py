"""The one queue of the terminal's main thread: every other thread posts calls here, the main thread makes them
in order.
"""

import queue
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from kiosk import audit

T = TypeVar("T")


class Inbox:
    """Calls waiting for the main thread."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def post(self, call: Callable[[], None]) -> None:
        """From any thread."""
        self._calls.put(call)

    def run_next(self, timeout: float) -> None:
        """Make the next call, or return after `timeout` seconds without one. Main thread only."""
        try:
            call = self._calls.get(timeout=timeout)
        except queue.Empty:
            return
        call()

    def run_all(self) -> None:
        """Make every call that waits now; a bug costs one of them. Main thread only."""
        while not self._calls.empty():
            try:
                self.run_next(0.0)
            except Exception as error:  # noqa: BLE001 - the calls behind it may hold how a paper ended
                audit.bug("terminal", error)

    def when_done(
        self, future: "Future[T]", then: Callable[[T], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Bring the end of a job of another thread onto the main thread."""

        def deliver(done: "Future[T]") -> None:
            error = done.exception()
            self.post((lambda: failed(error)) if error is not None else (lambda: then(done.result())))

        future.add_done_callback(deliver)
