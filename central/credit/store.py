"""Records of credit in the database."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from central.bulk import add_new
from central.credit.rules import Flag
from central.credit.tables import credit_flags
from central.database import read


def add(connection: Connection, flags: Sequence[Flag]) -> int:
    """Keep each once; how many are new. One that was lifted stays lifted."""
    return len(add_new(connection, credit_flags, [msgspec.structs.asdict(flag) for flag in flags], "flag_id"))


def of_person(connection: Connection, person: str) -> list[Flag]:
    """Those of a person that hold now, the newest first."""
    found = select(credit_flags).where(credit_flags.c.person == person, credit_flags.c.lifted_at.is_(None))
    rows = connection.execute(found.order_by(credit_flags.c.flagged_on.desc())).mappings()
    return [read(row, Flag) for row in rows]


def listed(connection: Connection, limit: int = 200) -> list[Flag]:
    """The newest, those that hold first."""
    found = select(credit_flags).order_by(credit_flags.c.lifted_at.is_not(None), credit_flags.c.added_at.desc())
    return [read(row, Flag) for row in connection.execute(found.limit(limit)).mappings()]


def lift(connection: Connection, flag_id: str, who: str, now: datetime) -> bool:
    """It holds no longer. False where it did not."""
    place = (credit_flags.c.flag_id == flag_id) & credit_flags.c.lifted_at.is_(None)
    return bool(connection.execute(update(credit_flags).where(place).values(lifted_by=who, lifted_at=now)).rowcount)
