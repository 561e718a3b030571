"""Applies what a hall did with its numbers: each act once, its number as the hall had it. The hall decides, not we."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from central.bulk import keep_many
from central.database import Moment, add_if_new, is_away
from central.queue.acts import Did
from central.queue.tables import queue_acts, queue_items, queue_numbers, queue_turns, queue_windows
from contract.hall_queue import QueueAct, Row


def apply(connection: Connection, hall: str, body: bytes) -> str:
    """One act of a hall; said again, it changes nothing. Returns why it cannot be, in one sentence, or nothing.

    What the database will not have is this act's trouble alone: its followers are not held up by it.
    """
    try:
        with connection.begin_nested():
            return _apply(connection, hall, body)
    except (SQLAlchemyError, ArithmeticError) as error:
        if is_away(error):
            raise
        return f"the database does not take it: {type(error).__name__}"


def _apply(connection: Connection, hall: str, body: bytes) -> str:
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
        _make_room(connection, hall, row, act["at"])
        keep_many(connection, queue_windows, [_of(queue_windows, row)], ("window_id",))
    for row in said.items:
        keep_many(connection, queue_items, [_of(queue_items, row)], ("case_id", "item"))
    try:
        # The number may be at a window whose last number this centre has not heard to have left: that is said next.
        with connection.begin_nested():
            if said.turns:
                _end_others(connection, act, [str(row["turn_id"]) for row in said.turns])
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


def _make_room(connection: Connection, hall: str, row: Row, at: datetime) -> None:
    """What was written over a window of the hall before is written over this one now: the other one has ended."""
    if row.get("ended_at") is None:
        place = (queue_windows.c.hall == hall) & (queue_windows.c.code == row["code"])
        place &= (queue_windows.c.window_id != row["window_id"]) & queue_windows.c.ended_at.is_(None)
        connection.execute(update(queue_windows).where(place).values(ended_at=at))


def _end_others(connection: Connection, act: Mapping[str, Any], turns: list[str]) -> None:
    """A hall that was set back does not know every turn it told of: one it does not name is not open any more."""
    place = (queue_turns.c.case_id == act["case_id"]) & queue_turns.c.ended_at.is_(None)
    place &= queue_turns.c.turn_id.not_in(turns)
    connection.execute(update(queue_turns).where(place).values(ended_at=act["at"], outcome=Did.CLOSED.value))


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
