"""Counts of a day from what was done, never typed in."""

from collections import Counter
from datetime import date, datetime, time, timedelta, tzinfo

import msgspec
from sqlalchemy import Connection, func, select

from central.cases.tables import cases
from central.progress.rules import ENDS
from central.progress.tables import case_steps
from central.queue.rules import Stand
from central.queue.tables import queue_numbers
from contract.catalogue import ItemKind

ITEMS_SHOWN = 10


class Counted(msgspec.Struct, frozen=True):
    """One item of a day."""

    title: str
    count: int


class Day(msgspec.Struct, frozen=True):
    """`finished` cases were decided today, `served` numbers came to their end at a window, `taken` is every number."""

    finished: int
    served: int
    taken: int
    items: tuple[Counted, ...]


def of_day(connection: Connection, hall: str, day: date, zone: tzinfo) -> Day:
    """A case counts on the day of its first end, a number on its own; each once."""
    begins = datetime.combine(day, time(), zone)
    first = (
        select(case_steps.c.case_id, func.min(case_steps.c.at).label("at"))
        .where(case_steps.c.step.in_([did.value for did in ENDS]))
        .group_by(case_steps.c.case_id)
        .subquery()
    )
    ended = (
        select(cases.c.item_title, func.count())
        .join(first, first.c.case_id == cases.c.case_id)
        .where(first.c.at >= begins, first.c.at < begins + timedelta(days=1))
        .group_by(cases.c.item_title)
    )
    here = (queue_numbers.c.business_date == day.isoformat()) & (cases.c.item_kind == ItemKind.NUMBER.value)
    joined = select(cases.c.item_title, queue_numbers.c.stand, func.count()).join(
        queue_numbers, queue_numbers.c.case_id == cases.c.case_id
    )
    lined = joined.where(here).group_by(cases.c.item_title, queue_numbers.c.stand)
    if hall:
        ended, lined = ended.where(cases.c.hall == hall), lined.where(queue_numbers.c.hall == hall)
    found: Counter[str] = Counter()
    finished = served = taken = 0
    for title, count in connection.execute(ended):
        found[title] += count
        finished += count
    for title, stand, count in connection.execute(lined):
        taken += count
        if stand == Stand.DONE.value:
            found[title] += count
            served += count
    most = tuple(Counted(title, count) for title, count in found.most_common(ITEMS_SHOWN))
    return Day(finished, served, taken, most)
