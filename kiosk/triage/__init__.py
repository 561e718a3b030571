"""您要办什么: what leads from a citizen's life to an item, and what a question asks about. Data only.

`events.toml` has the life events with a plain question each, `topics.toml` the words by which people ask for a part of
a guide. An event leads only to items the terminal has; an item no event leads to is found by its department.
"""

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar

import msgspec

from contract.catalogue import Item
from contract.offering import Text, Value

FOLDER = Path(__file__).parent
Found = TypeVar("Found")


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A misspelt key is an error, not a way that leads nowhere."""


class Need(_Part, frozen=True):
    """One answer to an event's question: what exactly is wanted, and the items for it (`*` and `?`), best first."""

    label: Text
    items: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Event(_Part, frozen=True):
    """Something that happens in a life."""

    key: Value
    icon: str
    label: Text
    note: Text
    question: Text
    needs: Annotated[tuple[Need, ...], msgspec.Meta(min_length=1)]


class Topic(_Part, frozen=True):
    """A part of a guide, and what people say when they ask for it."""

    key: Value
    asked: dict[str, tuple[str, ...]]


class _Events(_Part, frozen=True):
    event: tuple[Event, ...]


class _Topics(_Part, frozen=True):
    topic: tuple[Topic, ...]


@cache
def events() -> tuple[Event, ...]:
    """The life events in their order. Raises ValueError for a file that cannot be used."""
    return _read("events.toml", _Events).event


@cache
def topics() -> tuple[Topic, ...]:
    """The topics in their order. Raises ValueError for a file that cannot be used."""
    return _read("topics.toml", _Topics).topic


def _read(name: str, kind: type[Found]) -> Found:
    try:
        return msgspec.convert(tomllib.loads((FOLDER / name).read_text(encoding="utf-8")), kind)
    except ValueError as error:
        message = f"{FOLDER / name}: {error}; mend the file"
        raise ValueError(message) from error


def wanted(need: Need, items: Iterable[Item]) -> tuple[Item, ...]:
    """The items that meet a need, in its order."""
    there = tuple(items)
    found = (item for pattern in need.items for item in there if fnmatchcase(item.slug, pattern))
    return tuple({item.slug: item for item in found}.values())


class _Led(NamedTuple):
    """What leads where among these items: a page that is drawn anew asks again."""

    items: tuple[Item, ...]
    events: tuple[Event, ...]
    unled: tuple[Item, ...]


_held: list[_Led] = []


def _led(items: tuple[Item, ...]) -> _Led:
    if not _held or _held[0].items is not items:
        found = [
            msgspec.structs.replace(event, needs=needs)
            for event in events()
            if (needs := tuple(need for need in event.needs if wanted(need, items)))
        ]
        led = {item.slug for event in found for need in event.needs for item in wanted(need, items)}
        _held[:] = [_Led(items, tuple(found), tuple(item for item in items if item.slug not in led))]
    return _held[0]


def leading(items: tuple[Item, ...]) -> tuple[Event, ...]:
    """The events that lead to one of these items, each with the needs that do."""
    return _led(items).events


def unled(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items no event leads to."""
    return _led(items).unled
