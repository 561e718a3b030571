"""Unplug and replug: noticed within a second, ready within five under a new name, every time, nothing left behind."""

import logging
import queue
import threading
import time
from itertools import pairwise

import pytest

from devices.events import DeviceDown, DeviceUp
from devices.id_card_reader.driver import KIND as ID_CARD_READER
from devices.port import Deadline
from devices.registry import KINDS
from devices.worker import Worker
from tests.devices.conftest import Start, open_files
from tests.devices.running import Running
from tests.waiting import LONG, heard, until

CYCLES = 100
NOTICED_SECONDS = 1.0
READY_SECONDS = 5.0


def seconds_until(events: "queue.SimpleQueue[object]", kind: type) -> float:
    """How long it took until such an event."""
    began, deadline = time.monotonic(), Deadline.after(LONG)
    while not isinstance(heard(events, kind.__name__, deadline.left()), kind):
        continue
    return time.monotonic() - began


@pytest.mark.slow
def test_a_hundred_of_a_hundred_times_it_comes_back_and_leaves_nothing(
    reader: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "suiban.devices")
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    files, threads = open_files(), threading.active_count()
    worker = Worker(
        "reader",
        lambda: ID_CARD_READER.connect(reader.address),
        events.put,
        poll_every=0.02,
        backoff=(0.005, 0.02),
        jitter=lambda most: most,
    )
    worker.start()
    seconds_until(events, DeviceUp)
    names = [reader.do("state")["port"]]
    for _ in range(CYCLES):
        reader.do("unplug")
        seconds_until(events, DeviceDown)
        names.append(reader.do("replug")["port"])
        seconds_until(events, DeviceUp)
        assert open_files() <= files + 6, "one line at most, with the pipes pyserial keeps beside it"
    assert worker.stop(LONG)
    assert all(name != before for before, name in pairwise(names)), "always a new name"
    said = [record.getMessage().partition(":")[0] for record in caplog.records]
    assert said == ["reader is lost", "reader is back"] * CYCLES
    assert (open_files(), threading.active_count()) == (files, threads)


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["id-card-reader", "ticket-printer"])
def test_with_the_real_pace_it_is_noticed_within_a_second_and_ready_within_five_at_best_of_three(
    kind: str, start: Start
) -> None:
    process = start(kind)
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    worker = Worker(kind, lambda: KINDS[kind].connect(process.address), events.put)
    worker.start()
    seconds_until(events, DeviceUp)
    noticed, ready = list[float](), list[float]()
    for _ in range(3):
        process.do("unplug")
        noticed.append(seconds_until(events, DeviceDown))
        process.do("replug")
        ready.append(seconds_until(events, DeviceUp))
    assert min(noticed) < NOTICED_SECONDS
    assert min(ready) < READY_SECONDS
    assert worker.stop(LONG)


@pytest.mark.slow
def test_a_line_that_flaps_ten_times_a_second_is_well_again_when_it_stops(
    reader: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "suiban.devices")
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    files = open_files()
    worker = Worker("reader", lambda: ID_CARD_READER.connect(reader.address), events.put)
    worker.start()
    seconds_until(events, DeviceUp)
    reader.fault("flapping")
    seconds_until(events, DeviceDown)
    time.sleep(1.0)
    reader.fault("none")
    reader.do("replug")
    began = time.monotonic()
    until(lambda: worker.fresh_at >= began, "a reader that is well")
    assert worker.stop(LONG)
    assert open_files() == files
    said = [record.getMessage().partition(":")[0] for record in caplog.records]
    assert all(one != before for before, one in pairwise(said)), "lost and back take turns"
