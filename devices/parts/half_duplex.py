"""A line that many boards share (RS-485): one speaks at a time, pauses tell frames apart, adapters may echo."""

import time
from typing import Final
from urllib.parse import parse_qs

from devices.port import BytePort, Deadline

_WRITE_SECONDS: Final = 0.5
_SLOW_BAUD: Final = 9600
_BITS_A_CHARACTER: Final = 10
_MOST_UNASKED: Final = 4096
_SHORTEST_QUIET: Final = 0.00175
"""Above 19200 baud Modbus over serial line 1.02 asks for this pause, whatever the rate."""


def quiet_seconds(address: str) -> float:
    """The pause before anybody speaks: 3.5 characters at the line's rate; 9600 where the address tells none."""
    said = parse_qs(address.partition("?")[2]).get("baud", [""])[0]
    baud = int(said) if said.isdigit() and int(said) else _SLOW_BAUD
    return max(_SHORTEST_QUIET, 3.5 * _BITS_A_CHARACTER / baud)


class HalfDuplexLine:
    """The master's side: sends one request after a pause, gives back what comes, without its own echo."""

    def __init__(self, port: BytePort, *, echo: bool) -> None:
        """`echo`: whether the adapter also hears what it sends; exactly one copy of each request is dropped then."""
        self._port = port
        self._echo = echo
        self._owed = b""
        self._quiet = quiet_seconds(port.address)
        self._busy_at = 0.0

    @property
    def address(self) -> str:
        """Where it leads."""
        return self._port.address

    def send(self, request: bytes, deadline: Deadline) -> None:
        """Put one request on the line as soon as it has been quiet for long enough."""
        time.sleep(max(0.0, min(self._busy_at + self._quiet - time.monotonic(), deadline.left())))
        self._port.write(request, deadline.sooner(_WRITE_SECONDS))
        self._busy_at = time.monotonic()
        self._owed = request if self._echo else b""

    def read(self, deadline: Deadline) -> bytes:
        """What came next; b"" when the deadline passed."""
        while chunk := self._port.read(64, deadline):
            self._busy_at = time.monotonic()
            if rest := self._without_echo(chunk):
                return rest
        return b""

    def unasked(self) -> bytes:
        """What has arrived since the last exchange: pushes, late answers, noise. A line that never rests is cut off."""
        arrived, now = b"", Deadline.after(0)
        while len(arrived) < _MOST_UNASKED and (chunk := self.read(now)):
            arrived += chunk
        return arrived

    def close(self) -> None:
        """Let go of the line."""
        self._port.close()

    def _without_echo(self, chunk: bytes) -> bytes:
        if not self._owed:
            return chunk
        same = min(len(chunk), len(self._owed))
        if chunk[:same] != self._owed[:same]:
            self._owed = b""  # an adapter that does not echo after all
            return chunk
        self._owed = self._owed[same:]
        return chunk[same:]
