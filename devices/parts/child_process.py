"""A library whose calls may never return, in a process of its own that can be killed: its line is a port like any."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from devices import model
from devices.model import DeviceError
from devices.port import DescriptorPort

_ROOT: Final = str(Path(__file__).resolve().parents[2])
_KILL_SECONDS: Final = 1.0


def open_child(
    address: str, module: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> DescriptorPort:
    """Start `python -m MODULE`, with one end of a socket pair as its standard input; the port is the other end.

    Closing the port kills the process, whatever it is doing; when it dies by itself the port is lost. A child ends
    when its standard input closes, so it never outlives the terminal.
    """
    ours, theirs = socket.socketpair()
    path = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH", ""))))
    with theirs:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={**os.environ, **(environment or {}), "PYTHONPATH": path},
            )
        except OSError as error:
            ours.close()
            raise DeviceError(model.fault("device.failed", os.strerror(error.errno or 0))) from error
    ours.setblocking(False)

    def release() -> None:
        ours.close()
        process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_KILL_SECONDS)

    return DescriptorPort(address, ours.fileno(), release)
