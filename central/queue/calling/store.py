"""What a window does with numbers. Each act is one transaction; one that is asked for twice with the same id is done
once; one that cannot be is a `Refusal` and changes nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from central.queue import acts, rules
from central.queue.acts import Did, Refusal
from central.queue.posts import OFF, ON
from central.queue.rows import store as rows
from central.queue.rows.store import SCREEN, Asked, Deed, number_of
from central.queue.rules import Number, Stand
from central.queue.tables import queue_numbers
from central.queue.windows import store as windows
from central.relays import store as relays


def pool(connection: Connection, window_id: str, hall: str, today: str) -> list[Number]:
    """Everybody this window may call now, the oldest first."""
    return _numbers(connection, select(queue_numbers).where(_callable(window_id, hall, today)))


def heads(connection: Connection, window_id: str, hall: str, today: str, depth: int = 1) -> list[Number]:
    """Those of its pool that alone can be among the next `depth` (`rules.heads`): few rows however many wait."""
    table = queue_numbers.c
    of = (table.queue, table.item, table.wanted_window, table.green != "", table.behind > 0)
    oldest = (table.taken_at, table.series, table.count, table.case_id)
    first = func.row_number().over(partition_by=of, order_by=oldest).label("place")
    ranked = select(queue_numbers, first).where(_callable(window_id, hall, today)).subquery()
    few = (ranked.c.place <= depth) | (ranked.c.behind > 0) | ranked.c.booked_for.is_not(None)
    return _numbers(connection, select(ranked).where(few))


def counts(connection: Connection, window_id: str, hall: str, today: str) -> dict[str, int]:
    """How many of each queue this window may call."""
    found = select(queue_numbers.c.queue, func.count()).where(_callable(window_id, hall, today))
    return {row[0]: row[1] for row in connection.execute(found.group_by(queue_numbers.c.queue))}


class Lined(msgspec.Struct, frozen=True):
    """Those who wait in one queue of a hall: since when the oldest does, how many by the green channel, and how many
    of them one window may call.
    """

    count: int
    oldest: datetime
    green: int
    mine: int


def lined(connection: Connection, window_id: str, hall: str, today: str) -> dict[str, Lined]:
    """Every queue of a hall in which anybody waits, as a window sees it."""
    table = queue_numbers.c
    place = (table.hall == hall) & (table.business_date == today) & (table.stand == Stand.WAITING.value)
    green = func.sum(case((table.green != "", 1), else_=0))
    mine = func.sum(case((_served_by(window_id), 1), else_=0))
    found = select(table.queue, func.count(), func.min(table.taken_at), green, mine).where(place)
    return {row[0]: Lined(*row[1:]) for row in connection.execute(found.group_by(table.queue))}


def _callable(window_id: str, hall: str, today: str) -> ColumnElement[bool]:
    """What `rules.callable_at` says, in the database."""
    table = queue_numbers.c
    here = (table.hall == hall) & (table.business_date == today) & (table.stand == Stand.WAITING.value)
    return here & _served_by(window_id)


def _served_by(window_id: str) -> ColumnElement[bool]:
    table = queue_numbers.c
    skills = windows.skills_now(window_id)
    mine = (table.wanted_window == "") & (table.queue.in_(skills) | table.item.in_(skills))
    return (table.wanted_window == window_id) | mine


def _numbers(connection: Connection, found: Select[Any]) -> list[Number]:
    return sorted((number_of(row) for row in connection.execute(found).mappings()), key=rules.age)


def call_next(connection: Connection, asked: Asked) -> Number | Refusal:
    """The next number to this window. Who is next is decided alone in its hall; a window that has one calls none."""
    seat = windows.seat(connection, asked.window)
    if seat is None:
        return Refusal.NO_WINDOW
    if relays.has_its_own(connection, seat.hall):
        return Refusal.AT_HALL
    rows.lock_hall(connection, seat.hall)
    act, busy = rows.now_at(connection, asked)
    if act:
        return rows.find(connection, act) or Refusal.UNKNOWN
    if seat.who != asked.who or seat.state != ON:
        return Refusal.CLOSED
    if busy:
        return Refusal.BUSY
    candidates = heads(connection, asked.window, seat.hall, asked.today)
    since = rows.since_green(connection, seat.hall, asked.today) if candidates else {}
    chosen = rules.next_of(candidates, since, asked.at)
    if chosen is None:
        return Refusal.NOBODY
    one = chosen.number
    after = acts.call(one, asked.window, asked.at)
    if isinstance(after, Refusal):
        return after
    refused = rows.change(connection, one, after, asked.at, turn=asked)
    if refused is not None:
        return refused
    rows.keep_since_green(connection, seat.hall, asked.today, since, chosen.since_green)
    _count(connection, chosen.passed, queue_numbers.c.overtaken, 1)
    _count(connection, chosen.nearer, queue_numbers.c.behind, -1)
    rows.note(connection, one, asked, Deed(Did.CALLED, chosen.kind.value, (SCREEN,)))
    return after


def _count(connection: Connection, case_ids: tuple[str, ...], column: Any, by: int) -> None:  # noqa: ANN401 - a column
    if case_ids:
        place = queue_numbers.c.case_id.in_(case_ids)
        connection.execute(queue_numbers.update().where(place).values({column.name: column + by}))


def recall(connection: Connection, case_id: str, asked: Asked) -> Number | Refusal:
    """Once more to this window."""

    def again(one: Number) -> Number | Refusal:
        return Refusal.NOT_HERE if one.stand is Stand.WAITING else acts.call(one, asked.window, asked.at)

    return _do(connection, case_id, asked, again, Deed(Did.RECALLED, channels=(SCREEN,)))


def came(connection: Connection, case_id: str, asked: Asked) -> Number | Refusal:
    """Whoever was called is here."""

    def serve(one: Number) -> Number | Refusal:
        return Refusal.NOT_HERE if one.stand is Stand.PARKED else acts.serve(one, asked.window, asked.at)

    done = _do(connection, case_id, asked, serve, Deed(Did.CAME))
    if isinstance(done, Number):
        rows.begin_turn(connection, case_id, asked.at)
    return done


def resume(connection: Connection, case_id: str, asked: Asked) -> Number | Refusal:
    """A parked number goes on here; also one parked at a window where nobody is on duty any more."""
    if not _on_duty(connection, asked):
        return Refusal.CLOSED

    def serve(one: Number) -> Number | Refusal:
        if one.stand is not Stand.PARKED:
            return acts.why_not(one, asked.window)
        away = one.window != asked.window and windows.signs(connection, [one.window]).get(one.window)
        if away and away.state == ON:
            return Refusal.ELSEWHERE
        here = acts.serve(one, one.window, asked.at)
        return here if isinstance(here, Refusal) else rules.at_window(here, asked.window)

    return _do(connection, case_id, asked, serve, Deed(Did.RESUMED, opens=True))


def pass_over(connection: Connection, case_id: str, asked: Asked) -> Number | Refusal:
    """Nobody came."""

    def gone(one: Number) -> Number | Refusal:
        return acts.pass_over(one, asked.window, asked.at)

    return _do(connection, case_id, asked, gone, Deed(Did.PASSED, ends=True))


def park(connection: Connection, case_id: str, asked: Asked) -> Number | Refusal:
    """It stays with this window, which may call others."""
    return _do(connection, case_id, asked, lambda one: acts.park(one, asked.window), Deed(Did.PARKED, ends=True))


def transfer(connection: Connection, case_id: str, asked: Asked, queue: str, to: str) -> Number | Refusal:
    """To another queue, or with `to` to one window of the hall that is open now."""
    if to:
        wanted = windows.find(connection, to)
        open_now = windows.signs(connection, [to]).get(to)
        if wanted is None or open_now is None or open_now.state == OFF:
            return Refusal.NO_WINDOW

    def move(one: Number) -> Number | Refusal:
        if to and wanted is not None and wanted.hall != one.hall:
            return Refusal.NO_WINDOW
        return acts.transfer(one, asked.window, queue or one.queue, to)

    return _do(connection, case_id, asked, move, Deed(Did.TRANSFERRED, to or queue, ends=True))


def add(connection: Connection, case_id: str, asked: Asked, item: str, title: str) -> Number | Refusal:
    """One more thing on the ticket (加办): it is not closed until that is done too."""

    def more(one: Number) -> Number | Refusal:
        here = one.window == asked.window and one.stand in {Stand.SERVING, Stand.CALLED}
        if not here:
            return Refusal.NOT_HERE
        return one if rows.add_item(connection, case_id, item, title, asked.who, asked.at) else Refusal.TAKEN

    return _do(connection, case_id, asked, more, Deed(Did.ADDED, item))


def item_done(connection: Connection, case_id: str, asked: Asked, item: str) -> Number | Refusal:
    """One thing of the ticket is dealt with."""

    def dealt(one: Number) -> Number | Refusal:
        if one.window != asked.window:
            return Refusal.NOT_HERE
        return one if rows.item_done(connection, case_id, item, asked.who, asked.at) else Refusal.TAKEN

    return _do(connection, case_id, asked, dealt, Deed(Did.ITEM_DONE, item))


def finish(connection: Connection, case_id: str, asked: Asked) -> Number | Refusal:
    """Served to the end. A ticket for several things is not finished while one is open (一件事); the only one is done
    with it.
    """

    def end(one: Number) -> Number | Refusal:
        items = rows.items_of(connection, [case_id])[case_id]
        open_ = [item for item in items if item.done_at is None]
        after = acts.finish(one, asked.window, asked.at, len(open_) if len(items) > 1 else 0)
        if isinstance(after, Number) and open_:
            rows.item_done(connection, case_id, open_[0].item, asked.who, asked.at)
        return after

    return _do(connection, case_id, asked, end, Deed(Did.FINISHED, ends=True))


def _do(
    connection: Connection, case_id: str, asked: Asked, step: Callable[[Number], Number | Refusal], deed: Deed
) -> Number | Refusal:
    one = rows.find(connection, case_id, lock=True)
    if one is None:
        return Refusal.UNKNOWN
    if relays.has_its_own(connection, one.hall):
        return Refusal.AT_HALL
    before = _again(connection, asked)
    if before is not None:
        return before
    after = step(one)
    if isinstance(after, Refusal):
        return after
    if after != one:
        refused = rows.change(connection, one, after, asked.at, turn=asked if deed.opens else None)
        if refused is not None:
            return refused
    if deed.ends:
        rows.end_turn(connection, case_id, deed.did, asked.at)
    rows.note(connection, one, asked, deed)
    return after


def _again(connection: Connection, asked: Asked) -> Number | None:
    """What this request did before: the number as it stands now."""
    act = rows.done(connection, asked.act_id)
    return None if act is None else rows.find(connection, act.case_id)


def _on_duty(connection: Connection, asked: Asked) -> bool:
    sign = windows.signs(connection, [asked.window]).get(asked.window)
    return sign is not None and sign.state == ON and sign.who == asked.who
