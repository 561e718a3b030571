"""Who is called next: the order of a hall's numbers, and the bound on how often anybody is passed over. Pure.

Rules and figures of standards.md 8. Times are aware datetimes. A *pool* is what one window may call: the numbers of
its queues together, so that citizens see one queue.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

ORDINARY_PER_GREEN: Final = 3
MOST_OVERTAKEN: Final = 3
"""No number is passed over by younger ones of a better kind more often than this in a row."""
BEHIND: Final = 3
"""So many numbers are called before one that came back."""
BOOKED_EARLY: Final = timedelta(minutes=10)
BOOKED_LATE: Final = timedelta(minutes=15)


class Stand(StrEnum):
    """How a number stands. The last four are ends: a day closes with every number in one of them."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    PASSED = "passed"
    DONE = "done"
    VOID = "void"
    CANCELLED = "cancelled"
    UNPRINTED = "unprinted"
    """Nobody came, and its paper never came out: the hall's fault, not the citizen's."""


ENDS: Final = frozenset({Stand.DONE, Stand.VOID, Stand.CANCELLED, Stand.UNPRINTED})
AT_A_WINDOW: Final = frozenset({Stand.CALLED, Stand.SERVING})
"""One window has at most one number in these, and a number at most one window."""


class Kind(StrEnum):
    """Why a number may be called before older ones."""

    ORDINARY = "ordinary"
    GREEN = "green"
    BOOKED = "booked"


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """One number of one day. `window` and `wanted_window` are ids of windows, empty for none."""

    case_id: str
    hall: str
    business_date: str
    queue: str
    item: str
    number: str
    series: str = ""
    count: int = 0
    taken_at: datetime
    """In the hall's time, as well as it is known: offline terminals are corrected by what their clock was away."""
    stand: Stand = Stand.WAITING
    green: str = ""
    """Why 绿色通道 was taken up; empty for none."""
    booked_for: datetime | None = None
    calls: int = 0
    called_at: datetime | None = None
    began_at: datetime | None = None
    passed_at: datetime | None = None
    ended_at: datetime | None = None
    revived: bool = False
    behind: int = 0
    """So many others are called first, while there are others."""
    overtaken: int = 0
    """How often younger ones went first while it was the next of its kind."""
    window: str = ""
    wanted_window: str = ""
    """Moved on to this one: no other calls it while it is open."""


class Chosen(msgspec.Struct, frozen=True):
    """The number to call, why, and what is remembered of it."""

    number: Number
    kind: Kind
    since_green: dict[str, int]
    """Of every queue of the pool that anybody waits in."""
    passed: tuple[str, ...] = ()
    """Case ids whose `overtaken` rises by one."""
    nearer: tuple[str, ...] = ()
    """Case ids whose `behind` falls by one."""


def kind(one: Number, now: datetime) -> Kind:
    """Of a waiting number now: a booking counts within its own time only."""
    if one.booked_for is not None and -BOOKED_EARLY <= now - one.booked_for <= BOOKED_LATE:
        return Kind.BOOKED
    return Kind.GREEN if one.green else Kind.ORDINARY


def age(one: Number) -> tuple[datetime, str, int, str]:
    """The order of one queue whatever tier the numbers are of: hall time, series, count (reliability.md 5.2)."""
    return one.taken_at, one.series, one.count, one.case_id


def at_window(one: Number, window: str) -> Number:
    """The same number, taken over by another window."""
    return msgspec.structs.replace(one, window=window)


def callable_at(numbers: Iterable[Number], window: str, skills: Iterable[str]) -> list[Number]:
    """What this window may call, the oldest first: of its queues and items, and not kept for another window."""
    own = frozenset(skills)
    return sorted((one for one in numbers if _may_call(one, window, own)), key=age)


def _may_call(one: Number, window: str, skills: frozenset[str]) -> bool:
    if one.stand is not Stand.WAITING:
        return False
    return one.wanted_window == window or (not one.wanted_window and bool(skills & {one.queue, one.item}))


def next_of(pool: Iterable[Number], since_green: Mapping[str, int], now: datetime) -> Chosen | None:
    """Whom to call next of a pool; None where nobody waits.

    The order is by age. A booking in its time and, once to `ORDINARY_PER_GREEN` ordinary ones, a green number go
    first, but nobody is passed over more than `MOST_OVERTAKEN` times in a row. Numbers that came back wait for
    `BEHIND` others as long as there are others. `since_green` are the ordinary numbers of each queue since its last
    green one; a day begins with a green one where one waits.
    """
    waiting = sorted((one for one in pool if one.stand is Stand.WAITING), key=age)
    ready = heads([one for one in waiting if not one.behind] or waiting, now)
    if not ready:
        return None
    known = {one.queue: since_green.get(one.queue, ORDINARY_PER_GREEN) for one in ready}
    picked = _pick(ready, known, now)
    of = kind(picked, now)
    return Chosen(
        number=picked,
        kind=of,
        since_green={queue: _since(before, of) for queue, before in known.items()},
        passed=tuple(one.case_id for one in ready if age(one) < age(picked)),
        nearer=tuple(one.case_id for one in waiting if one.behind and one.case_id != picked.case_id),
    )


def heads(pool: Iterable[Number], now: datetime) -> list[Number]:
    """Those who alone decide who is next, the oldest first: the first of each queue, item, kind and wanted window, of
    a pool in the order of age.

    Whatever windows may call is made of such classes whole: nobody is passed over without its head being passed over.
    """
    firsts: dict[tuple[str, str, str, Kind], Number] = {}
    for one in pool:
        firsts.setdefault((one.queue, one.item, one.wanted_window, kind(one, now)), one)
    return list(firsts.values())


def _pick(ready: Sequence[Number], known: Mapping[str, int], now: datetime) -> Number:
    """The oldest; or a booking or green number whose turn it is, unless somebody was passed over too often."""
    if any(one.overtaken >= MOST_OVERTAKEN for one in ready):
        return ready[0]
    first = next((one for one in ready if kind(one, now) is Kind.ORDINARY), None)
    before = [one for one in ready if _goes_first(one, first, known[one.queue], now)]
    return min(before, key=lambda one: (_turn(one, now), age(one))) if before else ready[0]


def _goes_first(one: Number, ordinary: Number | None, since_green: int, now: datetime) -> bool:
    match kind(one, now):
        case Kind.BOOKED:
            return True
        case Kind.GREEN:
            return ordinary is None or age(one) < age(ordinary) or since_green >= ORDINARY_PER_GREEN
        case Kind.ORDINARY:
            return False


def _turn(one: Number, now: datetime) -> datetime:
    """Between those who go first: a booking by its time, a green number by when it was taken."""
    return one.booked_for if one.booked_for is not None and kind(one, now) is Kind.BOOKED else one.taken_at


def _since(before: int, of: Kind) -> int:
    return 0 if of is Kind.GREEN else min(before + (of is Kind.ORDINARY), ORDINARY_PER_GREEN)


def order(pool: Iterable[Number], since_green: Mapping[str, int], now: datetime, at_most: int) -> list[Number]:
    """The next ones as they would be called one after another from now on, if nobody else came."""
    left = {one.case_id: one for one in pool}
    known = dict(since_green)
    found: list[Number] = []
    while len(found) < at_most and (chosen := next_of(left.values(), known, now)) is not None:
        found.append(left.pop(chosen.number.case_id))
        known |= chosen.since_green
        for case_id in chosen.passed:
            left[case_id] = msgspec.structs.replace(left[case_id], overtaken=left[case_id].overtaken + 1)
        for case_id in chosen.nearer:
            left[case_id] = msgspec.structs.replace(left[case_id], behind=left[case_id].behind - 1)
    return found


def ahead_of(numbers: Iterable[Number], one: Number) -> int:
    """How many of its queue are older and wait: what a citizen is told. Green and booked ones may come between."""
    return sum(
        other.queue == one.queue and other.stand is Stand.WAITING and age(other) < age(one) for other in numbers
    ) + min(one.behind, _younger(numbers, one))


def _younger(numbers: Iterable[Number], one: Number) -> int:
    return sum(other.queue == one.queue and other.stand is Stand.WAITING and age(other) > age(one) for other in numbers)


def by_queue(numbers: Iterable[Number]) -> dict[str, list[Number]]:
    """Those who wait, by queue, the oldest first."""
    found: defaultdict[str, list[Number]] = defaultdict(list)
    for one in sorted(numbers, key=age):
        if one.stand is Stand.WAITING:
            found[one.queue].append(one)
    return dict(found)
