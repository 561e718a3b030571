"""Rows of what codes of tickets open, and of who wants a text."""

from sqlalchemy import Column, LargeBinary, String, Table

from central.database import METADATA, Moment

positions = Table(
    "positions",
    METADATA,
    Column("token", String, primary_key=True),
    Column("case_id", String, nullable=False, unique=True),
    Column("looked_at", Moment),
)

position_wishes = Table(
    "position_wishes",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("sealed_to", LargeBinary, nullable=False),
    Column("asked_at", Moment, nullable=False),
)
