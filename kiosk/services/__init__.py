"""The catalogue: one TOML file a service item, embedded, and what the centre has changed of it.

A file that cannot be read costs that item, not the terminal.
"""

import tomllib
from collections.abc import Iterator
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


def load(folder: Path = FOLDER, over: Path | None = None) -> Services:
    """Read every `*.toml` of `folder`, then of `over`: what came down replaces, adds, or with an empty file takes away.

    Never raises for a malformed file: the error names file, place and what is expected.
    """
    items: dict[str, Item] = {}
    errors: list[str] = []
    for path, item in _read(folder, errors):
        if item is None or item.slug in items:
            told = "the file is empty" if item is None else f"`slug`: {item.slug!r} is taken by another file"
            errors.append(f"{path}: {told}; the terminal runs without this item.")
        else:
            items[item.slug] = item
    for path, item in _read(over, errors) if over is not None else ():
        items.pop(path.stem, None)
        if item is not None:
            items[item.slug] = item
    return Services(tuple(sorted(items.values(), key=lambda item: (-item.popular, item.slug))), tuple(errors))


def _read(folder: Path, errors: list[str]) -> Iterator[tuple[Path, Item | None]]:
    """Each file with its item; None for an empty one."""
    for path in sorted(folder.glob("*.toml")):
        try:
            text = path.read_text(encoding="utf-8")
            item = msgspec.convert(tomllib.loads(text), Item) if text.strip() else None
        except (OSError, ValueError) as error:
            errors.append(f"{path}: {error}. The terminal runs without this item; mend the file and restart.")
            continue
        yield path, item
