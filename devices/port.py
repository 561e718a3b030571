"""One byte line with a deadline on every call, whatever it is made of. The only file that knows pyserial."""

import contextlib
import errno
import fcntl
import math
import os
import select
import socket
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import parse_qsl

import serial

from devices import model
from devices.hosts import endpoint
from devices.model import DeviceError
from devices.simulator_process import SimulatorProcess

PIECE: Final = 256
"""Bytes taken or given in one system call: small, so that a line that breaks loses little."""

_BAUD: Final = 115200

_OPEN_FAULTS: Final = {
    errno.ENOENT: "port.missing",
    errno.ENXIO: "port.missing",
    errno.ENODEV: "port.missing",
    errno.EIO: "port.missing",
    errno.EAGAIN: "port.busy",
    errno.EBUSY: "port.busy",
    errno.EACCES: "port.denied",
    errno.EPERM: "port.denied",
}
_FLOWS: Final = {"none": {}, "xonxoff": {"xonxoff": True}, "rtscts": {"rtscts": True}, "dsrdtr": {"dsrdtr": True}}


@dataclass(frozen=True)
class Deadline:
    """A moment on the monotonic clock after which nobody waits any longer."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """The deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.at - time.monotonic())

    @property
    def expired(self) -> bool:
        """Whether no time is left."""
        return self.left() == 0.0

    def sooner(self, seconds: float) -> "Deadline":
        """The same, or the one that many seconds from now if that comes first."""
        return Deadline(min(self.at, time.monotonic() + seconds))


class BytePort(Protocol):
    """What a driver holds: bytes in, bytes out, each call bounded. Every failure is a DeviceError `port.…`."""

    @property
    def address(self) -> str:
        """Where it leads, as in the settings."""

    def read(self, limit: int, deadline: Deadline) -> bytes:
        """At least one byte as soon as there is one, at most `limit`; b"" when the deadline passed."""

    def write(self, payload: bytes, deadline: Deadline) -> None:
        """All of `payload`, or DeviceError `port.stuck` when the deadline passed first."""

    def discard_input(self) -> int:
        """Throw away what has arrived so far; how many bytes that were."""

    def close(self) -> None:
        """Let go of the line. What was not sent yet is dropped, so that it cannot come out later. Never raises."""


class DescriptorPort:
    """A port over any non-blocking file descriptor: tty, pseudo-terminal or socket."""

    def __init__(self, address: str, descriptor: int, release: Callable[[], None]) -> None:
        self.address = address
        self.descriptor = descriptor
        self._release = release
        self._open = True

    def read(self, limit: int, deadline: Deadline) -> bytes:
        """See BytePort."""
        while self._ready(select.POLLIN, deadline):
            try:
                chunk = os.read(self.descriptor, min(limit, PIECE))
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._broken("port.lost", error) from error
            if not chunk:  # ready, yet nothing there: the other end is gone
                raise self._broken("port.lost", None)
            return chunk
        return b""

    def write(self, payload: bytes, deadline: Deadline) -> None:
        """See BytePort."""
        rest = memoryview(payload)
        while rest:
            if not self._ready(select.POLLOUT, deadline):
                raise self._broken("port.stuck", None)
            try:
                rest = rest[os.write(self.descriptor, rest[:PIECE]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._broken("port.lost", error) from error

    def discard_input(self) -> int:
        """See BytePort."""
        gone, now = 0, Deadline.after(0)
        while gone < 1 << 16 and (chunk := self.read(PIECE, now)):
            gone += len(chunk)
        return gone

    def retune(self, baud: int) -> None:
        """Set another baud rate without letting go: opening a line anew would reset boards that listen to DTR."""
        try:
            attributes = termios.tcgetattr(self.descriptor)
            attributes[4] = attributes[5] = getattr(termios, f"B{baud}")
            termios.tcsetattr(self.descriptor, termios.TCSANOW, attributes)
        except (OSError, termios.error) as error:
            raise self._broken("port.lost", error) from error

    def close(self) -> None:
        """See BytePort."""
        if self._open:
            self._open = False
            self._release()

    def _ready(self, event: int, deadline: Deadline) -> bool:
        if not self._open:
            raise DeviceError(model.fault("port.lost", f"{self.address} is closed"))
        poll = select.poll()
        poll.register(self.descriptor, event)
        return bool(poll.poll(math.ceil(deadline.left() * 1000)))

    def _broken(self, key: str, cause: BaseException | None) -> DeviceError:
        self.close()
        return DeviceError(model.fault(key, f"{self.address} {_reason(cause)}".rstrip()))


def open_port(address: str, deadline: Deadline) -> DescriptorPort:
    """Open "serial:/dev/ttyUSB0?baud=9600&flow=xonxoff", "tcp:host:port" or "simulator:KIND?card=resident".

    A bare path means serial. Raises DeviceError `port.missing`, `port.busy`, `port.denied`, `port.address_invalid`.
    """
    scheme, _, rest = ("serial", "", address) if address.startswith("/") else address.partition(":")
    target, _, query = rest.partition("?")
    options = dict(parse_qsl(query))
    match scheme:
        case "serial" if target:
            return _open_serial(address, target, options)
        case "tcp" if ":" in target:
            return _open_tcp(address, target, deadline)
        case "simulator" if target:
            return _open_simulator(address, deadline)
    raise DeviceError(
        model.fault("port.address_invalid", f"{address!r}: expected serial:PATH, tcp:HOST:PORT or simulator:KIND")
    )


def baud_of(address: str) -> int:
    """Bits a second of the line an address names, as far as it says so."""
    said = dict(parse_qsl(address.partition("?")[2])).get("baud", "")
    return int(said) if said.isdecimal() and int(said) else _BAUD


def resolve(address: str, deadline: Deadline) -> tuple[str, Callable[[], None]]:
    """The address behind "simulator:KIND?…", whose process is started here, and how to end it; any other as it is.

    For kinds whose line is none of ours (HTTP, PC/SC). Raises DeviceError `port.missing`.
    """
    scheme, _, rest = address.partition(":")
    if scheme != "simulator":
        return address, lambda: None
    kind, _, query = rest.partition("?")
    process = SimulatorProcess.start(kind, dict(parse_qsl(query)))
    try:
        return process.wait_for_address(deadline.left()), process.end
    except BaseException:
        process.end()
        raise


def _open_serial(address: str, path: str, options: dict[str, str]) -> DescriptorPort:
    try:
        line = serial.Serial(
            path,
            baudrate=int(options.get("baud", _BAUD)),
            parity=options.get("parity", "N"),
            timeout=0,
            write_timeout=0,
            exclusive=True,
            **_FLOWS[options.get("flow", "none")],
        )
    except (KeyError, ValueError) as error:
        expected = "expected baud=NUMBER, parity=N, E or O, flow=none, xonxoff, rtscts or dsrdtr"
        raise DeviceError(model.fault("port.address_invalid", f"{address}: {expected}")) from error
    except (OSError, termios.error) as error:
        key = _OPEN_FAULTS.get(_number(error), "port.missing")
        raise DeviceError(model.fault(key, f"{address} {_reason(error)}")) from error
    descriptor = line.fileno()
    # pyserial's flock is only advisory; this one also stops programs that do not ask (except root's)
    with contextlib.suppress(OSError):
        fcntl.ioctl(descriptor, termios.TIOCEXCL)

    def release() -> None:
        # without the flush, closing a tty whose peer stopped reading waits up to 30 s for the driver's buffer
        for undo in (
            lambda: termios.tcflush(descriptor, termios.TCOFLUSH),
            lambda: fcntl.ioctl(descriptor, termios.TIOCNXCL),
        ):
            with contextlib.suppress(OSError, termios.error):
                undo()
        with contextlib.suppress(OSError, termios.error):
            line.close()

    return DescriptorPort(address, descriptor, release)


def _open_tcp(address: str, target: str, deadline: Deadline) -> DescriptorPort:
    host, _, number = target.rpartition(":")
    there = endpoint(address, host, number)
    try:
        line = socket.create_connection(there, timeout=max(0.001, deadline.left()))
    except OSError as error:
        raise DeviceError(model.fault("port.missing", f"{address} {_reason(error)}")) from error
    line.setblocking(False)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return DescriptorPort(address, line.fileno(), line.close)


def _open_simulator(address: str, deadline: Deadline) -> DescriptorPort:
    behind, end = resolve(address, deadline)
    try:
        line = open_port(behind, deadline)
    except BaseException:
        end()
        raise

    def release() -> None:
        line.close()
        end()

    return DescriptorPort(address, line.descriptor, release)


def _number(error: BaseException) -> int:
    found = error.errno if isinstance(error, OSError) else error.args[0] if error.args else 0
    return found if isinstance(found, int) else 0


def _reason(error: BaseException | None) -> str:
    if isinstance(error, socket.gaierror):  # its numbers are not the system's
        return str(error.strerror)
    number = _number(error) if error is not None else 0
    return os.strerror(number) if number else type(error).__name__ if error is not None else ""
