"""Papers under the document camera: a picture taken and judged, shown from memory, kept sealed or thrown away.

Nothing of a scan is on a disk before it is sealed. Visit process only.
"""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contract.scans import ScanRef
from devices.document_camera.capture import Capture, Preview
from devices.document_camera.driver import DocumentCamera
from devices.port import Deadline
from devices.worker import JobDone, JobFailed, Worker
from kiosk.journey import events as e
from kiosk.visit.pictures import Pictures

CAPTURE_SECONDS: Final = 6.0
_LOOKS_ALIKE: Final = 3
"""A picture with the same faults so many times in a row gets no better by waiting: the citizen is told."""
MOST_HELD: Final = 12
"""Pictures taken and neither kept nor thrown away: the oldest goes."""
_JOB: Final = "scan"
_PREVIEW_WIDTH: Final = 900
_LIVE: Final = "live"
_LIVE_EVERY: Final = 0.4
_LIVE_SECONDS: Final = 2.0
"""A frame takes no longer, and after so long without being asked for the camera is let be."""
_HOPELESS: Final = frozenset({"document_camera.no_page", "document_camera.several_pages"})
"""What leaves nothing worth keeping; with any other finding the citizen may decide."""

HandOver = Callable[[bytes, str, Callable[[ScanRef, str], None]], ScanRef]
"""Seal a scan and have it kept, by its material's code; told what became of it."""


@dataclass
class _Held:
    content: bytearray


class ScanTable:
    """The scans of one visit. `do` belongs to the screen's thread, `hear_camera` to the worker's."""

    def __init__(
        self,
        visit: int,
        pictures: Pictures,
        *,
        hand_over: HandOver,
        take_back: Callable[[ScanRef], None],
        say: Callable[[e.News], None],
    ) -> None:
        self._visit = visit
        self._pictures = pictures
        self._hand_over = hand_over
        self._take_back = take_back
        self._say = say
        self._camera: Worker[DocumentCamera] | None = None
        self._held: dict[str, _Held] = {}
        self._kept: dict[str, ScanRef] = {}
        self._lock = threading.Lock()
        self._looking = False
        self._asked_at = 0.0

    def fit(self, camera: Worker[DocumentCamera] | None) -> None:
        """The camera of this visit, already started; without one every request is refused."""
        self._camera = camera

    def live(self) -> bytes:
        """What the camera sees now, for whoever lays a paper; empty before the first frame. Any thread.

        Asking keeps it going: nobody has to say when to stop looking.
        """
        with self._lock:
            self._asked_at = time.monotonic()
            begin = self._camera is not None and not self._looking
            self._looking = self._looking or begin
        if begin and self._camera is not None:
            self._camera.repeat(_LIVE, lambda camera: camera.preview(Deadline.after(_LIVE_SECONDS)), _LIVE_EVERY)
        return self._pictures.find(_LIVE)

    def capture(self, effect: e.CaptureScan) -> None:
        """Take a picture of what lies there."""
        if self._camera is None:
            self._say(e.ScanFailed(self._visit, effect.request, "absent.document_camera"))
            return
        self._camera.submit(
            (_JOB, effect.request),
            lambda camera: camera.capture(Deadline.after(CAPTURE_SECONDS), alike=_LOOKS_ALIKE),
            None,
        )

    def keep(self, effect: e.KeepScan) -> None:
        """The citizen takes this picture."""
        with self._lock:
            held = self._held.pop(effect.scan_id, None)
        if held is None:
            self._say(e.ScanFailed(self._visit, effect.scan_id, "scan.gone"))
            return

        def told(ref: ScanRef, fault: str) -> None:
            if fault:
                with self._lock:
                    self._held[effect.scan_id] = held  # so that it can be tried again
                self._say(e.ScanFailed(self._visit, effect.scan_id, fault))
            else:
                _blank(held)
                self._kept[effect.scan_id] = ref
                self._pictures.drop(effect.scan_id)
                self._say(e.ScanKept(self._visit, effect.scan_id))

        self._hand_over(bytes(held.content), effect.what, told)

    def refs(self, scan_ids: tuple[str, ...]) -> tuple[ScanRef, ...]:
        """The kept scans with these ids, in their order; one that is not kept is not among them."""
        return tuple(ref for scan_id in scan_ids if (ref := self._kept.get(scan_id)) is not None)

    def drop(self, scan_id: str) -> None:
        """The citizen does not take it: written over and forgotten; one that was kept goes with no case any more."""
        if (ref := self._kept.pop(scan_id, None)) is not None:
            self._take_back(ref)
        with self._lock:
            held = self._held.pop(scan_id, None)
        if held is not None:
            _blank(held)
        self._pictures.drop(scan_id)

    def hear_camera(self, event: object) -> None:
        """What the camera's worker posts."""
        match event:
            case JobDone(token=(str() as job, str() as request), result=Capture() as taken) if job == _JOB:
                self._taken(request, taken)
            case JobFailed(token=(str() as job, str() as request), fault=fault) if job == _JOB:
                self._say(e.ScanFailed(self._visit, request, fault.key))
            case JobDone(token="live", result=Preview(jpeg=jpeg)):
                self._pictures.put(_LIVE, jpeg)
                if time.monotonic() - self._asked_at > _LIVE_SECONDS:
                    self._look_away()
            case JobFailed(token="live"):
                self._look_away()
            case _:
                pass

    def _look_away(self) -> None:
        with self._lock:
            self._looking = False
        if self._camera is not None:
            self._camera.rest()
        self._pictures.drop(_LIVE)

    def _taken(self, request: str, taken: Capture) -> None:
        findings = taken.findings()
        if taken.page is None or _HOPELESS & {*findings}:
            keys = tuple(key.replace("document_camera.", "scan.") for key in findings)
            self._say(e.ScanSeen(self._visit, request, "", "", "bad", keys or ("scan.no_page",)))
            return
        scan_id = uuid.uuid4().hex
        picture = self._pictures.put(scan_id, taken.jpeg(_PREVIEW_WIDTH))
        with self._lock:
            self._held[scan_id] = _Held(bytearray(taken.jpeg()))
            oldest = next(iter(self._held)) if len(self._held) > MOST_HELD else ""
        if oldest:
            self.drop(oldest)
        keys = tuple(key.replace("document_camera.", "scan.") for key in findings)
        self._say(e.ScanSeen(self._visit, request, scan_id, picture, "poor" if keys else "good", keys))


def _blank(held: _Held) -> None:
    held.content[:] = bytes(len(held.content))
