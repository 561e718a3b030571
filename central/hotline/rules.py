"""What becomes of an order on its way in and out. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from central.hotline import protocol
from contract.messages import Matter

_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(hours=1)
NUMBER_AT_MOST: Final = 50


class Direction(StrEnum):
    """Who handles it."""

    IN = "in"
    OUT = "out"


class Known(msgspec.Struct, frozen=True):
    """An order as the centre knows it; `state` is what the hotline was last told, or told us."""

    order_number: str
    direction: Direction
    matter: str
    complaint_id: str
    hall: str
    state: str
    due_at: str | None
    received_at: datetime
    changed_at: datetime


def matter_of(order: protocol.WorkOrder) -> Matter | None:
    """Our name for its matter; None for a word nobody has agreed on: then it goes back with that reason."""
    try:
        return protocol.MATTER.name_of(order.matter)
    except LookupError:
        return None


def is_sound(order: protocol.WorkOrder) -> bool:
    """Whether it can be handled at all: it has a number, a time and something said, and no zero character."""
    try:
        datetime.fromisoformat(order.at)
    except ValueError:
        return False
    said = msgspec.structs.asdict(order).values()
    return (
        0 < len(order.order_number) <= NUMBER_AT_MOST
        and order.order_number.isprintable()
        and bool(order.text.strip())
        and not any("\x00" in one for one in said)
    )


def next_try(tries: int, now: datetime) -> datetime:
    """When a message nobody took is said again: after half a minute, then twice as long each time, at most an hour."""
    times: int = 2 ** min(tries, 10)
    return now + min(_FIRST_WAIT * times, _LONGEST_WAIT)


def status_id(order_number: str, status: str, said: Iterable[str] = ()) -> str:
    """The id of a message that tells a status: another one where the ids of what was `said` before hold it, as an
    order that was not settled is worked on and answered again.
    """
    first = f"{order_number}:{status}"
    times = sum(one == first or one.startswith(f"{first}:") for one in said)
    return f"{first}:{times + 1}" if times else first


def complaint_id(order_number: str) -> str:
    """The id of its complaint here: the same order is the same complaint."""
    return f"hotline-{order_number}"
