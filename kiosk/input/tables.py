"""The tables behind Pinyin, strokes and radicals: files of sorted lines, mapped into memory and halved.

Every process maps the same pages, so a table costs a visit nothing until it is asked. Nothing is ever written to one.
"""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_PIECE: Final = 64 * 1024


class SortedLines:
    """`key TAB value` lines in the order of their bytes; a line break stands before the first."""

    def __init__(self, content: bytes | mmap.mmap) -> None:
        self._content = content

    def get(self, key: str) -> tuple[str, ...]:
        """The values of `key`, or nothing."""
        wanted = key.encode() + b"\t"
        at = self._first(wanted)
        end = self._content.find(b"\n", at)
        line = self._content[at:end] if end >= 0 else b""
        return tuple(line[len(wanted) :].decode().split("\t")) if line.startswith(wanted) else ()

    def starting(self, prefix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every line whose key begins with `prefix`, in the order of keys."""
        wanted = prefix.encode()
        at = self._first(wanted)
        while (end := self._content.find(b"\n", at)) >= 0 and self._content[at : at + len(wanted)] == wanted:
            key, *values = self._content[at:end].decode().split("\t")
            yield key, tuple(values)
            at = end + 1

    def matching(self, keys: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Every line whose key fits the regular expression `keys` (ASCII). Looks through the whole table, in pieces: a
        search holds every other thread up until it is over.
        """
        pattern = re.compile(rb"(?m)^(%s)\t(.*)$" % keys.encode())
        start = 0
        while start < len(self._content):
            end = self._content.find(b"\n", start + _PIECE)
            end = len(self._content) if end < 0 else end
            for found in pattern.finditer(self._content, start, end):
                yield found[1].decode(), tuple(found[2].decode().split("\t"))
            start = end

    def _first(self, wanted: bytes) -> int:
        """Where the first line stands that is not before `wanted`."""
        low, high = 0, len(self._content) - 1
        while low < high:
            middle = (low + high) // 2
            start = self._content.rfind(b"\n", 0, middle + 1) + 1
            end = self._content.find(b"\n", start)
            if self._content[start:end] < wanted:
                low = end
            else:
                high = start - 1
        return low + 1


@dataclass(frozen=True)
class Tables:
    """All tables for readers of one script. `rank` puts the commonest characters first."""

    readings: SortedLines
    phrases: SortedLines
    initials: SortedLines
    strokes: SortedLines
    short: SortedLines
    rest: SortedLines
    examples: SortedLines
    radicals: tuple[tuple[str, str, int], ...]
    surnames: SortedLines
    syllables: frozenset[str]
    ranks: dict[str, int]

    def rank(self, character: str) -> tuple[int, str]:
        """What to sort characters by: how common it is, then its place in the standard."""
        return self.ranks.get(character, len(self.ranks)), character


@cache
def tables(*, full: bool) -> Tables:
    """The tables for traditional (`full`) or simplified script. Opened once a process."""
    script = "hant" if full else "hans"
    readings = opened(f"readings-{script}")
    common = opened(f"common-{script}").get("common")[0]
    return Tables(
        readings=readings,
        phrases=opened(f"phrases-{script}"),
        initials=opened(f"initials-{script}"),
        strokes=opened("strokes"),
        short=opened(f"short-{script}"),
        rest=opened("rest"),
        examples=opened(f"examples-{script}"),
        radicals=tuple((number, values[0], int(values[1])) for number, values in opened("radicals").starting("")),
        surnames=opened(f"surnames-{script}"),
        syllables=frozenset(key for key, _ in readings.starting("") if set(key) & set("aeiouv")),
        ranks={character: place for place, character in enumerate(common)},
    )


def opened(name: str) -> SortedLines:
    """The table of this name, mapped into memory."""
    with (_FOLDER / "tables" / f"{name}.txt").open("rb") as file:
        return SortedLines(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
