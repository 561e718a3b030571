"""Obstacles in the database: an open one is kept once, and everything found again is attached to it."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, text, update

from central.database import add_if_new
from central.obstacles.rules import Found, Obstacle
from central.obstacles.tables import difficulty_answers, obstacle_sources, obstacles
from central.trail import store as trail
from central.trail.store import OBSTACLE, Done

_WAITING = (
    "SELECT d.envelope_id, d.page, d.item, d.last_error, d.reason, d.terminal, d.received_at FROM difficulties d"
    " LEFT JOIN difficulty_answers a ON a.envelope_id = d.envelope_id WHERE a.envelope_id IS NULL"
    " ORDER BY d.received_at LIMIT 200"
)


def find_again(connection: Connection, obstacle: Obstacle, found: Found, now: datetime) -> str:
    """Keep it, or attach the finding to the open one that is the same. Returns the id of the obstacle."""
    row = msgspec.structs.asdict(obstacle) | {"found_at": now, "changed_at": now}
    if add_if_new(connection, obstacles, row):
        obstacle_id = obstacle.obstacle_id
        trail.add(connection, Done(OBSTACLE, obstacle_id, "found", obstacle.found_by, obstacle.title, now))
    else:
        open_ = (obstacles.c.same == obstacle.same) & obstacles.c.solved_at.is_(None)
        obstacle_id = connection.execute(select(obstacles.c.obstacle_id).where(open_)).scalar_one()
        connection.execute(update(obstacles).where(obstacles.c.obstacle_id == obstacle_id).values(changed_at=now))
    source = {"source": found.source.value, "source_id": found.source_id, "obstacle_id": obstacle_id, "at": now}
    if add_if_new(connection, obstacle_sources, source):
        note = f"{found.source.value} {found.source_id}"
        trail.add(connection, Done(OBSTACLE, obstacle_id, "attached", obstacle.found_by, note, now))
    return str(obstacle_id)


def listed(connection: Connection, kind: str = "", state: str = "") -> list[Any]:
    """Those of these filters, open ones first, with how often each was found."""
    times = (
        select(obstacle_sources.c.obstacle_id, func.count().label("times"))
        .group_by(obstacle_sources.c.obstacle_id)
        .subquery()
    )
    found = select(obstacles, times.c.times).outerjoin(times, times.c.obstacle_id == obstacles.c.obstacle_id)
    found = found.where(obstacles.c.kind == kind) if kind else found
    if state:
        solved = obstacles.c.solved_at.is_not(None)
        found = found.where(solved if state == "solved" else ~solved)
    found = found.order_by(obstacles.c.solved_at.is_not(None), obstacles.c.until, obstacles.c.found_at).limit(500)
    return list(connection.execute(found))


def kinds(connection: Connection) -> list[tuple[str, bool]]:
    """Class, and whether it is solved, of every one."""
    found = select(obstacles.c.kind, obstacles.c.solved_at)
    return [(row.kind, row.solved_at is not None) for row in connection.execute(found)]


def find(connection: Connection, obstacle_id: str) -> Any | None:  # noqa: ANN401 - a row
    """One."""
    return connection.execute(select(obstacles).where(obstacles.c.obstacle_id == obstacle_id)).first()


def sources(connection: Connection, obstacle_id: str) -> list[Any]:
    """Where it was found, the first first."""
    found = select(obstacle_sources).where(obstacle_sources.c.obstacle_id == obstacle_id)
    return list(connection.execute(found.order_by(obstacle_sources.c.at)))


def solve(connection: Connection, obstacle_id: str, result: str, who: str, now: datetime) -> bool:
    """Closed with what came of it. False where it is."""
    place = (obstacles.c.obstacle_id == obstacle_id) & obstacles.c.solved_at.is_(None)
    values = {"result": result, "solved_by": who, "solved_at": now, "changed_at": now}
    changed = connection.execute(update(obstacles).where(place).values(**values))
    if changed.rowcount:
        trail.add(connection, Done(OBSTACLE, obstacle_id, "solved", who, result, now))
    return bool(changed.rowcount)


def waiting(connection: Connection) -> list[Any]:
    """办不成事 nobody has answered, the oldest first."""
    return list(connection.execute(text(_WAITING)))


def difficulty(connection: Connection, envelope_id: str) -> Any | None:  # noqa: ANN401 - a row
    """One 办不成事."""
    said = text("SELECT page, item, last_error, reason FROM difficulties WHERE envelope_id = :id")
    return connection.execute(said, {"id": envelope_id}).first()


def answer(connection: Connection, envelope_id: str, words: str, who: str, now: datetime) -> bool:
    """A coordinator answers, once."""
    row = {"envelope_id": envelope_id, "words": words, "by_whom": who, "at": now}
    return add_if_new(connection, difficulty_answers, row)
