"""A simulator as a process of its own, for "simulator:KIND" addresses. It ends when its standard input closes."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path

from devices import model
from devices.model import DeviceError


class SimulatorProcess:
    """One running `python -m devices.simulate KIND`."""

    def __init__(self, process: subprocess.Popen[bytes], kind: str) -> None:
        self._process = process
        self._kind = kind

    @classmethod
    def start(cls, kind: str, options: dict[str, str]) -> "SimulatorProcess":
        """Start it; `options` become `--name value` arguments."""
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        root = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
        process = subprocess.Popen(
            [sys.executable, "-m", "devices.simulate", kind, "--while-stdin", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        return cls(process, kind)

    def wait_for_address(self, seconds: float) -> str:
        """Its address, such as "serial:/dev/pts/3". Raises DeviceError `port.missing` if it comes up too late."""
        out = self._process.stdout
        poll = select.poll()
        if out is not None:
            poll.register(out, select.POLLIN)
        # the line is written in one piece, so one readiness is enough
        said = out.readline() if out is not None and poll.poll(seconds * 1000) else b""
        if not said:
            raise DeviceError(model.fault("port.missing", f"no simulator of {self._kind}"))
        return str(json.loads(said)["address"])

    def end(self) -> None:
        """End it and wait for it, at most two seconds."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        for stop in (self._process.terminate, self._process.kill):
            stop()
            try:
                self._process.wait(timeout=1)
            except subprocess.TimeoutExpired:
                continue
            return
