"""Outbox to centre over real HTTP: down, slow, forgetful, half refusing, answering too late; all arrives, once."""

import random
import time

import pytest

from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.messages import CardLeftBehind, RatingGiven
from offline_cache.link.messenger import Delivered, LinkChanged, Pace
from offline_cache.link.outbox import Alarm, AlarmKey, Course, Rest
from tests.offline_cache.bench import AT, Bench, held, ids
from tests.offline_cache.centre_double import CentreDouble, Fault


def test_a_backlog_arrives_in_order_and_is_marked(bench: Bench, centre: CentreDouble) -> None:
    bench.save(*(f"case-{n}" for n in range(120)))
    bench.start(centre)
    assert bench.next(LinkChanged) == LinkChanged(up=True, since=AT, reason="")
    bench.next(Delivered, lambda event: event == Delivered(Lane.NUMBERS, 120))
    assert ids(centre, Lane.NUMBERS) == [f"case-{n}" for n in range(120)]
    assert set(bench.unsent().values()) == {0}
    assert centre.memory.repeats == 0


def test_a_case_written_now_is_there_at_once(bench: Bench, centre: CentreDouble) -> None:
    bench.start(centre, Pace(heartbeat=600))
    bench.next(LinkChanged)
    began = time.monotonic()
    bench.save("case-1")
    assert held(centre, Lane.NUMBERS, 1)
    assert time.monotonic() - began < 20, "the next heartbeat is ten minutes away"


def test_a_centre_that_is_down_for_a_while(bench: Bench) -> None:
    first = CentreDouble()
    with first:
        port = first.port
    bench.save("case-1")
    bench.start(first)
    assert not bench.next(LinkChanged).up
    bench.save("case-2")
    second = CentreDouble(port, first.private_key)
    second.terminal_keys = first.terminal_keys
    with second:
        assert bench.next(LinkChanged).up
        assert held(second, Lane.NUMBERS, 2)
        bench.next(Delivered, lambda event: event.ack == 2)
    assert bench.next(LinkChanged).reason == "link.down"


def test_what_waits_is_tried_as_soon_as_the_link_is_back(bench: Bench, centre: CentreDouble) -> None:
    """A long outage has made the pauses between two tries long; the heartbeat that gets through ends them."""
    messenger = bench.start(centre)
    assert bench.next(LinkChanged).up
    centre.always = Fault.DROP
    assert not bench.next(LinkChanged).up
    messenger._courses = dict.fromkeys(Lane, Course(failures=9, due=time.monotonic() + 600))
    bench.save("case-1")
    centre.always = None
    assert bench.next(LinkChanged).up
    assert bench.next(Delivered) == Delivered(Lane.NUMBERS, 1)


@pytest.mark.parametrize("fault", [Fault.REPLY_LOST, Fault.REPLY_CUT, Fault.TRICKLE])
def test_an_answer_after_the_terminal_gave_up_doubles_nothing(bench: Bench, centre: CentreDouble, fault: Fault) -> None:
    centre.fault_of_lane[Lane.NUMBERS] = fault
    bench.save("case-1", "case-2")
    bench.start(centre)
    assert centre.wait_until(lambda: centre.memory.repeats >= 2)
    centre.fault_of_lane.clear()
    bench.next(Delivered, lambda event: event.ack == 2)
    assert ids(centre, Lane.NUMBERS) == ["case-1", "case-2"]


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.ERROR, Fault.PORTAL])
def test_one_lane_in_trouble_holds_up_no_other(bench: Bench, centre: CentreDouble, fault: Fault) -> None:
    centre.fault_of_lane[Lane.NUMBERS] = fault
    bench.save("number-1")
    bench.start(centre)
    bench.save("filing-1", kind=ItemKind.FILING)
    rating = RatingGiven("filing-1", Satisfaction.SATISFIED, AT)
    bench.store.do(lambda store: store.add_record(rating, "rating-1")).result()
    bench.store.do(lambda store: store.add_record(CardLeftBehind(AT), "card-1")).result()
    assert bench.messenger
    bench.messenger.wake()
    assert held(centre, Lane.CASES, 1)
    assert held(centre, Lane.RATINGS, 1)
    assert held(centre, Lane.TELEMETRY, 1)
    assert ids(centre, Lane.NUMBERS) == []
    centre.fault_of_lane.clear()
    assert held(centre, Lane.NUMBERS, 1)


def test_a_refused_lane_alarms_once_and_the_link_stays_up(bench: Bench, centre: CentreDouble) -> None:
    centre.fault_of_lane[Lane.NUMBERS] = Fault.ERROR
    bench.save("case-1")
    bench.start(centre)
    alarm = bench.next(Alarm)
    assert (alarm.key, alarm.lane, alarm.detail) == (AlarmKey.REFUSED, Lane.NUMBERS, "status 500")
    assert centre.wait_until(lambda: len(centre.memory.heartbeats) >= 5)
    centre.fault_of_lane.clear()
    said = [bench.events.get(timeout=10)]
    while said[-1] != Delivered(Lane.NUMBERS, 1):
        said.append(bench.events.get(timeout=10))
    assert said == [Delivered(Lane.NUMBERS, 1)]


def test_retry_after_is_honoured(bench: Bench, centre: CentreDouble) -> None:
    centre.fault_of_lane[Lane.NUMBERS] = Fault.BUSY
    bench.save("case-1")
    messenger = bench.start(centre)
    bench.next(Alarm)
    assert messenger._courses[Lane.NUMBERS].due > time.monotonic() + 6


def test_a_centre_restored_from_yesterday_gets_everything_again(bench: Bench, centre: CentreDouble) -> None:
    bench.save("case-1", "case-2", "case-3")
    bench.start(centre)
    bench.next(Delivered, lambda event: event.ack == 3)
    with centre.changed:
        del centre.memory.lanes["GL-01", 1, Lane.NUMBERS][1:]
    assert bench.next(Alarm).key is AlarmKey.CENTRE_LOST
    assert held(centre, Lane.NUMBERS, 3)
    assert ids(centre, Lane.NUMBERS) == ["case-1", "case-2", "case-3"]


@pytest.mark.slow
def test_two_hundred_cases_through_a_bad_line(bench: Bench, centre: CentreDouble) -> None:
    chance = random.Random(20261122)
    bad = [Fault.DROP, Fault.REPLY_LOST, Fault.REPLY_CUT, Fault.ERROR, Fault.PORTAL, Fault.WRONG_KEY]
    bench.start(centre, Pace(heartbeat=0.2, news=0.05, jitter=lambda: chance.random() / 20))
    for batch in range(10):
        centre.faults.extend(chance.choice(bad) for _ in range(2))
        kind = ItemKind.NUMBER if batch % 2 else ItemKind.FILING
        bench.save(*(f"case-{batch}-{n}" for n in range(20)), kind=kind)
    assert held(centre, Lane.NUMBERS, 100)
    assert held(centre, Lane.CASES, 100)
    arrived = ids(centre, Lane.NUMBERS) + ids(centre, Lane.CASES)
    assert len(arrived) == len(set(arrived)) == 200
    bench.next(Delivered, lambda event: event.ack == 100)
    bench.next(Delivered, lambda event: event.ack == 100)
    assert set(bench.unsent().values()) == {0}


def test_who_is_not_admitted_loses_nothing_knocks_slowly_and_says_so_once(bench: Bench, centre: CentreDouble) -> None:
    bench.save("case-1")
    messenger = bench.start(centre)
    bench.next(Delivered)
    known = dict(centre.terminal_keys)
    centre.terminal_keys.clear()
    bench.save("case-2")
    assert bench.next(Alarm).key is AlarmKey.NOT_ADMITTED
    assert bench.next(LinkChanged).reason == "link.not_admitted"
    assert messenger._beat_due - time.monotonic() > 50
    bench.save("case-3")
    assert bench.unsent()[Lane.NUMBERS] == 2
    centre.terminal_keys.update(known)
    messenger._beat_due = 0.0
    messenger.wake()
    assert bench.next(LinkChanged).up
    assert held(centre, Lane.NUMBERS, 3)
    assert ids(centre, Lane.NUMBERS) == ["case-1", "case-2", "case-3"]


def test_control_a_lane_that_is_never_tried_is_an_alarm(
    bench: Bench, centre: CentreDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program is broken here: it rests although a lane is due."""
    monkeypatch.setattr("offline_cache.link.outbox.next_push", lambda *_: Rest(None))
    monkeypatch.setattr("offline_cache.link.outbox.STALLED_SECONDS", 0.5)
    bench.save("case-1")
    bench.start(centre)
    alarm = bench.next(Alarm)
    assert (alarm.key, alarm.lane) == (AlarmKey.STALLED, Lane.NUMBERS)
