"""Hours of remote help as they are written: `08:00–12:00, 19:00–02:00`. Pure.

Minutes of a day, in the site's local time; a night is two spans of two days.
"""

import re
from collections.abc import Iterable
from typing import Final

_SPAN: Final = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)\s*[-–]\s*((?:[01]\d|2[0-3]):[0-5]\d|24:00)")
_BETWEEN: Final = re.compile(r"\s*[,，、;；]\s*")
DAY: Final = 24 * 60

Span = tuple[int, int]


def read(text: str) -> tuple[Span, ...]:
    """The spans of `08:00–12:00, 19:00–02:00`, each within one day, in order; of an empty text all day. Raises
    ValueError.
    """
    if not text.strip():
        return ((0, DAY),)
    found: list[Span] = []
    for part in _BETWEEN.split(text.strip()):
        said = _SPAN.fullmatch(part)
        if said is None or said[1] == said[2]:
            message = f"`help`: {part!r}; expected hours such as 08:00–12:00, 19:00–02:00, or nothing for day and night"
            raise ValueError(message)
        begins, ends = minutes(said[1]), minutes(said[2])
        found += [(begins, ends)] if begins < ends else [(begins, DAY), (0, ends)]
    return joined(found)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """In order, what touches as one."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return tuple(found)


def minutes(clock: str) -> int:
    """Of the day, at `HH:MM`."""
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)
