"""How fast a device that went away is noticed and ready again, and what the flight recorder costs."""

import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import spread, wire_seconds
from benchmarks.simulators import Simulated, on_a_tty
from devices.events import DeviceDown, DeviceUp
from devices.id_card_reader.protocol import PREAMBLE
from devices.recording.recorder import Direction
from devices.registry import KINDS
from devices.worker import Worker

CYCLES: Final = 10
NOTICED_MS, READY_MS = 1000.0, 5000.0
RECORDER_PERCENT: Final = 2.0


def recovery(folder: Path, _: int) -> dict[str, Any]:
    """Unplug and replug under a new tty name with the settings of the field."""
    report: dict[str, Any] = {"target_noticed_ms": NOTICED_MS, "target_ready_ms": READY_MS}
    for kind in ("id-card-reader", "ticket-printer"):
        with on_a_tty(kind, folder, 0) as device:
            noticed, ready = _cycles(kind, device)
        met = spread(noticed)["most_ms"] <= NOTICED_MS and spread(ready)["most_ms"] <= READY_MS
        report[kind] = {"noticed": spread(noticed), "ready_again": spread(ready), "met": met}
    return report


def _cycles(kind: str, device: Simulated) -> tuple[list[float], list[float]]:
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    worker = Worker(kind, lambda: KINDS[kind].connect(device.address), events.put)
    worker.start()
    noticed, ready = [], []
    try:
        _await(events, DeviceUp)
        for number in range(CYCLES):
            time.sleep(0.37 * (number % 3))  # anywhere in the pause between two looks
            noticed.append(_timed(device, "unplug", events, DeviceDown))
            time.sleep(0.5)
            ready.append(_timed(device, "replug", events, DeviceUp))
    finally:
        worker.stop(5.0)
    return noticed, ready


def _timed(device: Simulated, order: str, events: "queue.SimpleQueue[object]", wanted: type) -> float:
    began = time.perf_counter()
    device.order(order)
    _await(events, wanted)
    return time.perf_counter() - began


def _await(events: "queue.SimpleQueue[object]", wanted: type) -> None:
    while not isinstance(events.get(timeout=30), wanted):
        pass


def recorder_cost(_: Path, baud: int) -> dict[str, Any]:
    """A line that is full all the time, both kinds of traffic, as share of one core."""
    octets = baud // 10 * 60
    card = PREAMBLE + bytes.fromhex("0508000090") + bytes(1285)
    ticket = "到号请到窗口办理".encode("gbk") * 16
    report: dict[str, Any] = {"target_percent_of_a_core": RECORDER_PERCENT}
    for kind, frame in (("id-card-reader", card), ("ticket-printer", ticket)):
        note = KINDS[kind].recorder().note
        pieces = [frame[at : at + 256] for at in range(0, len(frame), 256)]
        used = _cpu_seconds(note, pieces, octets // len(frame))
        percent = round(used / wire_seconds(octets, baud) * 100, 2)
        report[kind] = {"percent_of_a_core": percent, "met": percent <= RECORDER_PERCENT}
    return report


def _cpu_seconds(note: Callable[[Direction, bytes], None], pieces: list[bytes], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        for piece in pieces:
            note("in", piece)
    return time.process_time() - began
