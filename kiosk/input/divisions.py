"""Administrative divisions (GB/T 2260 and the townships below), down a cascade. Pure but for its table.

A code has 2, 4, 6 or 9 digits: province, city, county, township. Municipalities have counties directly below them;
Taiwan, Hong Kong and Macao stand alone.
"""

from functools import cache
from typing import Final

import msgspec

from kiosk.input.tables import SortedLines, opened

_LENGTHS: Final = (2, 4, 6, 9)


class Division(msgspec.Struct, frozen=True):
    """`initials`: the first letters of the name's Pinyin: 石家庄市 is `sjzs`."""

    code: str
    name: str
    initials: str


def children(code: str = "") -> tuple[Division, ...]:
    """What lies directly below `code`, in the order of codes; the provinces for nothing; nothing for an unknown one."""
    values = _table().get(code)
    return tuple(Division(*entry.split(":")) for entry in values[0].split(" ")) if values else ()


def path(code: str) -> tuple[Division, ...]:
    """From the province down to `code`; empty for one there is not."""
    found: list[Division] = []
    for length in _LENGTHS:
        parent = found[-1].code if found else ""
        found += [division for division in children(parent) if division.code == code[:length] and len(code) >= length]
    return tuple(found) if found and found[-1].code == code else ()


def written(code: str) -> str:
    """The names one after the other, as an address begins: 河北省石家庄市长安区."""
    return "".join(division.name for division in path(code))


def beginning(found: tuple[Division, ...], letters: str) -> tuple[Division, ...]:
    """Those whose Pinyin initials begin with `letters`."""
    return tuple(division for division in found if division.initials.startswith(letters.lower()))


@cache
def _table() -> SortedLines:
    return opened("divisions")
