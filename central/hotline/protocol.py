"""What is said on the line to the 12345 platform: JSON over HTTP, signed with the key both share. Pure.

POST /pending    AskPending -> Orders  work orders for us that we have not said we received
POST /statuses   Status     -> Heard   how one stands; the same message id again is the same message
POST /orders     PassOn     -> Heard   what belongs to others; the same message id again is the same order

Both ends sign as `central/signed_lines/protocol.py` says.
"""

from typing import Final

import msgspec

from contract.codes import Codes
from contract.messages import Matter

LARGEST: Final = 4 * 1024 * 1024

MATTER: Final[Codes[Matter]] = Codes(
    "12345 诉求类型", {Matter.COMPLAINT: "投诉", Matter.CONSULTATION: "咨询", Matter.SUGGESTION: "建议"}
)

RECEIVED: Final = "已签收"
WORKING: Final = "办理中"
ANSWERED: Final = "已答复"
CLOSED: Final = "已办结"
RETURNED: Final = "退回"
STATUS_OF: Final = {
    "received": RECEIVED,
    "taken": WORKING,
    "answered": ANSWERED,
    "called_back": ANSWERED,
    "closed": CLOSED,
}
"""Our states of a complaint -> what the hotline calls it."""


class AskPending(msgspec.Struct, frozen=True):
    """At most so many at once."""

    at_most: int = 50


class WorkOrder(msgspec.Struct, frozen=True):
    """One order for us. `matter` is the hotline's own word; `due_at` is ISO 8601 or empty."""

    order_number: str
    matter: str
    at: str
    text: str
    name: str = ""
    contact: str = ""
    item: str = ""
    case_number: str = ""
    due_at: str = ""


class Orders(msgspec.Struct, frozen=True):
    orders: tuple[WorkOrder, ...]


class Status(msgspec.Struct, frozen=True):
    """How an order stands, in the hotline's words; `words` is the answer, or why it goes back."""

    message_id: str
    order_number: str
    status: str
    words: str
    at: str


class PassOn(msgspec.Struct, frozen=True):
    """What a citizen said here that others must answer."""

    message_id: str
    our_number: str
    matter: str
    at: str
    text: str
    name: str
    contact: str
    why: str


class Heard(msgspec.Struct, frozen=True):
    """The hotline has it, under this number of its own."""

    order_number: str
