"""How many wait, from the numbers given and the planned service time. Pure: times come in.

Nobody is called through this system yet: who has been served is reckoned, window by window, as if each took the planned
time. What the hall's calls measure will take the place of this.
"""

import heapq
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

MINUTES_AT_MOST = 240
WINDOWS_AT_MOST = 99
_QUEUE = re.compile(r"^[A-Z]$")


class Malformed(ValueError):
    """The key of what is wrong with a form."""


class Plan(msgspec.Struct, frozen=True):
    """One queue of a hall: minutes for one person at one window."""

    hall: str
    queue: str
    minutes: int
    windows: int
    by_whom: str
    at: datetime


class Queue(msgspec.Struct, frozen=True):
    """A queue as it stands."""

    hall: str
    queue: str
    given: int
    """Numbers of today."""
    waiting: int | None
    """None where nobody has planned it."""
    plan: Plan | None


def waiting(given: Iterable[datetime], minutes: int, windows: int, now: datetime) -> int:
    """How many of those who took a number at these times have not come to a window yet."""
    free = [datetime.min.replace(tzinfo=now.tzinfo)] * windows
    heapq.heapify(free)
    still = 0
    for came in sorted(given):
        begins = max(heapq.heappop(free), came)
        heapq.heappush(free, begins + timedelta(minutes=minutes))
        still += begins > now
    return still


def queues(
    given: Mapping[tuple[str, str], list[datetime]], plans: Mapping[tuple[str, str], Plan], now: datetime
) -> list[Queue]:
    """Every queue that is planned or has given numbers today."""
    found = []
    for hall, queue in sorted({*given, *plans}):
        times, plan = given.get((hall, queue), []), plans.get((hall, queue))
        count = waiting(times, plan.minutes, plan.windows, now) if plan else None
        found.append(Queue(hall, queue, len(times), count, plan))
    return found


def read_plan(form: Mapping[str, str], by: str, now: datetime) -> Plan:
    """A plan from its form. Raises Malformed."""
    queue = form.get("queue", "").strip().upper()
    if not _QUEUE.match(queue):
        raise Malformed("waits.queue_wrong")
    return Plan(
        form.get("hall", "").strip()[:60],
        queue,
        _number(form.get("minutes", ""), MINUTES_AT_MOST, "waits.minutes_wrong"),
        _number(form.get("windows", ""), WINDOWS_AT_MOST, "waits.windows_wrong"),
        by,
        now,
    )


def _number(text: str, most: int, wrong: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise Malformed(wrong)
    return int(text)
