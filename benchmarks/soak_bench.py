"""The process under `soak devices`: a worker for every device, status looks and a health check every second."""

import json
import logging
import queue
import signal
import socket
import sys
import threading
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, Final

from devices.events import DeviceDown, DeviceUp, JobDone, JobFailed
from devices.kind import Finding, HealthCheck, Kind, Level
from devices.port import Deadline
from devices.registry import KINDS
from devices.worker import Driver, Worker

CHECK_EVERY: Final = 1.0


class Watched:
    """One device, its worker, and what became of its jobs."""

    def __init__(self, kind: Kind[Any], address: str) -> None:
        self.state = "starting"
        self.counts: Counter[str] = Counter()
        recorder = kind.recorder()
        self.worker: Worker[Any] = Worker(
            kind.name, lambda: kind.connect(address, {}, recorder), self._hear, poll_every=0.8
        )
        self._checks = [check for check in kind.checks if check.level is Level.INTERNAL]
        self.worker.start()

    def work(self) -> None:
        """Have the harmless checks done."""
        for check in self._checks:
            self.worker.submit("check", partial(_done, check))

    def _hear(self, event: object) -> None:
        match event:
            case DeviceUp():
                self.state = "up"
            case DeviceDown(fault=fault):
                self.state = fault.key
            case JobDone():
                self.counts["done"] += 1
            case JobFailed(fault=fault):
                self.counts[fault.key] += 1
            case _:
                pass


def _done(check: HealthCheck[Any], driver: Driver) -> tuple[Finding, ...]:
    return check.run(driver, Deadline.after(check.seconds))


def main(addresses: Path, control: Path) -> int:
    """Work until SIGTERM, answering {"do": "state"} on the control socket."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    watched = {
        name: Watched(KINDS[name], address)
        for name, address in json.loads(addresses.read_text(encoding="utf-8")).items()
    }
    over: queue.SimpleQueue[int] = queue.SimpleQueue()
    signal.signal(signal.SIGTERM, lambda number, _: over.put(number))
    threading.Thread(target=_answer, args=(control, watched), daemon=True).start()
    while True:
        try:
            over.get(timeout=CHECK_EVERY)
        except queue.Empty:
            for device in watched.values():
                device.work()
            continue
        ended = [device.worker.stop(5.0) for device in watched.values()]
        return 0 if all(ended) else 1


def _answer(control: Path, watched: dict[str, Watched]) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(control))
        listener.listen()
        caller, _ = listener.accept()
        with caller, caller.makefile("rwb") as lines:
            for _line in lines:
                answer = {
                    "ok": True,
                    "devices": {name: device.state for name, device in watched.items()},
                    "counts": {name: dict(device.counts) for name, device in watched.items()},
                }
                lines.write(json.dumps(answer).encode() + b"\n")
                lines.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
