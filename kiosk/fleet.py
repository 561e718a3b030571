"""The devices that outlive a visit: their workers, recorders and last known states. Visits own the others."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from contract.messages import DeviceReport
from devices.events import Counted, DeviceDown, DeviceUp, JobDone, JobFailed, StateSeen
from devices.model import Action, DeviceState, Fault, Presence
from devices.worker import Worker
from kiosk import audit
from kiosk.fitting import absent, confirmed, kind_name, worker_of
from kiosk.inbox import Inbox
from kiosk.settings import Device, Devices

SHARED: Final = ("ticket_printer", "document_printer", "locker", "power", "cabinet")
"""What the terminal process owns; every other device belongs to the visit."""
JOB_SECONDS: Final = 180.0
"""A device that is at work answers no questions for so long at most; every driver's job ends sooner."""
_LET_GO_SECONDS: Final = 5.0


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
        self._running: dict[str, Device] = {}
        self._round = 0

    def __getitem__(self, name: str) -> SharedDevice:
        return self._devices[name]

    def known(self) -> dict[str, Known]:
        """What is known of each."""
        return {name: device.known for name, device in self._devices.items()}

    def workers(self) -> Mapping[str, Worker[Any]]:
        """The threads that hold devices now."""
        return {name: device.worker for name, device in self._devices.items() if device.worker is not None}

    def apply(self, fitted: Devices) -> None:
        """Fit what the settings say. A device whose settings stay as they are is not disturbed."""
        wanted = {name: device for name in SHARED if (device := getattr(fitted, name)) is not None}
        leaving = [name for name, device in self._running.items() if wanted.get(name) != device]
        self._leave(leaving, lambda: self._arrive(wanted), lambda name: "" if name in wanted else absent(name))
        for name in SHARED:
            if name not in wanted and name not in leaving:
                self._devices[name].let_go(absent(name))

    def stop(self, then: Callable[[], None]) -> None:
        """Let go of every device and say so, on the main thread, when it is done."""
        self._leave(list(self._running), then, lambda _: "")

    def close(self) -> None:
        """Let go of every device and wait for it: the terminal stops."""
        workers = [device.let_go("") for device in self._devices.values()]
        _stop_all([worker for worker in workers if worker is not None], 2.0)

    def tick(self, now: float) -> None:
        """See SharedDevice.tick."""
        for device in self._devices.values():
            device.tick(now)

    def reports(self) -> tuple[DeviceReport, ...]:
        """For the centre, of every device that is fitted. Any thread may ask."""
        return tuple(device.report() for device in self._devices.values() if device.known.fault != absent(device.name))

    def _leave(self, names: list[str], then: Callable[[], None], fault: Callable[[str], str]) -> None:
        self._round += 1
        here = self._round
        workers = []
        for name in names:
            del self._running[name]
            workers.append(self._devices[name].let_go(fault(name)))

        def go_on() -> None:
            if here == self._round:  # a later order has taken this one's place
                then()

        def wait() -> None:
            _stop_all([worker for worker in workers if worker is not None], _LET_GO_SECONDS)
            self._inbox.post(go_on)

        if workers:
            threading.Thread(target=wait, name="letting devices go", daemon=True).start()
        else:
            go_on()

    def _arrive(self, wanted: Mapping[str, Device]) -> None:
        for name, device in wanted.items():
            if name not in self._running:
                self._running[name] = device
                self._devices[name].start(device)


def _stop_all(workers: list[Worker[Any]], seconds: float) -> None:
    end = time.monotonic() + seconds
    for worker in workers:
        worker.stop(timeout=0.0)
    for worker in workers:
        worker.stop(timeout=max(0.0, end - time.monotonic()))
