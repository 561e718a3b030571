"""What is done in a hall and belongs to no terminal: the streams in which it goes up, in order and once."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from central.database import Transaction
from central.upward import store
from central.upward.queue import store as queue
from contract.hall_queue import STREAM as QUEUE

COLLECTED_AT_ONCE: Final = 200


class Stream(NamedTuple):
    """`fresh` gives up to so many acts that are not among `upward_acts`: what each is called, and its bytes."""

    name: str
    fresh: Callable[[Transaction, int], list[tuple[str, bytes]]]


STREAMS: Final = (Stream(QUEUE, queue.fresh),)


def collect(connection: Transaction, now: datetime) -> int:
    """Give what is new its place and its bytes, which it keeps; how many."""
    return sum(
        store.add_acts(connection, stream.name, stream.fresh(connection, COLLECTED_AT_ONCE), now) for stream in STREAMS
    )
