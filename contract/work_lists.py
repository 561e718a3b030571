"""事项、责任、流程、时限: the four work lists of 马上办 (ZN-14), at centre and terminal the same. Pure."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, Item, Text, TimeLimit
from contract.classing import Tag, tags


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
            Tag.NOW in tags(item),
        )
        for item in items
    ]
    order = DEFAULT_LANGUAGE
    return tuple(sorted(found, key=lambda one: (not one.at_once, one.department[order], one.title[order])))
