"""Which number was finished at a window last, and its rating, in the database."""

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, select

from central.cases.tables import cases, ratings
from central.database import add_if_new
from central.positions.tables import positions
from central.queue.acts import Did
from central.queue.rules import Stand
from central.queue.tables import queue_acts, queue_numbers, queue_windows
from contract.codes import Satisfaction


class Served(msgspec.Struct, frozen=True):
    """A finished number that nobody has rated. `token` is what its ticket carries; the envelope is its case's, which no
    terminal's rating came in.
    """

    case_id: str
    envelope_id: str
    number: str
    item_title: str
    token: str


def last_served(connection: Connection, window_id: str, since: datetime) -> Served | None:
    """The last number finished at a window, if its citizen has said nothing yet."""
    at_window = (queue_acts.c.window_id == window_id) & (queue_acts.c.did == Did.FINISHED.value)
    last = select(queue_acts.c.case_id).where(at_window, queue_acts.c.at >= since)
    case_id = connection.execute(last.order_by(queue_acts.c.id.desc()).limit(1)).scalar_one_or_none()
    return None if case_id is None else _served(connection, positions.c.case_id == case_id)


def served(connection: Connection, token: str) -> Served | None:
    """The finished, unrated number whose ticket carries this token."""
    return _served(connection, positions.c.token == token)


def _served(connection: Connection, place: ColumnElement[bool]) -> Served | None:
    rated = exists().where(ratings.c.case_id == queue_numbers.c.case_id, ratings.c.again == 0)
    found = (
        select(
            queue_numbers.c.case_id, cases.c.envelope_id, queue_numbers.c.number, cases.c.item_title, positions.c.token
        )
        .join(cases, cases.c.case_id == queue_numbers.c.case_id)
        .join(positions, positions.c.case_id == queue_numbers.c.case_id)
        .where(place, queue_numbers.c.stand == Stand.DONE.value, ~rated)
    )
    row = connection.execute(found).first()
    return None if row is None else Served(*row)


def rate(connection: Connection, one: Served, level: Satisfaction, at: datetime) -> bool:
    """Keep what was said, once. False where something was said before."""
    turn = select(queue_windows.c.code).join(queue_acts, queue_acts.c.window_id == queue_windows.c.window_id)
    finished = turn.where(queue_acts.c.case_id == one.case_id, queue_acts.c.did == Did.FINISHED.value)
    code = connection.execute(finished.limit(1)).scalar_one_or_none() or ""
    row = {
        "envelope_id": one.envelope_id,
        "terminal": f"window {code}",
        "case_id": one.case_id,
        "satisfaction": level.value,
        "at": at.isoformat(timespec="seconds"),
        "received_at": at,
        "tags": "[]",
        "tags_version": 0,
        "again": 0,
        "item": "",
    }
    return add_if_new(connection, ratings, row)
