"""The document camera: is it there and live, what does it see, and one document straightened and judged."""

import time
from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from devices.document_camera.capture import FAULTS, Capture, DocumentCameraState, Preview, Sight, fault
from devices.document_camera.connections import DocumentCameraOptions, open_source
from devices.document_camera.edges import Corners, Pixels, straighten
from devices.document_camera.protocol import Redaction
from devices.document_camera.sources import Frame, FrameSource, encode_jpeg
from devices.document_camera.vision import Verdict, What, judge, judge_light
from devices.kind import Finding, HealthCheck, Kind, Level
from devices.model import DeviceError
from devices.port import Deadline
from devices.tally import Tally

_STATUS_SECONDS: Final = 2.0
_CAPTURE_SECONDS: Final = 8.0
_FROZEN_AFTER: Final = 3
"""So many equal pictures of a live camera in a row are no accident."""
_STILL_SHARE: Final = 0.004
"""A page whose corners move less than this share of the picture's width from one picture to the next lies still."""
_PREVIEW_WIDTH: Final = 640


class DocumentCamera:
    """One camera. Every call ends by its deadline; failures are DeviceErrors."""

    def __init__(self, source: FrameSource, options: DocumentCameraOptions) -> None:
        self.tally = Tally()
        self._source = source
        self._options = options
        self._digest = b""
        self._repeated = 0

    def status(self) -> DocumentCameraState:
        """Take one picture and look whether anything can be seen on it, and whether it is another than before."""
        frame = self._frame(Deadline.after(_STATUS_SECONDS))
        return DocumentCameraState(online=True, sight=self._sight(frame))

    def preview(self, deadline: Deadline) -> Preview:
        """One picture, small, with the page's place in it."""
        picture = self._frame(deadline).pixels()
        verdicts, corners = judge(picture, self._options.limits)
        height, width = picture.shape[:2]
        small = cv2.resize(
            picture, (_PREVIEW_WIDTH, round(height * _PREVIEW_WIDTH / width)), interpolation=cv2.INTER_AREA
        )
        shares = None if corners is None else np.divide(corners, (width, height), dtype=np.float32)
        return Preview(encode_jpeg(np.asarray(small, np.uint8)), shares, verdicts)

    def capture(self, deadline: Deadline, *, alike: int = 0) -> Capture:
        """One document: tried until the page lies still and is good, or the deadline comes; then the last try.

        With `alike` it is also over when so many pictures in a row had the same faults, with a page that lies still.

        Raises DeviceError when the camera fails: `document_camera.black`, `document_camera.frozen`, and those of lines.
        """
        last: Capture | None = None
        took, same = 0.0, 1
        while last is None or deadline.left() > took:  # a look at a picture takes time as well
            began = time.monotonic()
            try:
                frame = self._frame(deadline)
            except DeviceError as error:
                if last is not None and error.fault.key == "device.silent":
                    break  # the time was over while one more picture was awaited
                raise
            if (sight := self._sight(frame)) is not Sight.GOOD:
                raise DeviceError(fault(f"document_camera.{sight.value}"))
            before, last = last, self._judged(frame.pixels(), last)
            same = same + 1 if before is not None and before.findings() == last.findings() else 1
            if last.fault() is None or (alike and same >= alike and last.still is not False):
                break
            took = time.monotonic() - began
        self.tally.add("captures" if last.fault() is None else "captures_refused")
        return last

    def close(self) -> None:
        """Let go of the camera."""
        self._source.close()

    def _judged(self, picture: Pixels, before: Capture | None) -> Capture:
        verdicts, corners = judge(picture, self._options.limits)
        if corners is None:
            return Capture(None, None, verdicts)
        moved = _moved(corners, before) / picture.shape[1]
        ok = moved <= _STILL_SHARE if self._source.live else None
        still = Verdict(What.STILL, ok, round(min(moved, 1.0), 4), _STILL_SHARE)
        return Capture(straighten(picture, corners, self._options.dpi), corners, (*verdicts, still))

    def _frame(self, deadline: Deadline) -> Frame:
        frame = self._source.frame(deadline)
        self.tally.add("pictures")
        self._repeated = self._repeated + 1 if frame.digest == self._digest else 0
        self._digest = frame.digest
        return frame

    def _sight(self, frame: Frame) -> Sight:
        if not judge_light(frame.glance(), self._options.limits).ok:
            return Sight.BLACK
        return Sight.FROZEN if self._source.live and self._repeated + 1 >= _FROZEN_AFTER else Sight.GOOD


def _moved(corners: Corners, before: Capture | None) -> float:
    """How far the corner that moved most did, in pixels; without a page before nobody knows that it lies still."""
    if before is None or before.corners is None:
        return float("inf")
    return float(np.abs(corners - before.corners).max())


def _capture(camera: DocumentCamera) -> dict[str, object]:
    """Take a document and say how good it is; the picture itself stays where it is."""
    taken = camera.capture(Deadline.after(_CAPTURE_SECONDS))
    if (why := taken.fault()) is not None:
        raise DeviceError(why)
    return {verdict.what.value: verdict.measured for verdict in taken.verdicts}


BY_HAND: Final[dict[str, Callable[[DocumentCamera], dict[str, object]]]] = {
    "capture": _capture,
    "status": lambda camera: camera.status().as_json(),
}
"""What `./suiban device document-camera PORT …` can do."""


def _sees(camera: DocumentCamera, _: Deadline) -> tuple[Finding, ...]:
    state = camera.status()
    return (Finding("picture", ok=state.fault() is None, found=state.sight.value),)


def _is_live(camera: DocumentCamera, deadline: Deadline) -> tuple[Finding, ...]:
    """As many pictures as it takes to tell a frozen camera from a live one, those still under way among them."""
    state = [camera.status() for _ in range(2 * _FROZEN_AFTER) if not deadline.expired][-1]
    return (Finding("live", ok=state.fault() is None, found=state.sight.value),)


def _takes_a_page(camera: DocumentCamera, deadline: Deadline) -> tuple[Finding, ...]:
    taken = camera.capture(deadline)
    return tuple(Finding(one.what.value, one.ok, f"{one.measured:g} ({one.limit:g})") for one in taken.verdicts)


KIND: Final = Kind(
    name="document-camera",
    title="Document camera",
    schemes=("v4l2", "mjpeg", "folder", "synthetic", "simulator"),
    options=DocumentCameraOptions,
    open=lambda address, options, recorder: DocumentCamera(open_source(address, options, recorder), options),
    redaction=Redaction,
    simulator="devices.document_camera.simulator",
    actions=BY_HAND,
    checks=(
        HealthCheck(Level.INTERNAL, _sees, seconds=5.0),
        HealthCheck(Level.EXTERNAL, _is_live, seconds=15.0),
        HealthCheck(Level.INTERACTIVE, _takes_a_page),
    ),
    faults=FAULTS,
)
