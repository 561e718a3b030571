"""Rows of digests as they were made."""

from sqlalchemy import Column, LargeBinary, String, Table

from central.database import METADATA, Moment

digests = Table(
    "digests",
    METADATA,
    Column("day", String, primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
