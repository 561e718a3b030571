"""How far a city cuts the time limits of its items: city opinions, clause 36 (SX-13; standards.md 7). Pure.

Not monotonic: 6 days give 5, 7 give 4. Nothing may assume that a longer legal limit has a longer promise.
"""

from enum import StrEnum
from typing import Final

import msgspec

_CUTS: Final = (1, 3, 5, 10, 30)
"""Days cut in each range of the text, the shortest first."""


class Side(StrEnum):
    """Which of two ranges a limit on their common edge belongs to: the text names both."""

    UPPER = "upper"
    """The larger cut."""
    LOWER = "lower"


class Compression(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the text leaves to the place."""

    side: Side = Side.UPPER
    month_days: int = 30

    def promised(self, legal_days: int) -> int:
        """The promised limit for a legal (or earlier promised) one, in the same days. Below 3 the text gives no cut."""
        edges = (3, 7, 15, self.month_days, 3 * self.month_days)
        reached = [
            cut
            for edge, cut in zip(edges, _CUTS, strict=True)
            if legal_days > edge or (legal_days == edge and (self.side is Side.UPPER or edge == edges[0]))
        ]
        return legal_days - (reached[-1] if reached else 0)
