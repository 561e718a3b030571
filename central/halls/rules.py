"""Reads the plan of the hall that the centre shows to phones. Pure but for the text it is given."""

import tomllib

import msgspec

from central.mendable import MendableError
from contract.hall_plan import HallPlan


class PlanError(MendableError):
    """Names the file and what was expected there."""


def read_plan(source: str, text: bytes) -> HallPlan:
    """The plan of a TOML file, the same that terminals read. Raises PlanError."""
    try:
        return msgspec.convert(tomllib.loads(text.decode()), HallPlan)
    except ValueError as error:
        message = f"{source}: {error}; docs/operations/hall-plan.md shows each value with its meaning"
        raise PlanError(message) from error
