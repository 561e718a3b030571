"""The roster of agents in the database."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from central.agents.rules import Agent
from central.agents.tables import agents
from central.database import add_if_new, read


def add(connection: Connection, agent: Agent) -> bool:
    """Enter one. False where somebody has the number."""
    taken = select(agents.c.agent_id).where(agents.c.number == agent.number)
    if connection.execute(taken).first() is not None:
        return False
    return add_if_new(connection, agents, msgspec.structs.asdict(agent))


def end(connection: Connection, agent_id: str, now: datetime) -> bool:
    """No more orders from now on; what they did stays. False where there is none."""
    place = (agents.c.agent_id == agent_id) & agents.c.ended_at.is_(None)
    return bool(connection.execute(update(agents).where(place).values(ended_at=now)).rowcount)


def find(connection: Connection, agent_id: str) -> Agent | None:
    """One by id."""
    row = connection.execute(select(agents).where(agents.c.agent_id == agent_id)).mappings().first()
    return None if row is None else read(row, Agent)


def every(connection: Connection, *, ended: bool = False) -> list[Agent]:
    """All on the roster by number; with `ended` those too who were on it."""
    found = select(agents).order_by(agents.c.number)
    if not ended:
        found = found.where(agents.c.ended_at.is_(None))
    return [read(row, Agent) for row in connection.execute(found).mappings()]
