"""Heartbeats, idleness, an end without waiting, and a thread that outlives every mistake around it."""

import time

import pytest

from contract.envelope import Lane
from contract.exchange import DeviceReport, ServiceReport
from offline_cache.epochs import Epochs
from offline_cache.link.client import CentreClient
from offline_cache.link.messenger import DepartmentsAway, Event, HeartbeatParts, LinkChanged, Messenger, Pace
from offline_cache.link.outbox import Alarm, AlarmKey
from offline_cache.records import StoreError, StoreFault
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.bench import AT, BRISK, QUICK, Bench, held
from tests.offline_cache.centre_double import CentreDouble, Fault
from tests.offline_cache.drafts import Clock
from tests.waiting import until


def test_the_heartbeat_tells_devices_lanes_and_missing_paper(bench: Bench, centre: CentreDouble) -> None:
    bench.parts = HeartbeatParts(
        "0.1.0",
        (DeviceReport("ticket_printer", "ticket-printer", "online", {"paper": "low"}, "", AT),),
        (ServiceReport("social-card", open=False, reason="port.lost"),),
    )
    centre.fault_of_lane[Lane.NUMBERS] = Fault.ERROR
    bench.save("case-1")
    bench.start(centre)
    assert centre.wait_until(lambda: len(centre.memory.heartbeats) >= 1)
    beat = centre.memory.heartbeats[0]
    assert (beat.terminal, beat.epoch, beat.version, beat.unprinted) == ("GL-01", 1, "0.1.0", 1)
    assert (beat.devices, beat.services) == (bench.parts.devices, bench.parts.services)
    assert (beat.lanes[0].lane, beat.lanes[0].unsent, beat.lanes[0].oldest_at) == (Lane.NUMBERS, 1, AT)


def test_a_change_is_told_at_once_and_no_change_is_not(bench: Bench, centre: CentreDouble) -> None:
    messenger = bench.start(centre, Pace(heartbeat=600, news=0.05))
    bench.next(LinkChanged)
    for _ in range(20):
        messenger.wake()
    bench.parts = HeartbeatParts("0.1.0", (), (ServiceReport("social-card", open=False, reason="port.lost"),))
    messenger.wake()
    assert centre.wait_until(lambda: len(centre.memory.heartbeats) == 2)
    assert centre.memory.heartbeats[1].services == bench.parts.services


def test_a_terminal_whose_store_is_closed_still_says_how_it_is(
    bench: Bench, centre: CentreDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut(_: StoreThread) -> Store:
        raise StoreError(StoreFault.IO, "the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(StoreThread, "_opened", shut)
        bench.parts = HeartbeatParts("0.1.0", (), (ServiceReport("social-card", open=False, reason="store"),))
        bench.start(centre)
        assert centre.wait_until(lambda: len(centre.memory.heartbeats) >= 1)
        beat = centre.memory.heartbeats[0]
        assert (beat.terminal, beat.epoch, beat.lanes, beat.services) == ("GL-01", 0, (), bench.parts.services)
    bench.save("case-1")
    assert held(centre, Lane.NUMBERS, 1)
    assert centre.wait_until(lambda: centre.memory.heartbeats[-1].epoch == 1)


def test_which_departments_are_away_is_told_when_it_changes_and_an_older_centre_says_nothing(
    bench: Bench, centre: CentreDouble
) -> None:
    bench.start(centre, Pace(heartbeat=0.05))
    assert centre.wait_until(lambda: len(centre.memory.heartbeats) >= 2)
    centre.memory.away = ("tax",)
    assert bench.next(DepartmentsAway).connectors == ("tax",)
    count = len(centre.memory.heartbeats)
    assert centre.wait_until(lambda: len(centre.memory.heartbeats) >= count + 2)
    centre.memory.away = ()
    # The next one told is the end of it: what did not change was not told again.
    assert bench.next(DepartmentsAway).connectors == ()


def test_heartbeats_spread_by_a_fifth(bench: Bench, centre: CentreDouble) -> None:
    for jitter, seconds in ((0.0, 24.0), (0.5, 30.0), (0.999, 36.0)):
        messenger = bench.start(centre, Pace(jitter=lambda jitter=jitter: jitter))  # type: ignore[misc]
        bench.next(LinkChanged)
        assert messenger._beat_due - messenger._beat_at == pytest.approx(seconds, abs=0.1)
        messenger.stop()


def test_an_idle_messenger_does_nothing(bench: Bench, centre: CentreDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    real = Messenger._step

    def step(self: Messenger) -> float:
        steps.append(1)
        return real(self)

    monkeypatch.setattr(Messenger, "_step", step)
    bench.start(centre, Pace(heartbeat=600))
    bench.next(LinkChanged)

    def idled() -> bool:
        """Half a second without a step; idleness has no event, and what its start still owes may take a while."""
        before = len(steps), centre.requests, time.process_time()
        time.sleep(0.5)
        return (len(steps), centre.requests) == before[:2] and time.process_time() - before[2] < 0.1

    until(idled, "half a second without a step", state=lambda: len(steps))
    assert idled(), "once idle it stays idle"


def test_stopping_does_not_wait_for_a_silent_centre(bench: Bench, centre: CentreDouble) -> None:
    centre.always = Fault.SILENT
    bench.save("case-1")
    messenger = bench.start(centre)
    assert bench.next(LinkChanged).reason == "link.slow"
    began = time.monotonic()
    messenger.stop()
    assert time.monotonic() - began < 5.0


def test_a_listener_that_fails_stops_nothing(
    bench: Bench, centre: CentreDouble, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_event: Event) -> None:
        raise ValueError

    centre.terminal_keys["GL-01"] = bench.key.public_key
    client = CentreClient(centre.url, "GL-01", "GL-01", bench.key, centre.public_keys, QUICK)
    bench.messenger = Messenger(bench.store, client, lambda: bench.parts, fail, Clock(), BRISK)
    bench.messenger.start()
    bench.save("case-1")
    assert held(centre, Lane.NUMBERS, 1)
    assert "nobody took LinkChanged" in caplog.text


def test_a_store_in_trouble_is_an_alarm_and_not_the_end(
    bench: Bench, centre: CentreDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Epochs.standing
    full = StoreError(StoreFault.FULL, "disk full")
    troubles = [full, full, RuntimeError("a bug")]

    def standing(self: Epochs) -> object:
        if troubles:
            raise troubles.pop(0)
        return real(self)

    monkeypatch.setattr(Epochs, "standing", standing)
    monkeypatch.setattr("offline_cache.link.messenger.STUMBLE_SECONDS", 0.05)
    bench.save("case-1")
    bench.start(centre)
    assert {bench.next(Alarm).key, bench.next(Alarm).key} == {AlarmKey.STORE, AlarmKey.SOFTWARE}
    assert held(centre, Lane.NUMBERS, 1)


def test_a_heartbeat_that_cannot_be_made_does_not_keep_the_cases_back(
    bench: Bench, centre: CentreDouble, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Once the centre has accepted the link, a bug in what the terminal says of itself costs heartbeats only."""
    monkeypatch.setattr("offline_cache.link.messenger.STUMBLE_SECONDS", 0.05)
    made = 0

    def parts() -> HeartbeatParts:
        nonlocal made
        made += 1
        if made > 1:
            raise TypeError
        return bench.parts

    centre.terminal_keys["GL-01"] = bench.key.public_key
    client = CentreClient(centre.url, "GL-01", "GL-01", bench.key, centre.public_keys, QUICK)
    pace = Pace(heartbeat=1.0, jitter=BRISK.jitter)
    bench.messenger = Messenger(bench.store, client, parts, lambda _: None, Clock(), pace)
    bench.messenger.start()
    until(lambda: "stumbled" in caplog.text, "a stumble")
    bench.save("case-1")
    assert held(centre, Lane.NUMBERS, 1)
