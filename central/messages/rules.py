"""What a message is, when it is tried again, and when it is over. Pure: times come in."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from central.messages.protocol import Receipt, Told

CONTEXT: Final = b"suiban message 1"
"""What a sealed telephone number is bound to."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
_DOUBLINGS: Final = 6
HEARD_WITHIN: Final = timedelta(hours=72)
"""No operator confirms a text later: whether it arrived is not known then."""
VALUE_AT_MOST: Final = 60


class Purpose(StrEnum):
    """Why somebody is written to: one message for each purpose and thing."""

    NUMBER_SOON = "number_soon"
    NUMBER_CALLED = "number_called"
    BOOKED = "booked"
    ANSWERED = "answered"
    TOLERANCE = "tolerance"
    PAGING = "paging"


class State(StrEnum):
    """Where a message stands; the last four are ends."""

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    LAPSED = "lapsed"
    """Worthless before it could be sent, and so never sent."""
    UNCONFIRMED = "unconfirmed"
    """The gateway took it and never said more."""


ENDS: Final = frozenset({State.DELIVERED, State.FAILED, State.LAPSED, State.UNCONFIRMED})


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message without its telephone number, which stays sealed and is wiped at the end."""

    message_id: str
    purpose: Purpose
    about_id: str
    template: str
    filled: str
    """JSON of what fills the template: a number, a window, a time, never a name."""
    state: State
    tries: int
    trouble: str
    """Key of the words for why it has not gone, or the operator's code of why it failed."""
    reference: str
    made_at: datetime
    until: datetime | None
    next_try: datetime
    sent_at: datetime | None
    done_at: datetime | None


def message_id(purpose: Purpose, about_id: str) -> str:
    """The same purpose and thing are the same message, here and at the gateway."""
    return hashlib.sha256(f"{purpose.value}\0{about_id}".encode()).hexdigest()[:32]


def text_of(template: str, values: Mapping[str, str]) -> str:
    """The words; a value is cut, so that none makes three texts of one. Raises KeyError for one that is missing."""
    return template.format_map({name: value[:VALUE_AT_MOST] for name, value in values.items()})


def wait(tries: int) -> timedelta:
    """Until it is tried, or asked about, again."""
    return min(_FIRST_WAIT * (1 << min(tries, _DOUBLINGS)), _LONGEST_WAIT)


def is_over(message: Message, now: datetime) -> State | None:
    """The end a message has come to by time alone."""
    if message.state is State.WAITING and message.until is not None and now >= message.until and not message.tries:
        return State.LAPSED
    if message.state is State.WAITING and message.until is not None and now >= message.until:
        return State.UNCONFIRMED  # a try that nobody answered may have been heard
    if message.state is State.SENT and message.sent_at is not None and now - message.sent_at > HEARD_WITHIN:
        return State.UNCONFIRMED
    return None


def after(told: Told) -> State:
    """Where it stands after what the gateway said."""
    match told.receipt:
        case Receipt.DELIVERED:
            return State.DELIVERED
        case Receipt.FAILED:
            return State.FAILED
        case Receipt.ACCEPTED:
            return State.SENT
        case Receipt.UNKNOWN:
            return State.WAITING
