"""Rows of the log of openings."""

from sqlalchemy import Column, Integer, String, Table

from central.database import METADATA, Moment

openings = Table(
    "openings",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False),
    Column("of_id", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", String, nullable=False),
)
