"""Planned service times, and the numbers given today, in the database."""

from collections import defaultdict
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, select

from central.cases.tables import cases
from central.database import add_if_new, read
from central.waits.rules import Plan
from central.waits.tables import queue_plans
from contract.catalogue import ItemKind


def plans(connection: Connection) -> dict[tuple[str, str], Plan]:
    """What is planned, by hall and queue."""
    found = (read(row, Plan) for row in connection.execute(select(queue_plans)).mappings())
    return {(plan.hall, plan.queue): plan for plan in found}


def plan(connection: Connection, made: Plan) -> None:
    """Keep a plan in place of the one before."""
    row = msgspec.structs.asdict(made)
    if not add_if_new(connection, queue_plans, row):
        same = (queue_plans.c.hall == made.hall) & (queue_plans.c.queue == made.queue)
        connection.execute(queue_plans.update().where(same).values(**row))


def given(
    connection: Connection, day: date, *, hall: str | None = None, queue: str = ""
) -> dict[tuple[str, str], list[datetime]]:
    """When the numbers of a day were taken, by hall and queue; of one hall and queue where they are named."""
    found = select(cases.c.hall, cases.c.queue, cases.c.filed_at).where(
        cases.c.business_date == day.isoformat(), cases.c.item_kind == ItemKind.NUMBER.value
    )
    if hall is not None:
        found = found.where(cases.c.hall == hall, cases.c.queue == queue)
    times: defaultdict[tuple[str, str], list[datetime]] = defaultdict(list)
    for of_hall, of_queue, at in connection.execute(found):
        times[of_hall, of_queue].append(datetime.fromisoformat(at))
    return dict(times)
