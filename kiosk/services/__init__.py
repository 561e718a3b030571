"""The embedded default catalogue: one TOML file a service item. A file that cannot be read costs that item, not
the terminal.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from contract.catalogue import Item

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Services:
    """The items of a folder, in the order of their popularity, and one sentence for each file that is none."""

    items: tuple[Item, ...]
    errors: tuple[str, ...]


def load(folder: Path = FOLDER) -> Services:
    """Read every `*.toml` of `folder`. Never raises for a malformed file: the error names file, place and what
    is expected.
    """
    items: dict[str, Item] = {}
    errors: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            item = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Item)
        except (OSError, ValueError) as error:
            errors.append(f"{path}: {error}. The terminal runs without this item; mend the file and restart.")
            continue
        if item.slug in items:
            errors.append(f"{path}: `slug`: {item.slug!r} is taken by another file of this folder; choose another.")
            continue
        items[item.slug] = item
    return Services(tuple(sorted(items.values(), key=lambda item: (-item.popular, item.slug))), tuple(errors))
