"""Where pictures come from: a stream over HTTP, a V4L2 device in a process of its own, a folder, a drawn page."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np

from devices import model
from devices.document_camera.edges import Pixels, pixels
from devices.document_camera.protocol import Event, NoStream, Picture, StreamReader, encode_request
from devices.document_camera.scene import Scene, draw, sample_page, seen
from devices.model import DeviceError
from devices.port import BytePort, Deadline

_FAULT_OF_STATUS: Final = {
    "HTTP status 401": "port.denied",
    "HTTP status 403": "port.denied",
    "HTTP status 410": "port.missing",
    "HTTP status 503": "port.busy",
}
"""These say all there is to say; a camera process of our own has no web page."""
_STALE_SECONDS: Final = 0.25
"""What waited longer in the buffers of a stream may show the document of the citizen before."""
_WRITE_SECONDS: Final = 0.5
_PIECE: Final = 1 << 16
_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff"})
ONE_MORE: Final = b"n"
"""What asks a camera process for a picture."""


@dataclass(frozen=True)
class Frame:
    """One picture as it came; never shown."""

    encoded: bytes = field(repr=False)

    @cached_property
    def digest(self) -> bytes:
        """Equal for equal bytes: a live camera's grain never repeats."""
        return sha256(self.encoded).digest()

    def pixels(self) -> Pixels:
        """All of it. Raises DeviceError `device.garbled`."""
        return self._decoded(cv2.IMREAD_COLOR)

    def glance(self) -> Pixels:
        """An eighth of its width and height, grey: enough to see whether anything can be seen, at little cost."""
        return self._decoded(cv2.IMREAD_REDUCED_GRAYSCALE_8)

    def _decoded(self, flags: int) -> Pixels:
        picture = None
        with suppress(cv2.error):
            picture = cv2.imdecode(np.frombuffer(self.encoded, np.uint8), flags)
        if picture is None:
            raise DeviceError(model.fault("device.garbled", f"picture of {len(self.encoded)} bytes"))
        return pixels(picture)


class FrameSource(Protocol):
    """One camera. Every failure is a DeviceError."""

    live: bool
    """Whether no two of its pictures can be the same, so that equal ones mean it is frozen."""

    def frame(self, deadline: Deadline) -> Frame:
        """A picture taken no more than a quarter of a second before this was called."""

    def close(self) -> None:
        """Let go of the camera. Never raises."""


class StreamSource:
    """Pictures over a line: pushed by a server, or one for each question to a camera process."""

    live = True

    def __init__(
        self, name: str, connect: Callable[[Deadline], BytePort], *, request: bytes = b"", question: bytes = b""
    ) -> None:
        """`name`: for technicians. `request` is sent when the line is opened, `question` before each picture."""
        self._name = name
        self._connect = connect
        self._request = request
        self._question = question
        self._port: BytePort | None = None
        self._reader = StreamReader()
        self._waiting: deque[Picture] = deque()
        self._fresh_until = Deadline(0.0)

    def frame(self, deadline: Deadline) -> Frame:
        """See FrameSource: a pushed stream nobody read for a while is opened anew, which empties every buffer."""
        if self._port is not None and self._request and self._fresh_until.expired:
            self._let_go()
        try:
            port = self._port or self._opened(deadline)
            if self._question:
                port.write(self._question, deadline.sooner(_WRITE_SECONDS))
            picture = self._next(port, deadline)
        except BaseException:
            self._let_go()  # what was asked for and comes too late must not be the answer to the next question
            raise
        self._fresh_until = Deadline.after(_STALE_SECONDS)
        return Frame(picture.jpeg)

    def close(self) -> None:
        """See FrameSource."""
        self._let_go()

    def _opened(self, deadline: Deadline) -> BytePort:
        self._port = port = self._connect(deadline)
        self._reader = StreamReader()
        if self._request:
            port.write(self._request, deadline.sooner(_WRITE_SECONDS))
        return port

    def _next(self, port: BytePort, deadline: Deadline) -> Picture:
        heard = False
        while not self._waiting:
            chunk = port.read(_PIECE, deadline)
            if not chunk:
                raise DeviceError(model.fault("device.garbled" if heard else "device.silent", "no whole picture"))
            heard = True
            for event in self._reader.feed(chunk):
                self._take(event)
        return self._waiting.popleft()

    def _take(self, event: Event) -> None:
        match event:
            case Picture():
                self._waiting.append(event)
            case NoStream(reason=reason):
                known = _FAULT_OF_STATUS.get(reason)
                detail = self._name if known else f"{self._name}: {reason}"
                raise DeviceError(model.fault(known or "device.wrong_kind", detail))
            case _:
                return

    def _let_go(self) -> None:
        port, self._port = self._port, None
        self._waiting.clear()
        if port is not None:
            port.close()


def stream_request(target: str) -> tuple[str, bytes]:
    """The line's address and the request for "HOST:PORT/PATH". Raises DeviceError `port.address_invalid`."""
    host, slash, path = target.partition("/")
    if ":" not in host or not target.isascii() or not target.isprintable() or " " in target:
        raise DeviceError(model.fault("port.address_invalid", f"mjpeg:{target!r}: expected mjpeg:HOST:PORT/PATH"))
    return f"tcp:{host}", encode_request(host, slash + path or "/")


class FolderSource:
    """The pictures of a folder one after the other, by name, and again from the first."""

    live = False

    def __init__(self, folder: Path) -> None:
        """Raises DeviceError `port.missing` when there is no picture in it."""
        self._folder = folder
        self._next = 0
        self._pictures()

    def frame(self, deadline: Deadline) -> Frame:  # noqa: ARG002 - a file of this machine is there or is not
        """See FrameSource."""
        there = self._pictures()
        chosen = there[self._next % len(there)]
        self._next += 1
        try:
            return Frame(chosen.read_bytes())
        except OSError as error:
            raise DeviceError(model.fault("port.lost", f"{chosen}")) from error

    def close(self) -> None:
        """See FrameSource."""

    def _pictures(self) -> list[Path]:
        try:
            there = sorted(path for path in self._folder.iterdir() if path.suffix.lower() in _SUFFIXES)
        except OSError as error:
            raise DeviceError(model.fault("port.missing", f"folder:{self._folder}")) from error
        if not there:
            raise DeviceError(model.fault("port.missing", f"no picture in folder:{self._folder}"))
        return there


class SyntheticSource:
    """A drawn page under a drawn camera, for screens and tests that need no line."""

    live = True

    def __init__(self, scene: Scene) -> None:
        self._desk = draw(scene, sample_page())
        self._number = 0

    def frame(self, deadline: Deadline) -> Frame:  # noqa: ARG002 - drawing takes what it takes
        """See FrameSource."""
        self._number += 1
        return Frame(encode_jpeg(seen(self._desk, self._number)))

    def close(self) -> None:
        """See FrameSource."""


def encode_jpeg(picture: Pixels, quality: int = 92) -> bytes:
    """As cameras send it."""
    _, encoded = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return encoded.tobytes()
