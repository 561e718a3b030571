"""What to send next, when to try again, what an answer means. Pure: time and chance come in as values.

Times are seconds of a clock that only rises; `jitter` is a number from 0 to below 1.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from contract.envelope import Lane
from contract.exchange import PUSH_MAX_BYTES, PUSH_MAX_ITEMS, PushReply, Refusal

FIRST_DELAY = 1.0
LONGEST_DELAY = 300.0
SHORTEST_DELAY = 0.2
LONGEST_REST = 900.0
"""What `Retry-After` can ask for at most: whoever sends it is not known to be the centre."""

_PRIORITY = (Lane.NUMBERS, Lane.CASES, Lane.SCANS, Lane.RATINGS, Lane.TELEMETRY)


SLOWEST_DELAY = 60.0
"""At the least, between two tries where the centre does not admit this terminal: only a person changes that."""
STALLED_SECONDS = 900.0


class LaneState(msgspec.Struct, frozen=True):
    """What the store knows: up to `acked` everything is at the centre, `highest` is the last sequence given out.

    Up to `purged` nothing is here any more.
    """

    lane: Lane
    acked: int
    highest: int
    oldest_at: str | None = None
    purged: int = 0


class Course(msgspec.Struct, frozen=True):
    """How sending one lane has gone since the process started.

    `limit` halves at a failure and doubles at a success: a line too slow for fifty envelopes still carries one.
    """

    failures: int = 0
    due: float = 0.0
    turn: int = 0
    limit: int = PUSH_MAX_ITEMS
    frozen: bool = False


class Push(msgspec.Struct, frozen=True):
    """Send the run of `lane` that follows `after_seq`."""

    lane: Lane
    after_seq: int
    limit_items: int
    limit_bytes: int


class Rest(msgspec.Struct, frozen=True):
    """Nothing to send before `until`, or before somebody writes when it is None."""

    until: float | None


class AlarmKey(StrEnum):
    """Why a person has to look. Nothing is lost and the terminal keeps serving."""

    FORK = "outbox.fork"
    ROLLED_BACK = "outbox.rolled_back"
    CENTRE_LOST = "outbox.centre_lost"
    DAMAGED = "outbox.damaged"
    NOT_OURS = "outbox.not_ours"
    REFUSED = "outbox.refused"
    NOT_ADMITTED = "outbox.not_admitted"
    STALLED = "outbox.stalled"
    FEED_REFUSED = "feed.refused"
    SCAN_REFUSED = "scan.refused"
    SCAN_DAMAGED = "scan.damaged"
    STORE = "outbox.store"
    SOFTWARE = "outbox.software"


class Alarm(msgspec.Struct, frozen=True):
    """Posted once, when it begins. `lane` is None when it concerns all of them."""

    key: AlarmKey
    lane: Lane | None
    detail: str


class Verdict(msgspec.Struct, frozen=True):
    """What an answer means: mark everything up to `acknowledge`, or forget the acknowledgements above `rewind`.

    `leave` says why this epoch ends with it, and is empty while it goes on.
    """

    course: Course
    acknowledge: int | None = None
    rewind: int | None = None
    alarm: Alarm | None = None
    leave: str = ""


def next_push(lanes: Sequence[LaneState], courses: Mapping[Lane, Course], now: float) -> Push | Rest:
    """The lane that has waited longest for its turn, so that none holds up another."""
    waiting = [state for state in lanes if state.acked < state.highest and not courses[state.lane].frozen]
    due = [state for state in waiting if courses[state.lane].due <= now]
    if not due:
        return Rest(min((courses[state.lane].due for state in waiting), default=None))
    chosen = min(due, key=lambda state: (courses[state.lane].turn, _PRIORITY.index(state.lane)))
    return Push(chosen.lane, chosen.acked, courses[chosen.lane].limit, PUSH_MAX_BYTES)


def after_failure(failures: int, retry_after: float | None, jitter: float) -> float:
    """Seconds to wait after so many failures in a row: full jitter, 1 s doubling to 5 min, Retry-After honoured."""
    ceiling = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(failures - 1, 30))
    delay = SHORTEST_DELAY + jitter * (ceiling - SHORTEST_DELAY)
    return max(delay, min(retry_after or 0.0, LONGEST_REST))


def after_rejection(failures: int, retry_after: float | None, jitter: float) -> float:
    """Seconds to wait where the centre does not admit this terminal: a minute at least, five at most."""
    return max(after_failure(failures, retry_after, jitter), SLOWEST_DELAY + jitter * (LONGEST_DELAY - SLOWEST_DELAY))


def failed(course: Course, now: float, jitter: float, retry_after: float | None = None) -> Course:
    """The course after a push that brought no valid answer, or one that got it no further."""
    failures = course.failures + 1
    due = now + after_failure(failures, retry_after, jitter)
    return msgspec.structs.replace(course, failures=failures, due=due, limit=max(1, course.limit // 2))


def after_reply(
    state: LaneState, course: Course, last_seq: int, reply: PushReply, now: float, jitter: float
) -> Verdict:
    """Judge the answer to the run `state.acked + 1 … last_seq`; an acknowledgement beyond it proves no hash."""
    if reply.refusal is Refusal.FORK:
        kept = min(reply.ack, last_seq, (reply.refused_seq or state.acked + 1) - 1)
        detail = f"sequence {reply.refused_seq}: the centre holds another content; {reply.reason}"
        return _frozen(course, AlarmKey.FORK, state, detail, kept)
    if reply.refusal is Refusal.CLOSED:
        stopped = msgspec.structs.replace(course, frozen=True)
        return Verdict(stopped, leave=epoch_key(reply.reason))
    # A case may have been stored after `state` was read and have gone out in this very run.
    highest = max(state.highest, last_seq)
    if reply.ack > highest:
        detail = f"the centre holds {reply.ack}, this terminal only knows {highest}"
        return _frozen(course, AlarmKey.ROLLED_BACK, state, detail, state.acked)
    if reply.ack < state.acked:
        return _behind(state, reply.ack, failed(course, now, jitter))
    kept = min(reply.ack, last_seq)
    moved = kept > state.acked
    acknowledge = kept if moved else None
    alarm = _refusal_alarm(state.lane, reply)
    if moved and alarm is None:
        return Verdict(_gone_well(course, now), acknowledge=acknowledge)
    return Verdict(failed(course, now, jitter), acknowledge=acknowledge, alarm=alarm)


def after_heartbeat(state: LaneState, course: Course, held: int) -> Verdict:
    """Compare what the centre holds with what this terminal believes: a rollback of either shows here first."""
    if held > state.highest:
        detail = f"the centre holds {held}, this terminal only knows {state.highest}"
        return _frozen(course, AlarmKey.ROLLED_BACK, state, detail, state.acked)
    if held < state.acked:
        return _behind(state, held, course)
    return Verdict(course)


def relieved(course: Course, now: float) -> Course:
    """The link has come up again: what waits is tried at once, still carefully if it failed before."""
    return msgspec.structs.replace(course, due=min(course.due, now))


def _gone_well(course: Course, now: float) -> Course:
    limit = min(PUSH_MAX_ITEMS, course.limit * 2)
    return msgspec.structs.replace(course, failures=0, due=now, limit=limit)


def _frozen(course: Course, key: AlarmKey, state: LaneState, detail: str, kept: int) -> Verdict:
    """The lane stops until a new epoch is opened; its rows stay, and new ones are still written."""
    stopped = msgspec.structs.replace(course, frozen=True)
    acknowledge = kept if kept > state.acked else None
    return Verdict(stopped, acknowledge=acknowledge, alarm=Alarm(key, state.lane, detail), leave=key.value)


def epoch_key(said: str) -> str:
    """Why the centre closed an epoch; a reason of another form is not repeated."""
    word = said.partition(" ")[0].rstrip(":;,.")
    return word if word.startswith("epoch.") else "epoch.left"


def waiting_since(
    before: Mapping[Lane, float], lanes: Sequence[LaneState], courses: Mapping[Lane, Course], now: float
) -> dict[Lane, float]:
    """Since when each lane has been due and was not tried. Whoever tries one takes it out of `before`."""
    due = (
        state.lane
        for state in lanes
        if state.acked < state.highest and not courses[state.lane].frozen and courses[state.lane].due <= now
    )
    return {lane: before.get(lane, now) for lane in due}


def stalled(since: Mapping[Lane, float], now: float) -> list[Alarm]:
    """The watchdog: what has been due for a quarter of an hour although the link is up, is a fault of this program."""
    detail = f"due for {STALLED_SECONDS / 60:.0f} minutes and not tried although the link is up"
    return [Alarm(AlarmKey.STALLED, lane, detail) for lane, began in since.items() if now - began >= STALLED_SECONDS]


def _behind(state: LaneState, have: int, course: Course) -> Verdict:
    """The centre lost what it had acknowledged: what is still here is sent again.

    Where some was purged already, the places between can never be filled: the rest goes into a new epoch.
    """
    detail = f"the centre holds {have} of {state.acked} acknowledged; sending the rest again"
    alarm = Alarm(AlarmKey.CENTRE_LOST, state.lane, detail)
    if have >= state.purged:
        return Verdict(course, rewind=have, alarm=alarm)
    stopped = msgspec.structs.replace(course, frozen=True)
    return Verdict(stopped, rewind=state.purged, alarm=alarm, leave=AlarmKey.CENTRE_LOST.value)


def _refusal_alarm(lane: Lane, reply: PushReply) -> Alarm | None:
    match reply.refusal:
        case Refusal.DAMAGED:
            return Alarm(AlarmKey.DAMAGED, lane, f"sequence {reply.refused_seq}: {reply.reason}")
        case Refusal.NOT_YOURS:
            return Alarm(AlarmKey.NOT_OURS, lane, f"sequence {reply.refused_seq}: {reply.reason}")
        case _:
            return None
