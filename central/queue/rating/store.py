"""Which number was finished at a window last, and its rating, in the database."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from central.cases.tables import cases, ratings
from central.database import add_if_new, read
from central.exchange.rules import Channel
from central.positions.tables import positions
from central.queue.acts import Did
from central.queue.rating.tables import rating_receipts
from central.queue.rows import store as rows
from central.queue.rows.store import Asked, Deed
from central.queue.rules import Stand
from central.queue.tables import queue_acts, queue_numbers, queue_windows
from contract.codes import Satisfaction

WINDOW: Final = "window"
UNIT: Final = "unit"
"""Where somebody takes note of a rating: at the window that served, in the unit that answers for it."""
LOOKED_BACK: Final = timedelta(days=7)


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


class Said(msgspec.Struct, frozen=True):
    """What a citizen said: the level, by which channel, and reasons as keys of the list of that version. It is kept
    with the number's acts too, for these go up from a hall's node.
    """

    level: Satisfaction
    channel: Channel
    tags: tuple[str, ...] = ()
    version: int = 0


def rate(connection: Connection, one: Served, said: Said, at: datetime) -> bool:
    """Keep what was said, once. False where something was said before."""
    where = select(queue_acts.c.window_id, queue_windows.c.code)
    finished = where.join(queue_windows, queue_windows.c.window_id == queue_acts.c.window_id).where(
        queue_acts.c.case_id == one.case_id, queue_acts.c.did == Did.FINISHED.value
    )
    window, code = connection.execute(finished.order_by(queue_acts.c.id.desc()).limit(1)).first() or ("", "")
    if not _keep(connection, one.case_id, one.envelope_id, code, said, at):
        return False
    number = rows.find(connection, one.case_id)
    if number is not None:
        asked = Asked(f"rated.{one.case_id}", str(window), "", at, number.business_date)
        rows.note(connection, number, asked, Deed(Did.RATED, msgspec.json.encode(said).decode()))
    return True


def _keep(connection: Connection, case_id: str, envelope_id: str, code: str, said: Said, at: datetime) -> bool:
    row = {
        "envelope_id": envelope_id,
        "terminal": f"window {code}",
        "case_id": case_id,
        "satisfaction": said.level.value,
        "at": at.isoformat(timespec="seconds"),
        "received_at": at,
        "tags": msgspec.json.encode(said.tags).decode(),
        "tags_version": said.version,
        "again": 0,
        "item": "",
        "channel": said.channel.value,
    }
    return add_if_new(connection, ratings, row)


def hear(connection: Connection, since: datetime) -> int:
    """Ratings that halls' nodes told among their acts become ratings here, once their case is here; how many."""
    found = (
        select(queue_acts.c.case_id, cases.c.envelope_id, queue_windows.c.code, queue_acts.c.detail, queue_acts.c.at)
        .join(cases, cases.c.case_id == queue_acts.c.case_id)
        .outerjoin(queue_windows, queue_windows.c.window_id == queue_acts.c.window_id)
        .where(queue_acts.c.did == Did.RATED.value, queue_acts.c.at >= since)
        .where(~exists().where(ratings.c.case_id == queue_acts.c.case_id, ratings.c.again == 0))
    )
    told = connection.execute(found).all()
    for case_id, envelope_id, code, detail, at in told:
        _keep(connection, case_id, envelope_id, code or "", msgspec.json.decode(detail, type=Said), at)
    return len(told)


class Heard(msgspec.Struct, frozen=True):
    """A rating as its window reads it: never whose it is. `seen_by` is empty until somebody there has taken note."""

    envelope_id: str
    satisfaction: Satisfaction
    item_title: str
    tags: str
    at: datetime
    seen_by: str

    @property
    def reasons(self) -> tuple[str, ...]:
        """Keys of the platform's list."""
        return msgspec.json.decode(self.tags, type=tuple[str, ...])


def at_window(connection: Connection, window_id: str, since: datetime, at_most: int) -> list[Heard]:
    """What was said of numbers finished at a window, the newest first."""
    served = select(queue_acts.c.case_id).where(
        queue_acts.c.window_id == window_id, queue_acts.c.did == Did.FINISHED.value, queue_acts.c.at >= since
    )
    seen = and_(rating_receipts.c.envelope_id == ratings.c.envelope_id, rating_receipts.c.place == WINDOW)
    found = (
        select(
            ratings.c.envelope_id,
            ratings.c.satisfaction,
            cases.c.item_title,
            ratings.c.tags,
            ratings.c.received_at.label("at"),
            func.coalesce(rating_receipts.c.who, "").label("seen_by"),
        )
        .join(cases, cases.c.case_id == ratings.c.case_id)
        .outerjoin(rating_receipts, seen)
        .where(ratings.c.case_id.in_(served))
        .order_by(ratings.c.received_at.desc())
        .limit(at_most)
    )
    return [read(row, Heard) for row in connection.execute(found).mappings()]


def take_note(connection: Connection, envelope_id: str, place: str, who: str, now: datetime) -> bool:
    """Somebody there has read it. False where somebody had."""
    row = {"envelope_id": envelope_id, "place": place, "who": who, "at": now}
    return add_if_new(connection, rating_receipts, row)


def noted(connection: Connection, place: str, envelope_ids: Collection[str]) -> dict[str, str]:
    """Who took note of these there, by rating."""
    mine = (rating_receipts.c.place == place) & rating_receipts.c.envelope_id.in_(envelope_ids)
    found = select(rating_receipts.c.envelope_id, rating_receipts.c.who).where(mine)
    return {row[0]: row[1] for row in connection.execute(found)}


def last_change(connection: Connection) -> tuple[datetime | None, datetime | None]:
    """Another value whenever something was said, or somebody took note."""
    said = connection.execute(select(func.max(ratings.c.received_at))).scalar_one()
    return said, connection.execute(select(func.max(rating_receipts.c.at))).scalar_one()
