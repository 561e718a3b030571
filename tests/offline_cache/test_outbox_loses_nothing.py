"""The pure outbox against a centre that loses replies, forgets and refuses: nothing lost, doubled or stuck."""

from dataclasses import dataclass, field

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contract.envelope import Lane, content_hash
from contract.exchange import PUSH_MAX_BYTES, PUSH_MAX_ITEMS, PushReply, PushRequest, Refusal, Sent
from offline_cache.link import outbox
from offline_cache.link.outbox import AlarmKey, Course, LaneState, Push, Rest
from tests.offline_cache.centre_memory import Memory

NONCE = "n" * 32


def answer(ack: int, refusal: Refusal | None = None, refused_seq: int | None = None) -> PushReply:
    return PushReply(NONCE, ack, "2026-11-22T10:00:00+08:00", refusal, refused_seq)


def courses(**of: Course) -> dict[Lane, Course]:
    return {lane: of.get(lane.value, Course()) for lane in Lane}


def test_nothing_waits() -> None:
    lanes = [LaneState(Lane.NUMBERS, 5, 5), LaneState(Lane.CASES, 0, 0)]
    assert outbox.next_push(lanes, courses(), 0.0) == Rest(None)


def test_numbers_go_first_and_then_each_lane_in_turn() -> None:
    lanes = [LaneState(lane, 0, 1000) for lane in reversed(Lane)]
    had: dict[Lane, Course] = courses()
    order = []
    for turn in range(1, 11):
        push = outbox.next_push(lanes, had, 0.0)
        assert isinstance(push, Push)
        had[push.lane] = msgspec.structs.replace(had[push.lane], turn=turn)
        order.append(push.lane)
    assert order == [Lane.NUMBERS, Lane.CASES, Lane.SCANS, Lane.RATINGS, Lane.TELEMETRY] * 2


def test_a_lane_that_waits_or_is_frozen_holds_up_no_other() -> None:
    lanes = [LaneState(Lane.NUMBERS, 0, 9), LaneState(Lane.CASES, 0, 9), LaneState(Lane.RATINGS, 3, 9)]
    had = courses(numbers=Course(failures=4, due=100.0), cases=Course(frozen=True))
    assert outbox.next_push(lanes, had, 50.0) == Push(Lane.RATINGS, 3, PUSH_MAX_ITEMS, PUSH_MAX_BYTES)
    assert outbox.next_push(lanes[:2], had, 50.0) == Rest(100.0)
    assert outbox.next_push(lanes[1:2], had, 50.0) == Rest(None)


@given(failures=st.integers(1, 5000), jitter=st.floats(0, 1, exclude_max=True))
def test_every_wait_is_between_a_blink_and_five_minutes(failures: int, jitter: float) -> None:
    wait = outbox.after_failure(failures, None, jitter)
    assert outbox.SHORTEST_DELAY <= wait <= min(outbox.LONGEST_DELAY, 2.0 ** min(failures - 1, 20))


def test_the_wait_doubles_and_honours_what_the_centre_asks() -> None:
    nearly = 1 - 1e-12
    waits = [round(outbox.after_failure(n, None, nearly), 3) for n in range(1, 11)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert outbox.after_failure(1, 42.0, 0.0) == 42.0
    assert outbox.after_failure(9, 1.0, nearly) > 200
    assert outbox.after_failure(1, 1e9, 0.0) == outbox.LONGEST_REST


def test_batches_shrink_on_a_bad_line_and_grow_again() -> None:
    course = Course()
    sizes = []
    for _ in range(8):
        course = outbox.failed(course, 0.0, 0.5)
        sizes.append(course.limit)
    assert sizes == [25, 12, 6, 3, 1, 1, 1, 1]
    state = LaneState(Lane.CASES, 0, 100)
    for _ in range(7):
        course = outbox.after_reply(state, course, 1, answer(1), 0.0, 0.5).course
    assert (course.limit, course.failures) == (PUSH_MAX_ITEMS, 0)


def test_an_acknowledgement_counts_only_for_what_was_sent() -> None:
    verdict = outbox.after_reply(LaneState(Lane.CASES, 2, 20), Course(), 5, answer(9), 7.0, 0.5)
    assert (verdict.acknowledge, verdict.rewind, verdict.alarm) == (5, None, None)
    assert verdict.course == Course(due=7.0)


def test_a_case_stored_while_the_run_was_read_is_no_rollback() -> None:
    verdict = outbox.after_reply(LaneState(Lane.CASES, 0, 1), Course(), 2, answer(2), 7.0, 0.5)
    assert (verdict.acknowledge, verdict.alarm, verdict.course.frozen) == (2, None, False)


def test_a_centre_that_acknowledges_too_little_is_asked_again_later() -> None:
    verdict = outbox.after_reply(LaneState(Lane.CASES, 2, 20), Course(), 5, answer(2), 7.0, 0.5)
    assert (verdict.acknowledge, verdict.alarm) == (None, None)
    assert verdict.course.due > 7.0


def test_a_gap_rewinds_to_what_the_centre_has() -> None:
    state = LaneState(Lane.CASES, 10, 20)
    verdict = outbox.after_reply(state, Course(), 15, answer(4, Refusal.GAP, 11), 7.0, 0.5)
    assert (verdict.rewind, verdict.acknowledge) == (4, None)
    assert verdict.alarm is not None
    assert verdict.alarm.key is AlarmKey.CENTRE_LOST
    assert not verdict.course.frozen


def test_a_fork_freezes_the_lane_and_keeps_what_came_before() -> None:
    state = LaneState(Lane.CASES, 2, 20)
    verdict = outbox.after_reply(state, Course(), 9, answer(30, Refusal.FORK, 5), 7.0, 0.5)
    assert verdict.course.frozen
    assert verdict.acknowledge == 4
    assert verdict.alarm is not None
    assert (verdict.alarm.key, verdict.alarm.lane, verdict.leave) == (AlarmKey.FORK, Lane.CASES, "outbox.fork")


def test_an_acknowledgement_from_the_future_freezes_the_lane() -> None:
    state = LaneState(Lane.CASES, 2, 20)
    for verdict in (
        outbox.after_reply(state, Course(), 9, answer(21), 7.0, 0.5),
        outbox.after_heartbeat(state, Course(), 21),
    ):
        assert verdict.course.frozen
        assert verdict.acknowledge is None
        assert verdict.alarm is not None
        assert verdict.alarm.key is AlarmKey.ROLLED_BACK
        assert verdict.leave == "outbox.rolled_back"


@pytest.mark.parametrize(("said", "why"), [("epoch.other_store", "epoch.other_store"), ("<script>", "epoch.left")])
def test_a_closed_epoch_is_left_without_an_acknowledgement(said: str, why: str) -> None:
    reply = msgspec.structs.replace(answer(15, Refusal.CLOSED), reason=said)
    verdict = outbox.after_reply(LaneState(Lane.CASES, 2, 20), Course(), 9, reply, 7.0, 0.5)
    assert (verdict.leave, verdict.acknowledge, verdict.rewind, verdict.course.frozen) == (why, None, None, True)


def test_a_centre_that_lost_what_was_purged_here_gets_the_rest_in_a_new_epoch() -> None:
    state = LaneState(Lane.CASES, 10, 20, purged=6)
    kept = outbox.after_heartbeat(state, Course(), 6)
    assert (kept.rewind, kept.leave) == (6, "")
    lost = outbox.after_heartbeat(state, Course(), 5)
    assert (lost.rewind, lost.leave) == (6, "outbox.centre_lost")


def test_the_watchdog_barks_at_a_lane_nobody_tries_and_at_no_other() -> None:
    lanes = [LaneState(Lane.NUMBERS, 0, 9), LaneState(Lane.CASES, 0, 9), LaneState(Lane.RATINGS, 9, 9)]
    had = courses(cases=Course(due=5000.0))
    since = outbox.waiting_since({}, lanes, had, 100.0)
    assert since == {Lane.NUMBERS: 100.0}
    later = outbox.waiting_since(since, lanes, had, 100.0 + outbox.STALLED_SECONDS)
    assert [alarm.lane for alarm in outbox.stalled(later, 100.0 + outbox.STALLED_SECONDS)] == [Lane.NUMBERS]
    assert outbox.stalled(later, 99.0 + outbox.STALLED_SECONDS) == []
    assert outbox.waiting_since(later, [LaneState(Lane.NUMBERS, 9, 9)], had, 2000.0) == {}


def test_who_is_not_admitted_tries_slowly() -> None:
    waits = [outbox.after_rejection(n, None, jitter) for n in (1, 5, 99) for jitter in (0.0, 0.5, 0.999)]
    assert min(waits) >= 60
    assert max(waits) <= outbox.LONGEST_DELAY
    assert outbox.after_rejection(1, 600.0, 0.0) == 600.0


@pytest.mark.parametrize(
    ("refusal", "key"), [(Refusal.DAMAGED, AlarmKey.DAMAGED), (Refusal.NOT_YOURS, AlarmKey.NOT_OURS)]
)
def test_a_refused_envelope_raises_an_alarm_and_waits(refusal: Refusal, key: AlarmKey) -> None:
    verdict = outbox.after_reply(LaneState(Lane.CASES, 2, 20), Course(), 9, answer(4, refusal, 5), 7.0, 0.5)
    assert verdict.acknowledge == 4
    assert verdict.alarm is not None
    assert verdict.alarm.key is key
    assert verdict.course.due > 7.0
    assert not verdict.course.frozen


def test_the_heartbeat_shows_a_centre_that_forgot() -> None:
    state = LaneState(Lane.CASES, 10, 20)
    assert outbox.after_heartbeat(state, Course(), 10) == outbox.Verdict(Course())
    assert outbox.after_heartbeat(state, Course(), 14).acknowledge is None
    assert outbox.after_heartbeat(state, Course(), 3).rewind == 3


@dataclass
class Rows:
    """The terminal's side of one lane, as the store keeps it."""

    raws: list[bytes] = field(default_factory=list)
    acked: int = 0

    def run(self, push: Push) -> tuple[Sent, ...]:
        places = range(push.after_seq, min(len(self.raws), push.after_seq + push.limit_items))
        return tuple(Sent(n + 1, f"id-{n}", content_hash(self.raws[n]), self.raws[n]) for n in places)


class OutboxAgainstCentre(RuleBasedStateMachine):
    """Random faults while cases are written; then the faults stop, and everything must arrive once, in order."""

    @initialize()
    def begin(self) -> None:
        self.centre = Memory()
        self.lanes = {lane: Rows() for lane in Lane}
        self.courses = courses()
        self.now = 0.0
        self.turns = 0
        self.late: list[PushRequest] = []
        self.written = 0

    @rule(lane=st.sampled_from(Lane), count=st.integers(1, 70))
    def write(self, lane: Lane, count: int) -> None:
        for _ in range(count):
            self.written += 1
            self.lanes[lane].raws.append(f"{lane}-{self.written}".encode())

    @rule(seconds=st.floats(0, 400))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(jitter=st.floats(0, 1, exclude_max=True), meanwhile=st.integers(0, 3))
    def push(self, jitter: float, meanwhile: int) -> None:
        self.exchange("ok", jitter, meanwhile)

    @rule(jitter=st.floats(0, 1, exclude_max=True), fault=st.sampled_from(["drop", "reply lost", "twice", "late"]))
    def push_badly(self, jitter: float, fault: str) -> None:
        self.exchange(fault, jitter)

    @rule()
    def deliver_late(self) -> None:
        """A request the terminal gave up long ago reaches the centre after all."""
        if self.late:
            self.centre.receive(self.late.pop(0))

    @rule(lane=st.sampled_from(Lane), keep=st.floats(0, 1))
    def centre_loses_its_tail(self, lane: Lane, keep: float) -> None:
        held = self.centre.lanes["GL-01", 1, lane]
        del held[int(len(held) * keep) :]

    @rule(jitter=st.floats(0, 1, exclude_max=True))
    def heartbeat(self, jitter: float) -> None:
        del jitter
        for lane, rows in self.lanes.items():
            verdict = outbox.after_heartbeat(self.state(lane), self.courses[lane], self.held(lane))
            self.courses[lane] = outbox.relieved(verdict.course, self.now)
            if verdict.rewind is not None:
                rows.acked = verdict.rewind

    def held(self, lane: Lane) -> int:
        return len(self.centre.lanes["GL-01", 1, lane])

    def state(self, lane: Lane) -> LaneState:
        return LaneState(lane, self.lanes[lane].acked, len(self.lanes[lane].raws))

    def exchange(self, fault: str, jitter: float, meanwhile: int = 0) -> bool:
        """One step; `meanwhile` cases are stored between the look at the lanes and the reading of the run."""
        push = outbox.next_push([self.state(lane) for lane in Lane], self.courses, self.now)
        if isinstance(push, Rest):
            if push.until is not None:
                assert push.until > self.now
                self.now = push.until
            return push.until is not None
        self.turns += 1
        lane, state = push.lane, self.state(push.lane)
        course = msgspec.structs.replace(self.courses[lane], turn=self.turns)
        if meanwhile:
            self.write(lane, meanwhile)
        items = self.lanes[lane].run(push)
        assert 0 < len(items) <= PUSH_MAX_ITEMS
        request = PushRequest("GL-01", 1, lane, items[0].seq, NONCE, items)
        if fault == "late":
            self.late.append(request)
        reply = None if fault in {"drop", "late"} else self.centre.receive(request)
        if fault == "twice":
            reply = self.centre.receive(request)
        if reply is None or fault == "reply lost":
            self.courses[lane] = outbox.failed(course, self.now, jitter)
            return True
        verdict = outbox.after_reply(state, course, items[-1].seq, reply, self.now, jitter)
        self.courses[lane] = verdict.course
        if verdict.rewind is not None:
            self.lanes[lane].acked = verdict.rewind
        if verdict.acknowledge is not None:
            self.lanes[lane].acked = verdict.acknowledge
        return True

    @invariant()
    def nothing_is_doubled_changed_or_out_of_order(self) -> None:
        for lane in Lane:
            held = self.centre.lanes["GL-01", 1, lane]
            assert [item.raw for item in held] == self.lanes[lane].raws[: len(held)]
            assert not self.courses[lane].frozen

    def teardown(self) -> None:
        """The faults stop. A heartbeat comes by as it does in life; a bounded number of steps drains everything."""
        if not hasattr(self, "centre"):
            return
        self.heartbeat(0.5)
        steps = 0
        while self.exchange("ok", 0.999):
            steps += 1
            assert steps < 400 + self.written, "stuck"
        for lane in Lane:
            assert self.held(lane) == self.lanes[lane].acked == len(self.lanes[lane].raws)


TestOutboxAgainstCentre = OutboxAgainstCentre.TestCase
TestOutboxAgainstCentre.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_centre_without_the_duplicate_check_would_be_found_out() -> None:
    """Negative control: the same walk, with a reply lost, against a centre that stores whatever comes."""

    class Careless(Memory):
        def receive(self, request: PushRequest) -> PushReply:
            lane = self.lanes[request.terminal, request.epoch, request.lane]
            lane.extend(request.items)
            return PushReply(request.nonce, request.items[-1].seq, "2026-11-22T10:00:00+08:00")

    machine = OutboxAgainstCentre()
    machine.begin()
    machine.centre = Careless()
    machine.write(Lane.NUMBERS, 3)
    machine.exchange("reply lost", 0.0)
    machine.wait(10)
    machine.exchange("ok", 0.0)
    with pytest.raises(AssertionError):
        machine.nothing_is_doubled_changed_or_out_of_order()
