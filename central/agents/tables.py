"""Rows of the roster of agents."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

agents = Table(
    "agents",
    METADATA,
    Column("agent_id", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("account", String, nullable=False),
    Column("post", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("areas", String, nullable=False),
    Column("items", String, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("ended_at", Moment),
)
