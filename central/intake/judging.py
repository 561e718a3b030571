"""When the judge works: on a thread of its own, so that no terminal waits for it, and gently while many come."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from central.database import Database
from central.intake.judge import judge_some

LOOK_EVERY_SECONDS = 30.0
"""For what another process received and could not judge before it ended."""
REST_WHILE_BUSY = 2.0
"""Times as long as it worked: while pushes wait, two thirds of the time are theirs."""

log = structlog.get_logger()


class Judging:
    """Started once a process; several take different envelopes. `busy` says whether pushes wait."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        changed: Callable[[], None],
        busy: Callable[[], bool],
    ) -> None:
        self._database = database
        self._clock = clock
        self._changed = changed
        self._busy = busy
        self._woken = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="judge", daemon=True)

    def start(self) -> None:
        """Begin; first whatever an earlier run left unjudged."""
        self._thread.start()

    def wake(self) -> None:
        """Something has come. From any thread."""
        self._woken.set()

    def stop(self) -> None:
        """Judge what has come, if that is soon done, then end."""
        self._ending.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._ending.is_set():
            self._woken.clear()
            self._judge_all()
            if not self._ending.is_set():
                self._woken.wait(LOOK_EVERY_SECONDS)
        self._judge_all()

    def _judge_all(self) -> None:
        last = time.monotonic() + 5
        try:
            began = time.monotonic()
            while judge_some(self._database, self._clock):
                self._changed()
                if self._ending.is_set() and time.monotonic() > last:
                    return  # the rest is judged at the next start
                if self._busy():
                    self._ending.wait(REST_WHILE_BUSY * (time.monotonic() - began))
                began = time.monotonic()
        except Exception as error:  # noqa: BLE001 - the database is away, or worse: the next look tries again
            log.warning("judge_failed", error=type(error).__name__)
