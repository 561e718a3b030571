"""A hall's network of its own: a namespace for each machine, a bridge between them, cables that can be pulled.

Needs root. Nothing of it is seen outside, and all of it is gone afterwards.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_UPSTREAM = "10.77.0.1"


@dataclass(frozen=True)
class Hall:
    """`hub` is the namespace of the bridge; machine 0 is the upstream, 1 to `terminals` are the others."""

    hub: str
    machines: tuple[str, ...]

    @property
    def upstream_address(self) -> str:
        """Where the upstream listens."""
        return _UPSTREAM

    def cable(self, machine: int, *, plugged: bool) -> None:
        """Pull the cable of one machine, or put it back. Nobody is told: packets are just gone."""
        _ip("-n", self.hub, "link", "set", f"port{machine}", "up" if plugged else "down")


@contextmanager
def hall(terminals: int) -> Iterator[Hall]:
    """Made, and taken away whatever happens."""
    name = f"suiban-{os.getpid()}"
    made = Hall(f"{name}-hub", tuple(f"{name}-{n}" for n in range(terminals + 1)))
    try:
        _batch([f"netns add {space}" for space in (made.hub, *made.machines)])
        _batch(_wires(made), made.hub)
        for n, machine in enumerate(made.machines):
            address = _UPSTREAM if n == 0 else f"10.77.0.{10 + n}"
            _batch([f"addr add {address}/24 dev eth0", "link set eth0 up", "link set lo up"], machine)
        yield made
    finally:
        for space in (*made.machines, made.hub):
            if Path("/run/netns", space).exists():
                subprocess.run(["ip", "netns", "delete", space], check=False, capture_output=True)


def enter(namespace: str) -> None:
    """From now on the calling thread, and those it starts, are in that machine."""
    with Path("/run/netns", namespace).open("rb") as space:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(space.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")


def _wires(made: Hall) -> list[str]:
    lines = ["link add bridge type bridge", "link set bridge up"]
    for n, machine in enumerate(made.machines):
        lines += [
            f"link add port{n} type veth peer name eth0 netns {machine}",
            f"link set port{n} master bridge",
            f"link set port{n} up",
        ]
    return lines


def _batch(lines: Sequence[str], namespace: str = "") -> None:
    within = ["-n", namespace] if namespace else []
    subprocess.run(
        ["ip", *within, "-batch", "-"], input="\n".join(lines) + "\n", check=True, capture_output=True, text=True
    )


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
