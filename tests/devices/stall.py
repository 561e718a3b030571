"""A Qt event loop beside workers whose devices all fail: how late its timer is. Prints the lateness as JSON."""

import json
import sys
import time
from functools import partial

from PySide6.QtCore import QCoreApplication, QTimer

from devices.registry import KINDS
from devices.worker import Worker

TICK_MS = 2
SECONDS = 5.0


def main(devices: list[str]) -> None:
    """Devices are KIND=ADDRESS; "block" makes a device call on the Qt thread, as nobody may."""
    application = QCoreApplication([])
    posted: list[object] = []
    workers = []
    for device in devices:
        kind, _, address = device.partition("=")
        if address:
            connect = partial(KINDS[kind].connect, address)
            workers.append(Worker(kind, connect, posted.append, poll_every=0.2))
    for worker in workers:
        worker.start()
        worker.repeat("again", lambda driver: driver.status(), 0.05)
    late: list[float] = []
    latest = time.monotonic()
    ends = latest + SECONDS

    def tick() -> None:
        nonlocal latest
        now = time.monotonic()
        late.append((now - latest) * 1000 - TICK_MS)
        latest = now
        if "block" in devices and len(late) % 20 == 0:
            time.sleep(0.03)
        if now >= ends:
            application.quit()

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(TICK_MS)
    application.exec()
    for worker in workers:
        worker.stop(5)
    late.sort()
    said = {"ticks": len(late), "p99_ms": late[int(len(late) * 0.99)], "worst_ms": late[-1], "events": len(posted)}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
