"""Which of a district's policies a promised limit fails: default, table of cuts, 45 % (SX-09, 13, 14). Pure.

Two districts wrote them and they do not follow from one another, so each is switched on by itself, and what fails is
named.
"""

from enum import StrEnum

import msgspec

from contract.catalogue import TimeLimit, Unit
from contract.compression import Compression

SHARE = 0.55
"""承诺 ≤ 0.55 × 法定: a cut of 45 % or more."""
DEFAULT_DAYS = 2
"""一般性审批项目应在2个工作日内完成."""
_DAYS = (Unit.WORKING_DAY, Unit.CALENDAR_DAY)


class Policy(StrEnum):
    """One policy of a district."""

    DEFAULT = "default"
    """2 working days unless a survey or a meeting is needed."""
    COMPRESS = "compress"
    """The table of cuts."""
    SHARE = "share"


class Switched(msgspec.Struct, frozen=True):
    """Which are on, and what the table leaves open."""

    on: frozenset[Policy] = frozenset()
    compression: Compression = Compression()


def default_promise(legal: TimeLimit, *, needs_survey: bool) -> TimeLimit:
    """What is promised where nobody says otherwise: 2 working days, or the legal limit where that is shorter or
    something has to be looked at on the spot.
    """
    default = TimeLimit(DEFAULT_DAYS, Unit.WORKING_DAY)
    if needs_survey or legal.amount == 0:
        return legal
    return legal if days(legal) <= DEFAULT_DAYS else default


def allowed(policy: Policy, legal: TimeLimit, switched: Switched, *, needs_survey: bool = False) -> float | None:
    """The longest promise, in days, a policy lets pass; None where it says nothing."""
    if legal.amount == 0:
        return None
    match policy:
        case Policy.DEFAULT:
            return None if needs_survey else float(max(DEFAULT_DAYS, 0) if days(legal) > DEFAULT_DAYS else days(legal))
        case Policy.COMPRESS:
            whole = legal.unit in (*_DAYS, Unit.CALENDAR_MONTH)
            return float(switched.compression.promised(int(days(legal, switched.compression)))) if whole else None
        case Policy.SHARE:
            return SHARE * days(legal, switched.compression)


def failing(
    promised: TimeLimit, legal: TimeLimit, switched: Switched, *, needs_survey: bool = False
) -> tuple[Policy, ...]:
    """The policies that are on and that this promise fails, by name."""
    kept = days(promised, switched.compression)
    return tuple(
        policy
        for policy in Policy
        if policy in switched.on
        and (most := allowed(policy, legal, switched, needs_survey=needs_survey)) is not None
        and kept > most
    )


def days(limit: TimeLimit, compression: Compression | None = None) -> float:
    """A limit in days of its own kind; a half day is 0.5, minutes are parts of a day of eight hours."""
    month = (compression or Compression()).month_days
    match limit.unit:
        case Unit.MINUTE:
            return limit.amount / 480
        case Unit.HALF_WORKING_DAY:
            return limit.amount / 2
        case Unit.CALENDAR_MONTH:
            return float(limit.amount * month)
        case _:
            return float(limit.amount)
