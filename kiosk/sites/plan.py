"""The plan of the hall: `site.plan` of kiosk.toml names its TOML file, which the centre reads too (JH-11)."""

import tomllib
from pathlib import Path

import msgspec

from contract.hall_plan import HallPlan


def load(name: str, here: Path) -> HallPlan | None:
    """The plan at `name`, beside the settings in `here`; None for no name. Raises ValueError with one sentence."""
    if not name:
        return None
    path = here / name
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), HallPlan)
    except (OSError, ValueError) as error:
        message = f"`site.plan`: {path}: {error}; docs/operations/hall-plan.md shows each value with its meaning"
        raise ValueError(message) from None
