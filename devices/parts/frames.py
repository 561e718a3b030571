"""What a flight recorder keeps of one frame. Pure values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Direction = Literal["out", "in", "dropped"]
DIRECTIONS: Final[tuple[Direction, ...]] = ("out", "in", "dropped")

FRAMES: Final = 2000
"""How many are kept a device."""

LONGEST_SHOWN: Final = 228
"""Bytes shown of one frame; a longer one goes on in the next."""


@dataclass(frozen=True)
class Recorded:
    """One frame: `shown` holds only what may be seen, `length` counts everything."""

    at_us: int
    direction: Direction
    length: int
    shown: bytes

    def line(self) -> str:
        """As one line of a dump."""
        return f"{self.at_us} {self.direction} {self.length} {self.shown.hex(' ').upper()}".rstrip()


Redaction = Callable[[Direction, bytes], bytes]
"""What of a piece may be kept. It sees every piece in order, so it may remember where in a frame it is."""
