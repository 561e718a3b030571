"""What is said on the line to the SMS gateway: JSON over HTTP, signed with the key both share.

POST /messages  SendText     -> Told   the same id again is the same message, however often it comes
POST /query     NameMessage  -> Told   whether it was delivered

Both ends sign as `central/signed_lines/protocol.py` says. Pure.
"""

from enum import StrEnum
from typing import Final

import msgspec

LARGEST: Final = 16 * 1024


class Receipt(StrEnum):
    """How a message stands at the gateway. The last two are final."""

    UNKNOWN = "unknown"
    """The gateway has never heard of it."""
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"


class SendText(msgspec.Struct, frozen=True):
    """One text. `template` is the gateway's registered one, `to` a mainland mobile number; `until` (ISO 8601) is when
    it is worthless: the gateway sends nothing later.
    """

    message_id: str
    to: str
    template: str
    text: str
    until: str = ""


class NameMessage(msgspec.Struct, frozen=True):
    message_id: str


class Told(msgspec.Struct, frozen=True):
    """A message as the gateway knows it. `at` (ISO 8601) is when it arrived; `why` is the operator's own code."""

    message_id: str
    receipt: Receipt
    reference: str = ""
    at: str = ""
    why: str = ""
