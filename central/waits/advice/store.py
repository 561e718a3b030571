"""Advice in the database: at most one open for a queue of a hall."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from central.database import add_if_new, read
from central.waits.advice.rules import Advice
from central.waits.advice.tables import window_advice

_LISTED = 30


def raise_(connection: Connection, advice: Advice) -> bool:
    """Say it; False where it is said already."""
    return add_if_new(connection, window_advice, msgspec.structs.asdict(advice))


def still_open(connection: Connection, hall: str | None = None) -> Sequence[Advice]:
    """Those that are not over, the oldest first."""
    found = select(window_advice).where(window_advice.c.ended_at.is_(None)).order_by(window_advice.c.raised_at)
    if hall is not None:
        found = found.where(window_advice.c.hall == hall)
    return [read(row, Advice) for row in connection.execute(found).mappings()]


def past(connection: Connection) -> Sequence[Advice]:
    """The latest that are over."""
    found = select(window_advice).where(window_advice.c.ended_at.is_not(None))
    rows = connection.execute(found.order_by(window_advice.c.raised_at.desc()).limit(_LISTED)).mappings()
    return [read(row, Advice) for row in rows]


def move(connection: Connection, before: Advice, after: Advice) -> None:
    """What became of it, if it still stood as before; who has seen it stays."""
    row = msgspec.structs.asdict(after)
    del row["advice_id"], row["seen_by"]
    place = (window_advice.c.advice_id == before.advice_id) & window_advice.c.ended_at.is_(None)
    opened = window_advice.c.opened_at
    place &= opened.is_(None) if before.opened_at is None else opened.is_not(None)
    connection.execute(update(window_advice).where(place).values(row))


def see(connection: Connection, advice_id: str, who: str) -> bool:
    """Somebody looks after it; the first one stays."""
    place = (window_advice.c.advice_id == advice_id) & (window_advice.c.seen_by == "")
    return connection.execute(update(window_advice).where(place).values(seen_by=who)).rowcount > 0


def last_change(connection: Connection) -> tuple[datetime | None, ...]:
    """Another value whenever advice was said, taken up or over."""
    times = (window_advice.c.raised_at, window_advice.c.opened_at, window_advice.c.ended_at)
    return tuple(
        connection.execute(select(one).where(one.is_not(None)).order_by(one.desc()).limit(1)).scalar_one_or_none()
        for one in times
    )
