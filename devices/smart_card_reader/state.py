"""What a smart-card reader says of itself. Pure."""

from enum import StrEnum
from typing import Final

import msgspec

from devices.model import Fault
from devices.smart_card_reader.faults import fault

_PRESENT: Final = 0x20
_EXCLUSIVE: Final = 0x80
_MUTE: Final = 0x200


class Card(StrEnum):
    """What is in the slot."""

    ABSENT = "absent"
    PRESENT = "present"
    MUTE = "mute"
    IN_USE = "in use"


class SmartCardReaderState(msgspec.Struct, frozen=True):
    """What the service says of the reader."""

    online: bool
    reader: str
    card: Card

    def as_json(self) -> dict[str, object]:
        """For the command line and reports."""
        return {"online": self.online, "reader": self.reader, "card": self.card.value}

    def fault(self) -> Fault | None:
        """See DeviceState: a card that is mute or held by another program keeps the next citizen from this reader."""
        match self.card:
            case Card.MUTE:
                return fault("smart_card_reader.card_mute")
            case Card.IN_USE:
                return fault("smart_card_reader.in_use")
            case _:
                return None


def card_of(state: int) -> Card:
    """What SCARD_STATE_… says of the slot."""
    if not state & _PRESENT:
        return Card.ABSENT
    if state & _MUTE:
        return Card.MUTE
    return Card.IN_USE if state & _EXCLUSIVE else Card.PRESENT
