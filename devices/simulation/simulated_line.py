"""The line a simulator sits behind, a pseudo-terminal or a socket: it can be unplugged and comes back."""

import contextlib
import fcntl
import os
import socket
import termios
import tty
from pathlib import Path
from typing import Final, Protocol

from devices.simulation.uart import misheard

_SPEEDS: Final = {baud: int(getattr(termios, f"B{baud}")) for baud in (115200, 57600, 38400, 19200, 9600, 4800, 2400)}


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
        if os.ttyname(slave) == self.path:  # the number is free again; a device that comes back gets another one
            held, (master, slave) = (master, slave), os.openpty()
            for end in held:
                os.close(end)
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
