"""事项、责任、流程、时限: the four work lists of 马上办 (ZN-14), at centre and terminal the same. Pure."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, Item, Text, TimeLimit, Unit
from contract.classing import is_now

_IN_WORKING_DAYS: Final = {
    Unit.MINUTE: 1 / (7.5 * 60),
    Unit.HALF_WORKING_DAY: 0.5,
    Unit.WORKING_DAY: 1.0,
    Unit.CALENDAR_DAY: 5 / 7,
    Unit.CALENDAR_MONTH: 30 * 5 / 7,
}


class WorkList(StrEnum):
    """Which list."""

    ITEMS = "items"
    """事项清单."""
    DUTIES = "duties"
    """责任清单."""
    STEPS = "steps"
    """流程清单."""
    LIMITS = "limits"
    """时限清单."""


class Entry(msgspec.Struct, frozen=True):
    """One item with what the four lists say of it. `at_once`: it is done on the spot (马上办)."""

    slug: str
    code: str
    title: Text
    department: Text
    window: Text
    consultation: str
    supervision: str
    steps: tuple[Text, ...]
    legal: TimeLimit
    promised: TimeLimit
    at_once: bool
    icon: str = ""

    @property
    def cut(self) -> float | None:
        """By how much the promise undercuts the legal limit, in percent with two decimals; None for no limit."""
        legal, promised = working_days(self.legal), working_days(self.promised)
        return round(100 * (legal - promised) / legal, 2) if legal else None


def working_days(limit: TimeLimit) -> float:
    """A limit in working days: a calendar day is 5/7 of one, a month 30 calendar days, 7.5 hours are a day."""
    return limit.amount * _IN_WORKING_DAYS[limit.unit]


def as_of(items: Iterable[Item]) -> date | None:
    """The first day of the newest version among them: since when the lists are as they are."""
    return max((item.effective_from for item in items), default=None)


def entries(items: Iterable[Item]) -> tuple[Entry, ...]:
    """Every item: 马上办 first, then by department and name."""
    found = [
        Entry(
            item.slug,
            item.implementation_code,
            item.title,
            item.department,
            item.window,
            item.consultation_phone,
            item.supervision_phone,
            item.procedure,
            item.legal_limit,
            item.promised_limit,
            is_now(item),
            item.icon,
        )
        for item in items
    ]
    order = DEFAULT_LANGUAGE
    return tuple(sorted(found, key=lambda one: (not one.at_once, one.department[order], one.title[order])))
