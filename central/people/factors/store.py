"""Second factors in the database: a step of a code is taken once, a recovery code is used once."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from central.database import add_if_new, read
from central.people.tables import recovery_codes, second_factors


class Kept(msgspec.Struct, frozen=True):
    """A second factor; `secret` is encrypted."""

    name: str
    secret: bytes
    made_at: datetime
    confirmed_at: datetime | None
    last_step: int


def find(connection: Connection, name: str) -> Kept | None:
    """The one of an account, confirmed or not."""
    row = connection.execute(select(second_factors).where(second_factors.c.name == name)).mappings().one_or_none()
    return None if row is None else read(row, Kept)


def begin(connection: Connection, name: str, secret: bytes, now: datetime) -> Kept:
    """The one that waits to be confirmed: made now, or by whoever was quicker."""
    row = {"name": name, "secret": secret, "made_at": now, "confirmed_at": None, "last_step": 0}
    add_if_new(connection, second_factors, row)
    found = find(connection, name)
    if found is None:
        message = f"the second factor of {name} is not there in the transaction that made it"
        raise LookupError(message)
    return found


def take_step(connection: Connection, name: str, step: int) -> bool:
    """Use a code's time step; False where it or a later one was used before: a code is good once."""
    found = update(second_factors).where(second_factors.c.name == name, second_factors.c.last_step < step)
    return connection.execute(found.values(last_step=step)).rowcount > 0


def confirm(connection: Connection, name: str, now: datetime) -> None:
    """From now on it is asked for."""
    connection.execute(update(second_factors).where(second_factors.c.name == name).values(confirmed_at=now))


def clear(connection: Connection, name: str) -> None:
    """The factor and its recovery codes are gone."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.name == name))
    connection.execute(delete(second_factors).where(second_factors.c.name == name))


def set_recovery(connection: Connection, name: str, hashes: Iterable[str]) -> None:
    """New codes; the old ones are worth nothing any more."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.name == name))
    connection.execute(recovery_codes.insert(), [{"name": name, "code_hash": one} for one in hashes])


def use_recovery(connection: Connection, name: str, code_hash: str, now: datetime) -> bool:
    """Use a recovery code; False where there is none such, or it was used."""
    mine = (recovery_codes.c.name == name) & (recovery_codes.c.code_hash == code_hash)
    found = update(recovery_codes).where(mine, recovery_codes.c.used_at.is_(None)).values(used_at=now)
    return connection.execute(found).rowcount > 0


def recovery_left(connection: Connection, name: str) -> int:
    """How many codes are left."""
    mine = (recovery_codes.c.name == name) & recovery_codes.c.used_at.is_(None)
    return connection.execute(select(func.count()).select_from(recovery_codes).where(mine)).scalar_one()
