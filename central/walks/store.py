"""Walks in the database."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from central.bulk import add_missing
from central.cases.store import Source
from central.database import read
from central.walks.rules import Walk
from central.walks.tables import walks
from contract.walks import WalkedThrough


def keep(connection: Connection, told: Sequence[tuple[Source, WalkedThrough]]) -> None:
    """Keep each once."""
    rows = [
        {
            **msgspec.structs.asdict(source),
            "walk_id": body.walk_id,
            "item": body.item,
            "service": body.service,
            "language": body.language,
            "began_at": body.began_at,
            "at": body.at,
            "seconds": round(body.seconds),
            "finished": int(body.finished),
            "stuck_at": body.stuck_at,
            "backs": sum(step.backs for step in body.steps),
            "faults": sum(len(step.faults) for step in body.steps),
            "steps": msgspec.json.encode(body.steps).decode(),
        }
        for source, body in told
    ]
    add_missing(connection, walks, rows)


def since(connection: Connection, moment: datetime) -> list[Walk]:
    """Those that came in from a moment on, the newest first."""
    found = select(walks).where(walks.c.received_at >= moment).order_by(walks.c.received_at.desc()).limit(2000)
    return [read(row, Walk) for row in connection.execute(found).mappings()]


def find(connection: Connection, walk_id: str) -> Walk | None:
    """One by its id."""
    row = connection.execute(select(walks).where(walks.c.walk_id == walk_id)).mappings().first()
    return None if row is None else read(row, Walk)
