"""One thread a device: jobs in, events out; it survives dead lines, bugs in drivers, and comes back by itself."""

import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from devices import model
from devices.events import Counted, DeviceDown, DeviceUp, JobDone, JobFailed, StateSeen
from devices.id_card_reader.driver import KIND as ID_CARD_READER
from devices.id_card_reader.driver import IdCardReader
from devices.model import Action, DeviceError, Fault
from devices.port import Deadline
from devices.tally import Tally
from devices.worker import Worker
from tests.devices.running import Running
from tests.waiting import LONG, TooLate, heard, until

LOST = model.fault("port.lost")


@dataclass(frozen=True)
class Says:
    """A state of one word."""

    word: str
    problem: Fault | None = None

    def as_json(self) -> dict[str, object]:
        return {"word": self.word}

    def fault(self) -> Fault | None:
        return self.problem


READY = Says("ready")


class Fake:
    """A driver whose fate the test decides."""

    def __init__(self, state: Says | Exception = READY) -> None:
        self.tally = Tally()
        self.state = state
        self.closed = 0

    def status(self) -> Says:
        if isinstance(self.state, Exception):
            raise self.state
        return self.state

    def close(self) -> None:
        self.closed += 1


@dataclass
class Bench:
    worker: Worker[Fake]
    events: "queue.SimpleQueue[object]"
    drivers: list[Fake]
    failures: list[Exception]
    counts: Counter[str] = field(default_factory=Counter)

    def next(self, seconds: float = LONG) -> object:
        """The next event that is no count."""
        while isinstance(event := heard(self.events, "an event", seconds), Counted):
            self.counts.update(event.counts)
        return event

    def nothing(self, seconds: float = 0.1) -> bool:
        until = Deadline.after(seconds)
        try:
            return not self.next(until.left())
        except TooLate:
            return True

    def counted(self, name: str) -> float:
        """How much of something was counted, once any was."""
        until = Deadline.after(LONG)
        while name not in self.counts:
            event = heard(self.events, f"a count of {name}", until.left())
            if isinstance(event, Counted):
                self.counts.update(event.counts)
        return self.counts[name]


@pytest.fixture
def bench() -> Iterator[Bench]:
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    drivers: list[Fake] = []
    failures: list[Exception] = []

    def connect() -> Fake:
        if failures:
            raise failures[-1]
        drivers.append(Fake())
        return drivers[-1]

    worker = Worker("fake", connect, events.put, poll_every=0.02, jitter=lambda _most: 0.02)
    one = Bench(worker, events, drivers, failures)
    worker.start()
    yield one
    assert worker.stop(LONG)
    assert all(driver.closed == 1 for driver in drivers)


class Lit(Fake):
    """A driver whose device stays switched on for a repeated job."""

    def __init__(self) -> None:
        super().__init__()
        self.rests: queue.SimpleQueue[float] = queue.SimpleQueue()

    def rest(self) -> None:
        self.rests.put(time.monotonic())


def test_a_device_is_switched_off_when_its_repeated_job_ends() -> None:
    driver = Lit()
    done = threading.Event()
    worker = Worker("lit", lambda: driver, lambda _event: None)
    worker.start()
    worker.repeat("a", lambda _driver: done.set(), 0.01)
    assert done.wait(LONG)
    assert driver.rests.empty()
    worker.rest()
    heard(driver.rests, "rest")
    assert worker.stop(LONG)


def expect(event: object, kind: type, **parts: object) -> None:
    assert isinstance(event, kind), event
    for name, value in parts.items():
        assert getattr(event, name) == value, event


def test_a_job_runs_on_the_devices_own_thread(bench: Bench) -> None:
    expect(bench.next(), DeviceUp, name="fake", state=READY)
    bench.worker.submit("a", lambda driver: (driver.state, threading.current_thread().name))
    expect(bench.next(), JobDone, token="a", result=(READY, "device fake"))


def test_jobs_keep_their_order(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)
    for number in range(50):
        bench.worker.submit(number, lambda _driver: None)
    assert [getattr(bench.next(), "token", None) for _ in range(50)] == list(range(50))


def test_only_a_changed_state_is_told(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)
    assert bench.nothing()
    bench.drivers[0].state = Says("paper low")
    expect(bench.next(), StateSeen, state=Says("paper low"))
    assert bench.nothing()


def test_a_device_that_is_not_there_refuses_jobs_at_once_and_comes_back(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "suiban.devices")
    expect(bench.next(), DeviceUp)
    bench.failures.append(DeviceError(model.fault("port.missing")))
    bench.drivers[0].state = DeviceError(LOST)
    expect(bench.next(), DeviceDown, fault=LOST)
    expect(bench.next(), DeviceDown, fault=model.fault("port.missing"))
    bench.worker.submit("late", lambda _driver: "never")
    expect(bench.next(), JobFailed, token="late", fault=model.fault("port.missing"))
    assert bench.nothing()
    bench.failures.clear()
    expect(bench.next(), DeviceUp, state=READY)
    bench.worker.submit("again", lambda _driver: 1)
    expect(bench.next(), JobDone, result=1)
    assert [record.getMessage().strip() for record in caplog.records] == ["fake is lost: port.lost", "fake is back"]
    assert len(bench.drivers) == 2


def test_a_job_that_loses_the_line_fails_and_the_rest_with_it(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)
    gate = threading.Event()

    def breaks(_driver: Fake) -> None:
        gate.wait(LONG)
        raise DeviceError(LOST)

    bench.worker.submit("first", breaks)
    bench.worker.submit("second", lambda _driver: "never")
    bench.failures.append(DeviceError(LOST))
    gate.set()
    expect(bench.next(), JobFailed, token="first", fault=LOST, begun=True)
    expect(bench.next(), DeviceDown, fault=LOST)
    expect(bench.next(), JobFailed, token="second", fault=LOST, begun=False)
    bench.worker.submit("third", lambda _driver: "never")
    expect(bench.next(), JobFailed, token="third", fault=LOST, begun=False)


def test_a_bug_in_a_job_ends_the_job_only_and_its_message_stays_out_of_the_log(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    expect(bench.next(), DeviceUp)

    def bug(_driver: Fake) -> None:
        raise ValueError("张三 11010519491231002X")

    bench.worker.submit("bug", bug)
    failed = bench.next()
    assert isinstance(failed, JobFailed)
    assert (failed.fault.key, failed.fault.action) == ("device.failed", Action.SOFTWARE)
    assert failed.fault.detail.startswith("ValueError at test_worker_outlives_its_device.py:")
    assert "张三" not in caplog.text + repr(failed)
    bench.worker.submit("next", lambda _driver: 2)
    expect(bench.next(), JobDone, result=2)


def test_a_bug_in_the_driver_is_a_fault_and_the_thread_lives_on(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)
    bench.failures.append(RuntimeError("in connect"))
    bench.drivers[0].state = KeyError("in status")
    down = bench.next()
    assert isinstance(down, DeviceDown)
    assert down.fault.detail.startswith("KeyError")
    bench.failures.clear()
    expect(bench.next(), DeviceUp)


def test_a_failing_job_makes_the_worker_look_at_the_device(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)

    def silent(driver: Fake) -> None:
        driver.state = DeviceError(model.fault("device.silent"))
        raise DeviceError(model.fault("device.silent"))

    bench.failures.append(DeviceError(model.fault("device.silent")))
    bench.worker.submit("quiet", silent)
    expect(bench.next(), JobFailed, token="quiet")
    expect(bench.next(), DeviceDown, fault=model.fault("device.silent"))


def test_a_repeated_job_tells_results_and_each_fault_once(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)
    script: queue.SimpleQueue[object] = queue.SimpleQueue()

    def poll(_driver: Fake) -> object:
        try:
            step = script.get_nowait()
        except queue.Empty:
            return None
        if isinstance(step, Exception):
            raise step
        return step

    failure = DeviceError(Fault("id_card_reader.read_failed", Action.RESET))
    for step in (None, "card", failure, failure, failure, None, failure, "card again"):
        script.put(step)
    bench.worker.repeat("armed", poll, 0.002)
    told = [bench.next() for _ in range(4)]
    assert [type(event) for event in told] == [JobDone, JobFailed, JobFailed, JobDone]
    bench.worker.rest()
    bench.worker.submit("mark", lambda _driver: None)
    expect(bench.next(), JobDone, token="mark")
    script.put("unseen")
    assert bench.nothing()


def test_a_repeated_job_goes_on_after_the_device_came_back(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)
    bench.worker.repeat("armed", lambda driver: None if driver is bench.drivers[0] else "seen", 0.002)
    bench.drivers[0].state = DeviceError(LOST)
    expect(bench.next(), DeviceDown)
    expect(bench.next(), DeviceUp)
    expect(bench.next(), JobDone, token="armed", result="seen")


def test_back_off_grows_and_is_forgotten_only_by_a_device_that_stays() -> None:
    asked: list[float] = []
    enough = threading.Event()

    def jitter(most: float) -> float:
        asked.append(most)
        if len(asked) == 9:
            enough.set()
        return 0.0

    def connect() -> Fake:
        return Fake(DeviceError(LOST))

    worker = Worker("fake", connect, lambda _event: None, jitter=jitter, backoff=(0.25, 30.0))
    worker.start()
    assert enough.wait(3)
    assert worker.stop(LONG)
    assert asked[:9] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_every_device_is_back_within_five_seconds_by_default() -> None:
    asked: list[float] = []
    enough = threading.Event()

    def jitter(most: float) -> float:
        asked.append(most)
        if len(asked) == 7:
            enough.set()
        return 0.0

    worker = Worker("fake", lambda: Fake(DeviceError(LOST)), lambda _event: None, jitter=jitter)
    worker.start()
    assert enough.wait(3)
    assert worker.stop(LONG)
    assert asked[:7] == [0.25, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


def test_stopping_refuses_what_still_waits() -> None:
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    worker = Worker("fake", Fake, events.put)
    one = Bench(worker, events, [], [])
    worker.start()
    expect(one.next(), DeviceUp)
    gate = threading.Event()
    worker.submit("busy", lambda _driver: gate.wait(LONG))
    assert not worker.stop(0.05)
    worker.submit("after", lambda _driver: None)
    gate.set()
    expect(one.next(), JobDone, token="busy")
    expect(one.next(), JobFailed, token="after", fault=model.fault("device.stopped"))
    assert worker.stop(LONG)
    worker.submit("too late", lambda _driver: None)
    expect(one.next(), JobFailed, token="too late", fault=model.fault("device.stopped"))


def test_a_waiting_job_is_called_off_at_once_and_a_running_one_is_told(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)
    begun, told = threading.Event(), threading.Event()

    def long_job(_driver: Fake) -> None:
        begun.set()
        if told.wait(LONG):
            raise DeviceError(model.fault("device.cancelled"))

    bench.worker.submit("long", long_job, told)
    bench.worker.submit("waiting", lambda _driver: "never")
    bench.worker.submit("kept", lambda _driver: "done")
    assert begun.wait(LONG)
    bench.worker.cancel("waiting")
    expect(bench.next(), JobFailed, token="waiting", fault=model.fault("device.cancelled"))
    bench.worker.cancel("long")
    expect(bench.next(), JobFailed, token="long", fault=model.fault("device.cancelled"))
    expect(bench.next(), JobDone, token="kept", result="done")
    bench.worker.cancel("kept")  # too late, and harmless
    bench.worker.cancel("never heard of")
    assert bench.nothing()


def test_jobs_come_before_status(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)
    gate = threading.Event()
    bench.worker.submit(0, lambda _driver: gate.wait(LONG))
    for number in (1, 2, 3):
        bench.worker.submit(number, lambda _driver: None)
    bench.drivers[0].state = Says("changed meanwhile")
    gate.set()
    told = [bench.next() for _ in range(5)]
    assert [type(event) for event in told] == [JobDone] * 4 + [StateSeen]


def test_how_fresh_its_knowledge_is_and_that_it_turns_can_be_read_from_outside(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)
    worker = bench.worker
    assert worker.alive
    until(lambda: time.monotonic() - worker.fresh_at < 1.0, "knowledge that is fresh")
    gate, begun = threading.Event(), threading.Event()

    def hangs(_driver: Fake) -> None:
        begun.set()
        gate.wait(LONG)

    assert worker.busy_since == 0.0
    worker.submit("hangs", hangs)
    assert begun.wait(LONG)
    assert 0.0 < worker.busy_since <= time.monotonic()
    beat = worker.beat_at
    gate.set()
    expect(bench.next(), JobDone)
    assert worker.beat_at > beat
    assert worker.busy_since == 0.0
    bench.drivers[0].state = Says("silent", model.fault("device.silent"))
    expect(bench.next(), StateSeen)
    fresh = worker.fresh_at
    bench.worker.submit("mark", lambda _driver: None)
    expect(bench.next(), JobDone)
    assert worker.fresh_at == fresh, "a state that says that nobody answered is not fresh"
    bench.failures.append(DeviceError(LOST))
    bench.drivers[0].state = DeviceError(LOST)
    expect(bench.next(), DeviceDown)
    until(lambda: not worker.fresh_at, "knowledge that is none any more")


def test_what_was_done_is_counted(bench: Bench) -> None:
    expect(bench.next(), DeviceUp)

    def cut(driver: Fake) -> None:
        driver.tally.add("cuts", 2)
        raise DeviceError(model.fault("device.silent"))

    bench.worker.submit("a", lambda _driver: time.sleep(0.02))
    expect(bench.next(), JobDone)
    bench.worker.submit("b", cut)
    expect(bench.next(), JobFailed)
    assert bench.counted("cuts") == 2
    assert bench.counts["jobs"] == 2
    assert bench.counts["job_seconds"] >= 0.02
    assert bench.counts["powered_seconds"] > 0
    assert (bench.counts["faults.device.silent"], bench.counts["timeouts"]) == (1, 1)
    bench.failures.append(DeviceError(model.fault("port.missing")))
    bench.drivers[0].state = DeviceError(LOST)
    assert bench.counted("faults.port.missing") == 1
    bench.failures.clear()
    bench.drivers[-1].tally.add("kept", 1)
    assert bench.counted("faults.port.lost") == 1
    expect(bench.next(), DeviceUp)
    bench.worker.submit("c", lambda _driver: None)
    expect(bench.next(), JobDone)
    assert bench.counted("reconnects") == 1


def awaited(
    events: "queue.SimpleQueue[object]", kind: type, wanted: Callable[[object], bool] = lambda _e: True
) -> object:
    deadline = Deadline.after(LONG)
    while True:
        event = heard(events, kind.__name__, deadline.left())
        if isinstance(event, kind) and wanted(event):
            return event


def test_a_real_reader_is_unplugged_and_comes_back_under_a_new_name(reader: Running, no_leaks: None) -> None:
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    threads = threading.active_count()
    worker: Worker[IdCardReader] = Worker(
        "reader", lambda: ID_CARD_READER.connect(reader.address), events.put, poll_every=0.05, backoff=(0.02, 0.1)
    )
    worker.start()
    awaited(events, DeviceUp)
    worker.repeat("card", lambda driver: driver.read_card(Deadline.after(2)), 0.02)
    for round_ in range(5):
        reader.do("unplug")
        awaited(events, DeviceDown)
        reader.do("replug")
        awaited(events, DeviceUp)
        reader.do("put_card", card="adult" if round_ % 2 else "resident")
        awaited(events, JobDone)
        reader.do("lift_card")
    assert worker.stop(LONG)
    assert threading.active_count() == threads


def test_a_dead_device_never_blocks_the_caller(reader: Running) -> None:
    events: queue.SimpleQueue[object] = queue.SimpleQueue()
    worker: Worker[IdCardReader] = Worker("reader", lambda: ID_CARD_READER.connect(reader.address), events.put)
    worker.start()
    awaited(events, DeviceUp)
    reader.fault("silence")
    began = time.monotonic()
    for number in range(200):
        worker.submit(number, lambda driver: driver.find(Deadline.after(0.05)))
        worker.rest()
    assert time.monotonic() - began < 200 * 0.05 / 2, "it waited for the device"
    awaited(events, JobFailed)
    reader.fault("none")
    worker.stop(2)
