"""A cabinet's contacts behind the inputs of a Modbus board: which input is what, as values both ways. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec

from devices.model import Cover

Input = Annotated[int, msgspec.Meta(ge=-1, le=63)]
"""The address of an input from 0; -1 where nothing is wired."""


class Switch(StrEnum):
    """Where the operator's switch stands (CEN/XFS names)."""

    RUN = "run"
    MAINTENANCE = "maintenance"
    SUPERVISOR = "supervisor"
    UNKNOWN = "unknown"


_SWITCH: Final = {
    (False, False): Switch.RUN,
    (True, False): Switch.MAINTENANCE,
    (False, True): Switch.SUPERVISOR,
    (True, True): Switch.UNKNOWN,
}


class Wiring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What hangs on which input of which board."""

    unit: Annotated[int, msgspec.Meta(ge=1, le=247)] = 1
    door: Input = 0
    door_closed_when: Literal["set", "clear"] = "set"
    """Set: a broken wire reads as an open door, never as a closed one."""
    maintenance: Input = 1
    supervisor: Input = 2
    tamper: Input = -1
    tamper_when: Literal["set", "clear"] = "clear"
    """Clear: a cut wire is tampering too."""
    echo: bool = False
    """Whether the adapter hears what it sends."""

    @property
    def count(self) -> int:
        """How many inputs to ask for, from the first one on."""
        return max(self.door, self.maintenance, self.supervisor, self.tamper, 0) + 1


class Contacts(msgspec.Struct, frozen=True):
    """What the contacts say. None: not fitted, which is not the same as unknown."""

    door: Cover | None
    switch: Switch | None
    tampered: bool | None


def contacts_of(bits: Sequence[bool], wiring: Wiring) -> Contacts:
    """The inputs, from the first one on, as words. Both positions of the switch at once are none."""
    door = _at(bits, wiring.door)
    maintenance, supervisor = _at(bits, wiring.maintenance), _at(bits, wiring.supervisor)
    tamper = _at(bits, wiring.tamper)
    closed = wiring.door_closed_when == "set"
    return Contacts(
        door=None if door is None else Cover.CLOSED if door == closed else Cover.OPEN,
        switch=None if maintenance is None and supervisor is None else _SWITCH[bool(maintenance), bool(supervisor)],
        tampered=None if tamper is None else tamper == (wiring.tamper_when == "set"),
    )


def bits_of(contacts: Contacts, wiring: Wiring) -> tuple[bool, ...]:
    """The inputs that say this; a switch that is unknown stands on both positions."""
    bits = [False] * wiring.count
    at_both = contacts.switch is Switch.UNKNOWN
    for address, on in (
        (wiring.door, (contacts.door is Cover.CLOSED) == (wiring.door_closed_when == "set")),
        (wiring.maintenance, contacts.switch is Switch.MAINTENANCE or at_both),
        (wiring.supervisor, contacts.switch is Switch.SUPERVISOR or at_both),
        (wiring.tamper, bool(contacts.tampered) == (wiring.tamper_when == "set")),
    ):
        if address >= 0:
            bits[address] = on
    return tuple(bits)


def _at(bits: Sequence[bool], address: int) -> bool | None:
    return bits[address] if address >= 0 else None
