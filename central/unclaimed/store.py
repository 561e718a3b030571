"""Matters nobody owns yet in the database: every change with its step, in one transaction."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.database import add_if_new, read
from central.unclaimed.rules import Rung, Step, Unclaimed, What
from central.unclaimed.tables import unclaimed, unclaimed_steps


def receive(connection: Connection, one: Unclaimed) -> bool:
    """Somebody came with it. False where its id is kept."""
    if not add_if_new(connection, unclaimed, msgspec.structs.asdict(one)):
        return False
    _step(connection, one.unclaimed_id, What.RECEIVED, one, one.received_unit, "", one.received_by, one.received_at)
    return True


def find(connection: Connection, unclaimed_id: str) -> Unclaimed | None:
    """One by its id, locked until the transaction ends."""
    found = select(unclaimed).where(unclaimed.c.unclaimed_id == unclaimed_id).with_for_update()
    row = connection.execute(found).mappings().first()
    return None if row is None else read(row, Unclaimed)


def waiting(connection: Connection) -> list[Unclaimed]:
    """Those not settled, the earliest due first."""
    found = select(unclaimed).where(unclaimed.c.settled_at.is_(None)).order_by(unclaimed.c.due_at).limit(200)
    return [read(row, Unclaimed) for row in connection.execute(found).mappings()]


def settled(connection: Connection) -> list[Unclaimed]:
    """Those settled last."""
    found = select(unclaimed).where(unclaimed.c.settled_at.is_not(None)).order_by(unclaimed.c.settled_at.desc())
    return [read(row, Unclaimed) for row in connection.execute(found.limit(50)).mappings()]


def steps(connection: Connection, ids: Collection[str]) -> dict[str, list[Step]]:
    """What was done with these, in its order."""
    found = select(unclaimed_steps).where(unclaimed_steps.c.unclaimed_id.in_(ids)).order_by(unclaimed_steps.c.id)
    by_id: dict[str, list[Step]] = {one: [] for one in ids}
    for row in connection.execute(found).mappings():
        by_id[row["unclaimed_id"]].append(read(row, Step))
    return by_id


def change(  # noqa: PLR0913 - what there is to say of a step
    connection: Connection,
    one: Unclaimed,
    what: What,
    *,
    unit: str,
    note: str,
    who: str,
    at: datetime,
    due_at: datetime | None = None,
    rung: Rung | None = None,
) -> None:
    """A step of it, and what follows: who is offered it, who owns it, until when. It is locked."""
    values: dict[str, object] = {"changed_at": at}
    match what:
        case What.OFFERED | What.DECIDED:
            values |= {"offered": unit}
        case What.TAKEN:
            values |= {"owner": unit, "offered": ""}
        case What.DECLINED:
            values |= {"offered": ""}
        case What.ESCALATED:
            values |= {"rung": int(rung or 0), "offered": "", "due_at": due_at}
        case What.SETTLED:
            values |= {"settled_at": at}
        case What.RECEIVED:
            pass
    connection.execute(update(unclaimed).where(unclaimed.c.unclaimed_id == one.unclaimed_id).values(values))
    _step(connection, one.unclaimed_id, what, one if rung is None else rung, unit, note, who, at)


def _step(
    connection: Connection, of: str, what: What, at_rung: Unclaimed | Rung, unit: str, note: str, who: str, at: datetime
) -> None:
    rung = int(at_rung) if isinstance(at_rung, Rung) else at_rung.rung
    row = {"unclaimed_id": of, "what": what.value, "rung": rung, "unit": unit, "note": note, "by_whom": who, "at": at}
    connection.execute(unclaimed_steps.insert().values(row))


def last_change(connection: Connection) -> datetime | None:
    """When something of this was last written."""
    newest: datetime | None = connection.execute(select(func.max(unclaimed.c.changed_at))).scalar_one()
    return newest
