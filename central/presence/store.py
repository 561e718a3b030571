"""Leaders' stays in the database, read off the sessions of those who are leaders."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from central.database import insert, read
from central.people.rights import Role
from central.people.tables import sessions, users
from central.presence.rules import Presence
from central.presence.tables import leader_presence
from central.units import store as units


def note(connection: Connection, now: datetime, lately: timedelta) -> int:
    """Carry on the stays of every leader whose session was used lately; how many. A session's stay begins with it."""
    found = select(sessions.c.token_hash, sessions.c.name, sessions.c.made_at, sessions.c.seen_at, users.c.roles)
    found = found.join(users, users.c.name == sessions.c.name).where(sessions.c.seen_at >= now - lately)
    belong = units.members(connection)
    stays = [
        Presence(row.token_hash[:32], row.name, belong.get(row.name, ""), row.made_at, row.seen_at)
        for row in connection.execute(found.order_by(sessions.c.token_hash))
        if Role.LEADER.value in row.roles
    ]
    for stay in stays:
        if stay.unit:
            _keep(connection, stay)
    return len(stays)


def _keep(connection: Connection, stay: Presence) -> None:
    values = {"presence_id": stay.presence_id, "name": stay.name, "unit": stay.unit, "began_at": stay.began_at}
    added = insert(connection, leader_presence).values(values | {"seen_at": stay.seen_at})
    later = leader_presence.c.seen_at < stay.seen_at
    place = [leader_presence.c.presence_id]
    connection.execute(added.on_conflict_do_update(index_elements=place, set_={"seen_at": stay.seen_at}, where=later))


def since(connection: Connection, begin: datetime, end: datetime) -> Sequence[Presence]:
    """The stays that began in this time, the oldest first."""
    found = select(leader_presence).where(leader_presence.c.began_at >= begin, leader_presence.c.began_at < end)
    rows = connection.execute(found.order_by(leader_presence.c.began_at)).mappings()
    return [read(row, Presence) for row in rows]


def last_change(connection: Connection) -> datetime | None:
    """When a leader was last seen."""
    newest: datetime | None = connection.execute(select(func.max(leader_presence.c.seen_at))).scalar_one()
    return newest
