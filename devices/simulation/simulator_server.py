"""A simulator's one loop: the line and its faults, the control socket, the clock."""

import contextlib
import heapq
import json
import math
import os
import selectors
import socket
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from devices.simulation.faults import GARBAGE, Act, Faults, Replug, Restart, Send, Unplug, Where
from devices.simulation.simulated_line import Line, PtyLine

_TICK_SECONDS: Final = 0.25
_FLAP_SECONDS: Final = 0.05


class SimulatedDevice(Protocol):
    """The device behind the line: bytes in, answers out; orders change the world around it."""

    where: Where
    contradicting: bool

    def received(self, chunk: bytes, peer: int = 0) -> Sequence[bytes | Send]:
        """Answers to the next bytes, one item a frame; a Send comes at its own time, and no fault shapes it.

        `peer` tells connections of a socket apart; a tty has one, 0. A socket's device hears b"" when it has hung up.
        """

    def ordered(self, order: Mapping[str, object]) -> Sequence[bytes | Send]:
        """Carry out an order of the control socket; what the device then says by itself. ValueError: unknown order."""

    def restarted(self) -> None:
        """Power was gone for a moment."""

    def state(self) -> dict[str, object]:
        """What the world looks like now."""


@runtime_checkable
class BroadcastingDevice(Protocol):
    """A device that goes on speaking without being asked, such as a camera; it hears b"" also when it is unplugged."""

    def next_at(self) -> float:
        """When it has something to say, in monotonic seconds; infinity while nobody listens."""

    def spoken(self) -> Sequence[tuple[int, bytes]]:
        """What it says now, and to which peer."""


@dataclass(order=True)
class _Due:
    at: float
    number: int
    act: Act = field(compare=False)
    peer: int = field(compare=False)


class SimulatorServer:
    """One thread, one loop: the line, the control socket, the clock."""

    def __init__(
        self,
        device: SimulatedDevice,
        line: Line,
        faults: Faults,
        *,
        stranger: Callable[[], SimulatedDevice],
        control: Path | None = None,
        pace: int = 0,
    ) -> None:
        """`pace`: baud at which bytes take the time they take on a real line (8N1); 0 = as fast as the machine.

        `stranger`: the device of another kind that answers while two devices are swapped.
        """
        self._seconds_a_byte = 10 / pace if pace else 0.0
        self._line_free_at = self._whole_at = 0.0
        self._device = device
        self._make_stranger = stranger
        self._stranger: SimulatedDevice | None = None
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
        speaker = self._device if isinstance(self._device, BroadcastingDevice) else None
        next_at = self._due[0].at if self._due else speaker.next_at() if speaker else math.inf
        pause = min(_TICK_SECONDS, next_at - time.monotonic())
        for key, _ in self._selector.select(max(0.0, pause)):
            heard: Callable[[], None] = key.data
            heard()
        self._line.let_anyone_in()
        if self._faults.name == "flapping" and not self._due:
            self._schedule((Unplug(_FLAP_SECONDS), Replug(_FLAP_SECONDS)))
        # only on a line that is free: what a slow one has not taken yet is not followed by more
        if speaker and not self._due and self._there() is self._device and speaker.next_at() <= time.monotonic():
            self._device.contradicting = self._faults.name == "contradiction"
            for peer, spoken in speaker.spoken():
                self._answer(spoken, peer)
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
        for answer in self._there().received(chunk, peer):
            self._answer(answer, peer)

    def _there(self) -> SimulatedDevice:
        """The device at the end of the line."""
        if self._faults.name != "swapped":
            self._stranger = None
            return self._device
        self._stranger = self._stranger or self._make_stranger()
        return self._stranger

    def _answer(self, answer: bytes | Send, peer: int = 0) -> None:
        acts = (answer,) if isinstance(answer, Send) else self._faults.shape(answer, self._device.where)
        self._schedule(acts, peer)

    def _schedule(self, acts: tuple[Act, ...], peer: int = 0) -> None:
        at = max(time.monotonic(), self._line_free_at, self._whole_at)
        for act in acts:
            at += act.after
            if isinstance(act, Send):
                at += len(act.payload) * self._seconds_a_byte
            if at <= time.monotonic() and not self._due:
                self._do(act, peer)
            else:
                heapq.heappush(self._due, _Due(at, next(self._numbers), act, peer))
        if sum(isinstance(act, Send) for act in acts) > 1:
            self._whole_at = at  # no device begins an answer inside another one

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
            if isinstance(self._device, BroadcastingDevice):
                self._device.received(b"", descriptor)
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
                self._whole_at = 0.0
                times = order.get("times")
                self._faults.put(str(order.get("name", "none")), times if isinstance(times, int) else None)
            case _:
                for answer in self._device.ordered(order):
                    self._answer(answer)

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
