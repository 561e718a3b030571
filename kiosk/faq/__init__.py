"""常见问题: the questions of this release (`*.toml` here), and those that came down with the items. Data only.

`load` gives every question this terminal can answer; who searches reads `texts`.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from contract.catalogue import Item
from contract.offering import Frequent

FOLDER = Path(__file__).parent


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    question: tuple[Frequent, ...]


@cache
def built_in(folder: Path = FOLDER) -> tuple[Frequent, ...]:
    """The questions of the files, in their order. Raises ValueError naming file, place and what is expected."""
    found: dict[str, Frequent] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            read = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
        except ValueError as error:
            message = f"{path}: {error}; mend the file"
            raise ValueError(message) from error
        for one in read.question:
            if one.key in found:
                message = f"{path}: `key`: {one.key!r} is taken by another question; give each its own"
                raise ValueError(message)
            found[one.key] = one
    return tuple(found.values())


def load(items: Iterable[Item]) -> tuple[Frequent, ...]:
    """All of them: an item's own first, which replace those of the files by their key; none about an item this terminal
    does not have.
    """
    there = tuple(items)
    slugs = {item.slug for item in there}
    own = {
        one.key: one if one.item else msgspec.structs.replace(one, item=item.slug) for item in there for one in item.faq
    }
    rest = (one for one in built_in() if one.key not in own and (not one.item or one.item in slugs))
    return (*own.values(), *rest)


def texts(one: Frequent) -> tuple[str, ...]:
    """What a search looks at: its question in every language, and what people call it."""
    return (*one.question.values(), *one.keywords)
