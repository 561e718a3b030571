"""What a hall says of its queue: an act with a number, and how the number stood when it was written down. Pure.

Rows are those of the queue's tables, column by column, so that a column more is no other protocol; times are ISO 8601
in UTC. Names of citizens are not among them.
"""

import msgspec

STREAM = "queue"
Row = dict[str, str | int | None]


class QueueAct(msgspec.Struct, frozen=True):
    """`act` is appended at the centre under its `act_id`; the others replace what the centre had of them."""

    act: Row
    number: Row | None = None
    turns: tuple[Row, ...] = ()
    items: tuple[Row, ...] = ()
    windows: tuple[Row, ...] = ()
