"""What was done, written once and read in order."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from central.database import read
from central.trail.tables import trail

MANDATE = "mandate"
CARD = "card"
POOR_RATING = "poor_rating"
OBSTACLE = "obstacle"
SYSTEM = "系统"
"""Who did what nobody did by hand."""


class Done(msgspec.Struct, frozen=True):
    """One thing that was done; `what` is a key of the words."""

    kind: str
    of_id: str
    what: str
    by_whom: str
    note: str
    at: datetime


def add(connection: Connection, done: Done) -> None:
    """Write it down."""
    connection.execute(trail.insert().values(msgspec.structs.asdict(done)))


def of(connection: Connection, kind: str, ids: Collection[str]) -> list[Done]:
    """Of these, the oldest first."""
    found = select(trail).where(trail.c.kind == kind, trail.c.of_id.in_(ids)).order_by(trail.c.id)
    return [read(row, Done) for row in connection.execute(found).mappings()]


def last_change(connection: Connection) -> datetime | None:
    """When something was last done."""
    newest: datetime | None = connection.execute(select(func.max(trail.c.at))).scalar_one()
    return newest
