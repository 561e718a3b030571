"""Strokes and radicals -> characters, the commonest first. Pure: the tables come in.

The five strokes of GB 13000.1: 1 一 (with 提), 2 丨 (with 亅), 3 丿, 4 丶 (with ㇏), 5 乙 (all that bend).
"""

from itertools import chain, islice
from typing import Final

from kiosk.input.tables import Tables

STROKES: Final = "12345"
ANY: Final = "6"
"""A stroke the citizen is not sure of."""
MOST_STROKES: Final = 36
_MOST: Final = 270
_BEFORE_RARE: Final = 18


def characters(code: str, tables: Tables) -> tuple[str, ...]:
    """At most 270 characters that are written so, whole ones first, then those that only begin so."""
    if not code:
        return ()
    if ANY in code:
        return _with_gaps(code, tables)
    whole = tables.strokes.get(code)
    exact = sorted(whole[0], key=tables.rank) if whole else []
    if len(code) <= 4:
        short = tables.short.get(code)
        begun = list(short[0]) if short else []
    else:
        begun = sorted(set(chain.from_iterable(v[0] for _, v in tables.strokes.starting(code))), key=tables.rank)
    return tuple(islice(dict.fromkeys([*exact, *begun]), _MOST))


def _with_gaps(code: str, tables: Tables) -> tuple[str, ...]:
    if not set(code) - {ANY}:
        return ()
    pattern = code.replace(ANY, f"[{STROKES}]")
    found = list(tables.strokes.matching(f"{pattern}[{STROKES}]*"))
    exact = {character for key, values in found if len(key) == len(code) for character in values[0]}
    common = sorted((character for character in exact if character in tables.ranks), key=tables.rank)
    begun = sorted(set(chain.from_iterable(values[0] for _, values in found)) - exact, key=tables.rank)
    ordered = [*common, *begun[:_BEFORE_RARE], *sorted(exact - set(common)), *begun[_BEFORE_RARE:]]
    return tuple(ordered[:_MOST])


def radical_counts(tables: Tables) -> tuple[int, ...]:
    """With how many strokes there are radicals (GB 13000.1 has 201 main ones; Unicode's 214 hold them all)."""
    return tuple(sorted({strokes for _, _, strokes in tables.radicals}))


def radicals(strokes: int, tables: Tables) -> tuple[tuple[str, str], ...]:
    """Number and shape of every radical of so many strokes."""
    return tuple((number, name) for number, name, count in tables.radicals if count == strokes)


def rest_counts(radical: str, tables: Tables) -> tuple[int, ...]:
    """How many strokes are left over in the characters under this radical's number."""
    return tuple(int(key.partition(".")[2]) for key, _ in tables.rest.starting(f"{radical}."))


def under(radical: str, rest: int, tables: Tables) -> tuple[str, ...]:
    """The characters under this radical's number with so many strokes beside it."""
    values = tables.rest.get(f"{radical}.{rest:02}")
    return tuple(values[0]) if values else ()
