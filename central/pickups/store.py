"""What lies ready, in the database."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.database import add_if_new, read
from central.pickups import rules
from central.pickups.rules import Kept, Move, State
from central.pickups.tables import pickup_moves, pickups


def add(connection: Connection, kept: Kept, sealed: bytes | None = None) -> bool:
    """Something lies ready; `sealed` is the file of a result that is printed. False where the door holds something
    already.
    """
    return add_if_new(connection, pickups, msgspec.structs.asdict(kept) | {"sealed": sealed})


def sealed_of(connection: Connection, pickup_id: str) -> bytes:
    """The sealed file of one; empty for a thing."""
    found = connection.execute(select(pickups.c.sealed).where(pickups.c.pickup_id == pickup_id)).scalar_one_or_none()
    return bytes(found or b"")


def find(connection: Connection, pickup_id: str) -> Kept | None:
    """One by its id."""
    row = connection.execute(select(pickups).where(pickups.c.pickup_id == pickup_id)).mappings().first()
    return None if row is None else read(row, Kept)


def of_person(connection: Connection, person: str) -> list[Kept]:
    """What lies ready for a person."""
    found = select(pickups).where(pickups.c.person == person, pickups.c.state.not_in(rules.OVER))
    return [read(row, Kept) for row in connection.execute(found.order_by(pickups.c.until)).mappings()]


def by_code(connection: Connection, code: str) -> list[Kept]:
    """What lies ready under a pick-up code."""
    found = select(pickups).where(pickups.c.code == code, pickups.c.state.not_in(rules.OVER))
    return [read(row, Kept) for row in connection.execute(found).mappings()]


def move(connection: Connection, told: Move) -> bool:
    """A terminal says what became of it. False where there is no such thing. The same said twice changes nothing."""
    found = select(pickups).where(pickups.c.pickup_id == told.pickup_id).with_for_update()
    row = connection.execute(found).mappings().first()
    if row is None:
        return False
    before = State(row["state"])
    state = rules.after(before, State(told.what))
    connection.execute(pickup_moves.insert().values(msgspec.structs.asdict(told)))
    if state is not before:
        place = pickups.c.pickup_id == told.pickup_id
        connection.execute(update(pickups).where(place).values(state=state, changed_at=told.at))
    return True


def take_back(connection: Connection, pickup_id: str, now: datetime) -> bool:
    """Staff took it out of the door. False where it is gone."""
    place = (pickups.c.pickup_id == pickup_id) & pickups.c.state.not_in(rules.OVER)
    done = connection.execute(update(pickups).where(place).values(state=State.RETURNED, changed_at=now))
    return bool(done.rowcount)


def listed(connection: Connection) -> list[Kept]:
    """What lies ready, what is overdue first; and what was fetched lately."""
    ready = select(pickups).where(pickups.c.state.not_in(rules.OVER)).order_by(pickups.c.until).limit(500)
    done = select(pickups).where(pickups.c.state.in_(rules.OVER)).order_by(pickups.c.changed_at.desc()).limit(50)
    return [read(row, Kept) for found in (ready, done) for row in connection.execute(found).mappings()]


def moves(connection: Connection, pickup_id: str) -> list[Move]:
    """What became of one, the oldest first."""
    found = select(pickup_moves).where(pickup_moves.c.pickup_id == pickup_id).order_by(pickup_moves.c.id)
    return [read(row, Move) for row in connection.execute(found).mappings()]


def moves_of(connection: Connection, person: str) -> list[Move]:
    """What became of a person's things."""
    found = select(pickup_moves).join(pickups, pickups.c.pickup_id == pickup_moves.c.pickup_id)
    return [read(row, Move) for row in connection.execute(found.where(pickups.c.person == person)).mappings()]


def last_change(connection: Connection) -> datetime | None:
    """When one last changed."""
    newest: datetime | None = connection.execute(select(func.max(pickups.c.changed_at))).scalar_one()
    return newest
