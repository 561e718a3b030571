"""The thread between outbox and centre: when to say what, how the link is, and who has to be told of it."""

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import assert_never

import msgspec

from contract.envelope import Lane
from offline_cache.disk.database import iso
from offline_cache.epochs import Carried, Standing
from offline_cache.link import outbox
from offline_cache.link.client import NOT_ADMITTED, REFUSED, LinkFailure
from offline_cache.link.exchange import Beaten, Exchange, HeartbeatParts, Upstream
from offline_cache.link.outbox import Alarm, AlarmKey, Course, Push, Rest, Verdict
from offline_cache.records import StoreError
from offline_cache.thread import StoreThread

__all__ = [
    "Delivered",
    "DepartmentsAway",
    "Event",
    "HeartbeatParts",
    "LinkChanged",
    "Messenger",
    "MovedOn",
    "NewsBelow",
    "Pace",
]

HEARTBEAT_SECONDS = 30.0
HEARTBEAT_SPREAD = 0.2
NEWS_SECONDS = 1.0
"""A change is told at once, but not more often than this."""
STUMBLE_SECONDS = 5.0
EPOCH_ENDS = "link.epoch_ends"
"""The centre answers, but nothing can be sent before this store has a new epoch."""

_log = logging.getLogger(__name__)


class LinkChanged(msgspec.Struct, frozen=True):
    """Whether the centre takes what this terminal has. `reason` is a `link.…` key, empty when the link is up."""

    up: bool
    since: str
    reason: str


class Delivered(msgspec.Struct, frozen=True):
    """The centre holds everything of `lane` up to `ack`."""

    lane: Lane
    ack: int


class MovedOn(msgspec.Struct, frozen=True):
    """The store has left an epoch and gone on in the next."""

    carried: Carried


class DepartmentsAway(msgspec.Struct, frozen=True):
    """The departments that do not answer now, by their connectors; told when they are others than before."""

    connectors: tuple[str, ...]


class NewsBelow(msgspec.Struct, frozen=True):
    """Something has come down that was not read yet."""


Event = LinkChanged | Delivered | MovedOn | NewsBelow | DepartmentsAway | Alarm


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
        machine: str = "",
    ) -> None:
        """`machine` tells this hardware from another (`machine.mark`)."""
        self._exchange = Exchange(store, client, clock, machine)
        self._client = client
        self._parts = parts
        self._post = post
        self._clock = clock
        self._pace = pace or Pace()
        self._courses = dict.fromkeys(Lane, Course())
        self._waiting: dict[Lane, float] = {}
        self._epoch_course = Course()
        self._greeted = ""
        """The store whose link the centre has accepted; nothing else is sent before."""
        self._alarms: set[tuple[AlarmKey, Lane | None]] = set()
        self._turns = 0
        self._up: bool | None = None
        self._beats_failed = 0
        self._beat_at = float("-inf")
        self._beat_due = 0.0
        self._told: tuple[HeartbeatParts, int] | None = None
        self._away: tuple[str, ...] = ()
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
        standing = self._exchange.standing()
        self._watch(standing, now)
        if standing.due:
            return self._leave_epoch(standing, now)
        if standing.store != self._greeted:
            return max(0.0, self._beat_due - now)
        match outbox.next_push(standing.lanes, self._courses, now):
            case Push() as push:
                self._push(push, standing)
                return 0.0
            case Rest(until):
                return max(0.0, min(self._beat_due, self._beat_due if until is None else until) - now)
            case never:
                assert_never(never)

    def _watch(self, standing: Standing, now: float) -> None:
        """What is due and not tried although the link is up means that this program is at fault."""
        if not self._up:
            self._waiting = {}
            return
        self._waiting = outbox.waiting_since(self._waiting, standing.lanes, self._courses, now)
        for alarm in outbox.stalled(self._waiting, now):
            self._raise_alarm(alarm)

    def _push(self, push: Push, standing: Standing) -> None:
        self._turns += 1
        self._waiting.pop(push.lane, None)
        course = msgspec.structs.replace(self._courses[push.lane], turn=self._turns)
        self._courses[push.lane] = course
        try:
            last, reply = self._exchange.push(push, standing)
        except LinkFailure as failure:
            self._push_failed(push.lane, failure)
            return
        except LookupError as missing:
            self._courses[push.lane] = outbox.failed(course, time.monotonic(), self._pace.jitter())
            self._raise_alarm(Alarm(AlarmKey.DAMAGED, push.lane, str(missing)))
            return
        self._link(up=True)
        state = next(state for state in standing.lanes if state.lane is push.lane)
        verdict = outbox.after_reply(state, course, last, reply, time.monotonic(), self._pace.jitter())
        self._carry_out(push.lane, verdict, standing)

    def _push_failed(self, lane: Lane, failure: LinkFailure) -> None:
        """A refusal is this lane's trouble; anything else is the link's."""
        jitter = self._pace.jitter()
        self._courses[lane] = outbox.failed(self._courses[lane], time.monotonic(), jitter, failure.retry_after)
        if failure.key == REFUSED:
            self._raise_alarm(Alarm(AlarmKey.REFUSED, lane, failure.detail))
        else:
            self._link_failed(failure)

    def _carry_out(self, lane: Lane, verdict: Verdict, standing: Standing) -> None:
        self._courses[lane] = verdict.course
        self._exchange.keep(lane, verdict, standing)
        if verdict.acknowledge is not None:
            self._tell(Delivered(lane, verdict.acknowledge))
        if verdict.alarm is not None:
            self._raise_alarm(verdict.alarm)
        elif verdict.acknowledge is not None:
            self._alarms = {(key, where) for key, where in self._alarms if where not in {lane, None}}
        if verdict.leave:
            self._end_epoch(standing, verdict.leave)

    def _beat(self, now: float) -> None:
        spread = 1.0 + HEARTBEAT_SPREAD * (2.0 * self._pace.jitter() - 1.0)
        self._beat_at, self._beat_due = now, now + self._pace.heartbeat * spread
        parts = self._parts()  # a bug in it costs this heartbeat, never the cases behind it
        try:
            beaten = self._exchange.beat(parts, self._courses)
        except LinkFailure as failure:
            self._link_failed(failure)
            return
        self._told = (parts, beaten.unprinted)
        if beaten.away is not None and beaten.away != self._away:
            self._away = beaten.away
            self._tell(DepartmentsAway(beaten.away))
        self._heard(beaten)

    def _heard(self, beaten: Beaten) -> None:
        standing = beaten.standing
        if standing is None:
            self._link(up=True)
        elif beaten.closed:
            self._end_epoch(standing, beaten.closed)
        elif not beaten.linked:
            self._beat_due = min(self._beat_due, self._beat_at + self._pace.news)
        else:
            self._greeted = standing.store
            if beaten.recalled:
                detail = f"the centre was set back to a backup; sending {beaten.recalled} acknowledged records again"
                self._raise_alarm(Alarm(AlarmKey.CENTRE_LOST, None, detail))
            for lane, verdict in beaten.verdicts.items():
                self._carry_out(lane, verdict, standing)
            self._link(up=True)  # last: verdicts carry the courses of before, with pauses that are over now
            if beaten.behind:
                self._tell(NewsBelow())

    # --- the end of an epoch ----------

    def _end_epoch(self, standing: Standing, why: str) -> None:
        if not self._exchange.close_epoch(standing, why):
            return
        self._greeted = ""
        self._epoch_course = Course()

    def _leave_epoch(self, standing: Standing, now: float) -> float:
        """Ask for the next epoch until it is answered; the terminal serves on meanwhile."""
        self._link(up=False, reason=EPOCH_ENDS)
        course = self._epoch_course
        if course.due > now:
            return max(0.0, min(self._beat_due, course.due) - now)
        if course.failures == 0:
            self._copy_aside()
        try:
            carried = self._exchange.open_epoch(standing)
        except LinkFailure as failure:
            self._epoch_course = outbox.failed(course, time.monotonic(), self._pace.jitter(), failure.retry_after)
            if failure.key in {REFUSED, NOT_ADMITTED}:
                self._raise_alarm(Alarm(AlarmKey.REFUSED, None, failure.detail))
            return 0.0
        self._epoch_course = Course()
        self._courses = dict.fromkeys(Lane, Course())
        self._beat_due = time.monotonic()
        if carried is not None:
            self._tell(MovedOn(carried))
        return 0.0

    def _copy_aside(self) -> None:
        """A disk without room for a copy must not keep the records from the centre."""
        try:
            self._exchange.copy_aside()
        except StoreError as error:
            self._raise_alarm(Alarm(AlarmKey.STORE, None, str(error)))

    # --- the link ----------

    def _hurry_heartbeat(self) -> None:
        if self._up and (self._parts(), self._exchange.unprinted()) != self._told:
            self._beat_due = min(self._beat_due, self._beat_at + self._pace.news)

    def _link_failed(self, failure: LinkFailure) -> None:
        """While the link is down the heartbeat is what finds it again."""
        self._beats_failed += 1
        after = outbox.after_failure
        if failure.key == NOT_ADMITTED:
            after = outbox.after_rejection
            self._greeted = ""
            self._raise_alarm(Alarm(AlarmKey.NOT_ADMITTED, None, failure.detail))
        now = time.monotonic()
        wait = after(self._beats_failed, failure.retry_after, self._pace.jitter())
        slower = failure.retry_after or failure.key == NOT_ADMITTED
        self._beat_due = now + wait if slower else min(self._beat_due, now + wait)
        self._link(up=False, reason=failure.key)

    def _link(self, *, up: bool, reason: str = "") -> None:
        if up:
            self._beats_failed = 0
        if self._stopping or up == self._up:
            return
        now = time.monotonic()
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
