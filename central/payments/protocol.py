"""What is said on the line to the payment gateway: JSON over HTTP, both directions signed with the merchant's key.

POST /orders     OpenOrder   -> Told     the same id again is the same order
POST /query      NameOrder   -> Told
POST /close      NameOrder   -> Told     one that was paid stays paid; an id never opened is closed for ever
POST /refund     RefundOrder -> Told     the same id again is the same refund
POST /statement  NameSpan    -> Statement
the gateway calls back: POST <notify_url> NameOrder; a hint, never believed: the centre asks.

Both ends sign as `central/signed_lines/protocol.py` says. Pure.
"""

from enum import StrEnum
from typing import Final

import msgspec

NOTIFIED: Final = "/v1/payments/notified"
"""Where a gateway calls a centre back."""
LARGEST: Final = 8 * 1024 * 1024


class At(StrEnum):
    """Where an order stands at the gateway."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    PAID = "paid"
    CLOSED = "closed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class OpenOrder(msgspec.Struct, frozen=True):
    """`pay_until` is ISO 8601; after it the gateway takes nothing any more."""

    order_id: str
    amount_fen: int
    subject: str
    notify_url: str
    pay_until: str


class NameOrder(msgspec.Struct, frozen=True):
    order_id: str


class RefundOrder(msgspec.Struct, frozen=True):
    """All of it: part refunds are not ours."""

    order_id: str
    amount_fen: int


class NameSpan(msgspec.Struct, frozen=True):
    """From `since` on and before `until`, ISO 8601 with offset: a day is the hall's, wherever the gateway is."""

    since: str
    until: str


class Told(msgspec.Struct, frozen=True):
    """An order as the gateway knows it. `pay_url` is what a phone opens."""

    order_id: str
    at: At
    amount_fen: int = 0
    pay_url: str = ""
    paid_at: str = ""


class Statement(msgspec.Struct, frozen=True):
    """Everything that was paid in a time."""

    orders: tuple[Told, ...]
