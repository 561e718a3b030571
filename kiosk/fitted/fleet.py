"""The devices that outlive a visit: their workers, recorders and last known states. Visits own the others."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from contract.exchange import DeviceReport
from devices.events import Counted, DeviceDown, DeviceUp, JobDone, JobFailed, StateSeen
from devices.model import Action, DeviceState, Fault, Presence
from devices.worker import Worker
from kiosk import audit
from kiosk.fitted.fitting import absent, confirmed, kind_name, worker_of
from kiosk.settings import Device, Devices
from kiosk.terminal.inbox import Inbox

SHARED: Final = ("ticket_printer", "document_printer", "locker", "permit_endorser", "power", "cabinet")
"""What the terminal process owns; every other device belongs to the visit."""
JOB_SECONDS: Final = 180.0
"""A device that is at work answers no questions for so long at most; every driver's job ends sooner."""
_CLOSE_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Known:
    """What is known of a device. `state` is None whenever nothing is; `since` is when `presence` became what it is."""

    presence: Presence = Presence.UNKNOWN
    state: DeviceState | None = None
    fault: str = ""
    since: str = ""

    @property
    def trouble(self) -> str:
        """The key of why it cannot do its work now; empty when nothing known stands against it."""
        if self.presence is Presence.OFFLINE:
            return self.fault
        found = self.state.fault() if self.state else None
        return found.key if found else ""


class SharedDevice:
    """One device of the terminal process. Its worker comes and goes with the settings, this stays. Main thread only,
    but for `report`.
    """

    def __init__(
        self, name: str, inbox: Inbox, folder: Path, changed: Callable[[str], None], counted: Callable[[Counted], None]
    ) -> None:
        self.name = name
        self.known = Known(Presence.OFFLINE, fault=absent(name))
        self.heard: Callable[[JobDone | JobFailed], None] = lambda _: None
        """Who is told how jobs ended."""
        self._inbox = inbox
        self._folder = folder
        self._changed = changed
        self._counted = counted
        self._worker: Worker[Any] | None = None
        self._latest: DeviceState | None = None

    @property
    def worker(self) -> Worker[Any] | None:
        """The thread that holds the device now."""
        return self._worker

    def start(self, fitted: Device) -> None:
        """Begin to look for the device."""
        post = self._inbox.post
        self._worker = worker = worker_of(
            self.name, fitted, self._folder, lambda event: post(lambda: self._hear(worker, event))
        )
        self._latest = None
        self._know(Presence.UNKNOWN, None, "")
        worker.start()

    def let_go(self, fault: str) -> Worker[Any] | None:
        """Ask no more of the device; its worker, which somebody must still stop. `fault` is empty where nobody has
        looked.
        """
        worker, self._worker = self._worker, None
        self._know(Presence.OFFLINE if fault else Presence.UNKNOWN, None, fault)
        return worker

    def submit(self, token: object, job: Callable[[Any], object], cancelled: threading.Event | None = None) -> None:
        """Have a job done; `heard` is told how it ended, also where there is no device."""
        if self._worker is not None:
            self._worker.submit(token, job, cancelled)
            return
        fault = Fault(self.known.fault or "device.stopped", Action.CONFIGURATION)
        self._inbox.post(lambda: self.heard(JobFailed(self.name, token, fault)))

    def cancel(self, token: object) -> None:
        """Call a job off."""
        if self._worker is not None:
            self._worker.cancel(token)

    def tick(self, now: float) -> None:
        """What nobody has confirmed for too long is not known any more, and known again once it is."""
        worker = self._worker
        if worker is None or self.known.presence is Presence.OFFLINE:
            return
        current = confirmed(worker, now, JOB_SECONDS)
        if self.known.presence is Presence.ONLINE and not current:
            self._know(Presence.UNKNOWN, None, "")
        elif self.known.presence is Presence.UNKNOWN and current and self._latest is not None:
            self._know(Presence.ONLINE, self._latest, "")

    def report(self) -> DeviceReport:
        """For the centre. Reads each value once, so any thread may ask."""
        known = self.known
        state = known.state.as_json() if known.state else {}
        return DeviceReport(self.name, kind_name(self.name), known.presence.value, state, known.fault, known.since)

    def _hear(self, worker: Worker[Any], event: object) -> None:
        if isinstance(event, Counted):
            self._counted(event)
        elif isinstance(event, (JobDone, JobFailed)):
            self.heard(event)
        elif worker is self._worker:
            match event:
                case DeviceUp(state=state) | StateSeen(state=state):
                    self._latest = cast("DeviceState", state)
                    self._know(Presence.ONLINE, self._latest, "")
                case DeviceDown(fault=fault):
                    self._latest = None
                    self._know(Presence.OFFLINE, None, fault.key)

    def _know(self, presence: Presence, state: DeviceState | None, fault: str) -> None:
        before, since = self.known, self.known.since
        if presence is not before.presence:
            since = datetime.now().astimezone().isoformat(timespec="seconds")
            if presence is Presence.ONLINE:
                audit.note("device_up", device=self.name)
            elif presence is Presence.OFFLINE:
                audit.note("device_down", device=self.name, fault=fault)
        self.known = Known(presence, state, fault, since)
        if presence is Presence.ONLINE and self.known.trouble != before.trouble:
            audit.note("device_state", device=self.name, trouble=self.known.trouble)  # raw: citizens see it damped
        if self.known != before:
            self._changed(self.name)


class Fleet:
    """All shared devices: fitted, exchanged and let go as the settings say."""

    def __init__(
        self, inbox: Inbox, folder: Path, *, changed: Callable[[str], None], counted: Callable[[Counted], None]
    ) -> None:
        """`changed` is told on the main thread of every raw change of a device's state, `counted` of its counts."""
        self._inbox = inbox
        self._devices = {name: SharedDevice(name, inbox, folder, changed, counted) for name in SHARED}
        self._wanted: Mapping[str, Device] = {}
        self._running: dict[str, Device] = {}
        self._leaving: dict[str, Worker[Any]] = {}
        """Who may still hold a port: nobody is given it before they have ended, however long that takes."""
        self._freed: list[Callable[[], None]] = []
        """Who waits for every port to be free."""

    def __getitem__(self, name: str) -> SharedDevice:
        return self._devices[name]

    def known(self) -> dict[str, Known]:
        """What is known of each."""
        return {name: device.known for name, device in self._devices.items()}

    def workers(self) -> Mapping[str, Worker[Any]]:
        """The threads that hold devices now, also those that are about to let go."""
        leaving = {f"{name} leaving": worker for name, worker in self._leaving.items()}
        return {name: device.worker for name, device in self._devices.items() if device.worker is not None} | leaving

    def apply(self, fitted: Devices) -> None:
        """Fit what the settings say. A device whose settings stay as they are is not disturbed."""
        wanted = {name: device for name in SHARED if (device := getattr(fitted, name)) is not None}
        for name in SHARED:
            if name not in wanted:
                self._leave(name, absent(name))
            elif name in self._running and self._running[name] != wanted[name]:
                self._leave(name, "")
        self._wanted = wanted
        self._go_on()

    def refit(self, name: str, then: Callable[[], None]) -> None:
        """Let go of one device and take it up again with a new worker; `then` is called once its port was free."""
        self._leave(name, "")
        self._freed.append(then)
        self._go_on()

    def stop(self, then: Callable[[], None]) -> None:
        """Let go of every device and say so, on the main thread, when it is done."""
        for name in list(self._running):
            self._leave(name, "")
        self._wanted = {}
        self._freed.append(then)
        self._go_on()

    def close(self) -> None:
        """Let go of every device and wait for it: the terminal stops."""
        self._wanted = {}
        for name in list(self._running):
            self._leave(name, "")
        end = time.monotonic() + _CLOSE_SECONDS
        for worker in self._leaving.values():
            worker.stop(timeout=max(0.0, end - time.monotonic()))

    def tick(self, now: float) -> None:
        """See SharedDevice.tick. Whoever waits for a port is served as soon as it is free."""
        self._go_on()
        for device in self._devices.values():
            device.tick(now)

    def reports(self) -> tuple[DeviceReport, ...]:
        """For the centre, of every device that is fitted. Any thread may ask."""
        return tuple(device.report() for device in self._devices.values() if device.known.fault != absent(device.name))

    def _leave(self, name: str, fault: str) -> None:
        self._running.pop(name, None)
        worker = self._devices[name].let_go(fault)
        if worker is not None:
            worker.stop(timeout=0.0)
            self._leaving[name] = worker

    def _go_on(self) -> None:
        self._leaving = {name: worker for name, worker in self._leaving.items() if worker.alive}
        for name, device in self._wanted.items():
            if name not in self._running and name not in self._leaving:
                self._running[name] = device
                self._devices[name].start(device)
        if not self._leaving:
            freed, self._freed = self._freed, []
            for then in freed:
                then()
