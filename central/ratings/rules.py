"""Ratings counted: by level, by reason, first and second; and green channels by their reason. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from contract.codes import Satisfaction


class Given(msgspec.Struct, frozen=True):
    """One rating, with its reasons as keys. `again`: a second one, after the case was decided (追评)."""

    at: str
    terminal: str
    item: str
    satisfaction: str
    reasons: tuple[str, ...]
    again: bool


class Sums(msgspec.Struct, frozen=True):
    """What a page shows above the list. A level is (how many, how many of them second ones)."""

    levels: tuple[tuple[Satisfaction, int, int], ...]
    reasons: tuple[tuple[str, int], ...]
    rated: int
    again: int
    with_reasons: int


def sums(given: Sequence[Given]) -> Sums:
    """All levels, also those nobody gave; the reasons most given first."""
    levels = Counter(one.satisfaction for one in given)
    second = Counter(one.satisfaction for one in given if one.again)
    reasons = Counter(reason for one in given for reason in one.reasons)
    return Sums(
        tuple((level, levels[level.value], second[level.value]) for level in Satisfaction),
        tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        len(given),
        sum(one.again for one in given),
        sum(bool(one.reasons) for one in given),
    )


def green(reasons: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Why the green channel was taken, and how often; nothing of whoever took it."""
    return tuple(sorted(Counter(reason for reason in reasons if reason).items(), key=lambda pair: (-pair[1], pair[0])))
