"""What is known of the machine that endorses permits, what became of a job, and who must act."""

from typing import Final, Literal

import msgspec

from devices.model import Action, Fault, Supply
from devices.permit_endorser.protocol import Machine, Place, Ribbon

ACTIONS: Final[dict[str, Action]] = {
    "permit_endorser.none_inserted": Action.RESET,
    "permit_endorser.unreadable": Action.RESET,
    "permit_endorser.jammed": Action.CLEAR,
    "permit_endorser.ribbon_out": Action.CLEAR,
    "permit_endorser.box_full": Action.CLEAR,
    "permit_endorser.occupied": Action.CLEAR,
    "permit_endorser.not_printed": Action.MAINTENANCE,
    "permit_endorser.not_known": Action.CLEAR,
    "permit_endorser.not_given_back": Action.CLEAR,
    "permit_endorser.not_understood": Action.CONFIGURATION,
}
FAULTS: Final = tuple(ACTIONS)
BOX_HOLDS: Final = 20
"""Permits; then nobody's permit is taken in before somebody has emptied the box."""


def endorser_fault(key: str, detail: str = "") -> Fault:
    """One of the faults of this kind."""
    return Fault(key, ACTIONS[key], detail)


class EndorserState(msgspec.Struct, frozen=True):
    """Where a permit is, what it prints with, how many lie in the box."""

    place: Place
    ribbon: Supply
    kept: int

    def as_json(self) -> dict[str, object]:
        """See DeviceState."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return plain

    def fault(self) -> Fault | None:
        """Why no permit may be taken in now."""
        if self.place is Place.JAMMED:
            return endorser_fault("permit_endorser.jammed")
        if self.ribbon is Supply.OUT:
            return endorser_fault("permit_endorser.ribbon_out")
        if self.kept >= BOX_HOLDS:
            return endorser_fault("permit_endorser.box_full", f"{self.kept}")
        return None


_SUPPLY: Final = {Ribbon.FULL: Supply.FULL, Ribbon.LOW: Supply.LOW, Ribbon.OUT: Supply.OUT}


def state_of(said: Machine) -> EndorserState:
    """The machine's words as the device's state."""
    return EndorserState(said.place, _SUPPLY[said.ribbon], said.kept)


class Taken(msgspec.Struct, frozen=True):
    """A permit lies inside. Only the end of its number is known outside the driver."""

    tail: str
    valid_until: str
    """`YYYYMMDD`."""


class EndorseOutcome(msgspec.Struct, frozen=True):
    """What is known of an endorsement. `uncertain` is for a person: it is never printed again."""

    result: Literal["printed", "failed", "uncertain"]
    evidence: str
    fault: Fault | None = None


class GivenBack(msgspec.Struct, frozen=True):
    """Where the permit is: `taken` out by a hand, `mouth` (it stands there), `kept` in the box, `stuck`."""

    how: Literal["taken", "mouth", "kept", "stuck"]
    fault: Fault | None = None
