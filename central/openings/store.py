"""The log of openings in the database."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from central.database import read
from central.openings.tables import openings
from central.trace import store as trace
from central.trace.rules import Actor, Fact

COMPLAINT = "complaint"
HELP = "help"
NOTICE = "notice"
ORDER = "order"
CREDIT = "credit"
DECLARATION = "declaration"
SCAN = "scan"
OF_CASES = (CREDIT, SCAN)
"""Of these what was opened is named by its case, and the trace of the case tells it at once."""


class Opening(msgspec.Struct, frozen=True):
    """Somebody opened what is sealed."""

    kind: str
    of_id: str
    who: str
    at: datetime
    reason: str


def note(connection: Connection, opening: Opening) -> None:
    """Note who opens. Commit before anything is opened."""
    added = openings.insert().values(msgspec.structs.asdict(opening)).returning(openings.c.id)
    source = f"opening:{connection.execute(added).scalar_one()}"
    if opening.kind in OF_CASES:
        what = f"looked.{opening.kind}"
        fact = Fact(opening.of_id, source, opening.at, what, Actor.STAFF, opening.who, opening.reason)
        trace.append(connection, fact)


def of(connection: Connection, kind: str, ids: Collection[str]) -> list[Opening]:
    """Who opened these, newest first."""
    found = select(openings).where(openings.c.kind == kind, openings.c.of_id.in_(ids)).order_by(openings.c.id.desc())
    return [read(row, Opening) for row in connection.execute(found).mappings()]
