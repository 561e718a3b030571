"""What a machine that takes a travel permit in and prints an endorsement on it is told and says. Pure.

The frames are those of `devices/parts/numbered.py`; README.md has the table.
"""

from enum import IntEnum, StrEnum
from typing import Annotated, Final

import msgspec

JOB_BYTES: Final = 16
LONGEST_TEXT: Final = 200
"""Bytes of UTF-8 that are printed."""
_TAIL: Final = 4
_NUMBER_BYTES: Final = 9
_DAY_BYTES: Final = 8
_PLACES_BYTES: Final = 3


class Order(IntEnum):
    """What the machine can be told. Each may be said again: it is done once."""

    STATE = 0x01
    OPEN = 0x02
    """Open the mouth and draw in what is put there."""
    READ = 0x03
    ENDORSE = 0x04
    """Job id and text. The id of the last job again prints nothing."""
    GIVE_BACK = 0x05
    """Into the mouth, for a hand to take."""
    KEEP = 0x06
    """Into the locked box: nobody took it."""
    SHUT = 0x07
    """Close the mouth; what lies in it stays there."""


class Status(IntEnum):
    """How an order was met."""

    DONE = 0
    NOT_NOW = 1
    """Where the permit is now it cannot be done."""
    UNREADABLE = 2
    JAMMED = 3
    NOT_UNDERSTOOD = 0x7F


class Place(StrEnum):
    """Where a permit is."""

    NONE = "none"
    MOUTH = "mouth"
    INSIDE = "inside"
    JAMMED = "jammed"


class Ribbon(StrEnum):
    """What it prints with."""

    FULL = "full"
    LOW = "low"
    OUT = "out"


class Work(StrEnum):
    """What became of the last job; the machine remembers it without power."""

    NONE = "none"
    UNDER_WAY = "under_way"
    PRINTED = "printed"
    BLANK = "blank"
    """It failed before anything was printed."""
    UNKNOWN = "unknown"
    """It was broken off: something may be printed."""


_PLACES: Final = tuple(Place)
_RIBBONS: Final = tuple(Ribbon)
_WORKS: Final = tuple(Work)


class Machine(msgspec.Struct, frozen=True):
    """All it says of itself. `kept` counts the permits in its box, `job` is the last one's id in hex."""

    place: Place
    ribbon: Ribbon
    kept: Annotated[int, msgspec.Meta(ge=0, le=255)] = 0
    job: str = "00" * JOB_BYTES
    work: Work = Work.NONE


class Permit(msgspec.Struct, frozen=True):
    """A permit as its chip says it; only the end of its number leaves the driver."""

    number: str
    valid_until: str
    """`YYYYMMDD`."""

    @property
    def tail(self) -> str:
        """The last four characters: enough to know it from another one, too little to know whose it is."""
        return self.number[-_TAIL:]


def encode_machine(said: Machine) -> bytes:
    """The answer to STATE."""
    head = bytes((_PLACES.index(said.place), _RIBBONS.index(said.ribbon), said.kept))
    return head + bytes.fromhex(said.job) + bytes((_WORKS.index(said.work),))


def decode_machine(data: bytes) -> Machine | None:
    """What it says of itself; None for what no such machine says."""
    if len(data) != _PLACES_BYTES + JOB_BYTES + 1:
        return None
    place, ribbon, kept, work = data[0], data[1], data[2], data[-1]
    if place >= len(_PLACES) or ribbon >= len(_RIBBONS) or work >= len(_WORKS):
        return None
    return Machine(_PLACES[place], _RIBBONS[ribbon], kept, data[_PLACES_BYTES:-1].hex(), _WORKS[work])


def encode_permit(permit: Permit) -> bytes:
    """The answer to READ."""
    return (permit.number + permit.valid_until).encode("ascii")


def decode_permit(data: bytes) -> Permit | None:
    """A letter and eight digits, then the last day; None for anything else."""
    text = data.decode("ascii", "replace")
    number, day = text[:_NUMBER_BYTES], text[_NUMBER_BYTES:]
    sound = number[:1].isalpha() and number[1:].isalnum() and len(day) == _DAY_BYTES and day.isdigit()
    return Permit(number, day) if sound and text.isascii() else None


def encode_job(job: str, text: str) -> bytes:
    """The data of ENDORSE. `job` is hex of sixteen bytes. Raises ValueError for a text that does not fit."""
    words = text.encode()
    if len(words) > LONGEST_TEXT or len(job) != 2 * JOB_BYTES:
        raise ValueError(f"an endorsement of {len(words)} bytes; at most {LONGEST_TEXT}")
    return bytes.fromhex(job) + words


def decode_job(data: bytes) -> tuple[str, str] | None:
    """Job id and text; None where there is no text."""
    if not JOB_BYTES < len(data) <= JOB_BYTES + LONGEST_TEXT:
        return None
    return data[:JOB_BYTES].hex(), data[JOB_BYTES:].decode("utf-8", "replace")
