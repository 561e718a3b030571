"""Rows of guides and of the tickets that were accompanied."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

guides = Table(
    "guides",
    METADATA,
    Column("badge", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("pin_hash", String, nullable=False),
    Column("wrong", BigInteger, nullable=False),
    Column("locked_until", Moment),
    Column("added_by", String, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

escorts = Table(
    "escorts",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("who", String, nullable=False),
    Column("at", Moment, nullable=False),
)
