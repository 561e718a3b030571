"""Rows of projects and of what belongs to each."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.database import METADATA, Moment

projects = Table(
    "projects",
    METADATA,
    Column("project_id", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("code", String, nullable=False),
    Column("title", String, nullable=False),
    Column("agent_id", String, nullable=False),
    Column("opened_by", String, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("changed_at", Moment, nullable=False),
)

project_parts = Table(
    "project_parts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("project_id", String, nullable=False),
    Column("stage", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("of_id", String, nullable=False),
    Column("item", String, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_at", Moment, nullable=False),
)
