"""How many tickets the roll still holds, by what was used, its length and the near-end switch. Pure."""

from typing import Final

import msgspec

MANY: Final = 5
"""Tickets after which their mean length says something."""


class Roll(msgspec.Struct, frozen=True):
    """What is known of the paper that is put in."""

    length_mm: float = 80_000.0
    near_end_mm: float = 8_000.0
    """What is left when the near-end switch opens; it depends on where the switch sits."""


class Used(msgspec.Struct, frozen=True):
    """What was used since the refill. `near_end_at_mm`: how much that was when the switch opened; None before."""

    tickets: float
    paper_mm: float
    near_end_at_mm: float | None = None


def paper_left_mm(roll: Roll, used: Used) -> float:
    """What the switch says counts more than what the roll should have been: rolls differ, and so do refills."""
    if used.near_end_at_mm is not None:
        return max(0.0, roll.near_end_mm - (used.paper_mm - used.near_end_at_mm))
    return max(roll.near_end_mm, roll.length_mm - used.paper_mm)


def tickets_left(roll: Roll, used: Used) -> int | None:
    """Tickets of the length they had so far; None while too few were printed to know."""
    if used.tickets < MANY or used.paper_mm <= 0:
        return None
    return int(paper_left_mm(roll, used) / (used.paper_mm / used.tickets))
