"""Which case a token names, when its page was last looked at, and the wish for a text, in the database."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from central.database import add_if_new
from central.positions.tables import position_wishes, positions
from central.queue.tables import queue_numbers
from contract.positions import position_token

KEPT = timedelta(days=1)
"""A page tells of its number so long after its day."""
WISHED = timedelta(hours=16)


def case_of(connection: Connection, token: str) -> str | None:
    """The case whose ticket carries this token."""
    found = connection.execute(select(positions.c.case_id).where(positions.c.token == token)).scalar_one_or_none()
    return None if found is None else str(found)


def name_new(connection: Connection, today: date) -> int:
    """Enter the tokens of numbers that came since; how many. Their terminals made the same ones without asking."""
    joined = queue_numbers.outerjoin(positions, positions.c.case_id == queue_numbers.c.case_id)
    lately = queue_numbers.c.business_date >= (today - KEPT).isoformat()
    found = select(queue_numbers.c.case_id).select_from(joined).where(lately, positions.c.case_id.is_(None))
    new = list(connection.execute(found.limit(2000)).scalars())
    for case_id in new:
        add_if_new(connection, positions, {"token": position_token(case_id), "case_id": case_id, "looked_at": None})
    return len(new)


def looked(connection: Connection, token: str, now: datetime) -> None:
    """Its page is open on a phone."""
    connection.execute(update(positions).where(positions.c.token == token).values(looked_at=now))


def looked_at(connection: Connection, case_ids: Collection[str]) -> dict[str, datetime]:
    """When the pages of these were last looked at."""
    found = select(positions.c.case_id, positions.c.looked_at).where(
        positions.c.case_id.in_(case_ids), positions.c.looked_at.is_not(None)
    )
    return {str(case_id): at for case_id, at in connection.execute(found)}


def wish(connection: Connection, case_id: str, sealed_to: bytes, now: datetime) -> bool:
    """A text before the number is called; False where one was asked for: nobody's number is changed by a stranger."""
    return add_if_new(connection, position_wishes, {"case_id": case_id, "sealed_to": sealed_to, "asked_at": now})


def wishes(connection: Connection, case_ids: Collection[str] | None = None) -> dict[str, bytes]:
    """Sealed telephone numbers by case."""
    found = select(position_wishes.c.case_id, position_wishes.c.sealed_to)
    if case_ids is not None:
        found = found.where(position_wishes.c.case_id.in_(case_ids))
    return {case_id: bytes(sealed) for case_id, sealed in connection.execute(found)}


def forget(connection: Connection, now: datetime, today: date) -> None:
    """Telephone numbers go with the day, tokens a little later: then the code opens nothing any more."""
    connection.execute(delete(position_wishes).where(position_wishes.c.asked_at < now - WISHED))
    old = select(queue_numbers.c.case_id).where(queue_numbers.c.business_date < (today - KEPT).isoformat())
    connection.execute(delete(positions).where(positions.c.case_id.in_(old)))
