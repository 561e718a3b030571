"""Papers nobody has to bring, because card, register or a promise stands for them, asked for all the same (减证便民).

The same rule as the terminal's (`contract.proofs`). Pure.
"""

from collections.abc import Iterable

from contract.catalogue import DEFAULT_LANGUAGE, Item, Material
from contract.proofs import stands


def among(item: Item, asked: Iterable[str]) -> list[str]:
    """The codes of those papers of this item that were asked for by code or name and that something stands for."""
    said = list(asked)
    return [
        one.code or one.name[DEFAULT_LANGUAGE]
        for one in item.materials
        if _always(item, one) and any(word in (one.code, one.name[DEFAULT_LANGUAGE]) for word in said)
    ]


def _always(item: Item, material: Material) -> bool:
    """A register or the card shows it without anything its citizen must do; a promise is theirs to give or not."""
    return any(way != "commitment" for way in stands(item, material))
