"""Digests in the database, and the facts they are made of."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from central.bulk import among
from central.cases.tables import cases, difficulties, tickets
from central.database import add_if_new
from central.digests.rules import Digest
from central.digests.tables import digests
from central.waits.tables import queue_plans


def keep(connection: Connection, digest: Digest, now: datetime) -> bool:
    """Keep one for its day, once."""
    row = {"day": digest.day, "made_at": now, "body": msgspec.json.encode(digest)}
    return add_if_new(connection, digests, row)


def find(connection: Connection, day: str) -> Digest | None:
    """The one of a day."""
    body = connection.execute(select(digests.c.body).where(digests.c.day == day)).scalar_one_or_none()
    return None if body is None else msgspec.json.decode(body, type=Digest)


def days(connection: Connection) -> list[str]:
    """The days there is one of, the newest first."""
    return list(connection.execute(select(digests.c.day).order_by(digests.c.day.desc()).limit(60)).scalars())


def came(
    connection: Connection, terminals: Collection[str], begin: datetime, end: datetime
) -> dict[str, list[datetime]]:
    """Terminal -> when its cases arrived between two moments."""
    found = select(cases.c.terminal, cases.c.received_at).where(
        cases.c.received_at >= begin, cases.c.received_at < end, among(connection, cases.c.terminal, set(terminals))
    )
    listed: dict[str, list[datetime]] = {}
    for terminal, at in connection.execute(found):
        listed.setdefault(terminal, []).append(at)
    return listed


def hurt(connection: Connection, begin: datetime, end: datetime) -> dict[str, int]:
    """Terminal -> how many citizens reported that it does not work, or have a number that may not be on paper."""
    found: dict[str, int] = {}
    for table, more in ((difficulties, ()), (tickets, (tickets.c.outcome != "printed",))):
        counted = select(table.c.terminal, func.count()).where(
            table.c.received_at >= begin, table.c.received_at < end, *more
        )
        for terminal, number in connection.execute(counted.group_by(table.c.terminal)):
            found[terminal] = found.get(terminal, 0) + number
    return found


def numbers(connection: Connection, begin: datetime, end: datetime) -> int:
    """How many numbers and filings came between two moments."""
    counted = select(func.count()).select_from(cases)
    return connection.execute(counted.where(cases.c.received_at >= begin, cases.c.received_at < end)).scalar_one()


def arrivals(connection: Connection, on: Collection[str]) -> dict[tuple[str, str], list[datetime]]:
    """Hall and queue -> when numbers of these business dates arrived."""
    found = select(cases.c.hall, cases.c.queue, cases.c.received_at).where(
        cases.c.business_date.in_(list(on)), cases.c.hall != "", cases.c.queue != ""
    )
    listed: dict[tuple[str, str], list[datetime]] = {}
    for hall, queue, at in connection.execute(found):
        listed.setdefault((hall, queue), []).append(at)
    return listed


def minutes(connection: Connection) -> dict[tuple[str, str], float]:
    """Hall and queue -> the planned minutes of one person at a window."""
    rows = connection.execute(select(queue_plans.c.hall, queue_plans.c.queue, queue_plans.c.minutes))
    return {(row.hall, row.queue): float(row.minutes) for row in rows}
