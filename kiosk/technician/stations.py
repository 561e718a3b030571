"""The fitted devices under the technician's hands: one worker each, remade when its setup changes, checked on demand.

Everything a device says arrives on its worker's thread and leaves as finished values; what a card said never leaves.
"""

import queue
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from devices import model, sentences
from devices.events import Counted, DeviceDown, DeviceUp, JobDone, JobFailed, StateSeen
from devices.id_card_reader.layouts import CardContent
from devices.kind import Finding, HealthCheck
from devices.model import DeviceError, DeviceState, Fault
from devices.parts.frames import Recorded
from devices.port import Deadline
from devices.recording.recorder import Recorder
from devices.recording.recordings import Recording, recording
from devices.recording.ring_file import read_ring
from devices.registry import KINDS
from devices.worker import Worker
from kiosk.fitted.fitting import kind_at, ring_of, worker_of
from kiosk.technician.events import CheckEnded, Commissioned, DeviceSeen, News, StepTold, WorkFailed
from kiosk.technician.sayings import failed, frame_of, judged, seen_of, troubled, whole
from kiosk.technician.values import Checked, Frame, Presence, Seen, Setup
from kiosk.visit.card_watch import CARD_EVERY, CardWatch

FRAMES_SHOWN: Final = 60
_STOP_SECONDS: Final = 4.0
T = TypeVar("T")
_DOOR_JOB: Final = "door card"
_COMMISSION: Final = "commission"
_COMMISSION_SECONDS: Final = 120.0
READER: Final = "id_card_reader"


@dataclass(frozen=True)
class _Station:
    """One device as it is fitted now."""

    setup: Setup
    worker: Worker[Any]


@dataclass(frozen=True)
class _Checking:
    level: str
    began: float


@dataclass(frozen=True)
class _Asked:
    """Somebody waits for the answer."""

    answer: queue.SimpleQueue[object]


class Stations:
    """All workers of this process. Called from the bench's thread, and at the end from none other."""

    def __init__(
        self,
        folder: Path,
        post: Callable[[News], None],
        *,
        card_read: Callable[[str], None],
        counted: Callable[[str, Mapping[str, float]], None],
        checked: Callable[[str, Checked], None],
    ) -> None:
        """`card_read` gets the number of a technician's card, on the reader's thread; nobody else ever does."""
        self._folder = folder
        self._post = post
        self._card_read = card_read
        self._counted = counted
        self._checked = checked
        self._stations: dict[str, _Station] = {}
        self._up: dict[str, bool] = {}
        self._parts: dict[str, tuple[tuple[str, str], ...]] = {}
        self._recorders: dict[str, dict[str, Recorder]] = {}
        self._reading = False

    def refit(self, name: str, setup: Setup | None) -> None:
        """Hold the device at this setup; nothing happens where it is held so already."""
        held = self._stations.get(name)
        if held is not None and held.setup == setup:
            return
        self.release(name)
        if setup is not None:
            self._hold(name, setup)

    def release(self, name: str) -> None:
        """Let go of one device."""
        held = self._stations.pop(name, None)
        self._up.pop(name, None)
        self._parts.pop(name, None)
        if held is not None:
            held.worker.stop(_STOP_SECONDS)

    def setup(self, name: str) -> Setup | None:
        """How a device is held now."""
        held = self._stations.get(name)
        return held.setup if held else None

    def is_up(self, name: str) -> bool:
        """Whether a device of ours answers where it is fitted."""
        return self._up.get(name, False)

    @property
    def names(self) -> tuple[str, ...]:
        """What is held."""
        return tuple(self._stations)

    def recording(self, name: str, counts: Mapping[str, float], versions: Mapping[str, str]) -> Recording | None:
        """Everything its recorder holds, the citizens' time included."""
        held = self._stations.get(name)
        if held is None:
            return None
        return recording(kind_at(name, held.setup.port), held.setup.port, self._recorded(name), counts, versions)

    def said(self, name: str, part: str) -> str:
        """What a device last said of one part of its state; nothing while it does not answer."""
        return dict(self._parts.get(name, ())).get(part, "")

    def stop(self) -> None:
        """Let go of everything, all at once."""
        held, self._stations = list(self._stations.values()), {}
        for station in held:
            station.worker.stop(0.0)
        deadline = Deadline.after(_STOP_SECONDS)
        for station in held:
            station.worker.stop(deadline.left())

    def await_card(self) -> None:
        """Read cards until `rest`. A card that lies there already, perhaps a citizen's, is never read."""
        self._reading = True
        self._arm()

    def rest(self) -> None:
        """No more cards."""
        self._reading = False
        if (held := self._stations.get(READER)) is not None:
            held.worker.rest()

    def check(self, name: str, level: str) -> None:
        """Run one health check on the device's own thread; CheckEnded will follow."""
        held = self._stations.get(name)
        if held is None:
            return
        found = next((one for one in KINDS[kind_at(name, held.setup.port)].checks if one.level == level), None)
        if found is not None:
            held.worker.submit(_Checking(level, time.monotonic()), lambda driver: _run(found, driver))

    def commission(self, name: str) -> None:
        """Have a device proved by somebody's hands; Commissioned or WorkFailed will follow."""
        if (held := self._stations.get(name)) is not None:
            held.worker.submit(
                _COMMISSION, lambda device: device.commission(Deadline.after(_COMMISSION_SECONDS), self._tell_step)
            )

    def ask(self, name: str, job: Callable[[Any], T], seconds: float) -> T:
        """Have a job done and wait for it. Raises DeviceError, also when the device is not fitted or too slow."""
        held = self._stations.get(name)
        if held is None:
            raise DeviceError(model.fault("port.missing"))
        asked = _Asked(queue.SimpleQueue())
        held.worker.submit(asked, job)
        try:
            answer = asked.answer.get(timeout=seconds)
        except queue.Empty:
            raise DeviceError(model.fault("device.silent")) from None
        if isinstance(answer, Fault):
            raise DeviceError(answer)
        return cast(T, answer)

    def frames(self, name: str) -> tuple[Frame, ...]:
        """The newest frames of its recorder, the newest first."""
        return tuple(frame_of(one) for one in reversed(self._recorded(name)[-FRAMES_SHOWN:]))

    def _recorded(self, name: str) -> tuple[Recorded, ...]:
        """What the terminal and we recorded on disk, and after it what only our memory has: the disk may be full."""
        held = self._stations.get(name)
        recorder = self._recorders.get(name, {}).get(kind_at(name, held.setup.port if held else ""))
        ours = recorder.frames() if recorder else ()
        try:
            kept = read_ring(ring_of(self._folder, name))
        except (OSError, ValueError):
            return ours
        return (*kept, *(one for one in ours if not kept or one.at_us > kept[-1].at_us))

    def _hold(self, name: str, setup: Setup) -> None:
        recorders = self._recorders.setdefault(name, {})
        worker: Worker[Any] = worker_of(name, setup, self._folder, lambda event: self._hear(worker, event), recorders)
        self._stations[name] = _Station(setup, worker)
        self._post(DeviceSeen(name, Seen()))
        worker.start()
        if name == READER and self._reading:
            self._arm()

    def _arm(self) -> None:
        if (held := self._stations.get(READER)) is not None:
            held.worker.repeat(_DOOR_JOB, CardWatch(), CARD_EVERY)

    def _hear(self, worker: Worker[Any], event: object) -> None:
        name = worker.name
        if isinstance(event, Counted):
            self._counted(name, event.counts)
            return
        if (held := self._stations.get(name)) is None or held.worker is not worker:
            return  # the last words of a worker that was let go
        match event:
            case DeviceUp(state=state, at=at) | StateSeen(state=state, at=at):
                seen = seen_of(cast(DeviceState, state), at)
                self._parts[name] = seen.parts
                self._up[name] = seen.presence is not Presence.LOST
                self._post(DeviceSeen(name, seen))
            case DeviceDown(fault=fault, at=at):
                self._up[name] = False
                self._parts.pop(name, None)
                self._post(DeviceSeen(name, troubled(Presence.LOST, fault, at, ())))
            case JobDone(token=token, result=result):
                self._done(name, token, result)
            case JobFailed(token=token, fault=fault):
                self._not_done(name, token, fault)
            case _:
                pass

    def _done(self, name: str, token: object, result: object) -> None:
        match token:
            case _Asked(answer):
                answer.put(result)
            case _Checking(level, began):
                self._end_check(name, judged(level, cast(tuple[Finding, ...], result), began))
            case _ if token == _COMMISSION:
                self._post(Commissioned(name, cast(dict[str, object], result)))
            case _ if isinstance(result, CardContent):
                self._card_read(result.id_number)
            case _:
                pass  # a card lies there, or does no more

    def _not_done(self, name: str, token: object, fault: Fault) -> None:
        match token:
            case _Asked(answer):
                answer.put(fault)
            case _Checking(level, began):
                self._end_check(name, failed(level, fault, began))
            case _ if token == _COMMISSION:
                self._post(WorkFailed(whole(fault)))
            case _:
                pass  # a card that could not be read at the door: it is laid down again

    def _tell_step(self, step: str) -> None:
        said = sentences.all_sentences()[f"locker_step.{step}"]
        self._post(StepTold(said.what))

    def _end_check(self, name: str, checked: Checked) -> None:
        self._checked(name, checked)
        self._post(CheckEnded(name, checked))


def _run(check: HealthCheck[Any], driver: Any) -> tuple[Finding, ...]:  # noqa: ANN401 - a driver of any kind
    return check.run(driver, Deadline.after(check.seconds))
