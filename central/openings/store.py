"""The log of openings in the database."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from central.database import read
from central.openings.tables import openings

COMPLAINT = "complaint"
HELP = "help"
BOOKING = "booking"
NOTICE = "notice"
ORDER = "order"
CREDIT = "credit"
DECLARATION = "declaration"


class Opening(msgspec.Struct, frozen=True):
    """Somebody opened what is sealed."""

    kind: str
    of_id: str
    who: str
    at: datetime
    reason: str


def note(connection: Connection, opening: Opening) -> None:
    """Note who opens. Commit before anything is opened."""
    connection.execute(openings.insert().values(msgspec.structs.asdict(opening)))


def of(connection: Connection, kind: str, ids: Collection[str]) -> list[Opening]:
    """Who opened these, newest first."""
    found = select(openings).where(openings.c.kind == kind, openings.c.of_id.in_(ids)).order_by(openings.c.id.desc())
    return [read(row, Opening) for row in connection.execute(found).mappings()]
