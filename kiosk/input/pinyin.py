"""Pinyin letters -> what they may mean, the likeliest first. Pure: the tables come in."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from math import log

import msgspec

from kiosk.input.spelling_ways import Way, alike, ways
from kiosk.input.tables import Tables

_MOST = 900
_EACH_BEGUN = 12
_BEFORE_WORDS = 4


class Candidate(msgspec.Struct, frozen=True):
    """What can be chosen, and how many of the letters it uses up."""

    text: str
    used: int


def candidates(letters: str, strokes: str, tables: Tables, *, name: bool, first: bool) -> tuple[Candidate, ...]:
    """At most 900 candidates. With `strokes`, digits 1 to 5, only single characters whose writing begins so.

    `name`: a person's name is typed; `first`: nothing of it is there yet, so surnames come first.
    """
    found = unique(_all(letters, tables, name=name, first=first))
    if strokes:
        wanted = beginning_with(strokes, tables)
        found = (candidate for candidate in found if candidate.text in wanted)
    return tuple(islice(found, _MOST))


def beginning_with(strokes: str, tables: Tables) -> frozenset[str]:
    """Every character whose strokes begin so."""
    return _beginning_with(strokes, tables.strokes)


@lru_cache(maxsize=4)
def _beginning_with(strokes: str, table: object) -> frozenset[str]:
    lines = table.starting(strokes)  # type: ignore[attr-defined]  # a SortedLines; lru_cache hides its type
    return frozenset(chain.from_iterable(values[0] for _, values in lines))


def unique(found: Iterable[Candidate]) -> Iterator[Candidate]:
    """Each text once, where it stands first."""
    seen: set[str] = set()
    for candidate in found:
        if candidate.text not in seen:
            seen.add(candidate.text)
            yield candidate


def _all(letters: str, tables: Tables, *, name: bool, first: bool) -> Iterator[Candidate]:
    read = ways(letters, tables.syllables)
    whole = [way for way in read if not way.begun]
    likely = whole or list(read)
    if first:
        for way in likely:
            yield from _surnames(letters, way, tables)
    for way in likely:
        if len(way.syllables) == 1:
            own = _characters(letters, way, tables, name=name)
            yield from own if name else islice(own, _BEFORE_WORDS)
        elif not name:
            yield from _sentence(letters, way, tables) if way is likely[0] else ()
            yield from _words(letters, way, tables)
    if not whole or len(whole[0].syllables) > 1:
        yield from _short(letters, tables)
    for way in likely:
        yield from _words(letters, way, tables)
    for way in (*likely, *read):
        yield from _characters(letters, way, tables, name=name)
    for way in read:
        yield from _words(letters, way, tables)


def _sentence(letters: str, way: Way, tables: Tables) -> Iterator[Candidate]:
    """Three syllables and more as few words, the commonest of their sound, of common characters."""
    said = way.syllables
    if way.begun or len(said) < 3:
        return
    best: list[tuple[int, float, str] | None] = [None] * len(said) + [(0, 0.0, "")]
    for at in range(len(said) - 1, -1, -1):
        for end in range(at + 1, min(at + 6, len(said)) + 1):
            word, rest = _commonest(said[at:end], tables), best[end]
            if word and rest is not None:
                cost = sum(log(2 + tables.rank(character)[0]) for character in word)
                made = (rest[0] + 1, rest[1] + cost, word + rest[2])
                best[at] = min(best[at] or made, made)
    if best[0] is not None:
        yield Candidate(best[0][2], len(letters))


def _commonest(syllables: tuple[str, ...], tables: Tables) -> str:
    if len(syllables) == 1:
        values = tables.readings.get(syllables[0])
        return values[0][0] if values else ""
    values = tables.phrases.get(" ".join(syllables))
    return values[0].split(" ")[0] if values else ""


def used_by(letters: str, syllables: tuple[str, ...]) -> int:
    """How many of `letters` these first syllables take, separators behind them included."""
    at = 0
    for syllable in syllables:
        while letters[at : at + 1] == "'":
            at += 1
        at += len(syllable)
    while letters[at : at + 1] == "'":
        at += 1
    return at


def _surnames(letters: str, way: Way, tables: Tables) -> Iterator[Candidate]:
    for count in (2, 1):
        part = way.syllables[:count]
        if len(part) == count and not (way.begun and count == len(way.syllables)):
            for names in tables.surnames.get(" ".join(part)):
                yield from (Candidate(name, used_by(letters, part)) for name in names.split(" "))


def _words(letters: str, way: Way, tables: Tables) -> Iterator[Candidate]:
    """Words of all syllables, then of ever fewer from the front."""
    for count in range(min(6, len(way.syllables)), 1, -1):
        part = way.syllables[:count]
        used = used_by(letters, part)
        if way.begun and count == len(way.syllables):
            lines: Iterable[tuple[str, ...]] = (
                values for _, values in islice(tables.phrases.starting(" ".join(part)), 40)
            )
        else:
            lines = (tables.phrases.get(key) for key in _fuzzy_keys(part, tables))
        for values in lines:
            yield from (Candidate(word, used) for word in (values[0].split(" ") if values else ()))


def _fuzzy_keys(syllables: tuple[str, ...], tables: Tables) -> Iterator[str]:
    """As it is spelled, then with one syllable at a time as a dialect would have it."""
    yield " ".join(syllables)
    for at, syllable in enumerate(syllables):
        for other in alike(syllable, tables.syllables):
            yield " ".join((*syllables[:at], other, *syllables[at + 1 :]))


def _short(letters: str, tables: Tables) -> Iterator[Candidate]:
    """Words by the initials of their syllables: `zg`."""
    plain = letters.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    if 2 <= len(plain) <= 6 and "'" not in letters:
        for values in (tables.initials.get(letters), tables.initials.get(plain) if plain != letters else ()):
            yield from (Candidate(word, len(letters)) for word in (values[0].split(" ") if values else ()))


def _characters(letters: str, way: Way, tables: Tables, *, name: bool) -> Iterator[Candidate]:
    syllable = way.syllables[0]
    used, column = used_by(letters, (syllable,)), 1 if name else 0
    if way.begun and len(way.syllables) == 1:
        begun = (values[column][:_EACH_BEGUN] for _, values in tables.readings.starting(syllable))
        ranked = sorted(set(chain.from_iterable(begun)), key=tables.rank)
        yield from (Candidate(character, used) for character in ranked)
        return
    for said in (syllable, *alike(syllable, tables.syllables)):
        if values := tables.readings.get(said):
            yield from (Candidate(character, used) for character in values[column])
