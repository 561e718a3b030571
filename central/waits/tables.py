"""Rows of planned service times."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

queue_plans = Table(
    "queue_plans",
    METADATA,
    Column("hall", String, primary_key=True),
    Column("queue", String, primary_key=True),
    Column("minutes", BigInteger, nullable=False),
    Column("windows", BigInteger, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
)
