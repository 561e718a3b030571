"""Which pictures are kept, which go, and which is fetched next. Pure: days come in as text, sizes in bytes."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from contract.media import Media

PAST_SHARE: Final = 3
"""After a piece nothing is asked for three times as long as it took: citizens' records never wait behind a picture."""


class Plan(msgspec.Struct, frozen=True):
    """Hashes: what stays, what goes, and what is to come, the most wanted first."""

    keep: frozenset[str] = frozenset()
    drop: tuple[str, ...] = ()
    fetch: tuple[Media, ...] = ()


def plan(wanted: Iterable[Media], held: Mapping[str, int], room: int, today: str) -> Plan:
    """`held`: hash -> bytes, of what lies here whole; `room`: bytes that all may take. What is shown today goes before
    what comes later, the sooner before the later; among those shown, what is shown longest. What is past is not kept.
    """
    known: dict[str, Media] = {}
    for one in sorted(wanted, key=lambda one: (max(one.first, today), _backwards(one.last), one.sha256)):
        if one.last >= today:
            known.setdefault(one.sha256, one)
    left, chosen = room, []
    for one in known.values():
        if one.size <= left:
            left -= one.size
            chosen.append(one)
    keep = frozenset(one.sha256 for one in chosen if held.get(one.sha256) == one.size)
    drop = [name for name in held if name not in keep]
    # What is past goes before what is only least wanted.
    drop.sort(key=lambda name: (name in known, list(known).index(name) * -1 if name in known else 0, name))
    return Plan(keep, tuple(drop), tuple(one for one in chosen if one.sha256 not in keep))


def rest_after(piece: int, seconds: float, bytes_a_second: int) -> float:
    """Seconds until the next piece: the line is never full of pictures, whatever it is."""
    return max(seconds * PAST_SHARE, piece / max(1, bytes_a_second) - seconds)


def _backwards(day: str) -> tuple[int, ...]:
    return tuple(-ord(letter) for letter in day)
