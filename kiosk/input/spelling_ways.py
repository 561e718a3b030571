"""How letters fall apart into syllables, and which other spellings a dialect makes of one. Pure."""

from typing import Final

import msgspec

MOST_LETTERS: Final = 30
_MOST_WAYS: Final = 6
_ALIKE: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("h", "f"), ("r", "l"))
_ALIKE_ENDS: Final = (("ang", "an"), ("eng", "en"), ("ing", "in"))


class Way(msgspec.Struct, frozen=True):
    """Syllables in order; the last one may be only begun."""

    syllables: tuple[str, ...]
    begun: bool


def ways(letters: str, syllables: frozenset[str]) -> tuple[Way, ...]:
    """The ways to read `letters` (a-z and ' between syllables), fewest syllables first; none if they spell nothing."""
    found: list[Way] = [Way((), begun=False)]
    pieces = [piece for piece in letters.split("'") if piece]
    for at, piece in enumerate(pieces):
        last = at == len(pieces) - 1
        found = [
            Way(before.syllables + way.syllables, way.begun)
            for before in found
            for way in _pieces(piece, syllables, may_be_begun=last)
        ][:_MOST_WAYS]
    return tuple(sorted((way for way in found if way.syllables), key=_likeliest))


def _likeliest(way: Way) -> tuple[bool, int, int]:
    """Whole before begun, few syllables before many, and none inside begins with a vowel (`xi'an`)."""
    return way.begun, len(way.syllables), sum(syllable[0] in "aoe" for syllable in way.syllables[1:])


def _pieces(letters: str, syllables: frozenset[str], *, may_be_begun: bool) -> list[Way]:
    """From each place the ways to its end, made from the end to the front: thirty letters cost no more than three."""
    to_end: list[list[Way]] = [[] for _ in letters] + [[Way((), begun=False)]]
    for at in range(len(letters) - 1, -1, -1):
        for size in range(min(6, len(letters) - at), 0, -1):
            part = letters[at : at + size]
            if part in syllables:
                to_end[at] += [Way((part, *way.syllables), way.begun) for way in to_end[at + size]]
        rest = letters[at:]
        if may_be_begun and rest not in syllables and begins(rest, syllables):
            to_end[at].append(Way((rest,), begun=True))
        to_end[at] = sorted(to_end[at], key=_likeliest)[:_MOST_WAYS]
    return to_end[0]


def begins(letters: str, syllables: frozenset[str]) -> bool:
    """Whether some syllable begins with `letters`."""
    return len(letters) <= 6 and any(syllable.startswith(letters) for syllable in syllables)


def alike(syllable: str, syllables: frozenset[str]) -> tuple[str, ...]:
    """What somebody who does not tell zh from z, n from l or ang from an may have meant, `syllable` left out."""
    starts, ends = {syllable}, set[str]()
    for one, other in _ALIKE:
        for old, new in ((one, other), (other, one)):
            longer = len(old) == 1 and syllable[1:2] == "h" and old in "zcs"
            if syllable.startswith(old) and not longer:
                starts.add(new + syllable[len(old) :])
    for start in starts:
        for one, other in _ALIKE_ENDS:
            if start.endswith(one):
                ends.add(start[: -len(one)] + other)
            elif start.endswith(other):
                ends.add(start[: -len(other)] + one)
    return tuple(sorted(((starts | ends) & syllables) - {syllable}))
