"""减证便民 (ZN-18): which papers nobody has to bring, because card, register or a signed promise stands for them.

The filing at a terminal and the report at the centre both ask here. Pure.
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from contract.catalogue import Item, Material, Text

Stand = Literal["card", "licence", "department", "commitment"]
ORDER: Final[tuple[Stand, ...]] = ("card", "licence", "department", "commitment")


class Spared(msgspec.Struct, frozen=True):
    """A paper an item names and does not ask for: what stands for it, the easiest first."""

    item: str
    item_title: Text
    version: int
    code: str
    name: Text
    source: Text
    """Who would issue it."""
    stands: tuple[Stand, ...]


def stands(item: Item, material: Material) -> tuple[Stand, ...]:
    """What may stand for this paper, the easiest first. A register stands for it only where it says which is asked; a
    promise only where the item says what is promised.
    """
    possible = {"card": True, "licence": bool(material.connector), "department": bool(material.connector)}
    possible["commitment"] = item.commitment is not None
    return tuple(way for way in ORDER if way in material.instead and possible[way])


def spared(items: Iterable[Item]) -> tuple[Spared, ...]:
    """Every paper that need not be brought, item by item."""
    return tuple(
        Spared(item.slug, item.title, item.version, material.code, material.name, material.source, ways)
        for item in items
        for material in item.materials
        if (ways := stands(item, material))
    )


def asked(items: Iterable[Item]) -> int:
    """How many papers the items name in all."""
    return sum(len(item.materials) for item in items)
