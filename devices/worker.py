"""One thread a device: owns its line, takes jobs, posts events, reconnects with back-off. DeviceErrors end here."""

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

from devices import model
from devices.account import NOBODY_ANSWERED, Account
from devices.driving import Driver, Resting
from devices.events import Counted, DeviceDown, DeviceUp, JobDone, JobFailed, StateSeen
from devices.model import DeviceState, Fault
from devices.orders import Armed, Once, Orders, Rest, Stop
from devices.unexpected import fault_of

__all__ = ["Counted", "DeviceDown", "DeviceUp", "Driver", "JobDone", "JobFailed", "StateSeen", "Worker"]

log: Final = logging.getLogger("suiban.devices")


D = TypeVar("D", bound=Driver)
R = TypeVar("R")

STEADY_SECONDS: Final = 5.0
"""A device that was up for less did not really come back: the back-off goes on growing."""

BEAT_SECONDS: Final = 1.0


class Worker(Generic[D]):
    """Runs the jobs of one device, one after the other; status comes after jobs, cancelling before them.

    `post` gets every event from the worker's thread; only the refusal of a job for a device that is down, and the
    failure of one that was cancelled while it waited, come from the caller's own. `fresh_at`, `beat_at` and
    `busy_since` are monotonic seconds that any thread may read.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], D],
        post: Callable[[object], None],
        *,
        closed: Callable[[], None] = lambda: None,
        poll_every: float = 0.8,
        backoff: tuple[float, float] = (0.25, 4.0),
        jitter: Callable[[float], float] = lambda most: random.uniform(0.05, max(0.05, most)),  # noqa: S311 - no secret
    ) -> None:
        """`poll_every` finds out within a second that a device is gone. `backoff`: the first and the longest pause
        between attempts; with 4 s a device is ready 5 s after it was plugged in again. `closed` is the thread's last
        call, made once the device is let go.
        """
        self.name = name
        self.fresh_at = 0.0
        """When the device last answered how it is; 0.0 while it is down. Older than three polls: nothing is known."""
        self.beat_at = time.monotonic()
        """When the thread last proved that it turns: at most a second ago, unless a call to the device is running."""
        self.busy_since = 0.0
        """Since when the present call to the driver runs; 0.0 between calls. Every call ends, so a long one hangs."""
        self._connect = connect
        self._post = post
        self._closed = closed
        self._poll_every = poll_every
        self._backoff = backoff
        self._jitter = jitter
        self._orders: Orders[D] = Orders()
        self._thread = threading.Thread(target=self._live, name=f"device {name}", daemon=True)
        self._down: Fault | None = None
        self._armed: Armed[D] | None = None
        self._armed_fault: Fault | None = None
        self._state: DeviceState | None = None
        self._attempts = 0
        self._stopping = False
        self._account = Account()

    @property
    def alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def submit(self, token: object, job: Callable[[D], object], cancelled: threading.Event | None = None) -> None:
        """Have a job done: JobDone or JobFailed with this token will follow, at once while the device is down.

        A job that may take long gets the event that cancel() sets and looks at it ten times a second.
        """
        down = self._down
        if down is None and self._orders.give(Once(token, job, cancelled or threading.Event())):
            return
        self._post(JobFailed(self.name, token, down or model.fault("device.stopped")))

    def cancel(self, token: object) -> None:
        """Call a job off: one that waits fails at once with `device.cancelled`, one that runs is told to end."""
        if self._orders.call_off(token):
            self._post(JobFailed(self.name, token, model.fault("device.cancelled")))

    def repeat(self, token: object, job: Callable[[D], object], every: float) -> None:
        """Do a job every so many seconds until rest(): JobDone for results that are not None, each fault once."""
        self._orders.give(Armed(token, job, every))

    def rest(self) -> None:
        """End the repeated job."""
        self._orders.give(Rest())

    def stop(self, timeout: float) -> bool:
        """End the thread and close the device; False if it is still busy after `timeout` seconds."""
        self._orders.give(Stop())
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _live(self) -> None:
        try:
            self._run()
        finally:
            self._closed()

    def _run(self) -> None:
        while not self._stopping:
            driver = self._connected()
            if driver is None:
                continue
            try:
                lost = self._serve(driver)
            finally:
                driver.close()
            if lost is not None:
                self._went_down(lost)
            self._tell_counts(driver)
            if lost is not None:
                self._pause()
        self._orders.close()
        self._refuse(model.fault("device.stopped"))

    def _connected(self) -> D | None:
        """One attempt; after a failure the pause before the next one is over when this returns."""
        driver, fault = self._call(self._connect)
        if driver is not None:
            fault = self._call(lambda: self._ask(driver))[1]
            if fault is not None:
                driver.close()
        if driver is None or fault is not None:
            self._went_down(fault or model.fault("device.failed"))
            self._tell_counts(driver)
            self._pause()
            return None
        if self._down is not None:
            log.info("%s is back", self.name)
        self._account.up(again=self._down is not None)
        self._down = None
        self._post(DeviceUp(self.name, self._state, datetime.now(UTC)))
        return driver

    def _serve(self, driver: D) -> Fault | None:
        """Until it is stopped, or until the fault it returns ends the connection."""
        since = time.monotonic()
        status_due = since + self._poll_every
        armed_due = since
        while not self._stopping:
            armed = self._armed
            due = status_due if armed is None else min(status_due, armed_due)
            order = self._next(due)
            lost: Fault | None = None
            match order:
                case Once():
                    lost = self._carry_out(driver, order)
                    status_due = time.monotonic()  # what the job did to the device is seen without delay
                case None if armed is not None and armed_due <= time.monotonic():
                    lost = self._carry_out_armed(driver, armed)
                    armed_due = time.monotonic() + armed.every
                    if self._armed_fault is not None:
                        status_due = time.monotonic()
                case None:
                    lost = self._look(driver)
                    status_due = time.monotonic() + self._poll_every
                case Rest():
                    lost = self._let_rest(driver)
                case _:
                    armed_due = time.monotonic()
            if time.monotonic() - since > STEADY_SECONDS:
                self._attempts = 0
            if lost is not None:
                return lost
            if isinstance(order, Once) or self._account.due:
                self._tell_counts(driver)
        return None

    def _next(self, due: float) -> Once[D] | Armed[D] | Rest | Stop | None:
        """The next order, or None when `due` came first. Arming, resting and stopping take effect here."""
        order = None
        while order is None:
            self.beat_at = now = time.monotonic()
            order = self._orders.take(min(due, now + BEAT_SECONDS))
            if order is None and due <= time.monotonic():
                return None
        match order:
            case Armed():
                self._armed, self._armed_fault = order, None
            case Rest():
                self._armed = None
            case Stop():
                self._stopping = True
        return order

    def _carry_out(self, driver: D, order: Once[D]) -> Fault | None:
        began = time.monotonic()
        result, fault = self._call(lambda: order.job(driver))
        self._account.job(time.monotonic() - began)
        if fault is None:
            self._post(JobDone(self.name, order.token, result))
            return None
        self._post(JobFailed(self.name, order.token, fault, begun=True))
        return self._judged(fault)

    def _carry_out_armed(self, driver: D, armed: Armed[D]) -> Fault | None:
        result, fault = self._call(lambda: armed.job(driver))
        before, self._armed_fault = self._armed_fault, fault
        if fault is None:
            if result is not None:
                self._post(JobDone(self.name, armed.token, result))
            return None
        if before is None or before.key != fault.key:
            self._post(JobFailed(self.name, armed.token, fault, begun=True))
        return self._judged(fault)

    def _let_rest(self, driver: object) -> Fault | None:
        if not isinstance(driver, Resting):
            return None
        fault = self._call(driver.rest)[1]
        return None if fault is None else self._judged(fault)

    def _look(self, driver: D) -> Fault | None:
        before = self._state
        fault = self._call(lambda: self._ask(driver))[1]
        if fault is None and self._state != before:
            self._post(StateSeen(self.name, self._state, datetime.now(UTC)))
        return fault

    def _ask(self, driver: D) -> None:
        state = driver.status()
        fault = state.fault()
        self._state = state
        if fault is None or fault.key not in NOBODY_ANSWERED:
            self.fresh_at = time.monotonic()

    def _call(self, call: Callable[[], R]) -> tuple[R | None, Fault | None]:
        """Whatever the driver does, in the watchdog's sight."""
        self.busy_since = time.monotonic()
        try:
            return call(), None
        except Exception as error:  # noqa: BLE001 - a bug in a driver or a job must not end the thread
            return None, fault_of(error)
        finally:
            self.busy_since, self.beat_at = 0.0, time.monotonic()
            self._orders.done()

    def _judged(self, fault: Fault) -> Fault | None:
        """The fault of a job if it costs the line; any other is counted here, a lost line when the device goes down."""
        if fault.key in model.LOST:
            return fault
        self._account.fault(fault)
        return None

    def _tell_counts(self, driver: D | None) -> None:
        """What the driver and its worker counted since the last time, if anything."""
        if counts := self._account.take(driver.tally if driver is not None else None):
            self._post(Counted(self.name, counts))

    def _went_down(self, fault: Fault) -> None:
        if self._down is None:
            log.info("%s is lost: %s %s", self.name, fault.key, fault.detail)
            self._account.down()
        if self._down is None or self._down.key != fault.key:
            self._account.fault(fault)
            self._post(DeviceDown(self.name, fault, datetime.now(UTC)))
        self._refuse(fault)

    def _refuse(self, fault: Fault) -> None:
        """Fail what waits; keep what arms, rests or stops."""
        self._down = fault
        self.fresh_at = 0.0
        for job in self._orders.take_jobs():
            self._post(JobFailed(self.name, job.token, fault))

    def _pause(self) -> None:
        """Wait before the next attempt, refusing jobs meanwhile: full jitter, so that devices don't return in step."""
        least, most = self._backoff
        until = time.monotonic() + self._jitter(min(most, least * 2 ** min(self._attempts, 16)))
        self._attempts += 1
        while not self._stopping:
            order = self._next(until)
            if isinstance(order, Once) and self._down is not None:
                self._post(JobFailed(self.name, order.token, self._down))
            if order is None:
                return
