"""A camera above a desk that serves MJPEG over HTTP: pages are laid and taken, light, lens and firmware misbehave."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from devices.document_camera.edges import Pixels, pixels
from devices.document_camera.protocol import decode_request, encode_head, encode_picture
from devices.document_camera.scene import ADJUSTABLE, Scene, adjusted, draw, sample_page, seen
from devices.document_camera.sources import encode_jpeg
from devices.simulation.faults import Where

LINE: Final = "tcp"
ADDRESS: Final = "mjpeg:{port}/video"
OPTIONS: Final = {
    "page": ("sample", 'what lies on the desk: sample, a picture file, or "none"'),
    "width": ("2048", "of its pictures; the height is three quarters of it"),
    "rate": ("5", "pictures a second"),
}

PATH: Final = "/video"


class SimulatedDocumentCamera:
    """The camera's side of the line."""

    where = Where()

    def __init__(self, page: Pixels | None, width: int, rate: float) -> None:
        self.contradicting = False
        self._scene = Scene(size=(width, width * 3 // 4), pages=0 if page is None else 1)
        self._page = page
        self._seconds = 1 / rate
        self._desk: Pixels | None = None
        self._frozen: bytes | None = None
        self._asking: dict[int, bytes] = {}
        self._watching: set[int] = set()
        self._next_at = 0.0
        self._number = 0

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:
        """See SimulatedDevice."""
        if not chunk:
            self._asking.pop(peer, None)
            self._watching.discard(peer)
            return []
        asked = self._asking.pop(peer, b"") + chunk
        try:
            path = decode_request(asked)
        except ValueError:
            return [encode_head(400)]
        if path is None:
            self._asking[peer] = asked
            return []
        if path != PATH:
            return [encode_head(404)]
        self._watching.add(peer)
        return [encode_head()]

    def next_at(self) -> float:
        """See BroadcastingDevice."""
        return self._next_at if self._watching else math.inf

    def spoken(self) -> Sequence[tuple[int, bytes]]:
        """See BroadcastingDevice: one picture for everybody who watches."""
        self._next_at = time.monotonic() + self._seconds
        part = encode_picture(self._picture())
        return [(peer, part) for peer in sorted(self._watching)]

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """See SimulatedDevice."""
        match order.get("do"):
            case "put_page":
                self._page = _page(str(order.get("page", "sample")))
                many = order.get("pages", 1)
                self._scene = replace(self._scene, pages=many if isinstance(many, int) else 1)
            case "take_page":
                self._scene = replace(self._scene, pages=0)
            case "set":
                self._scene = adjusted(
                    self._scene, {name: _number(order[name]) for name in ADJUSTABLE if name in order}
                )
            case "cover_lens":
                self._scene = replace(self._scene, light=0.01)
            case "freeze":
                self._frozen = self._picture()
                return []
            case unknown:
                raise ValueError(f"no order {unknown!r}")
        self._desk = None
        return []

    def restarted(self) -> None:
        """See SimulatedDevice."""
        self._asking.clear()
        self._watching.clear()
        self._frozen = None

    def state(self) -> dict[str, object]:
        """See SimulatedDevice."""
        return {"pages": self._scene.pages, "pictures": self._number, "watching": len(self._watching)}

    def _picture(self) -> bytes:
        if self._frozen is not None:
            return self._frozen
        if self.contradicting:  # it says image/jpeg and sends something else
            return bytes(1024)
        if self._desk is None:
            page = self._page if self._page is not None else sample_page()
            self._desk = draw(self._scene, page)
        self._number += 1
        return encode_jpeg(seen(self._desk, self._number))


def simulated(options: Mapping[str, str]) -> SimulatedDocumentCamera:
    """A camera with a page under it, or none. Raises ValueError for a page that is no picture."""
    return SimulatedDocumentCamera(_page(options["page"]), int(options["width"]), float(options["rate"]))


def _page(name: str) -> Pixels | None:
    if name == "none":
        return None
    if name == "sample":
        return sample_page()
    encoded = np.fromfile(name, np.uint8) if Path(name).is_file() else np.empty(0, np.uint8)
    picture = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    if picture is None:
        raise ValueError(f"no picture {name!r}; there are: none, sample, or the path of one")
    return pixels(picture)


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"no number {value!r}")
    return float(value)
