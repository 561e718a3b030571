"""Asking a device in numbered frames: an answer that is missing or damaged is asked for again, within the deadline."""

from typing import Final

from devices import model
from devices.model import DeviceError, Fault
from devices.parts import numbered
from devices.port import BytePort, Deadline
from devices.tally import Tally

ANSWER_SECONDS: Final = 0.6
_WRITE_SECONDS: Final = 0.6
_GAP_SECONDS: Final = 0.3
"""A frame that stops for this long is broken."""
_ASKS: Final = 3


class NumberedTalk:
    """One device on one line. Every order of its protocol may be said again without harm."""

    def __init__(self, port: BytePort, tally: Tally) -> None:
        self._port = port
        self._tally = tally
        self._number = 0

    def ask(self, code: int, data: bytes = b"", *, deadline: Deadline | None = None) -> tuple[int, bytes]:
        """Status and data of the answer. Raises DeviceError when the device is silent or garbled."""
        deadline = deadline or Deadline.after(2.0)
        problem = model.fault("device.silent")
        for attempt in range(_ASKS):
            if attempt:
                self._tally.add("retries")
            got = self._exchange(code, data, deadline)
            if not isinstance(got, Fault):
                self._tally.add("exchanges")
                return got
            self._tally.add("damaged_replies" if got.key == "device.garbled" else "timeouts")
            problem = got
            if deadline.expired:
                break
        raise DeviceError(problem)

    def close(self) -> None:
        """Let go of the line."""
        self._port.close()

    def _exchange(self, code: int, data: bytes, deadline: Deadline) -> tuple[int, bytes] | Fault:
        self._number = self._number % 255 + 1
        self._port.discard_input()
        self._port.write(numbered.encode(numbered.Frame(self._number, code, data)), deadline.sooner(_WRITE_SECONDS))
        until, frames, heard = deadline.sooner(ANSWER_SECONDS), numbered.FrameReader(), False
        while not until.expired and (chunk := self._port.read(64, until.sooner(_GAP_SECONDS) if heard else until)):
            heard = True
            for frame in frames.feed(chunk):
                if (frame.number, frame.code) == (self._number, code | numbered.ANSWER) and frame.data:
                    return frame.data[0], frame.data[1:]
        return model.fault("device.garbled" if heard else "device.silent", f"order {code:02X}")
