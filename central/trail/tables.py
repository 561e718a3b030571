"""Rows of what was done. Nothing is ever changed in it."""

from sqlalchemy import Column, Integer, String, Table

from central.database import METADATA, Moment

trail = Table(
    "trail",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    *(Column(name, String, nullable=False) for name in ("kind", "of_id", "what", "by_whom", "note")),
    Column("at", Moment, nullable=False),
)
