"""The devices of one visit: opened when it begins, let go when it ends, reported to the terminal meanwhile."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

from devices.events import Counted, DeviceDown, DeviceUp, StateSeen
from devices.model import DeviceState, Presence
from devices.registry import KINDS
from devices.worker import Worker
from kiosk.fitted.fitting import absent, confirmed, kind_name, worker_of
from kiosk.link import DeviceCounted, DeviceSeen, Link, LinkClosed, ToVisit
from kiosk.settings import Device
from kiosk.terminal.vitals import WORKER_SECONDS

OWNED: Final = ("id_card_reader", "code_scanner", "smart_card_reader", "document_camera", "person_matcher")
"""What belongs to a visit; every other device belongs to the terminal process."""
READER: Final = "id_card_reader"
CAMERA: Final = "document_camera"
MATCHER: Final = "person_matcher"
JOB_SECONDS: Final = 10.0
"""No job of a visit's device takes longer: reading a card does not, nor a question after its state."""
_LET_GO_SECONDS: Final = 0.3


def load_drivers(fitted: Iterable[str]) -> None:
    """Import what the fitted devices of a visit need, so that no citizen waits for it later."""
    for name in fitted:
        if name in OWNED:
            with suppress(Exception):  # a driver that cannot be imported is the fault its worker will tell
                KINDS[kind_name(name)]


class Equipment:
    """Starts the workers of what is fitted and tells the terminal how the devices are and what they counted."""

    def __init__(self, fitted: dict[str, Device], folder: Path, link: Link[ToVisit]) -> None:
        self._link = link
        self._folder = folder
        self._fitted = {name: fitted.get(name) for name in OWNED}
        self._workers: dict[str, Worker[Any]] = {}
        self._telling = threading.Lock()
        self._online: dict[str, DeviceSeen] = {}
        self._stale: set[str] = set()

    def start(self, name: str, hear: Callable[[object], None] = lambda _: None) -> Worker[Any] | None:
        """Begin to look for a device; None where it is not fitted. `hear` gets every event on the worker's thread."""
        fitted = self._fitted[name]
        if fitted is None:
            self._tell(DeviceSeen(name, Presence.OFFLINE.value, absent(name)))
            return None

        def heard(event: object) -> None:
            self._pass_on(name, event)
            hear(event)

        worker = worker_of(name, fitted, self._folder, heard)
        self._workers[name] = worker
        worker.start()
        return worker

    def stop(self) -> None:
        """Let go of every device; what they counted is told before this returns."""
        end = time.monotonic() + _LET_GO_SECONDS
        for worker in self._workers.values():
            worker.stop(timeout=0.0)
        for worker in self._workers.values():
            worker.stop(timeout=max(0.0, end - time.monotonic()))

    def tick(self, now: float) -> None:
        """What nobody has confirmed for too long is not known any more, and known again once it is."""
        with self._telling:
            for name, seen in self._online.items():
                current = confirmed(self._workers[name], now, JOB_SECONDS)
                if current and name in self._stale:
                    self._stale.remove(name)
                    self._tell(seen)
                elif not current and name not in self._stale:
                    self._stale.add(name)
                    self._tell(DeviceSeen(name, Presence.UNKNOWN.value, ""))

    def hung(self, now: float) -> tuple[str, ...]:
        """The devices whose worker shows no sign of life any more: nothing but the end of this process frees them."""
        return tuple(name for name, worker in self._workers.items() if now - worker.beat_at > WORKER_SECONDS)

    def _pass_on(self, name: str, event: object) -> None:
        match event:
            case DeviceUp(state=state) | StateSeen(state=state):
                self._heard(_seen(name, cast("DeviceState", state)))
            case DeviceDown(fault=fault):
                self._heard(DeviceSeen(name, Presence.OFFLINE.value, fault.key))
            case Counted(counts=counts):
                self._tell(DeviceCounted(name, dict(counts)))
            case _:
                pass

    def _heard(self, seen: DeviceSeen) -> None:
        with self._telling:  # or `tick` could tell what was true before
            self._stale.discard(seen.name)
            if seen.presence == Presence.ONLINE:
                self._online[seen.name] = seen
            else:
                self._online.pop(seen.name, None)
            self._tell(seen)

    def _tell(self, message: DeviceSeen | DeviceCounted) -> None:
        with suppress(LinkClosed):  # the listening thread hears it too and ends this process
            self._link.send(message)


def _seen(name: str, state: DeviceState) -> DeviceSeen:
    fault = state.fault()
    return DeviceSeen(name, Presence.ONLINE.value, fault.key if fault else "", state.as_json())
