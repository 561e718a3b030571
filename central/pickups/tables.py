"""Rows of what lies ready to be fetched."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from central.database import METADATA, Moment

pickups = Table(
    "pickups",
    METADATA,
    Column("pickup_id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("masked_name", String, nullable=False),
    Column("title", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("door", BigInteger, nullable=False),
    Column("code", String, nullable=False, unique=True),
    Column("place", String, nullable=False),
    Column("document", String, nullable=False),
    Column("state", String, nullable=False),
    Column("until", String, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("proof", String, nullable=False),
    Column("file_type", String, nullable=False),
    Column("pages", BigInteger, nullable=False),
    Column("sealed", LargeBinary),
)

pickup_moves = Table(
    "pickup_moves",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("pickup_id", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("what", String, nullable=False),
    Column("at", Moment, nullable=False),
)
