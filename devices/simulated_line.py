"""The line a simulator sits behind, a pseudo-terminal or a socket: it can be unplugged, comes back, has faults."""

import contextlib
import fcntl
import heapq
import json
import os
import selectors
import socket
import termios
import time
import tty
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final, Protocol

from devices.faults import GARBAGE, Act, Faults, Replug, Restart, Send, Unplug, Where
from devices.uart import misheard

_TICK_SECONDS: Final = 0.25
_FLAP_SECONDS: Final = 0.05
_SPEEDS: Final = {baud: int(getattr(termios, f"B{baud}")) for baud in (115200, 57600, 38400, 19200, 9600, 4800, 2400)}


class SimulatedDevice(Protocol):
    """The device behind the line: bytes in, answers out; orders change the world around it."""

    where: Where
    contradicting: bool

    def received(self, chunk: bytes, peer: int = 0) -> list[bytes]:
        """Answers to the next bytes, one item a frame. `peer` tells connections of a socket apart; a tty has one, 0.

        A socket's device hears b"" when that peer has hung up.
        """

    def ordered(self, order: Mapping[str, object]) -> list[bytes]:
        """Carry out an order of the control socket; what the device then says by itself. ValueError: unknown order."""

    def restarted(self) -> None:
        """Power was gone for a moment."""

    def state(self) -> dict[str, object]:
        """What the world looks like now."""


class Line(Protocol):
    """One line with the simulator at its near end."""

    @property
    def port(self) -> str:
        """What leads to the far end, for the address."""

    def listening(self) -> tuple[int, ...]:
        """The descriptors to watch; none while unplugged."""

    def plug(self) -> None:
        """It is there (again)."""

    def unplug(self) -> None:
        """It is gone; whoever has it open gets an error."""

    def let_anyone_in(self) -> None:
        """Forget what a killed program left behind on the line."""

    def send(self, payload: bytes, peer: int) -> None:
        """Put bytes on the line; what nobody takes is lost."""

    def receive(self, descriptor: int) -> tuple[int, bytes] | None:
        """Who said what; None when nobody said anything after all."""

    def at_speed(self, baud: int) -> bool:
        """Whether the other end has set this speed."""


class PtyLine:
    """Master and slave of one pseudo-terminal, with a stable link to the slave like a by-path name.

    `baud`: the device's rate; what is said at another one is misheard, both ways. 0 understands any.
    """

    def __init__(self, link: Path | None, baud: int = 0) -> None:
        self._link = link
        self._baud = baud
        self._ends: tuple[int, int] | None = None
        self.path = ""
        self.plug()

    @property
    def port(self) -> str:
        """The link, or the pseudo-terminal's own name."""
        return str(self._link or self.path)

    def listening(self) -> tuple[int, ...]:
        """See Line."""
        return self._ends[:1] if self._ends else ()

    def plug(self) -> None:
        """A new pseudo-terminal under a new name; the link points to it."""
        if self._ends:
            return
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._ends, self.path = (master, slave), os.ttyname(slave)
        if self._link:
            fresh = self._link.with_name(f".{self._link.name}.{os.getpid()}")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(self.path)
            fresh.replace(self._link)

    def unplug(self) -> None:
        """The node and its link are gone; whoever has it open gets an error."""
        if self._link and self._ends:
            self._link.unlink(missing_ok=True)
        for end in self._ends or ():
            os.close(end)
        self._ends = None

    def let_anyone_in(self) -> None:
        """Undo the exclusive mode of a program that was killed: a real tty forgets it, one held open here would not."""
        if self._ends:
            fcntl.ioctl(self._ends[1], termios.TIOCNXCL)

    def send(self, payload: bytes, peer: int = 0) -> None:  # noqa: ARG002 - a tty has one peer
        """Put bytes on the line; what nobody takes is lost, as on a real one."""
        if self._baud:
            payload = misheard(payload, self._baud, self._speed())
        while payload and self._ends:
            try:
                payload = payload[os.write(self._ends[0], payload) :]
            except OSError:
                return

    def receive(self, descriptor: int) -> tuple[int, bytes] | None:
        """What has arrived."""
        try:
            chunk = os.read(descriptor, 4096)
        except OSError:
            return None
        return 0, misheard(chunk, self._speed(), self._baud) if self._baud else chunk

    def at_speed(self, baud: int) -> bool:
        """Whether the other end has set this speed."""
        return self._ends is not None and termios.tcgetattr(self._ends[0])[4] == baud

    def _speed(self) -> int:
        """Bits a second the other end has set; the device's own while nobody has set one we know."""
        return next((baud for baud, number in _SPEEDS.items() if self.at_speed(number)), self._baud)


class TcpLine:
    """A listening socket on the loopback and the peers that called it."""

    def __init__(self, port: int = 0) -> None:
        self._number = port
        self._listener: socket.socket | None = None
        self._peers: dict[int, socket.socket] = {}
        self.plug()

    @property
    def port(self) -> str:
        """HOST:PORT; the number stays the same over unplugging."""
        return f"127.0.0.1:{self._number}"

    def listening(self) -> tuple[int, ...]:
        """See Line."""
        return (self._listener.fileno(), *self._peers) if self._listener else ()

    def plug(self) -> None:
        """Listen, at the same port as before."""
        if self._listener:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._number))
        listener.listen()
        listener.setblocking(False)
        self._listener, self._number = listener, listener.getsockname()[1]

    def unplug(self) -> None:
        """Nobody listens any more, and every peer is cut off."""
        for gone in (self._listener, *self._peers.values()):
            if gone:
                gone.close()
        self._listener = None
        self._peers.clear()

    def let_anyone_in(self) -> None:
        """See Line; sockets forget by themselves."""

    def send(self, payload: bytes, peer: int) -> None:
        """See Line."""
        if peer in self._peers:
            line = self._peers[peer]
            with contextlib.suppress(OSError):
                line.settimeout(1.0)
                line.sendall(payload)
            line.setblocking(False)

    def hang_up(self, peer: int) -> None:
        """Close one connection."""
        if peer in self._peers:
            self._peers.pop(peer).close()

    def receive(self, descriptor: int) -> tuple[int, bytes] | None:
        """See Line; a peer that hung up says b""."""
        if self._listener and descriptor == self._listener.fileno():
            with contextlib.suppress(OSError):
                caller, _ = self._listener.accept()
                caller.setblocking(False)
                caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._peers[caller.fileno()] = caller
            return None
        try:
            chunk = self._peers[descriptor].recv(1 << 16)
        except BlockingIOError:
            return None
        except OSError:
            chunk = b""
        if not chunk:
            self.hang_up(descriptor)
        return descriptor, chunk

    def at_speed(self, baud: int) -> bool:  # noqa: ARG002 - a socket has no speed
        """See Line."""
        return True


@dataclass(order=True)
class _Due:
    at: float
    number: int
    act: Act = field(compare=False)
    peer: int = field(compare=False)


class SimulatorServer:
    """One thread, one loop: the line, the control socket, the clock."""

    def __init__(
        self, device: SimulatedDevice, line: Line, faults: Faults, control: Path | None = None, pace: int = 0
    ) -> None:
        """`pace`: baud at which bytes take the time they take on a real line (8N1); 0 = as fast as the machine."""
        self._seconds_a_byte = 10 / pace if pace else 0.0
        self._line_free_at = 0.0
        self._device = device
        self._line = line
        self._faults = faults
        self._selector = selectors.DefaultSelector()
        self._due: list[_Due] = []
        self._numbers = count()
        self._listening: set[int] = set()
        self._running = True
        if control:
            listening = _listen(control)
            self._selector.register(listening, selectors.EVENT_READ, lambda: self._accept(listening))

    def stop(self, *_: object) -> None:
        """End the loop soon; also fit as a signal handler."""
        self._running = False

    def watch(self, descriptor: int) -> None:
        """End when this descriptor closes."""

        def heard() -> None:
            self._running = bool(os.read(descriptor, 1024))

        self._selector.register(descriptor, selectors.EVENT_READ, heard)

    def serve(self) -> None:
        """Serve until stopped, then take link and sockets away."""
        try:
            while self._running:
                self._once()
        finally:
            self._line.unplug()
            for key in list(self._selector.get_map().values()):
                if isinstance(key.fileobj, socket.socket):
                    key.fileobj.close()
            self._selector.close()

    def _once(self) -> None:
        self._listen_to_line()
        pause = min(_TICK_SECONDS, self._due[0].at - time.monotonic()) if self._due else _TICK_SECONDS
        for key, _ in self._selector.select(max(0.0, pause)):
            heard: Callable[[], None] = key.data
            heard()
        self._line.let_anyone_in()
        if self._faults.name == "flapping" and not self._due:
            self._schedule((Unplug(_FLAP_SECONDS), Replug(_FLAP_SECONDS)))
        while self._due and self._due[0].at <= time.monotonic():
            due = heapq.heappop(self._due)
            self._do(due.act, due.peer)

    def _listen_to_line(self) -> None:
        wanted = set() if self._faults.name == "stuck" else set(self._line.listening())
        for gone in self._listening - wanted:
            self._ignore(gone)
        for descriptor in wanted - self._listening:
            self._selector.register(descriptor, selectors.EVENT_READ, partial(self._heard, descriptor))
        self._listening = wanted

    def _ignore(self, descriptor: int) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(descriptor)
        self._listening.discard(descriptor)

    def _heard(self, descriptor: int) -> None:
        if descriptor not in self._line.listening():
            return  # unplugged since the selector woke
        heard = self._line.receive(descriptor)
        if heard is None:
            return
        peer, chunk = heard
        if descriptor not in self._line.listening():
            self._ignore(descriptor)
        self._line_free_at = max(self._line_free_at, time.monotonic()) + len(chunk) * self._seconds_a_byte
        self._device.contradicting = self._faults.name == "contradiction"
        if self._faults.name == "echo":
            self._line.send(chunk, peer)
        if self._faults.name == "baud-mismatch" and not self._line.at_speed(termios.B9600):
            self._line.send(GARBAGE, peer)
            return
        for answer in self._device.received(chunk, peer):
            self._schedule(self._faults.shape(answer, self._device.where), peer)

    def _schedule(self, acts: tuple[Act, ...], peer: int = 0) -> None:
        at = max(time.monotonic(), self._line_free_at)
        for act in acts:
            at += act.after
            if isinstance(act, Send):
                at += len(act.payload) * self._seconds_a_byte
            if at <= time.monotonic() and not self._due:
                self._do(act, peer)
            else:
                heapq.heappush(self._due, _Due(at, next(self._numbers), act, peer))

    def _do(self, act: Act, peer: int) -> None:
        match act:
            case Send(payload=payload):
                self._line.send(payload, peer)
            case Unplug():
                self._unplug()
            case Replug():
                self._line.plug()
            case Restart():
                self._device.restarted()

    def _unplug(self) -> None:
        for descriptor in tuple(self._listening):
            self._ignore(descriptor)
        self._line.unplug()

    def _accept(self, control: socket.socket) -> None:
        client, _ = control.accept()
        client.settimeout(1.0)
        lines = bytearray()

        def heard() -> None:
            try:
                chunk = client.recv(65536)
                lines.extend(chunk)
                while b"\n" in lines:
                    line, _, rest = bytes(lines).partition(b"\n")
                    lines[:] = rest
                    client.sendall(json.dumps(self._order(line), ensure_ascii=False).encode() + b"\n")
            except OSError:
                chunk = b""
            if not chunk:
                self._selector.unregister(client)
                client.close()

        self._selector.register(client, selectors.EVENT_READ, heard)

    def _order(self, line: bytes) -> dict[str, object]:
        try:
            self._carry_out(dict(json.loads(line)))
        except (KeyError, TypeError, ValueError) as error:
            return {"ok": False, "error": str(error), "state": self._state()}
        return {"ok": True, "state": self._state()}

    def _carry_out(self, order: dict[str, object]) -> None:
        match order.get("do"):
            case "state":
                return
            case "unplug":
                self._unplug()
            case "replug":
                self._device.restarted()
                self._line.plug()
            case "fault":
                self._due.clear()  # what the fault before still had to send
                times = order.get("times")
                self._faults.put(str(order.get("name", "none")), times if isinstance(times, int) else None)
            case _:
                for answer in self._device.ordered(order):
                    self._schedule(self._faults.shape(answer, self._device.where))

    def _state(self) -> dict[str, object]:
        plugged = bool(self._line.listening())
        path = self._line.path if isinstance(self._line, PtyLine) else self._line.port
        return {
            "plugged": plugged,
            "port": path if plugged else None,
            "fault": self._faults.name or "none",
            **self._device.state(),
        }


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    control = socket.socket(socket.AF_UNIX)
    control.bind(str(path))
    control.listen()
    return control
