"""Applies what a hall did with its numbers: each act once, its number as the hall had it. The hall decides, not we."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, update
from sqlalchemy.exc import IntegrityError

from central.bulk import keep_many
from central.database import Moment, add_if_new
from central.queue.tables import queue_acts, queue_items, queue_numbers, queue_turns, queue_windows
from contract.hall_queue import QueueAct, Row


def apply(connection: Connection, hall: str, body: bytes) -> str:
    """One act of a hall; said again, it changes nothing. Returns why it cannot be, in one sentence, or nothing."""
    try:
        said = msgspec.json.decode(body, type=QueueAct)
        act = _of(queue_acts, said.act, without=("id",))
    except (ValueError, KeyError) as error:
        return f"it cannot be read: {error}"
    if act["hall"] != hall or any(row and row.get("hall") != hall for row in (said.number, *said.windows, *said.turns)):
        return "it is of another hall than the node that sent it"
    if not add_if_new(connection, queue_acts, act):
        return ""
    for row in said.windows:
        keep_many(connection, queue_windows, [_of(queue_windows, row)], ("window_id",))
    for row in said.items:
        keep_many(connection, queue_items, [_of(queue_items, row)], ("case_id", "item"))
    try:
        # The number may be at a window whose last number this centre has not heard to have left: that is said next.
        with connection.begin_nested():
            if said.turns:
                open_last = sorted(
                    (_of(queue_turns, row) for row in said.turns), key=lambda row: row["ended_at"] is None
                )
                for turn in open_last:
                    keep_many(connection, queue_turns, [turn], ("turn_id",))
            if said.number is not None:
                keep_many(connection, queue_numbers, [_of(queue_numbers, said.number)], ("case_id",))
    except IntegrityError:
        pass
    return ""


def changed(connection: Connection, case_ids: list[str], now: datetime) -> None:
    """Pages look again at these."""
    place = queue_numbers.c.case_id.in_(case_ids)
    connection.execute(update(queue_numbers).where(place, queue_numbers.c.changed_at < now).values(changed_at=now))


def _of(table: Table, row: Row | Mapping[str, Any], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The columns this centre has. Raises KeyError or ValueError."""
    found: dict[str, Any] = {}
    for column in table.columns:
        if column.name not in without:
            value = row[column.name]
            is_moment = isinstance(column.type, Moment) and bool(value)
            found[column.name] = datetime.fromisoformat(str(value)) if is_moment else value
    return found
