"""Results on their way, in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from central.cases.tables import cases
from central.database import insert, read
from central.deliveries.rules import Delivery
from central.deliveries.tables import deliveries


def save(connection: Connection, one: Delivery) -> None:
    """Enter or change the waybill of a case; what the courier said of the same one stays."""
    row = msgspec.structs.asdict(one) | {"free": int(one.free), "delivered": int(one.delivered)}
    before = find(connection, [one.case_id]).get(one.case_id)
    if before is not None and before.waybill == one.waybill:
        row |= {"moves": before.moves, "tracked_at": before.tracked_at}
    added = insert(connection, deliveries).values(**row)
    connection.execute(added.on_conflict_do_update(index_elements=[deliveries.c.case_id], set_=row))


def find(connection: Connection, case_ids: Collection[str]) -> dict[str, Delivery]:
    """By case."""
    found = select(deliveries).where(deliveries.c.case_id.in_(case_ids))
    rows = connection.execute(found).mappings()
    return {row["case_id"]: _read(dict(row)) for row in rows}


def _read(row: dict[str, Any]) -> Delivery:
    return read(row | {"free": bool(row["free"]), "delivered": bool(row["delivered"])}, Delivery)


class FiledHow(msgspec.Struct, frozen=True):
    """What of a filing says how its result is given."""

    delivery: str = ""
    certificate: bool = False


def filed_how(connection: Connection, case_id: str) -> FiledHow:
    """As its citizen chose when filing."""
    how = connection.execute(select(cases.c.how).where(cases.c.case_id == case_id)).scalar_one_or_none()
    return msgspec.json.decode(how or "{}", type=FiledHow)


def tracked(connection: Connection, one: Delivery) -> None:
    """Keep what the courier said, unless the waybill was changed meanwhile."""
    place = (deliveries.c.case_id == one.case_id) & (deliveries.c.waybill == one.waybill)
    values = {"moves": one.moves, "tracked_at": one.tracked_at, "delivered": int(one.delivered)}
    connection.execute(update(deliveries).where(place).values(**values, received_on=one.received_on))


def last_change(connection: Connection) -> datetime | None:
    """When a waybill was last entered."""
    newest: datetime | None = connection.execute(select(func.max(deliveries.c.at))).scalar_one()
    return newest
