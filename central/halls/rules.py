"""Reads the plan of the hall that the centre shows to phones. Pure but for the text it is given."""

import math
import tomllib
from enum import StrEnum
from typing import Final

import msgspec

from central.mendable import MendableError
from central.queue.rules import Stand
from contract.hall_plan import HallPlan, Kind, Way

METRES_A_MINUTE: Final = 40.0
"""Of somebody who walks with a stick."""
OTHER_FLOOR_MINUTES: Final = 2
KEPT_BACK_MINUTES: Final = 5
"""Nobody is sent away so shortly before a call."""
STAY_MINUTES: Final = {
    Kind.WATER: 1,
    Kind.DESK: 2,
    Kind.TOILET: 4,
    Kind.ACCESSIBLE_TOILET: 6,
    Kind.READING: 10,
    Kind.NURSERY: 10,
    Kind.CHARGING: 10,
}


class Time(StrEnum):
    """Whether there is time before one is called."""

    YES = "yes"
    TIGHT = "tight"
    """There and back, but not to stay."""
    NO = "no"
    UNKNOWN = "unknown"


class PlanError(MendableError):
    """Names the file and what was expected there."""


def read_plan(source: str, text: bytes) -> HallPlan:
    """The plan of a TOML file, the same that terminals read. Raises PlanError."""
    try:
        return msgspec.convert(tomllib.loads(text.decode()), HallPlan)
    except ValueError as error:
        message = f"{source}: {error}; docs/operations/hall-plan.md shows each value with its meaning"
        raise PlanError(message) from error


def minutes_there(to: Way) -> int:
    """On foot one way, at a slow walk; at least one."""
    return max(1, math.ceil(to.metres / METRES_A_MINUTE)) + (OTHER_FLOOR_MINUTES if to.by is not None else 0)


def has_time(earliest: float | None, to: Way, stand: Stand | None) -> Time:
    """`earliest` is when the number may be called at the earliest, in minutes; None where nobody can say."""
    if stand is Stand.CALLED:
        return Time.NO
    if earliest is None:
        return Time.UNKNOWN
    left = earliest - 2 * minutes_there(to) - KEPT_BACK_MINUTES
    if left >= STAY_MINUTES.get(to.to.kind, 0):
        return Time.YES
    return Time.TIGHT if left >= 0 else Time.NO
