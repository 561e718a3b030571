"""What each PC/SC code and each status word means for the people around the reader."""

from typing import Final

from devices import model
from devices.model import Action, Fault
from devices.smart_card_reader.protocol import Answer, Command, meaning

ACTIONS: Final[dict[str, Action]] = {
    "smart_card_reader.library_missing": Action.CONFIGURATION,
    "smart_card_reader.service_missing": Action.CONFIGURATION,
    "smart_card_reader.service_failed": Action.MAINTENANCE,
    "smart_card_reader.not_permitted": Action.CONFIGURATION,
    "smart_card_reader.in_use": Action.CONFIGURATION,
    "smart_card_reader.no_card": Action.RESET,
    "smart_card_reader.card_removed": Action.RESET,
    "smart_card_reader.card_mute": Action.RESET,
    "smart_card_reader.card_not_supported": Action.RESET,
    "smart_card_reader.card_protected": Action.CONFIGURATION,
    "smart_card_reader.card_blocked": Action.RESET,
    "smart_card_reader.card_unreadable": Action.RESET,
    "smart_card_reader.read_failed": Action.RESET,
    "smart_card_reader.command_refused": Action.SOFTWARE,
}
FAULTS: Final = tuple(ACTIONS)

FAULT_OF_CODE: Final[dict[int, str]] = {
    0x00000000: "smart_card_reader.library_missing",
    0x80100001: "smart_card_reader.service_failed",
    0x80100003: "port.lost",
    0x80100004: "smart_card_reader.command_refused",
    0x80100006: "smart_card_reader.service_failed",
    0x80100008: "smart_card_reader.read_failed",
    0x80100009: "port.missing",
    0x8010000A: "device.silent",
    0x8010000B: "smart_card_reader.in_use",
    0x8010000C: "smart_card_reader.no_card",
    0x8010000F: "smart_card_reader.card_mute",
    0x80100010: "smart_card_reader.read_failed",
    0x80100011: "smart_card_reader.command_refused",
    0x80100013: "smart_card_reader.read_failed",
    0x80100014: "smart_card_reader.service_failed",
    0x80100016: "smart_card_reader.read_failed",
    0x80100017: "port.lost",
    0x8010001D: "smart_card_reader.service_missing",
    0x8010001E: "smart_card_reader.service_missing",
    0x8010002E: "port.missing",
    0x8010002F: "smart_card_reader.read_failed",
    0x80100065: "smart_card_reader.card_not_supported",
    0x80100066: "smart_card_reader.card_mute",
    0x80100067: "smart_card_reader.card_mute",
    0x80100068: "smart_card_reader.read_failed",
    0x80100069: "smart_card_reader.card_removed",
    0x8010006A: "smart_card_reader.not_permitted",
}
"""Return codes of the calls made here (PC/SC Workgroup part 5); 0 stands for a library that is not there."""

FAULT_OF_STATUS_WORD: Final[dict[int, str | None]] = {
    0x9000: None,
    0x6281: "smart_card_reader.read_failed",
    0x6282: None,
    0x6283: "smart_card_reader.card_blocked",
    0x6400: "smart_card_reader.read_failed",
    0x6581: "smart_card_reader.card_unreadable",
    0x6700: "smart_card_reader.card_unreadable",
    0x6981: "smart_card_reader.card_not_supported",
    0x6982: "smart_card_reader.card_protected",
    0x6983: "smart_card_reader.card_blocked",
    0x6985: "smart_card_reader.card_protected",
    0x6986: "smart_card_reader.card_not_supported",
    0x6A81: "smart_card_reader.card_not_supported",
    0x6A82: "smart_card_reader.card_not_supported",
    0x6A83: "smart_card_reader.card_unreadable",
    0x6A86: "smart_card_reader.card_not_supported",
    0x6A88: "smart_card_reader.card_not_supported",
    0x6B00: "smart_card_reader.card_not_supported",
    0x6D00: "smart_card_reader.card_not_supported",
    0x6E00: "smart_card_reader.card_not_supported",
    0x6F00: "smart_card_reader.read_failed",
    0x9303: "smart_card_reader.card_blocked",
}


def fault(key: str, detail: str = "") -> Fault:
    """A fault of this kind, or one that every device can have."""
    return Fault(key, ACTIONS[key], detail) if key in ACTIONS else model.fault(key, detail)


def fault_of_call(call: str, code: int) -> Fault:
    """The fault a PC/SC return code stands for; a code nobody knows is the service's."""
    return fault(FAULT_OF_CODE.get(code, "smart_card_reader.service_failed"), f"{call} {code:08X}")


def fault_of_answer(command: Command, answer: Answer) -> Fault:
    """The fault a status word stands for; one nobody knows is a read that failed."""
    key = FAULT_OF_STATUS_WORD.get(answer.sw) or "smart_card_reader.read_failed"
    return fault(key, f"{command.head}: SW {answer.sw:04X}, {meaning(answer.sw)}")
