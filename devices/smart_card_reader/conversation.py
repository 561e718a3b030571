"""What is said to a social-security card, command by command, over whatever carries the commands."""

from collections.abc import Callable
from typing import Final

from devices.model import DeviceError, Fault
from devices.smart_card_reader.content import (
    APPLICATION,
    FILE_OF,
    RECORDS,
    Record,
    SocialSecurityCard,
    UnreadableContent,
    decode_content,
)
from devices.smart_card_reader.faults import FAULT_OF_STATUS_WORD, fault, fault_of_answer
from devices.smart_card_reader.protocol import (
    OK,
    WHOLE,
    Answer,
    Command,
    decode_record,
    follow_up,
    read_record,
    select_application,
    select_file,
)

_STEPS: Final = 4
"""Follow-ups one command may need: a card that asks for more asks for ever."""
_NOT_GIVEN: Final = frozenset({0x6982, 0x6985, 0x6A82, 0x6A83})
"""The card keeps this record for a security module, or does not have it."""
_WRONG_LENGTH: Final = 0x6700

Transmit = Callable[[Command], Answer]


def read_content(transmit: Transmit) -> SocialSecurityCard:
    """Select the application and read what the card gives. Raises DeviceError."""
    select = select_application(APPLICATION)
    _accepted(select, _exchange(transmit, select))
    values: dict[str, bytes] = {}
    refused: Fault | None = None
    for short_file, file in FILE_OF.items():
        chosen = select_file(file)
        if (answer := _exchange(transmit, chosen)).sw != OK:
            refused = fault_of_answer(chosen, answer)
            continue
        for name, record in RECORDS.items():
            if record.short_file == short_file:
                found = _record(transmit, name, record)
                if isinstance(found, Fault):
                    refused = refused or found
                else:
                    values[name] = found
    try:
        content = decode_content(values)
    except UnreadableContent as error:
        raise DeviceError(fault("smart_card_reader.card_unreadable", str(error))) from error
    if content.id_number is None and content.card_number is None:
        raise DeviceError(refused or fault("smart_card_reader.card_unreadable", "no number"))
    return content


def _record(transmit: Transmit, name: str, record: Record) -> bytes | Fault:
    """The value of one record, or why the card keeps it to itself.

    Lengths differ between provinces, so a record of another length is asked for again as a whole.
    """
    command = read_record(record.number, record.short_file, record.length + 2)
    answer = _exchange(transmit, command)
    if answer.sw == _WRONG_LENGTH:
        command = read_record(record.number, record.short_file, WHOLE)
        answer = _exchange(transmit, command)
    if answer.sw in _NOT_GIVEN:
        return fault_of_answer(command, answer)
    try:
        return decode_record(_accepted(command, answer), record.number)
    except ValueError as error:
        raise DeviceError(fault("smart_card_reader.card_unreadable", name)) from error


def _exchange(transmit: Transmit, command: Command) -> Answer:
    """One command with what T=0 makes of it."""
    gathered = b""
    for _ in range(_STEPS):
        answer = transmit(command)
        more = follow_up(command, answer)
        if more is None:
            return Answer(answer.sw, gathered + answer.payload)
        gathered, command = gathered + answer.payload, more
    raise DeviceError(fault("smart_card_reader.read_failed", f"{command.head}: asks for more again and again"))


def _accepted(command: Command, answer: Answer) -> bytes:
    if FAULT_OF_STATUS_WORD.get(answer.sw, "unknown") is not None:
        raise DeviceError(fault_of_answer(command, answer))
    return answer.payload
