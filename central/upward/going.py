"""A thread that does one thing after another for as long as the hall node runs: it outlives every failure."""

import random
import threading
from collections.abc import Callable

import structlog

from central.upward.rules import LONGEST_REST
from offline_cache.link.client import LinkFailure
from offline_cache.link.outbox import after_failure

STUMBLE_SECONDS = 5.0

log = structlog.get_logger()


class Going:
    """Calls `step` from `start` to `stop`; it answers how many seconds to rest. `wake` ends a rest."""

    def __init__(
        self, name: str, step: Callable[[], float], failed: Callable[[LinkFailure], None], end: Callable[[], None]
    ) -> None:
        """`failed` hears why the centre could not be asked; `end` cuts what is under way."""
        self.name = name
        self._step = step
        self._failed = failed
        self._end = end
        self._failures = 0
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is something new. From any thread."""
        self._woken.set()

    def stop(self) -> None:
        """End what is under way."""
        self._stopping.set()
        self._woken.set()
        self._end()
        if self._thread.ident is not None:
            self._thread.join(5.0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            rest = self._once()
            if rest > 0:
                self._woken.wait(rest)
            self._woken.clear()

    def _once(self) -> float:
        try:
            rest = self._step()
        except LinkFailure as failure:
            self._failures += 1
            self._failed(failure)
            wait = after_failure(self._failures, failure.retry_after, random.random())  # noqa: S311 - spreads tries, guards nothing
            # Woken by every record, a node whose centre is away would knock without end.
            self._stopping.wait(min(wait, LONGEST_REST))
            return 0.0
        except Exception as error:  # noqa: BLE001 - what waits must go on going up; a message may be personal
            log.warning("upward_stumbled", errand=self.name, error=type(error).__name__, where=_place(error))
            self._stopping.wait(STUMBLE_SECONDS)
            return 0.0
        self._failures = 0
        return rest


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
