"""What others ask of the queue: who waits, what was called, how one number stands, how a day went; and what a citizen
or the guide does with a number. What windows do is in `calling.store`.

Kept stable for the calling screen, the hall node and the console: `waiting`, `calls`, `stand_of`, `revive`, `day`.
"""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, case, func, select

from central.cases.tables import cases
from central.database import read
from central.queue import acts, rules
from central.queue.acts import Did, Refusal
from central.queue.rows import store as rows
from central.queue.rows.store import Act, Asked, Deed, number_of
from central.queue.rules import Number, Stand
from central.queue.tables import queue_acts, queue_numbers, queue_sign_log, queue_windows

CALLS_AT_MOST = 100
_CALLS = (Did.CALLED.value, Did.RECALLED.value)


class Call(msgspec.Struct, frozen=True):
    """A number called to a window. `id` rises: a screen shows every one it has not shown, in order, however quickly
    they came. `act_id` names the call for whoever notes that it was delivered.
    """

    id: int
    act_id: str
    case_id: str
    number: str
    again: bool
    window_id: str
    window: str
    """What is written over it."""
    place: str
    zone: str
    queue: str
    item_title: str
    masked_name: str
    at: datetime


class Standing(msgspec.Struct, frozen=True):
    """How a number stands. `ahead` counts those of its queue who are older and wait, where it waits itself."""

    number: Number
    ahead: int
    window: str
    """What is written over the window it is at or kept for."""
    may_revive: bool


class Line(msgspec.Struct, frozen=True):
    """A number of a day with what staff see of it."""

    number: Number
    case_number: str
    item_title: str
    masked_name: str


def waiting(connection: Connection, hall: str, today: str) -> dict[str, list[Number]]:
    """Those who wait in a hall, by queue, the oldest first: exactly those some window may call."""
    place = (queue_numbers.c.hall == hall) & (queue_numbers.c.business_date == today)
    found = select(queue_numbers).where(place, queue_numbers.c.stand == Stand.WAITING.value)
    return rules.by_queue(number_of(row) for row in connection.execute(found).mappings())


def calls(connection: Connection, hall: str, since: int, today: str, at_most: int = CALLS_AT_MOST) -> list[Call]:
    """The calls of a day after the one with the id `since`, the oldest first; the latest `at_most` of them."""
    found = (
        select(
            queue_acts,
            queue_numbers.c.queue,
            cases.c.item_title,
            cases.c.masked_name,
            queue_windows.c.code,
            queue_windows.c.place,
            queue_windows.c.zone,
        )
        .join(queue_numbers, queue_numbers.c.case_id == queue_acts.c.case_id)
        .join(cases, cases.c.case_id == queue_acts.c.case_id)
        .join(queue_windows, queue_windows.c.window_id == queue_acts.c.window_id)
        .where(queue_acts.c.hall == hall, queue_acts.c.business_date == today, queue_acts.c.id > since)
        .where(queue_acts.c.did.in_(_CALLS))
        .order_by(queue_acts.c.id.desc())
        .limit(at_most)
    )
    listed = [
        read(dict(row) | {"again": row["did"] == Did.RECALLED.value, "window": row["code"]}, Call)
        for row in connection.execute(found).mappings()
    ]
    return listed[::-1]


def last_call(connection: Connection, hall: str, today: str) -> int:
    """The id of the newest call of a day; 0 where there was none."""
    here = (queue_acts.c.hall == hall) & (queue_acts.c.business_date == today) & queue_acts.c.did.in_(_CALLS)
    newest: int = connection.execute(select(func.coalesce(func.max(queue_acts.c.id), 0)).where(here)).scalar_one()
    return newest


def stand_of(connection: Connection, case_id: str, now: datetime) -> Standing | None:
    """How the number of a case stands; None for a case without one."""
    one = rows.find(connection, case_id)
    if one is None:
        return None
    ahead = 0
    if one.stand is Stand.WAITING:
        ahead = rules.ahead_of(waiting(connection, one.hall, one.business_date).get(one.queue, []), one)
    code = select(queue_windows.c.code).where(queue_windows.c.window_id == (one.window or one.wanted_window))
    window = connection.execute(code).scalar_one_or_none() or ""
    return Standing(one, ahead, window, isinstance(acts.revive(one, now), Number))


def revive(connection: Connection, case_id: str, asked: Asked) -> Number | Refusal:
    """A passed number comes back: once, in time, behind the next three. `asked.who` is the terminal or the guide."""
    return _by_citizen(connection, case_id, asked, Did.REVIVED)


def cancel(connection: Connection, case_id: str, asked: Asked) -> Number | Refusal:
    """Its citizen does not want it any more."""
    return _by_citizen(connection, case_id, asked, Did.CANCELLED)


def _by_citizen(connection: Connection, case_id: str, asked: Asked, did: Did) -> Number | Refusal:
    one = rows.find(connection, case_id, lock=True)
    if one is None:
        return Refusal.UNKNOWN
    if rows.done(connection, asked.act_id) is not None:
        return one
    if one.business_date != asked.today:
        return Refusal.OVER
    after = acts.revive(one, asked.at) if did is Did.REVIVED else acts.cancel(one, asked.at)
    if isinstance(after, Refusal):
        return after
    refused = rows.change(connection, one, after, asked.at)
    if refused is not None:
        return refused
    rows.note(connection, one, asked, Deed(did))
    return after


def day(connection: Connection, hall: str, date: str) -> list[Line]:
    """Every number of a day in the order it was taken."""
    found = (
        select(queue_numbers, cases.c.case_number, cases.c.item_title, cases.c.masked_name)
        .join(cases, cases.c.case_id == queue_numbers.c.case_id)
        .where(queue_numbers.c.hall == hall, queue_numbers.c.business_date == date)
        .order_by(queue_numbers.c.taken_at, queue_numbers.c.series, queue_numbers.c.count)
    )
    return [
        Line(number_of(row), row["case_number"], row["item_title"], row["masked_name"])
        for row in connection.execute(found).mappings()
    ]


class Waits(msgspec.Struct, frozen=True):
    """One queue of a hall: how many wait, since when the oldest does, how many of them by the green channel."""

    count: int
    oldest: datetime
    green: int


def waits(connection: Connection, hall: str, today: str) -> dict[str, Waits]:
    """The queues of a hall in which anybody waits."""
    table = queue_numbers.c
    place = (table.hall == hall) & (table.business_date == today) & (table.stand == Stand.WAITING.value)
    green = func.sum(case((table.green != "", 1), else_=0))
    found = select(table.queue, func.count(), func.min(table.taken_at), green).where(place).group_by(table.queue)
    return {row[0]: Waits(row[1], row[2], row[3]) for row in connection.execute(found)}


def standing_so(connection: Connection, hall: str, today: str, stand: Stand, at_most: int) -> list[Number]:
    """The numbers of a day that stand so, the latest to come to it last."""
    table = queue_numbers.c
    place = (table.hall == hall) & (table.business_date == today) & (table.stand == stand.value)
    found = select(queue_numbers).where(place).order_by(table.changed_at.desc()).limit(at_most)
    return [number_of(row) for row in connection.execute(found).mappings()][::-1]


def counts(connection: Connection, hall: str, date: str) -> dict[str, int]:
    """How many numbers of a day stand how."""
    table = queue_numbers.c
    found = select(table.stand, func.count()).where(table.hall == hall, table.business_date == date)
    return {row[0]: row[1] for row in connection.execute(found.group_by(table.stand))}


def listed(connection: Connection, hall: str, date: str, stand: str, number: str, at_most: int) -> list[Line]:
    """Numbers of a day, the last one taken first; only those that stand so, or begin so, where that is asked."""
    table = queue_numbers.c
    place = (table.hall == hall) & (table.business_date == date)
    if stand:
        place &= table.stand == stand
    if number:
        place &= table.number.startswith(number, autoescape=True)
    found = select(table.case_id).where(place).order_by(table.taken_at.desc(), table.series, table.count.desc())
    ids = list(connection.execute(found.limit(at_most)).scalars())
    lines = lines_of(connection, ids)
    return [lines[one] for one in ids if one in lines]


def lines_of(connection: Connection, case_ids: Collection[str]) -> dict[str, Line]:
    """These numbers with what staff see of them."""
    found = select(queue_numbers, cases.c.case_number, cases.c.item_title, cases.c.masked_name)
    joined = found.join(cases, cases.c.case_id == queue_numbers.c.case_id).where(queue_numbers.c.case_id.in_(case_ids))
    return {
        row["case_id"]: Line(number_of(row), row["case_number"], row["item_title"], row["masked_name"])
        for row in connection.execute(joined).mappings()
    }


def called(connection: Connection, hall: str, today: str, number: str) -> str | None:
    """The case of a number as it is spoken, today in this hall; the newest where two terminals said the same."""
    place = (queue_numbers.c.hall == hall) & (queue_numbers.c.business_date == today)
    found = select(queue_numbers.c.case_id).where(place, queue_numbers.c.number == number)
    return connection.execute(found.order_by(queue_numbers.c.taken_at.desc()).limit(1)).scalar_one_or_none()


def trail(connection: Connection, case_id: str) -> list[Act]:
    """What was done with a number, the first act first."""
    found = select(queue_acts).where(queue_acts.c.case_id == case_id).order_by(queue_acts.c.id)
    return [read(row, Act) for row in connection.execute(found).mappings()]


def halls(connection: Connection, today: str) -> list[str]:
    """Those with windows, or with numbers today."""
    with_numbers = select(queue_numbers.c.hall).where(queue_numbers.c.business_date == today)
    with_windows = select(queue_windows.c.hall).where(queue_windows.c.ended_at.is_(None))
    return sorted(set(connection.execute(with_numbers.union(with_windows)).scalars()))


def last_change(connection: Connection) -> tuple[datetime | None, int, datetime | None]:
    """What changes when anything of a queue does: the newest entry, act and sign."""
    newest = connection.execute(select(func.max(queue_numbers.c.changed_at))).scalar_one()
    last_act = connection.execute(select(func.coalesce(func.max(queue_acts.c.id), 0))).scalar_one()
    return newest, last_act, connection.execute(select(func.max(queue_sign_log.c.at))).scalar_one()
