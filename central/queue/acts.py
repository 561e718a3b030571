"""What may happen to a number: called, come, parked, passed, brought back, moved on, finished; and the end of the day.
Pure. Figures of standards.md 8.
"""

from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

import msgspec

from central.queue.rules import AT_A_WINDOW, BEHIND, ENDS, Number, Stand

MOST_CALLS: Final = 3
BETWEEN_CALLS: Final = timedelta(seconds=20)
REVIVED_WITHIN: Final = timedelta(minutes=30)
"""过号 may come back so long after it was passed, once."""
AFTER_MIDNIGHT: Final = timedelta(hours=3)
"""A day without a set hour is closed so long after midnight: a clock that jumps ahead ends nobody's turn."""

_replace = msgspec.structs.replace


class Did(StrEnum):
    """What was done with a number or at a window, as the trail names it."""

    CALLED = "called"
    RECALLED = "recalled"
    CAME = "came"
    PARKED = "parked"
    RESUMED = "resumed"
    PASSED = "passed"
    REVIVED = "revived"
    TRANSFERRED = "transferred"
    ADDED = "added"
    ITEM_DONE = "item_done"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    """By the end of the day."""
    MOVED = "moved"
    """To the stand-in's window: whoever had it is away."""
    RATED = "rated"
    """By its citizen, when it was finished: no act of the window."""


class Refusal(StrEnum):
    """Why something cannot be done with a number now; each has its words (`refused.queue_…`)."""

    NOBODY = "queue_nobody"
    TOO_SOON = "queue_too_soon"
    TOO_OFTEN = "queue_too_often"
    NOT_HERE = "queue_not_here"
    BUSY = "queue_busy"
    CLOSED = "queue_window_closed"
    TOO_LATE = "queue_too_late"
    ONCE_ONLY = "queue_once_only"
    NOT_PASSED = "queue_not_passed"
    OVER = "queue_over"
    ELSEWHERE = "queue_elsewhere"
    ITEMS_OPEN = "queue_items_open"
    UNKNOWN = "queue_unknown"
    NO_WINDOW = "queue_no_window"
    TAKEN = "queue_taken"
    AT_HALL = "queue_at_hall"
    """The hall has a node of its own: its windows call there."""


def call(one: Number, window: str, at: datetime) -> Number | Refusal:
    """To this window: the first time, or again after twenty seconds, three times at most."""
    if one.stand is Stand.WAITING:
        if one.wanted_window not in ("", window):
            return Refusal.ELSEWHERE
        return _replace(one, stand=Stand.CALLED, window=window, calls=1, called_at=at, behind=0, wanted_window="")
    if one.stand is not Stand.CALLED or one.window != window:
        return why_not(one, window)
    if one.calls >= MOST_CALLS:
        return Refusal.TOO_OFTEN
    if one.called_at is not None and timedelta() <= at - one.called_at < BETWEEN_CALLS:
        return Refusal.TOO_SOON
    return _replace(one, calls=one.calls + 1, called_at=at)


def serve(one: Number, window: str, at: datetime) -> Number | Refusal:
    """Whoever was called has come; or what was parked here goes on."""
    if one.window != window or one.stand not in {Stand.CALLED, Stand.PARKED}:
        return why_not(one, window)
    return _replace(one, stand=Stand.SERVING, began_at=one.began_at or at)


def pass_over(one: Number, window: str, at: datetime) -> Number | Refusal:
    """Nobody came."""
    if one.window != window or one.stand is not Stand.CALLED:
        return why_not(one, window)
    return _replace(one, stand=Stand.PASSED, passed_at=at, window="")


def revive(one: Number, at: datetime) -> Number | Refusal:
    """The citizen is back, at a terminal or the guide's desk: once, in time, behind the next three."""
    if one.stand in ENDS:
        return Refusal.OVER
    if one.stand is not Stand.PASSED:
        return Refusal.NOT_PASSED
    if one.revived:
        return Refusal.ONCE_ONLY
    if one.passed_at is None or at - one.passed_at > REVIVED_WITHIN:
        return Refusal.TOO_LATE
    return _replace(one, stand=Stand.WAITING, revived=True, behind=BEHIND, calls=0, called_at=None)


def park(one: Number, window: str) -> Number | Refusal:
    """The citizen fetches something: the window may call others, the number stays with it."""
    if one.window != window or one.stand is not Stand.SERVING:
        return why_not(one, window)
    return _replace(one, stand=Stand.PARKED)


def transfer(one: Number, window: str, queue: str, to: str) -> Number | Refusal:
    """To another queue, or to one window if named; it keeps its place by the time it was taken."""
    if one.window != window or one.stand not in {Stand.CALLED, Stand.SERVING, Stand.PARKED}:
        return why_not(one, window)
    if to == window or (not to and queue == one.queue):
        return Refusal.NO_WINDOW
    back = _replace(one, stand=Stand.WAITING, queue=queue, wanted_window=to, window="", calls=0, called_at=None)
    return _replace(back, behind=0)


def finish(one: Number, window: str, at: datetime, open_items: int) -> Number | Refusal:
    """Served to the end: every item of the ticket is."""
    if one.window != window or one.stand not in {Stand.SERVING, Stand.PARKED, Stand.CALLED}:
        return why_not(one, window)
    if open_items:
        return Refusal.ITEMS_OPEN
    return _replace(one, stand=Stand.DONE, began_at=one.began_at or at, ended_at=at, window="")


def cancel(one: Number, at: datetime) -> Number | Refusal:
    """The citizen does not want it any more."""
    if one.stand in ENDS:
        return Refusal.OVER
    if one.stand in AT_A_WINDOW or one.stand is Stand.PARKED:
        return Refusal.NOT_HERE
    return _replace(one, stand=Stand.CANCELLED, ended_at=at)


def lapse(one: Number, at: datetime) -> Number:
    """A passed number that may not come back any more is void."""
    late = one.passed_at is None or at - one.passed_at > REVIVED_WITHIN
    gone = one.stand is Stand.PASSED and (one.revived or late)
    return _replace(one, stand=Stand.VOID, ended_at=at) if gone else one


def close(one: Number, at: datetime, *, printed: bool) -> Number:
    """At the end of its day: who was being served is done, nobody else was; and whose paper never came out is not
    counted as somebody who stayed away.
    """
    if one.stand in ENDS:
        return one
    served = one.stand in {Stand.SERVING, Stand.PARKED}
    end = Stand.DONE if served else Stand.VOID if printed else Stand.UNPRINTED
    return _replace(one, stand=end, ended_at=at, window="", wanted_window="")


def is_over(business_date: str, now: datetime, zone: tzinfo, closes: time | None) -> bool:
    """Whether a day is closed at this moment: from the hour it `closes` on, else well after midnight in the hall. A day
    that is not one is over.
    """
    try:
        day = date.fromisoformat(business_date)
    except ValueError:
        return True
    end = datetime.combine(day + timedelta(days=1), time.min) + AFTER_MIDNIGHT
    if closes is not None:
        end = datetime.combine(day, closes)
    return now.astimezone(zone).replace(tzinfo=None) >= end


def why_not(one: Number, window: str) -> Refusal:
    """The reason for a window that has not got it."""
    if one.stand in ENDS:
        return Refusal.OVER
    return Refusal.ELSEWHERE if one.window and one.window != window else Refusal.NOT_HERE
