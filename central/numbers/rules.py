"""Which number comes next, how far a lease goes, and whether a number was anybody's to give. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from contract.messages import CaseFiled, NumberTier
from contract.numbers import Lease, NumberAsked

DAYS_AHEAD = 1
RENEWED_AT = 0.8
"""Of a lease: from here on more is leased."""
OUTSIDE = "number_outside"
"""The alarm for a number that was nobody's to give."""
_QUEUE = re.compile(r"^[A-Z]$")
_NONCE = re.compile(r"^[A-Za-z0-9_-]{16,64}$")
_CASE = re.compile(r"^[A-Za-z0-9_.:-]{1,80}$")
_UPSTREAM = re.compile(r"^([A-Z])(\d{3,18})$")
_LEASED = re.compile(r"^([A-Z])([0-9A-Z]{1,2})-(\d{3,18})$")
_LOCAL = re.compile(r"^([A-Z])([0-9A-Z]{1,2})-X(\d{1,18})$")
_LABELS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Malformed(ValueError):
    """A request that says what it cannot mean; the message names the place and the expected value."""


class Range(msgspec.Struct, frozen=True):
    """A range of one series that was leased once, and how much of it has come back in cases."""

    series: str
    first: int
    last: int
    used: int
    terminal: str
    epoch: int

    @property
    def is_nearly_used(self) -> bool:
        """Whether more should be leased now."""
        return self.used - self.first + 1 >= RENEWED_AT * (self.last - self.first + 1)


@dataclass(frozen=True)
class Spoken:
    """What a number on paper says. `series` is empty for an upstream's."""

    tier: NumberTier
    queue: str
    series: str
    count: int


def read_asked(body: bytes) -> NumberAsked:
    """The request, checked for what types alone cannot say. Raises Malformed."""
    try:
        asked = msgspec.json.decode(body, type=NumberAsked)
    except (msgspec.DecodeError, ValueError) as error:
        raise Malformed(str(error)) from None
    for name, pattern, expected in (
        ("nonce", _NONCE, "16 to 64 characters of A-Z a-z 0-9 _ -"),
        ("case_id", _CASE, "1 to 80 characters of A-Z a-z 0-9 _ . : -"),
        ("queue", _QUEUE, "one letter A to Z"),
    ):
        if not pattern.match(getattr(asked, name)):
            raise Malformed(f"Expected {expected} - at `$.{name}`")
    return asked


def days_to_lease(today: date) -> list[str]:
    """Today and as many days as are leased ahead."""
    return [(today + timedelta(days=ahead)).isoformat() for ahead in range(DAYS_AHEAD + 1)]


def next_range(known: Iterable[Range], series: str, terminal: str, epoch: int, size: int) -> Range | None:
    """The range to write now: a new one, or the present one made longer; None while there is enough.

    `known` are all ranges of this series in the hall for one day and queue, of whatever terminal and epoch: none of
    them is leased again.
    """
    ranges = list(known)
    highest = max((found.last for found in ranges), default=0)
    own = [found for found in ranges if (found.terminal, found.epoch) == (terminal, epoch)]
    newest = max(own, key=lambda found: found.last, default=None)
    if newest is not None and not newest.is_nearly_used:
        return None
    if newest is not None and newest.last == highest:
        return msgspec.structs.replace(newest, last=newest.last + size)
    return Range(series, highest + 1, highest + size, highest, terminal, epoch)


def lease_of(day: str, queue: str, found: Range) -> Lease:
    """A range as it goes down."""
    return Lease(day, queue, found.series, found.first, found.last, found.epoch)


def spoken(number: str) -> Spoken | None:
    """What a number says by how it looks; None for one that looks like no tier's."""
    if match := _UPSTREAM.match(number):
        return Spoken(NumberTier.UPSTREAM, match[1], "", int(match[2]))
    if match := _LEASED.match(number):
        return Spoken(NumberTier.LEASED, match[1], match[2], int(match[3]))
    if match := _LOCAL.match(number):
        return Spoken(NumberTier.LOCAL, match[1], match[2], int(match[3]))
    return None


def looks_right(body: CaseFiled, said: Spoken | None) -> bool:
    """Whether the number is spelt as its tier and queue are."""
    return said is not None and (said.tier, said.queue) == (body.tier, body.queue)


def was_leased(said: Spoken, ranges: Iterable[Range]) -> bool:
    """Whether one of the terminal's ranges of that day and queue holds the number."""
    return any(found.series == said.series and found.first <= said.count <= found.last for found in ranges)


@dataclass(frozen=True)
class Known:
    """What is known of the numbers that came back in several cases."""

    issued: AbstractSet[tuple[str, str, str, str]]
    """(case id, terminal, number, business date)"""
    ranges: Mapping[tuple[str, str, str], Sequence[Range]]
    """(terminal, business date, queue) -> what it was leased."""
    series: Mapping[str, str]
    """Terminal -> its own."""


def was_theirs(terminal: str, body: CaseFiled, said: Spoken, known: Known) -> bool:
    """Whether a number, spelt as it must be, was the terminal's to give."""
    match said.tier:
        case NumberTier.UPSTREAM:
            return (body.case_id, terminal, body.number, body.business_date) in known.issued
        case NumberTier.LEASED:
            return was_leased(said, known.ranges.get((terminal, body.business_date, body.queue), ()))
        case NumberTier.LOCAL:
            return said.series == known.series.get(terminal)


def next_label(taken: Iterable[str]) -> str:
    """The first free label of a series in a hall: 1 to 9, then letters, then two characters. Raises ValueError."""
    used = set(taken)
    pairs = [first + second for first in _LABELS for second in _LABELS]
    free: list[str] = [label for label in [*_LABELS[1:], *pairs] if label not in used]
    if free:
        return free[0]
    message = "series: every label of one or two characters is taken in this hall; remove a terminal first"
    raise ValueError(message)
