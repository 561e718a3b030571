"""What a visit asks of a station's machines, and what they say: permits taken in, persons compared with their card.

Values only, as in `events`, which lists them.
"""

from enum import StrEnum

import msgspec


class _Value(msgspec.Struct, frozen=True):
    """As in `events`."""


class PermitState(StrEnum):
    """Where a permit is and what was done to it."""

    INSIDE = "inside"
    NONE = "none"
    """Nobody put one in, or it could not be read and is out again."""
    ENDORSED = "endorsed"
    BLANK = "blank"
    """Nothing was printed, for certain."""
    UNCERTAIN = "uncertain"
    """Something may be printed: a person looks at it."""
    OUT = "out"
    """Taken out of the mouth by a hand."""
    KEPT = "kept"
    """Nobody took it: it lies in the locked box, and staff know."""
    STUCK = "stuck"


class PermitMoved(_Value, frozen=True):
    """What became of the wish with this request; `tail` and `valid_until` (`YYYYMMDD`) of the permit that is inside."""

    visit: int
    request: str
    state: PermitState
    fault: str = ""
    tail: str = ""
    valid_until: str = ""


class PersonCompared(_Value, frozen=True):
    """`same`, `other`, `nobody`, `not_alive`; `unable` with the fault where nobody could be compared."""

    visit: int
    request: str
    verdict: str
    fault: str = ""


class TakePermit(_Value, frozen=True):
    """Open the mouth, take a permit in, read which it is."""

    visit: int
    request: str


class EndorsePermit(_Value, frozen=True):
    """Print on the permit inside. `paper_id` is the visit's: said twice it is printed once. Nothing of `text` is
    personal.
    """

    visit: int
    request: str
    paper_id: str
    text: str


class ReturnPermit(_Value, frozen=True):
    """Give the permit back, whatever was done to it."""

    visit: int
    request: str


class ComparePerson(_Value, frozen=True):
    """Compare who stands here with the card on the reader: `way` is `face` or `finger`."""

    visit: int
    request: str
    way: str
