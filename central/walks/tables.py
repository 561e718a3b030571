"""Rows of walks."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

walks = Table(
    "walks",
    METADATA,
    Column("walk_id", String, primary_key=True),
    Column("envelope_id", String, nullable=False, unique=True),
    Column("terminal", String, nullable=False),
    Column("item", String, nullable=False),
    Column("service", String, nullable=False),
    Column("language", String, nullable=False),
    Column("began_at", String, nullable=False),
    Column("at", String, nullable=False),
    Column("seconds", BigInteger, nullable=False),
    Column("finished", BigInteger, nullable=False),
    Column("stuck_at", String, nullable=False),
    Column("backs", BigInteger, nullable=False),
    Column("faults", BigInteger, nullable=False),
    Column("steps", String, nullable=False),
    Column("received_at", Moment, nullable=False),
)
