"""Numbers in the database one by one, the turns they had at windows, and the trail of acts."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, func, select, update
from sqlalchemy.exc import IntegrityError

from central.database import add_if_new, read
from central.queue.acts import Did, Refusal
from central.queue.rules import AT_A_WINDOW, Number, Stand
from central.queue.tables import queue_acts, queue_halls, queue_items, queue_lines, queue_numbers, queue_turns

_AT_A_WINDOW = sorted(AT_A_WINDOW)
SCREEN = "screen"
"""The channel every call has."""


class Asked(msgspec.Struct, frozen=True):
    """One request for an act. Sent twice with the same `act_id` it is done once. `window` is an id, empty for none."""

    act_id: str
    window: str
    who: str
    at: datetime
    today: str
    """The date in the hall."""


class Deed(msgspec.Struct, frozen=True):
    """How an act is noted, and what it does to the number's turn at a window."""

    did: Did
    detail: str = ""
    channels: tuple[str, ...] = ()
    opens: bool = False
    ends: bool = False


class Act(msgspec.Struct, frozen=True):
    """A line of the trail. `id` rises."""

    id: int
    act_id: str
    hall: str
    business_date: str
    case_id: str
    number: str
    window_id: str
    who: str
    did: Did
    detail: str
    channels: str
    at: datetime


class Item(msgspec.Struct, frozen=True):
    """One thing a ticket is for."""

    case_id: str
    item: str
    title: str
    added_by: str
    done_by: str
    done_at: datetime | None


def number_of(row: RowMapping | dict[str, Any]) -> Number:
    """A row as a number."""
    plain = dict(row)
    return read(plain | {"window": plain["at_window"], "revived": bool(plain["revived"])}, Number)


def row_of(one: Number) -> dict[str, Any]:
    """A number as its row."""
    row = msgspec.structs.asdict(one)
    return row | {"at_window": row.pop("window"), "stand": one.stand.value, "revived": int(one.revived)}


def find(connection: Connection, case_id: str, *, lock: bool = False) -> Number | None:
    """One number; with `lock` nobody else changes it until the transaction ends."""
    found = select(queue_numbers).where(queue_numbers.c.case_id == case_id)
    row = connection.execute(found.with_for_update() if lock else found).mappings().first()
    return None if row is None else number_of(row)


def before_of(connection: Connection, window: str) -> Number | None:
    """The number that is at a window now."""
    place = (queue_numbers.c.at_window == window) & queue_numbers.c.stand.in_(_AT_A_WINDOW)
    row = connection.execute(select(queue_numbers).where(place)).mappings().first()
    return None if row is None else number_of(row)


def now_at(connection: Connection, asked: Asked) -> tuple[str | None, str | None]:
    """The case of the act this request was before, if it was, and of the number that is at its window now."""
    act = select(queue_acts.c.case_id).where(queue_acts.c.act_id == asked.act_id).scalar_subquery()
    here = (queue_numbers.c.at_window == asked.window) & queue_numbers.c.stand.in_(_AT_A_WINDOW)
    number = select(queue_numbers.c.case_id).where(here).limit(1).scalar_subquery()
    row = connection.execute(select(act, number)).one()
    return row[0], row[1]


def lock_hall(connection: Connection, hall: str) -> None:
    """Whoever chooses among the numbers of a hall does so alone until the transaction ends."""
    one = select(queue_halls).where(queue_halls.c.hall == hall).with_for_update()
    if connection.execute(one).first() is None:
        add_if_new(connection, queue_halls, {"hall": hall})
        connection.execute(one)


def since_green(connection: Connection, hall: str, day: str) -> dict[str, int]:
    """By queue; see `rules.next_of`."""
    place = (queue_lines.c.hall == hall) & (queue_lines.c.business_date == day)
    return {
        row[0]: row[1]
        for row in connection.execute(select(queue_lines.c.queue, queue_lines.c.since_green).where(place))
    }


def keep_since_green(
    connection: Connection, hall: str, day: str, before: dict[str, int], after: dict[str, int]
) -> None:
    """What changed of it. The hall is locked."""
    for queue, since in after.items():
        if queue not in before:
            row = {"hall": hall, "business_date": day, "queue": queue, "since_green": since}
            connection.execute(queue_lines.insert().values(row))
        elif before[queue] != since:
            place = (queue_lines.c.hall == hall) & (queue_lines.c.business_date == day) & (queue_lines.c.queue == queue)
            connection.execute(update(queue_lines).where(place).values(since_green=since))


def change(
    connection: Connection, before: Number, after: Number, at: datetime, turn: Asked | None = None
) -> Refusal | None:
    """Write what became of a number, if it still stands as it did; with `turn` it is at that window from now on.

    The constraints have the last word: where they refuse, nothing is written.
    """
    place = (
        (queue_numbers.c.case_id == before.case_id)
        & (queue_numbers.c.stand == before.stand.value)
        & (queue_numbers.c.at_window == before.window)
    )
    row, old = row_of(after), row_of(before)
    values = {name: value for name, value in row.items() if value != old[name]} | {"changed_at": at}
    try:
        with connection.begin_nested():
            if not connection.execute(update(queue_numbers).where(place).values(values)).rowcount:
                return Refusal.ELSEWHERE
            if turn is not None:
                connection.execute(queue_turns.insert().values(_turn(after, turn)))
    except IntegrityError:
        return Refusal.BUSY
    return None


def _turn(one: Number, asked: Asked) -> dict[str, Any]:
    return {
        "turn_id": asked.act_id,
        "case_id": one.case_id,
        "hall": one.hall,
        "business_date": one.business_date,
        "queue": one.queue,
        "item": one.item,
        "window_id": asked.window,
        "who": asked.who,
        "called_at": asked.at,
        "began_at": asked.at if one.stand is Stand.SERVING else None,
        "outcome": "",
    }


def begin_turn(connection: Connection, case_id: str, at: datetime) -> None:
    """Whoever was called has come."""
    place = (queue_turns.c.case_id == case_id) & queue_turns.c.ended_at.is_(None)
    connection.execute(update(queue_turns).where(place).values(began_at=at))


def end_turn(connection: Connection, case_id: str, outcome: Did, at: datetime) -> None:
    """It is not at the window any more. Whoever is served without a word of having come came when called."""
    place = (queue_turns.c.case_id == case_id) & queue_turns.c.ended_at.is_(None)
    values: dict[str, Any] = {"ended_at": at, "outcome": outcome.value}
    if outcome is Did.FINISHED:
        values["began_at"] = func.coalesce(queue_turns.c.began_at, queue_turns.c.called_at)
    connection.execute(update(queue_turns).where(place).values(values))


def note(connection: Connection, one: Number, asked: Asked, deed: Deed) -> None:
    """Append to the trail."""
    row = {
        "act_id": asked.act_id,
        "hall": one.hall,
        "business_date": one.business_date,
        "case_id": one.case_id,
        "number": one.number,
        "window_id": asked.window,
        "who": asked.who,
        "did": deed.did.value,
        "detail": deed.detail,
        "channels": msgspec.json.encode(deed.channels).decode(),
        "at": asked.at,
    }
    connection.execute(queue_acts.insert().values(row))


def done(connection: Connection, act_id: str) -> Act | None:
    """The act of this request, if it was done before."""
    row = connection.execute(select(queue_acts).where(queue_acts.c.act_id == act_id)).mappings().first()
    return None if row is None else read(row, Act)


def items_of(connection: Connection, case_ids: list[str]) -> dict[str, list[Item]]:
    """What these tickets are for, its own item first."""
    found = select(queue_items).where(queue_items.c.case_id.in_(case_ids))
    items: dict[str, list[Item]] = {case_id: [] for case_id in case_ids}
    for row in connection.execute(found.order_by(queue_items.c.added_at, queue_items.c.item)).mappings():
        items[row["case_id"]].append(read(row, Item))
    return items


def add_item(connection: Connection, case_id: str, item: str, title: str, who: str, at: datetime) -> bool:
    """One more thing on a ticket. False where it is on it."""
    row = {"case_id": case_id, "item": item, "title": title, "added_by": who, "added_at": at, "done_by": ""}
    return add_if_new(connection, queue_items, row)


def item_done(connection: Connection, case_id: str, item: str, who: str, at: datetime) -> bool:
    """One thing of a ticket is dealt with. False where it was before, or is not on it."""
    place = (queue_items.c.case_id == case_id) & (queue_items.c.item == item) & queue_items.c.done_at.is_(None)
    return bool(connection.execute(update(queue_items).where(place).values(done_by=who, done_at=at)).rowcount)
