"""What is said on the line to the SMS gateway: JSON over HTTP, signed with the key both share.

POST /messages  SendText     -> Told   the same id again is the same message, however often it comes
POST /query     NameMessage  -> Told   whether it was delivered

Every request has a nonce; request and answer carry `X-Signature`, the HMAC-SHA256 of path, nonce and body in hex. Pure.
"""

import hashlib
import hmac
from enum import StrEnum
from typing import Final

import msgspec

SIGNATURE: Final = "X-Signature"
NONCE: Final = "X-Nonce"
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


def signature(key: bytes, path: str, nonce: str, body: bytes) -> str:
    """Of a request or an answer, in lower-case hex."""
    return hmac.new(key, f"{path}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()


def is_signed(key: bytes, path: str, nonce: str, body: bytes, given: str) -> bool:
    """Whether whoever holds the key said this."""
    return hmac.compare_digest(signature(key, path, nonce, body), given)
