"""A hand that trembles, misses, taps twice and rests for long: pure but for its chances."""

import random
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF

NEIGHBOUR_MILLIMETRES: Final = 40
"""How far off a control is that is hit instead of the one that was meant."""


@dataclass(frozen=True)
class Tremor:
    """How a hand is: `sigma` in millimetres at the glass; chances of each touch."""

    sigma: float = 4.0
    misses: float = 0.04
    twice: float = 0.12
    rests: float = 0.05
    rests_long: float = 0.02


STEADY_ENOUGH: Final = Tremor()


@dataclass(frozen=True)
class Aim:
    """Where a finger comes down, how often, and how long it rested before, in seconds. `missed`: on a neighbour."""

    x: float
    y: float
    times: int
    rest: float
    missed: bool


def aim(
    chance: random.Random,
    tremor: Tremor,
    target: QRectF,
    others: list[QRectF],
    per_mm: float,
    quiet: float,
    left: float,
) -> Aim:
    """One touch. `quiet`: seconds until the countdown; `left`: how long that is. Pure but for `chance`."""
    near = [one for one in others if _gap(one, target) < NEIGHBOUR_MILLIMETRES * per_mm]
    missed = bool(near) and chance.random() < tremor.misses
    centre = (chance.choice(near) if missed else target).center()
    x = centre.x() + chance.gauss(0, tremor.sigma * per_mm)
    y = centre.y() + chance.gauss(0, tremor.sigma * per_mm)
    draw = chance.random()
    rest = quiet + left * 0.6 if draw < tremor.rests_long else quiet * 0.95 if draw < tremor.rests else 0.0
    return Aim(x, y, 2 if chance.random() < tremor.twice else 1, rest, missed)


def _gap(one: QRectF, other: QRectF) -> float:
    wide = max(one.left() - other.right(), other.left() - one.right(), 0.0)
    high = max(one.top() - other.bottom(), other.top() - one.bottom(), 0.0)
    return max(wide, high)
