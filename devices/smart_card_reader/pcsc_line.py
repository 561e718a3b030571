"""The near side of the reader's process: every question has a deadline, and a process that misses it is killed."""

from collections.abc import Callable
from typing import Final

import msgspec

from devices import model
from devices.model import DeviceError
from devices.parts.child_process import open_child
from devices.port import Deadline, DescriptorPort
from devices.smart_card_reader.reader_process import Done, Failed, Request, Seen

_DECODER: Final[msgspec.json.Decoder[Seen | Done | Failed]] = msgspec.json.Decoder(Seen | Done | Failed)


class PcscLine:
    """Questions and answers over one reader process, started anew after it was given up."""

    def __init__(self, service: str = "", release: Callable[[], None] = lambda: None) -> None:
        """`service`: the socket of pcscd, "" for the usual one. `release` is called when the line is closed."""
        self._environment = {"PCSCLITE_CSOCK_NAME": service} if service else {}
        self._release = release
        self._port: DescriptorPort | None = None

    @property
    def running(self) -> bool:
        """Whether the process was not given up since the last question."""
        return self._port is not None

    def ask(self, request: Request, deadline: Deadline) -> Seen | Done | Failed:
        """One answer. Raises DeviceError `device.silent` when it did not come in time: the process is gone then."""
        try:
            return _DECODER.decode(self._exchange(request, deadline))
        except BaseException:
            self._give_up()
            raise

    def close(self) -> None:
        """End the process, whatever it is doing, and let go of what stands behind it. Never raises."""
        self._give_up()
        release, self._release = self._release, lambda: None
        release()

    def _exchange(self, request: Request, deadline: Deadline) -> bytes:
        if self._port is None:
            self._port = open_child("pcsc:", "devices.smart_card_reader.reader_process", environment=self._environment)
        self._port.write(msgspec.json.encode(request) + b"\n", deadline)
        heard = b""
        while not heard.endswith(b"\n"):
            chunk = self._port.read(4096, deadline)
            if not chunk:
                raise DeviceError(model.fault("device.silent", type(request).__name__))
            heard += chunk
        return heard

    def _give_up(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()
