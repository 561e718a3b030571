"""The one thread that owns the store: jobs in, futures out. A connection that is no longer believed is opened anew."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from offline_cache.caretaker import Caretaker
from offline_cache.records import DISTRUSTED, StoreError, StoreFault
from offline_cache.store import Store

Result = TypeVar("Result")

_log = logging.getLogger(__name__)

IDLE_SECONDS = 20.0


class StoreThread:
    """Starts at once. `ready` says whether the store could be opened; while it cannot, every job tries again."""

    def __init__(
        self,
        open_store: Callable[[], Store] | None = None,
        idle_seconds: float = IDLE_SECONDS,
        *,
        care: Caretaker | None = None,
    ) -> None:
        """`care` opens the store, or rescues it, and looks after it; without it `open_store` only opens it."""
        if care is None and open_store is None:
            message = "a store thread opens its store by `open_store` or by `care`"
            raise ValueError(message)
        self._open_store = open_store
        self._care = care
        self._idle_seconds = idle_seconds
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._store: Store | None = None
        self._verify = False
        self._gate = threading.Lock()  # no job may come behind the word to stop
        self._stopped = False
        self._busy_since = 0.0
        self.ready: Future[None] = self.do(lambda _store: None)
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def do(self, job: Callable[[Store], Result]) -> Future[Result]:
        """Run `job` on the store's thread. The future holds its result, the StoreError, or the bug it met."""
        future: Future[Result] = Future()
        with self._gate:
            if not self._stopped:
                self._jobs.put(lambda: self._carry_out(job, future))
                return future
        future.set_exception(StoreError(StoreFault.CLOSED, "the store is closed"))
        return future

    def alive_at(self, now: float) -> float:
        """When the thread last gave a sign of life: now while it waits for jobs, else when the present one began.

        Monotonic seconds; 0.0 for a thread that has ended. From any thread.
        """
        return (self._busy_since or now) if self._thread.is_alive() else 0.0

    def stop(self, timeout: float = 10.0) -> None:
        """Finish what was asked for, then close the file. Later jobs fail."""
        with self._gate:
            self._stopped = True
            self._jobs.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        written = False
        while True:
            try:
                job = self._jobs.get(timeout=self._idle_seconds if written or self._care else None)
            except queue.Empty:
                written = False
                self._busy_since = time.monotonic()
                self._look_after(idle=True)
                self._busy_since = 0.0
                continue
            if job is None:
                break
            self._busy_since = time.monotonic()
            job()
            self._busy_since = 0.0
            written = True
        self._drop()

    def _carry_out(self, job: Callable[[Store], Result], future: Future[Result]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = self._tried(job)
        except StoreError as error:
            if error.fault in DISTRUSTED:
                self._drop()
                self._verify = True
            future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - a bug in one job is its caller's, the thread lives on
            future.set_exception(error)
        else:
            future.set_result(result)
        self._look_after(idle=False)

    def _tried(self, job: Callable[[Store], Result]) -> Result:
        """A second time, once the ballast has given way on a full disk, or a damaged file was put aside.

        A case that was begun is kept. What failed was abandoned as a whole, and a job repeated does nothing twice.
        """
        if self._care is not None and self._care.distrusted:
            self._drop()
            self._verify = True
        store = self._opened()
        try:
            return job(store)
        except StoreError as error:
            if self._care is None:
                raise
            if error.fault is StoreFault.DAMAGED:
                self._drop()
                self._verify = True
            elif error.fault is not StoreFault.FULL or not self._care.full():
                raise
        return job(self._opened())

    def _opened(self) -> Store:
        if self._store is None:
            self._store = self._open_anew()
            self._verify = False
        return self._store

    def _open_anew(self) -> Store:
        if self._care is not None:
            return self._care.open(verify=self._verify)
        assert self._open_store is not None  # noqa: S101 - see __init__
        store = self._open_store()
        try:
            if self._verify:
                store.verify()
        except BaseException:
            store.close()
            raise
        return store

    def _drop(self) -> None:
        """Let go of the store, whatever happens: one that stayed open would be in the way of the next opening."""
        store, self._store = self._store, None
        for let_go in (self._care and self._care.let_go, store and store.close):
            try:
                if let_go:
                    let_go()
            except StoreError:
                pass  # what could not be written at the end costs a gap in the numbers
            except Exception:  # noqa: BLE001 - a bug here must not end the thread that keeps the cases
                _log.exception("the store did not end in order")

    def _look_after(self, *, idle: bool) -> None:
        if self._store is None:
            return
        try:
            if self._care is None:
                if idle:
                    self._store.checkpoint()
            elif idle:
                self._care.at_idle(self._store)
            else:
                self._care.after_job(self._store, waiting=not self._jobs.empty())
        except StoreError:
            pass  # the next job meets the same fault and reports it
        except Exception:  # noqa: BLE001 - a bug here must not end the thread that keeps the cases
            _log.exception("the caretaker stumbled")
