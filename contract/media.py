"""Pictures and short silent sequences for the attract screens: what a terminal is told of each, and how its bytes come.

What is to be shown comes with the feed and its signature, which names the bytes by their hash; they come in pieces.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE

MEDIA_PATH: Final = "/v1/media"
PIECE: Final = 64 * 1024
"""Bytes in one answer; a shorter one is the end."""
LARGEST: Final = 8 * 1024 * 1024
SECONDS: Final = range(3, 61)
"""How long one may stand."""
HASH: Final = re.compile(r"[0-9a-f]{64}")


class Form(StrEnum):
    """What the bytes are."""

    PICTURE = "picture"
    """JPEG."""
    SEQUENCE = "sequence"
    """Animated WebP, without sound."""


class Media(msgspec.Struct, frozen=True):
    """One of them, as a terminal is told. Raises ValueError for what cannot be."""

    sha256: str
    size: int
    form: Form
    says: dict[str, str]
    """What is to be read of it, by language: it is read aloud, and stands where the picture cannot."""
    first: str
    last: str
    """`YYYY-MM-DD`, both are shown."""
    seconds: int = 10

    def __post_init__(self) -> None:
        """Its bytes become a file's name, its days decide."""
        if not HASH.fullmatch(self.sha256) or not 0 < self.size <= LARGEST or self.seconds not in SECONDS:
            message = f"a SHA-256, 1 to {LARGEST} bytes and {SECONDS[0]} to {SECONDS[-1]} seconds expected"
            raise ValueError(message)
        if date.fromisoformat(self.first) > date.fromisoformat(self.last):
            message = f"`last`: a day from {self.first} on expected, found {self.last}"
            raise ValueError(message)
        if not self.says.get(DEFAULT_LANGUAGE):
            message = f'`says`: the Chinese text is missing; expected "{DEFAULT_LANGUAGE}" among its languages'
            raise ValueError(message)

    def holds_on(self, day: str) -> bool:
        """Whether it is shown on a day."""
        return self.first <= day <= self.last


def piece_path(sha256: str, offset: int) -> str:
    """Where a piece is asked for: all of it is in the path, which is signed."""
    return f"{MEDIA_PATH}/{sha256}/{offset}"
