"""Finds service items by words, Pinyin or Pinyin initials, as people type them letter by letter. Pure."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from contract.catalogue import Item

Spelling = Mapping[str, tuple[str, ...]]
"""Text -> its syllables in Pinyin; made by `kiosk.spelling`."""

_REMEMBERED: Final = 32
"""Searches whose answers are kept: a page that is drawn anew searches again for the same letters."""


class Index:
    """The names of a catalogue, read once."""

    def __init__(self, items: Iterable[Item], spelling: Spelling) -> None:
        """A text that `spelling` does not hold is found by its own characters only."""
        self._items = tuple(items)
        self._spelling = spelling
        self._ranked: dict[str, dict[str, int]] = {}

    def find(self, query: str, items: Sequence[Item]) -> tuple[Item, ...]:
        """Those of `items` that `query` names, best first. Blanks and case mean nothing; an empty query names all."""
        wanted = _plain(query)
        if not wanted:
            return tuple(items)
        ranks = self._ranks(wanted)
        return tuple(sorted((item for item in items if item.slug in ranks), key=lambda item: ranks[item.slug]))

    def nearest(self, query: str, items: Sequence[Item], limit: int) -> tuple[Item, ...]:
        """What the longest beginning of `query` that names anything names; else the first of `items`."""
        wanted = _plain(query)
        # What a text names, every beginning of it names too, so the longest is found by halving.
        nothing, found = len(wanted), tuple(items)
        something = 0
        while nothing - something > 1:
            half = (something + nothing) // 2
            if named := self.find(wanted[:half], items):
                something, found = half, named
            else:
                nothing = half
        return found[:limit]

    @cached_property
    def _phrases(self) -> "_Phrases":
        named: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for item in self._items:
            for text, weight in _texts(item):
                named[text].append((item.slug, weight))
        return _Phrases(named, self._spelling)

    def _ranks(self, wanted: str) -> Mapping[str, int]:
        """How well each item is named, the smaller the better; who is not in it is not named."""
        if (ranks := self._ranked.pop(wanted, None)) is None:
            ranks = self._phrases.ranks(wanted)
        self._ranked[wanted] = ranks
        if len(self._ranked) > _REMEMBERED:
            del self._ranked[next(iter(self._ranked))]
        return ranks


class _Phrases:
    """Everything that items are called, each text once, and their syllables as one long text: a line a phrase."""

    def __init__(self, named: Mapping[str, Sequence[tuple[str, int]]], spelling: Spelling) -> None:
        """`named`: text -> the slugs of the items it names, and how much a hit in it counts."""
        self._texts = [_plain(text) for text in named]
        self._named = list(named.values())
        lines = [
            "".join(f" {word}" for part in spelling.get(text, (text,)) for word in _words(part.lower()))
            for text in named
        ]
        self._syllables = "\n".join(lines)
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def ranks(self, wanted: str) -> dict[str, int]:
        """The best rank of every item that `wanted` names."""
        hits: dict[int, int] = {at: _SPELT[start] for at, start in self._spelt(wanted)} if wanted.isascii() else {}
        for at, text in enumerate(self._texts):
            if wanted in text:
                hits[at] = _WHOLE if wanted == text else _BEGINS if text.startswith(wanted) else _INSIDE
        ranks: dict[str, int] = {}
        for at, hit in hits.items():
            for slug, weight in self._named[at]:
                ranks[slug] = min(ranks.get(slug, weight + hit), weight + hit)
        return ranks

    def _spelt(self, wanted: str) -> Iterable[tuple[int, bool]]:
        """The phrases that `wanted` spells, and whether from their first syllable on.

        It takes at least a letter from each syllable it passes: `sb`, `sheb`, `shebao`.
        """
        next_letter = r"(?:[^ \n]* )?"
        for found in re.finditer(f" {next_letter.join(wanted)}[^\n]*", self._syllables):
            at = bisect_right(self._starts, found.start()) - 1
            yield at, found.start() == self._starts[at]


_WHOLE, _BEGINS, _INSIDE = 0, 1, 4
_SPELT: Final = {True: 2, False: 5}


def searched_texts(items: Iterable[Item]) -> tuple[str, ...]:
    """Every text a search looks at, once."""
    return tuple(dict.fromkeys(text for item in items for text, _ in _texts(item)))


def _texts(item: Item) -> Iterable[tuple[str, int]]:
    for weight, texts in (
        (0, item.keywords),
        (0, item.title.values()),
        (20, item.summary.values()),
        (20, item.department.values()),
    ):
        for text in texts:
            yield text, weight


def _words(text: str) -> list[str]:
    return "".join(character if character.isalnum() else " " for character in text).split()


def _plain(text: str) -> str:
    return "".join(character.lower() for character in text if character.isalnum())
