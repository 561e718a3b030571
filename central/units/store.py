"""Units in the database."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select

from central.database import insert, read
from central.units.rules import Unit
from central.units.tables import unit_members, units


def every(connection: Connection) -> list[Unit]:
    """All of them, the district's first."""
    found = select(units).order_by(units.c.rank, units.c.unit)
    return [read(row, Unit) for row in connection.execute(found).mappings()]


def keep(connection: Connection, unit: Unit, who: str, now: datetime) -> None:
    """A unit as it is from now on."""
    row = msgspec.structs.asdict(unit) | {"changed_by": who, "changed_at": now}
    added = insert(connection, units).values(row)
    connection.execute(added.on_conflict_do_update(index_elements=[units.c.unit], set_=row))


def belong(connection: Connection, unit: str, names: Collection[str]) -> None:
    """Exactly these accounts belong to it; whoever belonged to another one leaves it."""
    connection.execute(delete(unit_members).where((unit_members.c.unit == unit) | unit_members.c.name.in_(names)))
    if names:
        connection.execute(unit_members.insert(), [{"name": name, "unit": unit} for name in sorted(names)])


def members(connection: Connection) -> dict[str, str]:
    """Account -> unit."""
    return {row.name: row.unit for row in connection.execute(select(unit_members))}


def unit_of(connection: Connection, name: str) -> str:
    """Where an account belongs; empty for nobody's."""
    found = select(unit_members.c.unit).where(unit_members.c.name == name)
    return connection.execute(found).scalar_one_or_none() or ""
