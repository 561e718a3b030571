"""Whether two registers mean the same name. Pure.

Registers write one name in many ways: characters GB 18030-2000 had only private-use codes for (GB 18030-2005 and -2022
gave them codes of their own), one of a dozen middle dots or none, traditional and simplified forms, full-width letters.
Whoever compares has matched the identity number before: a name that differs goes to a person, never to a refusal.
"""

import unicodedata
from enum import StrEnum
from functools import cache
from typing import Final

from contract.variants import SIMPLIFIED, VARIANTS


class Match(StrEnum):
    """Two names compared."""

    SAME = "same"
    UNSURE = "unsure"
    """They fit but for characters one register could not hold: a person looks."""
    DIFFERENT = "different"


_FE50: Final = (
    "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹"
    "䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
)
"""GB 18030, 0xFE50 to 0xFEA0 (without 0xFE7F), whose places in GB 18030-2000 were U+E815 to U+E864."""
_OTHERS: Final = {"\ue7c7": "\u1e3f", "\ue7c8": "\u01f9"}
_UNKNOWN: Final = frozenset("?？□■▯�*＊〓○")
"""What a register wrote where it could not hold a character. Private-use codes of unknown makers count with them."""
_DOTS: Final = frozenset("·•‧．.・･∙⋅ᐧ‐-–—·˙᛫﹒ꞏ")
_TITLE_SEPARATORS: Final = ",，、"


def compare(one: str, other: str) -> Match:
    """Whether two registers mean the same name."""
    first, second = folded(one), folded(other)
    if not first or not second:
        return Match.UNSURE if first != second else Match.SAME
    if first == second:
        return Match.SAME
    return Match.UNSURE if _fits(first, second) else Match.DIFFERENT


def same(one: str, other: str) -> bool:
    """Whether nobody has to look."""
    return compare(one, other) is Match.SAME


def folded(name: str) -> str:
    """A name as it is compared: blanks, dots, width, case, accents and variants make no difference, nor does the order
    of the words of a name in Latin letters. Never shown.
    """
    known = name.translate(_table())
    plain = unicodedata.normalize("NFKC", known).translate(_table())
    bare = [char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char)]
    letters = "".join(bare).upper()
    if all(char.isascii() or char in _UNKNOWN for char in letters):
        for separator in _TITLE_SEPARATORS:
            letters = letters.replace(separator, " ")
        return " ".join(sorted(letters.split()))
    return "".join(char for char in letters if not char.isspace() and char not in _TITLE_SEPARATORS)


def _fits(one: str, other: str) -> bool:
    """The same, but for characters one of the two could not hold."""
    return len(one) == len(other) and all(
        a == b or _is_unknown(a) or _is_unknown(b) for a, b in zip(one, other, strict=True)
    )


def _is_unknown(char: str) -> bool:
    return char in _UNKNOWN or unicodedata.category(char) == "Co"


@cache
def _table() -> dict[int, str | None]:
    """One step from how a character may be written to how it is compared."""
    table: dict[int, str | None] = {0xE815 + place: char for place, char in enumerate(_FE50)}
    table |= {ord(char): plain for char, plain in _OTHERS.items()}
    table |= dict(zip(map(ord, VARIANTS), SIMPLIFIED, strict=True))
    table |= {ord(dot): None for dot in _DOTS - {"-"}} | {ord("-"): " "}
    table |= dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x200B, 0x200C, 0x200D, 0xFEFF])
    return {code: _chained(plain, table) for code, plain in table.items()}


def _chained(plain: str | None, table: dict[int, str | None]) -> str | None:
    """What a private-use code stands for may itself be a variant."""
    return table.get(ord(plain), plain) if plain is not None and len(plain) == 1 else plain
