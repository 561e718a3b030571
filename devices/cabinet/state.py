"""What is known of the cabinet around the devices, and who must act on it."""

from typing import Final

import msgspec

from devices.cabinet.protocol import Contacts, Switch
from devices.model import Action, Cover, Fault

ACTIONS: Final[dict[str, Action]] = {
    "cabinet.tampered": Action.MAINTENANCE,
    "cabinet.door_open": Action.CLEAR,
    "cabinet.switch_unclear": Action.MAINTENANCE,
    "cabinet.question_refused": Action.CONFIGURATION,
    "cabinet.board_failed": Action.MAINTENANCE,
    "cabinet.board_busy": Action.RESET,
}
FAULTS: Final = tuple(ACTIONS)

FAULT_OF_CODE: Final = {
    0x01: "cabinet.question_refused",
    0x02: "cabinet.question_refused",
    0x03: "cabinet.question_refused",
    0x05: "cabinet.board_busy",
    0x06: "cabinet.board_busy",
    0x0A: "cabinet.question_refused",
}
"""Exception codes of the board; every other one is a failure."""


class CabinetState(msgspec.Struct, frozen=True):
    """Door, operator's switch and tamper contact. None: not fitted."""

    door: Cover | None
    switch: Switch | None
    tampered: bool | None

    def as_json(self) -> dict[str, object]:
        """For the command line and reports."""
        plain: dict[str, object] = msgspec.to_builtins(self)
        return plain

    def fault(self) -> Fault | None:
        """What somebody must see to. An open door is none while the switch says that somebody works inside."""
        if self.tampered:
            return cabinet_fault("cabinet.tampered")
        if self.switch is Switch.UNKNOWN:
            return cabinet_fault("cabinet.switch_unclear")
        if self.door is Cover.OPEN and self.switch in (None, Switch.RUN):
            return cabinet_fault("cabinet.door_open")
        return None


def state_of(contacts: Contacts) -> CabinetState:
    """The contacts as the device's state."""
    return CabinetState(contacts.door, contacts.switch, contacts.tampered)


def cabinet_fault(key: str, detail: str = "") -> Fault:
    """One of the faults of this kind."""
    return Fault(key, ACTIONS[key], detail)


def fault_of_code(code: int) -> Fault:
    """The fault an exception code stands for."""
    return cabinet_fault(FAULT_OF_CODE.get(code, "cabinet.board_failed"), f"exception {code:02X}")
