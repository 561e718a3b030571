"""One thread a device: owns its line, takes jobs, posts events, reconnects with back-off. DeviceErrors end here."""

import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Generic, Protocol, TypeVar

from devices import model
from devices.events import DeviceDown, DeviceUp, JobDone, JobFailed, StateSeen
from devices.model import Action, DeviceError, Fault
from devices.tally import Tally

__all__ = ["DeviceDown", "DeviceUp", "Driver", "JobDone", "JobFailed", "StateSeen", "Worker"]

log: Final = logging.getLogger("suiban.devices")


class Driver(Protocol):
    """What a worker needs of a driver."""

    tally: Tally

    def status(self) -> object:
        """The device's state (model.DeviceState); DeviceError when it cannot be used."""

    def close(self) -> None:
        """Let go of the line; never raises."""


D = TypeVar("D", bound=Driver)


@dataclass(frozen=True)
class _Once(Generic[D]):
    token: object
    job: Callable[[D], object]


@dataclass(frozen=True)
class _Armed(Generic[D]):
    token: object
    job: Callable[[D], object]
    every: float


class _Rest:
    pass


class _Stop:
    pass


ATTENDED_POLL: Final = 0.8
ATTENDED_BACKOFF: Final = (0.25, 4.0)
"""For a device a citizen stands in front of: unplugged is noticed within a second, back within five."""

STEADY_SECONDS: Final = 5.0
"""A device that was up for less did not really come back: the back-off goes on growing."""


class Worker(Generic[D]):
    """Runs the jobs of one device, one after the other.

    `post` gets every event from the worker's thread; only the refusal of a job for a device that is down comes from
    the caller's own.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], D],
        post: Callable[[object], None],
        *,
        poll_every: float = 2.0,
        backoff: tuple[float, float] = (0.25, 30.0),
        jitter: Callable[[float], float] = lambda most: random.uniform(0.05, max(0.05, most)),  # noqa: S311 - no secret
    ) -> None:
        self.name = name
        self._connect = connect
        self._post = post
        self._poll_every = poll_every
        self._backoff = backoff
        self._jitter = jitter
        self._inbox: queue.SimpleQueue[_Once[D] | _Armed[D] | _Rest | _Stop] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"device {name}", daemon=True)
        self._down: Fault | None = None
        self._armed: _Armed[D] | None = None
        self._armed_fault: Fault | None = None
        self._state: object = None
        self._attempts = 0
        self._stopping = False

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def submit(self, token: object, job: Callable[[D], object]) -> None:
        """Have a job done: JobDone or JobFailed with this token will follow, at once while the device is down."""
        if (down := self._down) is not None:
            self._post(JobFailed(self.name, token, down))
        else:
            self._inbox.put(_Once(token, job))

    def repeat(self, token: object, job: Callable[[D], object], every: float) -> None:
        """Do a job every so many seconds until rest(): JobDone for results that are not None, each fault once."""
        self._inbox.put(_Armed(token, job, every))

    def rest(self) -> None:
        """End the repeated job."""
        self._inbox.put(_Rest())

    def stop(self, timeout: float) -> bool:
        """End the thread and close the device; False if it is still busy after `timeout` seconds."""
        self._inbox.put(_Stop())
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping:
            driver = self._connected()
            if driver is not None:
                try:
                    self._serve(driver)
                finally:
                    driver.close()
        self._refuse(model.fault("device.stopped"))

    def _connected(self) -> D | None:
        """One attempt; after a failure the pause before the next one is over when this returns."""
        driver: D | None = None
        try:
            driver = self._connect()
            state = driver.status()
        except Exception as error:  # noqa: BLE001 - a bug in a driver must not end the thread
            if driver is not None:
                driver.close()
            self._went_down(_fault_of(error))
            self._pause()
            return None
        if self._down is not None:
            log.info("%s is back", self.name)
        self._down = None
        self._post(DeviceUp(self.name, state, datetime.now(UTC)))
        self._state = state
        return driver

    def _serve(self, driver: D) -> None:
        since = time.monotonic()
        status_due = since + self._poll_every
        armed_due = since
        while not self._stopping:
            armed = self._armed
            due = status_due if armed is None else min(status_due, armed_due)
            order = self._next(due)
            lost: Fault | None = None
            match order:
                case _Once(token=token, job=job):
                    lost = self._carry_out(driver, token, job)
                    status_due = time.monotonic()  # what the job did to the device is seen without delay
                case None if armed is not None and armed_due <= time.monotonic():
                    lost = self._carry_out_armed(driver, armed)
                    armed_due = time.monotonic() + armed.every
                    if self._armed_fault is not None:
                        status_due = time.monotonic()
                case None:
                    lost = self._look(driver)
                    status_due = time.monotonic() + self._poll_every
                case _:
                    armed_due = time.monotonic()
            if time.monotonic() - since > STEADY_SECONDS:
                self._attempts = 0
            if lost is not None:
                self._went_down(lost)
                self._pause()
                return

    def _next(self, due: float) -> _Once[D] | _Armed[D] | _Rest | _Stop | None:
        """The next order, or None when `due` came first. Arming, resting and stopping take effect here."""
        try:
            order = self._inbox.get(timeout=max(0.0, due - time.monotonic()))
        except queue.Empty:
            return None
        match order:
            case _Armed():
                self._armed, self._armed_fault = order, None
            case _Rest():
                self._armed = None
            case _Stop():
                self._stopping = True
        return order

    def _carry_out(self, driver: D, token: object, job: Callable[[D], object]) -> Fault | None:
        try:
            result = job(driver)
        except Exception as error:  # noqa: BLE001 - a bug in a job ends the job, not the device
            fault = _fault_of(error)
            self._post(JobFailed(self.name, token, fault))
            return fault if fault.key in model.LOST else None
        self._post(JobDone(self.name, token, result))
        return None

    def _carry_out_armed(self, driver: D, armed: _Armed[D]) -> Fault | None:
        try:
            result = armed.job(driver)
        except Exception as error:  # noqa: BLE001 - as above
            fault = _fault_of(error)
            if self._armed_fault is None or self._armed_fault.key != fault.key:
                self._post(JobFailed(self.name, armed.token, fault))
            self._armed_fault = fault
            return fault if fault.key in model.LOST else None
        self._armed_fault = None
        if result is not None:
            self._post(JobDone(self.name, armed.token, result))
        return None

    def _look(self, driver: D) -> Fault | None:
        try:
            state = driver.status()
        except Exception as error:  # noqa: BLE001 - as above
            return _fault_of(error)
        if state != self._state:
            self._state = state
            self._post(StateSeen(self.name, state, datetime.now(UTC)))
        return None

    def _went_down(self, fault: Fault) -> None:
        if self._down is None:
            log.info("%s is lost: %s %s", self.name, fault.key, fault.detail)
        if self._down is None or self._down.key != fault.key:
            self._post(DeviceDown(self.name, fault, datetime.now(UTC)))
        self._down = fault
        self._refuse(fault)

    def _refuse(self, fault: Fault) -> None:
        """Fail what waits in the inbox; keep what arms, rests or stops."""
        self._down = fault
        kept: list[_Armed[D] | _Rest | _Stop] = []
        while True:
            try:
                order = self._inbox.get_nowait()
            except queue.Empty:
                break
            if isinstance(order, _Once):
                self._post(JobFailed(self.name, order.token, fault))
            else:
                kept.append(order)
        for order in kept:
            self._inbox.put(order)

    def _pause(self) -> None:
        """Wait before the next attempt, refusing jobs meanwhile: full jitter, so that devices don't return in step."""
        least, most = self._backoff
        until = time.monotonic() + self._jitter(min(most, least * 2 ** min(self._attempts, 16)))
        self._attempts += 1
        while not self._stopping:
            order = self._next(until)
            if isinstance(order, _Once) and self._down is not None:
                self._post(JobFailed(self.name, order.token, self._down))
            if order is None:
                return


def _fault_of(error: Exception) -> Fault:
    if isinstance(error, DeviceError):
        return error.fault
    # where, but never what: the message of an exception may hold what a card or a ticket said
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rpartition('/')[2]}:{place.tb_lineno}" if place else "?"
    log.error("unexpected %s at %s", type(error).__name__, where)
    return Fault("device.failed", Action.SOFTWARE, f"{type(error).__name__} at {where}")
