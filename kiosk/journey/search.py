"""Finds service items by words, Pinyin or Pinyin initials, as people type them letter by letter. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from contract.catalogue import Item


@dataclass(frozen=True)
class _Phrase:
    """One thing an item is called: its text, its syllables (`she bao`), and how much a hit in it counts."""

    text: str
    syllables: tuple[str, ...]
    weight: int


Spelling = Mapping[str, tuple[str, ...]]
"""Text -> its syllables in Pinyin; made by `kiosk.spelling`."""


class Index:
    """The names of a catalogue, read once."""

    def __init__(self, items: Iterable[Item], spelling: Spelling) -> None:
        """A text that `spelling` does not hold is found by its own characters only."""
        self._items = tuple(items)
        self._spelling = spelling

    def find(self, query: str, items: Sequence[Item]) -> tuple[Item, ...]:
        """Those of `items` that `query` names, best first. Blanks and case mean nothing; an empty query names all."""
        wanted = _plain(query)
        if not wanted:
            return tuple(items)
        ranked = [(self._rank(wanted, item), place, item) for place, item in enumerate(items)]
        return tuple(item for rank, _, item in sorted(ranked, key=lambda found: found[:2]) if rank < _NO_HIT)

    def nearest(self, query: str, items: Sequence[Item], limit: int) -> tuple[Item, ...]:
        """What the longest beginning of `query` that names anything names; else the first of `items`."""
        wanted = _plain(query)
        for length in range(len(wanted) - 1, 0, -1):
            if found := self.find(wanted[:length], items):
                return found[:limit]
        return tuple(items[:limit])

    @cached_property
    def _phrases(self) -> dict[str, tuple[_Phrase, ...]]:
        return {item.slug: tuple(self._named(item)) for item in self._items}

    def _named(self, item: Item) -> Iterable[_Phrase]:
        for text, weight in _texts(item):
            syllables = tuple(word for part in self._spelling.get(text, (text,)) for word in _words(part.lower()))
            yield _Phrase(_plain(text), syllables, weight)

    def _rank(self, wanted: str, item: Item) -> int:
        return min((_rank(wanted, phrase) for phrase in self._phrases.get(item.slug, ())), default=_NO_HIT)


_NO_HIT = 1000


def _rank(wanted: str, phrase: _Phrase) -> int:
    if wanted == phrase.text:
        return phrase.weight
    if phrase.text.startswith(wanted):
        return phrase.weight + 1
    if wanted in phrase.text:
        return phrase.weight + 4
    if wanted.isascii():
        for start in range(len(phrase.syllables)):
            if _spells(wanted, phrase.syllables, start):
                return phrase.weight + (2 if start == 0 else 5)
    return _NO_HIT


def _spells(wanted: str, syllables: tuple[str, ...], start: int) -> bool:
    """Whether `wanted` takes at least a letter from each syllable from `start` on: `sb`, `sheb`, `shebao`."""
    if not wanted:
        return True
    if start == len(syllables):
        return False
    syllable = syllables[start]
    longest = next((n for n, (a, b) in enumerate(zip(wanted, syllable, strict=False)) if a != b), None)
    taken = min(len(wanted), len(syllable)) if longest is None else longest
    return any(_spells(wanted[length:], syllables, start + 1) for length in range(taken, 0, -1))


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
