"""`./suiban device KIND PORT ACTION [--json]`: one device by hand, for technicians."""

import json
import sys
from typing import Final

from devices.model import Action, DeviceError, Fault
from devices.registry import KINDS

_WHAT: Final[dict[str, str]] = {
    "port.address_invalid": "the address is not understood",
    "port.missing": "nothing is there",
    "port.busy": "another program holds the port",
    "port.denied": "the port may not be opened by this user",
    "port.lost": "the line broke",
    "port.stuck": "the device takes no bytes",
    "device.options_invalid": "the options are not understood",
    "device.silent": "the device does not answer",
    "device.garbled": "the answers are damaged",
    "device.failed": "the program failed",
    "device.stopped": "the device is being stopped",
    "id_card_reader.read_failed": "the card could not be read",
    "id_card_reader.card_not_authenticated": "card and reader do not accept each other",
    "id_card_reader.card_not_genuine": "the card's content failed its verification",
    "id_card_reader.card_not_supported": "this type of card is not known",
    "id_card_reader.card_unreadable": "the card's content has a wrong length",
    "id_card_reader.command_damaged": "the reader received a damaged command",
    "id_card_reader.command_refused": "the reader refused the command",
    "id_card_reader.not_permitted": "the reader is not configured for this command",
    "id_card_reader.unrecognised_error": "the reader reports an error it cannot name",
    "id_card_reader.self_test_failed": "the security module failed its self-test",
    "id_card_reader.not_authorised": "the security module is not authorised",
    "id_card_reader.no_card": "no card was laid on the reader",
    "ticket_printer.paper_out": "the paper is out",
    "ticket_printer.cover_open": "the cover is open",
    "ticket_printer.cutter_jammed": "the cutter is jammed",
    "ticket_printer.mechanical_error": "the mechanism reports an error",
    "ticket_printer.unrecoverable_error": "the printer reports an error it cannot leave",
    "ticket_printer.overheated": "the print head is too hot or the supply voltage is off",
    "ticket_printer.error": "the printer reports an error without a cause",
    "ticket_printer.offline": "the printer is offline",
    "ticket_printer.not_confirmed": "the ticket was sent and not confirmed",
    "ticket_printer.ticket_unprintable": "the ticket cannot be drawn on this machine",
}
_ADVICE: Final[dict[Action, str]] = {
    Action.RESET: "try again; if it stays so, check cable and power",
    Action.CLEAR: "look at the device and put it right",
    Action.MAINTENANCE: "check cable, power and address, then call maintenance",
    Action.CONFIGURATION: "correct the configuration",
    Action.SUSPEND: "wait, it recovers by itself",
    Action.SOFTWARE: "report this to the makers of the software",
}
_BETTER_ADVICE: Final[dict[str, str]] = {
    "port.busy": "stop the terminal or the other program first",
    "port.denied": "add the user to the group of the port (usually dialout)",
    "id_card_reader.no_card": "lay a card on the reader and try again",
    "ticket_printer.paper_out": "put in a new roll",
    "ticket_printer.cover_open": "close the cover",
    "ticket_printer.not_confirmed": "look whether a ticket came out before printing again",
}


def sentence(kind: str, port: str, fault: Fault) -> str:
    """What is wrong, where, and what to do."""
    what = _WHAT.get(fault.key, fault.key)
    detail = f" ({fault.detail})" if fault.detail else ""
    return f"{kind} at {port}: {what}{detail}; {_BETTER_ADVICE.get(fault.key, _ADVICE[fault.action])}."


def run(kind: str, port: str, action: str, as_json: bool) -> int:  # noqa: FBT001 - the command line's switch
    """Do it and print what came of it. 0 when it was done, 1 with a sentence on stderr when not, 2 for a wrong name."""
    if kind not in KINDS:
        return _failed(
            "kind.unknown", f"no kind of device {kind!r}; there are: {', '.join(KINDS)}.", 2, as_json=as_json
        )
    chosen = KINDS[kind]
    if action not in chosen.actions:
        known = ", ".join(chosen.actions)
        return _failed("action.unknown", f"{kind} has no action {action!r}; there are: {known}.", 2, as_json=as_json)
    try:
        result = chosen.by_hand(port, action)
    except DeviceError as error:
        return _failed(error.fault.key, sentence(kind, port, error.fault), 1, as_json=as_json)
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for name, value in result.items():
            print(f"{name:15} {'-' if value is None else value}")
    return 0


def _failed(key: str, message: str, status: int, *, as_json: bool) -> int:
    print(message, file=sys.stderr)
    if as_json:
        print(json.dumps({"error": key, "message": message}, ensure_ascii=False))
    return status
