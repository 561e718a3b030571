"""How an item is classed: its tags, its stars and how far it goes here. Computed from what the item is; pure."""

from enum import StrEnum
from typing import Final

from contract.catalogue import Identity, Item
from contract.codes import CaseType

HANDLED: Final = 5
"""The depth from which a matter is handled here, not only looked at (查询型 → 办理型, ZZ-05)."""
AT_PICK_UP: Final = 4
BY_POST: Final = 5
"""Stars: what is handed over against the card, and what comes by post."""


class Tag(StrEnum):
    """事项标签 (ZN-12). What an attribute says is never believed from a typed tag."""

    AT_ONCE = "at_once"
    """即办件."""
    PROMISED = "promised"
    """承诺件."""
    ONE_TRIP = "one_trip"
    """最多跑一次."""
    NO_TRIP = "no_trip"
    """不见面."""
    NOW = "now"
    """马上办."""
    TOLERANT = "tolerant"
    """容缺受理."""
    ACROSS = "across"
    """跨城通办."""
    AGENT = "agent"
    """可以代办."""


_TYPED: Final = {Tag.ONE_TRIP: "最多跑一次", Tag.NO_TRIP: "不见面"}
"""Promises of a department beyond what the item's attributes show; only these are read from `Item.tags`."""


def tags(item: Item) -> tuple[Tag, ...]:
    """The tags of an item, in the order of `Tag`."""
    held = {
        Tag.AT_ONCE: item.case_type is CaseType.IMMEDIATE,
        Tag.PROMISED: item.case_type is CaseType.PROMISED,
        Tag.ONE_TRIP: is_handled(item) or _TYPED[Tag.ONE_TRIP] in item.tags,
        Tag.NO_TRIP: stars(item) == BY_POST or _TYPED[Tag.NO_TRIP] in item.tags,
        Tag.NOW: is_now(item),
        Tag.TOLERANT: item.tolerance is not None,
        Tag.ACROSS: bool(item.reach),
        Tag.AGENT: item.agents,
    }
    return tuple(tag for tag in Tag if held[tag])


def is_now(item: Item) -> bool:
    """马上办: nothing is left to wait for."""
    return item.promised_limit.amount == 0


def stars(item: Item) -> int:
    """星级 (BJ-21): 5 = filed online and delivered by post, 4 = filed online and checked at pick-up, else 0.

    An item is filed online where a terminal takes the application in or finishes it; pick-up is checked by the card.
    """
    if not is_handled(item):
        return 0
    if "post" in item.delivery:
        return BY_POST
    return AT_PICK_UP if item.delivery or item.identity is not Identity.NONE else 0


def is_handled(item: Item) -> bool:
    """Whether it is filed or finished at a terminal."""
    return item.depth >= HANDLED
