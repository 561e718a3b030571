"""What is known of the device that compares, what its score means, and who must act."""

from typing import Final, Literal

import msgspec

from devices.model import Action, Fault
from devices.person_matcher.protocol import Phase, Result, Sensors

ACTIONS: Final[dict[str, Action]] = {
    "person_matcher.no_sensor": Action.MAINTENANCE,
    "person_matcher.way_not_fitted": Action.RESET,
    "person_matcher.reference_unusable": Action.RESET,
    "person_matcher.not_understood": Action.CONFIGURATION,
    "person_matcher.holds_somebody": Action.MAINTENANCE,
}
FAULTS: Final = tuple(ACTIONS)

Verdict = Literal["same", "other", "nobody", "not_alive"]


def matcher_fault(key: str, detail: str = "") -> Fault:
    """One of the faults of this kind."""
    return Fault(key, ACTIONS[key], detail)


class MatcherState(msgspec.Struct, frozen=True):
    """Which ways there are."""

    face: bool
    finger: bool
    holds: bool

    def as_json(self) -> dict[str, object]:
        """See DeviceState."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return plain

    def fault(self) -> Fault | None:
        """Why nobody can be compared now."""
        if not self.face and not self.finger:
            return matcher_fault("person_matcher.no_sensor")
        if self.holds:
            return matcher_fault("person_matcher.holds_somebody")
        return None


def state_of(said: Sensors) -> MatcherState:
    """The device's words as its state."""
    return MatcherState(said.face, said.finger, said.holds)


def verdict_of(result: Result, threshold: int) -> Verdict:
    """Whether it is the card's holder. A likeness that does not live is none, however high its score."""
    if result.phase is not Phase.DONE:
        return "nobody"
    if not result.alive:
        return "not_alive"
    return "same" if result.score >= threshold else "other"
