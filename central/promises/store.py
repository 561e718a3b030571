"""The policies that are on, in the database."""

from datetime import datetime

from sqlalchemy import Connection, select

from central.database import insert
from central.promises.tables import promise_exceptions, promise_policy
from contract.compression import Compression, Side
from contract.promises import Policy, Switched

_SIDE = "side"
_MONTH = "month_days"


def switched(connection: Connection) -> Switched:
    """Which policies are on; none until somebody says so."""
    kept = {row.name: row.value for row in connection.execute(select(promise_policy))}
    on = frozenset(policy for policy in Policy if kept.get(policy) == "on")
    compression = Compression(Side(kept.get(_SIDE, Side.UPPER)), int(kept.get(_MONTH, "30")))
    return Switched(on, compression)


def switch(connection: Connection, value: Switched, who: str, now: datetime) -> None:
    """From now on these are on."""
    said = {policy.value: "on" if policy in value.on else "off" for policy in Policy}
    said |= {_SIDE: value.compression.side.value, _MONTH: str(value.compression.month_days)}
    for name, kept in said.items():
        row = {"name": name, "value": kept, "by_whom": who, "at": now}
        added = insert(connection, promise_policy).values(row)
        connection.execute(added.on_conflict_do_update(index_elements=[promise_policy.c.name], set_=row))


def except_(connection: Connection, item: str, reason: str, who: str, now: datetime) -> None:
    """原则上: this item may fail them, for this reason."""
    row = {"item": item, "reason": reason, "by_whom": who, "at": now}
    added = insert(connection, promise_exceptions).values(row)
    connection.execute(added.on_conflict_do_update(index_elements=[promise_exceptions.c.item], set_=row))


def exceptions(connection: Connection) -> dict[str, tuple[str, str]]:
    """Item -> reason and who said so."""
    return {row.item: (row.reason, row.by_whom) for row in connection.execute(select(promise_exceptions))}
