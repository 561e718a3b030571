"""What each status code of the reader means for the people around it. Pure."""

from typing import Final

from devices.id_card_reader.protocol import STATUSES, Reply
from devices.model import Action, Fault

ACTIONS: Final[dict[str, Action]] = {
    "id_card_reader.read_failed": Action.RESET,
    "id_card_reader.card_not_authenticated": Action.RESET,
    "id_card_reader.card_not_genuine": Action.CLEAR,
    "id_card_reader.card_not_supported": Action.RESET,
    "id_card_reader.card_unreadable": Action.RESET,
    "id_card_reader.command_damaged": Action.MAINTENANCE,
    "id_card_reader.command_refused": Action.SOFTWARE,
    "id_card_reader.not_permitted": Action.CONFIGURATION,
    "id_card_reader.unrecognised_error": Action.MAINTENANCE,
    "id_card_reader.self_test_failed": Action.MAINTENANCE,
    "id_card_reader.not_authorised": Action.MAINTENANCE,
    "id_card_reader.no_card": Action.RESET,
}
FAULTS: Final = tuple(ACTIONS)

FAULT_OF_STATUS: Final[dict[int, str | None]] = {
    0x90: None,
    0x9F: None,
    0x91: None,
    0x80: None,
    0x81: "id_card_reader.read_failed",
    0x41: "id_card_reader.read_failed",
    0x31: "id_card_reader.card_not_authenticated",
    0x32: "id_card_reader.card_not_authenticated",
    0x33: "id_card_reader.card_not_genuine",
    0x37: "id_card_reader.card_not_authenticated",
    0x3F: "id_card_reader.card_unreadable",
    0x40: "id_card_reader.card_not_supported",
    0x47: "id_card_reader.card_not_authenticated",
    0x10: "id_card_reader.command_damaged",
    0x11: "id_card_reader.command_damaged",
    0x21: "id_card_reader.command_refused",
    0x23: "id_card_reader.not_permitted",
    0x24: "id_card_reader.unrecognised_error",
    0x60: "id_card_reader.self_test_failed",
    0x66: "id_card_reader.not_authorised",
}


def fault_of(reply: Reply) -> Fault:
    """The fault a status code stands for; a code nobody knows is a reader nobody knows."""
    key = FAULT_OF_STATUS.get(reply.sw3) or "id_card_reader.unrecognised_error"
    meaning = STATUSES.get(reply.sw3, "unknown status")
    return Fault(key, ACTIONS[key], f"SW {reply.sw1:02X} {reply.sw2:02X} {reply.sw3:02X}: {meaning}")


def reader_fault(key: str, detail: str = "") -> Fault:
    """One of the faults of this kind."""
    return Fault(key, ACTIONS[key], detail)
