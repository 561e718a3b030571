"""What comes of a picture: the camera's state, a captured document, a preview, and the faults they stand for."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import cv2
import msgspec
import numpy as np

from devices.document_camera.edges import Corners, Pixels
from devices.document_camera.vision import Verdict, What
from devices.model import Action, Fault

ACTIONS: Final[dict[str, Action]] = {
    "document_camera.black": Action.CLEAR,
    "document_camera.frozen": Action.RESET,
    "document_camera.no_page": Action.RESET,
    "document_camera.several_pages": Action.RESET,
    "document_camera.too_small": Action.RESET,
    "document_camera.blurred": Action.RESET,
    "document_camera.glare": Action.RESET,
    "document_camera.moving": Action.RESET,
}
FAULTS: Final = tuple(ACTIONS)

FAULT_OF: Final[dict[What, str]] = {
    What.LIGHT: "document_camera.black",
    What.GLARE: "document_camera.glare",
    What.PAGE: "document_camera.no_page",
    What.ONE_PAGE: "document_camera.several_pages",
    What.RESOLUTION: "document_camera.too_small",
    What.SHARPNESS: "document_camera.blurred",
    What.STILL: "document_camera.moving",
}
"""In the order in which they are worth saying: a reflection hides the page, a page too far away is blurred as well."""


_JPEG_QUALITY: Final = 90
"""Print of 6 points stays as sharp as the camera saw it; a page takes half a megabyte."""


class Sight(StrEnum):
    """What can be said of the picture without knowing what should be on it."""

    GOOD = "good"
    BLACK = "black"
    FROZEN = "frozen"


class DocumentCameraState(msgspec.Struct, frozen=True):
    """What the last picture says of the camera."""

    online: bool
    sight: Sight

    def as_json(self) -> dict[str, object]:
        """For the command line and reports."""
        return {"online": self.online, "sight": self.sight.value}

    def fault(self) -> Fault | None:
        """See DeviceState."""
        return None if self.sight is Sight.GOOD else fault(f"document_camera.{self.sight.value}")


@dataclass(frozen=True)
class Capture:
    """One document. The picture lives in memory only: nobody writes it to a disk here, and it is never shown."""

    page: Pixels | None = field(repr=False)
    """Straightened to A4, blue green red; None when no page was found."""
    corners: Corners | None = field(repr=False)
    verdicts: tuple[Verdict, ...]

    def fault(self) -> Fault | None:
        """Why it should be taken again, if it should: the first thing that helps."""
        failed = {verdict.what: verdict for verdict in self.verdicts if verdict.ok is False}
        what = next((what for what in FAULT_OF if what in failed), None)
        if what is None:
            return None
        return fault(FAULT_OF[what], f"{failed[what].measured:g}, limit {failed[what].limit:g}")

    @property
    def still(self) -> bool | None:
        """Whether the page lies still; None where there is none, or nobody can tell."""
        return next((verdict.ok for verdict in self.verdicts if verdict.what is What.STILL), None)

    def findings(self) -> tuple[str, ...]:
        """Everything that keeps it from being good, as fault keys, in the order in which it is worth saying."""
        failed = {verdict.what for verdict in self.verdicts if verdict.ok is False}
        return tuple(FAULT_OF[what] for what in FAULT_OF if what in failed)

    def jpeg(self, width: int = 0) -> bytes:
        """The page as a JPEG, `width` pixels wide where that is given; empty without a page."""
        if self.page is None:
            return b""
        page = self.page
        if 0 < width < page.shape[1]:
            size = (width, round(page.shape[0] * width / page.shape[1]))
            page = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)
        return cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()

    def png(self) -> bytes:
        """The page as a PNG; empty without a page."""
        return cv2.imencode(".png", self.page)[1].tobytes() if self.page is not None else b""


@dataclass(frozen=True)
class Preview:
    """What the camera sees now, small, for whoever lays the page."""

    jpeg: bytes = field(repr=False)
    corners: Corners | None = field(repr=False)
    """Of the page, as shares of the picture's width and height."""
    verdicts: tuple[Verdict, ...]


def fault(key: str, detail: str = "") -> Fault:
    """A fault of this kind."""
    return Fault(key, ACTIONS[key], detail)
