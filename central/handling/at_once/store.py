"""What was done at once, in the database."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from central.bulk import add_missing
from central.cases.store import Source
from central.handling.at_once.rules import Done
from central.handling.tables import done_at_once
from contract.handling import DoneAtOnce


def keep(connection: Connection, told: Sequence[tuple[Source, DoneAtOnce]]) -> None:
    """Keep each once."""
    rows = [
        {
            "envelope_id": source.envelope_id,
            "terminal": source.terminal,
            "item": body.item,
            "seconds": max(0, body.seconds),
            "finished": int(body.finished),
            "at": body.at,
            "received_at": source.received_at,
        }
        for source, body in told
    ]
    add_missing(connection, done_at_once, rows)


def since(connection: Connection, moment: datetime, until: datetime) -> list[Done]:
    """Those that came from a moment on and before another."""
    found = select(done_at_once.c.item, done_at_once.c.seconds, done_at_once.c.finished)
    found = found.where(done_at_once.c.received_at >= moment, done_at_once.c.received_at < until)
    return [Done(row.item, row.seconds, bool(row.finished)) for row in connection.execute(found)]
