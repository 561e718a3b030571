"""Orders in the database, and what came of each at each terminal."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.bulk import add_many, among
from central.database import read
from central.feed.kept.rules import Done
from central.feed.tables import commands_done, feed
from central.fleet.tables import terminals_now
from central.remote.rules import READ_KINDS, Order
from central.remote.tables import remote_commands, remote_orders

LISTED = 100


def add(connection: Connection, order: Order, commands: dict[str, str]) -> None:
    """Keep an order, and which terminal gets which command."""
    connection.execute(remote_orders.insert().values(**msgspec.structs.asdict(order)))
    rows = [{"command_id": given, "order_id": order.order_id, "terminal": name} for name, given in commands.items()]
    add_many(connection, remote_commands, rows)


def find(connection: Connection, order_id: str) -> Order | None:
    """One order."""
    row = connection.execute(select(remote_orders).where(remote_orders.c.order_id == order_id)).mappings().first()
    return None if row is None else read(row, Order)


def listed(connection: Connection) -> list[Order]:
    """The newest."""
    found = select(remote_orders).order_by(remote_orders.c.asked_at.desc()).limit(LISTED)
    return [read(row, Order) for row in connection.execute(found).mappings()]


def commands(connection: Connection, order_ids: Iterable[str]) -> dict[str, dict[str, str]]:
    """Order -> terminal -> its command."""
    found: dict[str, dict[str, str]] = {}
    mine = among(connection, remote_commands.c.order_id, set(order_ids))
    for row in connection.execute(select(remote_commands).where(mine)).mappings():
        found.setdefault(row["order_id"], {})[row["terminal"]] = row["command_id"]
    return found


def outcomes(connection: Connection, command_ids: Iterable[str]) -> dict[str, Done]:
    """Command -> what its terminal said."""
    mine = among(connection, commands_done.c.command_id, set(command_ids))
    found = select(commands_done).where(mine).order_by(commands_done.c.received_at)
    return {row["command_id"]: read(row, Done) for row in connection.execute(found).mappings()}


def give(connection: Connection, order_id: str, by: str | None, now: datetime) -> bool:
    """It goes out: `by` is the second person where one is needed. False where it went or was refused."""
    open_ = (
        (remote_orders.c.order_id == order_id)
        & remote_orders.c.given_at.is_(None)
        & remote_orders.c.refused_by.is_(None)
    )
    return bool(connection.execute(update(remote_orders).where(open_).values(agreed_by=by, given_at=now)).rowcount)


def refuse(connection: Connection, order_id: str, by: str) -> bool:
    """It does not go out. False where it went already."""
    open_ = (remote_orders.c.order_id == order_id) & remote_orders.c.given_at.is_(None)
    return bool(connection.execute(update(remote_orders).where(open_).values(refused_by=by)).rowcount)


def read_of(connection: Connection, order: Order, terminals: Iterable[str]) -> set[str]:
    """Which of these have read the feed past what this order put into it: for what is not reported by a command."""
    if order.given_at is None:
        return set()
    listed_ = set(terminals)
    kind = feed.c.kind.in_(READ_KINDS)
    place = select(feed.c.audience, func.max(feed.c.seq)).where(among(connection, feed.c.audience, listed_), kind)
    newest = {row[0]: row[1] for row in connection.execute(place.group_by(feed.c.audience))}
    found = select(terminals_now.c.terminal, terminals_now.c.report).where(
        among(connection, terminals_now.c.terminal, listed_)
    )
    cursors = {row[0]: msgspec.json.decode(row[1]).get("cursor", 0) for row in connection.execute(found)}
    return {name for name in listed_ if name in newest and cursors.get(name, 0) >= newest[name]}
