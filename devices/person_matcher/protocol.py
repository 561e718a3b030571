"""What a camera or finger sensor that compares a person with a card is told and says. Pure.

It compares by itself and says a score. Pictures and templates go in and never come out. The frames are those of
`devices/parts/numbered.py`; README.md has the table.
"""

from enum import IntEnum, StrEnum
from typing import Annotated, Final

import msgspec

MOST_REFERENCE: Final = 1024
"""Bytes: a card's photo (WLT), or its two finger templates of 512 each."""
TOP: Final = 1000


class Order(IntEnum):
    """What it can be told. Each may be said again."""

    STATE = 0x41
    REFERENCE = 0x42
    """The way and what the card says."""
    BEGIN = 0x43
    """The way: look, or wait for a finger."""
    RESULT = 0x44
    FORGET = 0x45
    """Wipe reference, picture and template."""


class Status(IntEnum):
    """How an order was met."""

    DONE = 0
    NOT_NOW = 1
    """No reference, or no such sensor."""
    UNUSABLE = 2
    """The reference has nothing to compare with."""
    NOT_UNDERSTOOD = 0x7F


class Way(StrEnum):
    """By what a person is compared."""

    FACE = "face"
    FINGER = "finger"


class Phase(StrEnum):
    """How far a comparison is."""

    IDLE = "idle"
    LOOKING = "looking"
    DONE = "done"
    NOBODY = "nobody"
    """No face, no finger came."""


class Sensors(msgspec.Struct, frozen=True):
    """What is built in and works, and whether it holds anything of anybody."""

    face: bool
    finger: bool
    holds: bool = False


class Result(msgspec.Struct, frozen=True):
    """How a comparison ended: 0 to 1000, and whether somebody living stood there."""

    phase: Phase
    score: Annotated[int, msgspec.Meta(ge=0, le=TOP)] = 0
    alive: bool = False


_WAYS: Final = tuple(Way)
_PHASES: Final = tuple(Phase)


def encode_sensors(said: Sensors) -> bytes:
    """The answer to STATE."""
    return bytes((said.face | said.finger << 1, said.holds))


def decode_sensors(data: bytes) -> Sensors | None:
    """None for what no such device says."""
    if len(data) != 2 or data[0] > 3 or data[1] > 1:
        return None
    return Sensors(bool(data[0] & 1), bool(data[0] & 2), bool(data[1]))


def encode_reference(way: Way, reference: bytes) -> bytes:
    """The data of REFERENCE. Raises ValueError for one that is longer than any card's."""
    if len(reference) > MOST_REFERENCE:
        raise ValueError(f"a reference of {len(reference)} bytes; at most {MOST_REFERENCE}")
    return bytes((_WAYS.index(way),)) + reference


def decode_reference(data: bytes) -> tuple[Way, bytes] | None:
    """The way and what the card says."""
    if not data or data[0] >= len(_WAYS) or len(data) > 1 + MOST_REFERENCE:
        return None
    return _WAYS[data[0]], data[1:]


def encode_way(way: Way) -> bytes:
    """The data of BEGIN."""
    return bytes((_WAYS.index(way),))


def decode_way(data: bytes) -> Way | None:
    """None for a way nobody knows."""
    return _WAYS[data[0]] if len(data) == 1 and data[0] < len(_WAYS) else None


def encode_result(said: Result) -> bytes:
    """The answer to RESULT."""
    return bytes((_PHASES.index(said.phase),)) + said.score.to_bytes(2, "big") + bytes((said.alive,))


def decode_result(data: bytes) -> Result | None:
    """None for what no such device says."""
    if len(data) != 4 or data[0] >= len(_PHASES) or data[3] > 1:
        return None
    score = int.from_bytes(data[1:3], "big")
    return Result(_PHASES[data[0]], score, bool(data[3])) if score <= TOP else None
