"""From the address in the settings to a source of pictures."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec

from devices import model
from devices.document_camera.scene import ADJUSTABLE, Scene, adjusted
from devices.document_camera.sources import (
    ONE_MORE,
    FolderSource,
    Frame,
    FrameSource,
    StreamSource,
    SyntheticSource,
    stream_request,
)
from devices.document_camera.vision import Limits
from devices.kind import OPEN_SECONDS
from devices.model import DeviceError
from devices.parts.child_process import open_child
from devices.port import BytePort, Deadline, open_port, resolve
from devices.recording.recorder import RecordedPort, Recorder


class DocumentCameraOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What differs between models and places."""

    dpi: int = 200
    """Of the straightened page."""
    width: int = 0
    height: int = 0
    """The size asked of a V4L2 device; 0 = what it has set."""
    limits: Limits = Limits()


def open_source(address: str, options: DocumentCameraOptions, recorder: Recorder | None) -> FrameSource:
    """Take "v4l2:PATH", "mjpeg:HOST:PORT/PATH", "folder:PATH", "synthetic:?blur=2" or "simulator:document-camera"."""
    behind, end = resolve(address, Deadline.after(OPEN_SECONDS))
    scheme, _, rest = behind.partition(":")
    try:
        source = _source(scheme, rest, options, recorder)
    except BaseException:
        end()
        raise
    return _Released(source, end)


def _source(scheme: str, rest: str, options: DocumentCameraOptions, recorder: Recorder | None) -> FrameSource:
    match scheme:
        case "mjpeg":
            line, request = stream_request(rest)
            return StreamSource(line, lambda deadline: _recorded(open_port(line, deadline), recorder), request=request)
        case "v4l2":
            arguments = (rest, str(options.width), str(options.height))
            return StreamSource(
                f"v4l2:{rest}",
                lambda _: _camera_process(rest, *arguments),
                question=ONE_MORE,
            )
        case "folder":
            return FolderSource(Path(rest))
        case _:
            return SyntheticSource(_scene(rest))


def _camera_process(device: str, *arguments: str) -> BytePort:
    if not Path(device).exists():  # said at once: the process itself needs a second or more to say it
        raise DeviceError(model.fault("port.missing", f"v4l2:{device}"))
    return open_child(f"v4l2:{device}", "devices.document_camera.v4l2_process", *arguments)


def _recorded(port: BytePort, recorder: Recorder | None) -> BytePort:
    return port if recorder is None else RecordedPort(port, recorder)


def _scene(rest: str) -> Scene:
    try:
        said = {name: float(value) for name, value in parse_qsl(rest.partition("?")[2])}
    except ValueError:
        said = {"": 0.0}
    if not said.keys() <= set(ADJUSTABLE):
        expected = ", ".join(ADJUSTABLE)
        raise DeviceError(model.fault("port.address_invalid", f"synthetic:{rest}: expected numbers for {expected}"))
    return adjusted(Scene(), said)


class _Released:
    """A source and what ends with it, such as a simulator's process."""

    def __init__(self, source: FrameSource, end: Callable[[], None]) -> None:
        self.live = source.live
        self._source = source
        self._end = end

    def frame(self, deadline: Deadline) -> Frame:
        """See FrameSource."""
        return self._source.frame(deadline)

    def close(self) -> None:
        """See FrameSource."""
        self._source.close()
        end, self._end = self._end, lambda: None
        end()
