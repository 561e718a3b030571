"""The thread between outbox and centre: sends what waits, marks what was received, says how things are."""

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar, assert_never

import msgspec

from contract.envelope import Lane
from contract.messages import (
    DeviceReport,
    Heartbeat,
    HeartbeatReply,
    PushReply,
    PushRequest,
    Sent,
    ServiceReport,
)
from offline_cache import outbox
from offline_cache.client import REFUSED, LinkFailure
from offline_cache.database import iso
from offline_cache.outbox import Alarm, AlarmKey, Course, LaneState, Push, Rest, Verdict
from offline_cache.records import Counts, StoreError
from offline_cache.store import Store
from offline_cache.thread import StoreThread

HEARTBEAT_SECONDS = 30.0
HEARTBEAT_SPREAD = 0.2
NEWS_SECONDS = 1.0
"""A change is told at once, but not more often than this."""
STUMBLE_SECONDS = 5.0

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


class HeartbeatParts(msgspec.Struct, frozen=True):
    """What the terminal knows of itself; the messenger adds lanes, nonce and time."""

    version: str
    devices: tuple[DeviceReport, ...]
    services: tuple[ServiceReport, ...]


class LinkChanged(msgspec.Struct, frozen=True):
    """Whether the centre can be talked to. `reason` is a `link.…` key, empty when the link is up."""

    up: bool
    since: str
    reason: str


class Delivered(msgspec.Struct, frozen=True):
    """The centre holds everything of `lane` up to `ack`."""

    lane: Lane
    ack: int


Event = LinkChanged | Delivered | Alarm


class Upstream(Protocol):
    """What `CentreClient` does; both calls raise LinkFailure."""

    terminal: str

    def push(self, request: PushRequest) -> PushReply: ...
    def heartbeat(self, beat: Heartbeat) -> HeartbeatReply: ...
    def close(self) -> None: ...


class Pace(msgspec.Struct, frozen=True):
    """How often, in seconds, and where chance comes from (0 to below 1)."""

    heartbeat: float = HEARTBEAT_SECONDS
    news: float = NEWS_SECONDS
    jitter: Callable[[], float] = random.random


class Messenger:
    """Runs from `start` to `stop`. `parts` and `post` are called on its thread: they must not block.

    `wake` says that something was stored or a device has changed.
    """

    def __init__(
        self,
        store: StoreThread,
        client: Upstream,
        parts: Callable[[], HeartbeatParts],
        post: Callable[[Event], None],
        clock: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:
        self._store = store
        self._client = client
        self._epoch = 0
        """As the store says; 0 until it could be opened once."""
        self._parts = parts
        self._post = post
        self._clock = clock
        self._pace = pace or Pace()
        self._courses = dict.fromkeys(Lane, Course())
        self._alarms: set[tuple[AlarmKey, Lane | None]] = set()
        self._turns = 0
        self._up: bool | None = None
        self._beats_failed = 0
        self._beat_at = float("-inf")
        self._beat_due = 0.0
        self._told: tuple[HeartbeatParts, int] | None = None
        self._news = False
        self._woken = threading.Event()
        self._stopping = False
        self._busy_since = 0.0
        self._thread = threading.Thread(target=self._run, name="messenger", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is something new. Cheap, from any thread."""
        self._woken.set()

    def alive_at(self, now: float) -> float:
        """When its thread last gave a sign of life: now while it rests, else when the present step began.

        Monotonic seconds; 0.0 for a thread that has ended. From any thread.
        """
        return (self._busy_since or now) if self._thread.is_alive() else 0.0

    def stop(self, timeout: float = 5.0) -> None:
        """End what is under way; what was not acknowledged is sent again next time."""
        self._stopping = True
        self._woken.set()
        self._client.close()
        self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping:
            self._busy_since = time.monotonic()
            try:
                pause = self._step()
            except StoreError as error:
                self._raise_alarm(Alarm(AlarmKey.STORE, None, str(error)))
                pause = STUMBLE_SECONDS
            except Exception as error:  # noqa: BLE001 - it must outlive any bug: nothing else sends the cases
                _log.exception("the messenger stumbled")
                self._raise_alarm(Alarm(AlarmKey.SOFTWARE, None, type(error).__name__))
                pause = STUMBLE_SECONDS
            self._busy_since = 0.0
            if pause > 0 and self._woken.wait(pause):
                self._woken.clear()
                self._news = True
        self._client.close()

    def _step(self) -> float:
        """Do the next thing; seconds until the one after it."""
        if self._news:
            self._news = False
            self._hurry_heartbeat()
        now = time.monotonic()
        if now >= self._beat_due:
            self._beat(now)
            return 0.0
        self._epoch = self._epoch or self._ask(lambda store: store.epoch)
        states = self._ask(Store.lane_states)
        match outbox.next_push(states, self._courses, now):
            case Push() as push:
                self._push(push, next(state for state in states if state.lane is push.lane))
                return 0.0
            case Rest(until):
                return max(0.0, min(self._beat_due, self._beat_due if until is None else until) - now)
            case never:
                assert_never(never)

    def _ask(self, job: Callable[[Store], Result]) -> Result:
        return self._store.do(job).result()

    def _push(self, push: Push, state: LaneState) -> None:
        self._turns += 1
        course = msgspec.structs.replace(self._courses[push.lane], turn=self._turns)
        self._courses[push.lane] = course
        run = self._ask(lambda store: store.outbox_run(push.lane, push.after_seq, push.limit_items, push.limit_bytes))
        items = tuple(Sent(item.seq, item.id, item.hash, item.raw) for item in run)
        request = PushRequest(self._client.terminal, self._epoch, push.lane, run[0].seq, _nonce(), items)
        try:
            reply = self._client.push(request)
        except LinkFailure as failure:
            self._push_failed(push.lane, failure)
            return
        self._link(up=True)
        verdict = outbox.after_reply(state, course, run[-1].seq, reply, time.monotonic(), self._pace.jitter())
        self._carry_out(push.lane, verdict)

    def _push_failed(self, lane: Lane, failure: LinkFailure) -> None:
        """A refusal is this lane's trouble; anything else is the link's."""
        jitter = self._pace.jitter()
        self._courses[lane] = outbox.failed(self._courses[lane], time.monotonic(), jitter, failure.retry_after)
        if failure.key == REFUSED:
            self._raise_alarm(Alarm(AlarmKey.REFUSED, lane, failure.detail))
        else:
            self._link(up=False, reason=failure.key)

    def _carry_out(self, lane: Lane, verdict: Verdict) -> None:
        self._courses[lane] = verdict.course
        epoch, at = self._epoch, iso(self._clock())
        if verdict.rewind is not None:
            have = verdict.rewind
            self._ask(lambda store: store.rewind(epoch, lane, have))
        if verdict.acknowledge is not None:
            ack = verdict.acknowledge
            self._ask(lambda store: store.acknowledge(epoch, lane, ack, at))
            self._tell(Delivered(lane, ack))
        if verdict.alarm is not None:
            self._raise_alarm(verdict.alarm)
        elif verdict.acknowledge is not None:
            self._alarms = {(key, where) for key, where in self._alarms if where not in {lane, None}}

    def _beat(self, now: float) -> None:
        counts = self._counts()
        parts = self._parts()
        beat = Heartbeat(
            terminal=self._client.terminal,
            epoch=self._epoch,
            nonce=_nonce(),
            at=iso(self._clock()),
            version=parts.version,
            devices=parts.devices,
            services=parts.services,
            lanes=counts.lanes if counts else (),
            unprinted=counts.unprinted if counts else 0,
        )
        spread = 1.0 + HEARTBEAT_SPREAD * (2.0 * self._pace.jitter() - 1.0)
        self._beat_at, self._beat_due = now, now + self._pace.heartbeat * spread
        try:
            reply = self._client.heartbeat(beat)
        except LinkFailure as failure:
            self._link(up=False, reason=failure.key, retry_after=failure.retry_after)
            return
        self._told = (parts, counts.unprinted if counts else 0)
        self._link(up=True)
        if counts is not None:
            self._compare(reply)

    def _compare(self, reply: HeartbeatReply) -> None:
        """What the centre does not mention it has said nothing about."""
        for state in self._ask(Store.lane_states):
            course = self._courses[state.lane]
            if state.lane.value in reply.held and not course.frozen:
                self._carry_out(state.lane, outbox.after_heartbeat(state, course, reply.held[state.lane.value]))

    def _counts(self) -> Counts | None:
        """What the store holds. None while it cannot say: the terminal is alive all the same, and that is told."""
        try:
            if not self._epoch:
                self._epoch = self._ask(lambda store: store.epoch)
            return self._ask(Store.counts)
        except StoreError:
            return None

    def _hurry_heartbeat(self) -> None:
        if not self._up:
            return
        counts = self._counts()
        if (self._parts(), counts.unprinted if counts else 0) != self._told:
            self._beat_due = min(self._beat_due, self._beat_at + self._pace.news)

    def _link(self, *, up: bool, reason: str = "", retry_after: float | None = None) -> None:
        """Keep the state of the link; while it is down the heartbeat is what finds it again."""
        if self._stopping:
            return
        now = time.monotonic()
        if up:
            self._beats_failed = 0
        else:
            self._beats_failed += 1
            wait = outbox.after_failure(self._beats_failed, retry_after, self._pace.jitter())
            self._beat_due = now + wait if retry_after else min(self._beat_due, now + wait)
        if up != self._up:
            if up:
                self._courses = {lane: outbox.relieved(course, now) for lane, course in self._courses.items()}
            self._up = up
            self._tell(LinkChanged(up, iso(self._clock()), reason))

    def _raise_alarm(self, alarm: Alarm) -> None:
        """Once, until the lane gets on again."""
        if (alarm.key, alarm.lane) not in self._alarms:
            self._alarms.add((alarm.key, alarm.lane))
            self._tell(alarm)

    def _tell(self, event: Event) -> None:
        try:
            self._post(event)
        except Exception:  # noqa: BLE001 - a listener that fails must not stop the post
            _log.exception("nobody took %s", type(event).__name__)


def _nonce() -> str:
    return secrets.token_urlsafe(24)
