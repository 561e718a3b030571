"""Which rating is by a member of staff about their own unit, and what an identity number looks like. Pure."""

from typing import Final

import msgspec

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_LENGTH: Final = 18


class Rater(msgspec.Struct, frozen=True):
    """Somebody who works here. `unit` is empty where they belong to none, `halls` where they see every hall."""

    name: str
    unit: str
    halls: tuple[str, ...]


class Rated(msgspec.Struct, frozen=True):
    """Whom a rating speaks of: who served, in which hall, and the unit that answers for its item."""

    staff: str
    hall: str
    unit: str


def is_own(rater: Rater, rated: Rated) -> bool:
    """Whether somebody rates what they belong to: themselves, their unit, a hall of theirs. Of whom neither unit nor
    hall is known the whole district is their own.
    """
    if rater.name == rated.staff or (rater.unit and rater.unit == rated.unit):
        return True
    if rater.halls:
        return rated.hall in rater.halls
    return not rater.unit


def is_number(text: str) -> bool:
    """Whether this is an identity number of GB 11643 with its check character."""
    if len(text) != _LENGTH or not (text[:-1].isascii() and text[:-1].isdecimal()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return _CHECKS[total % len(_CHECKS)] == text[-1]
