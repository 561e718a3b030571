"""Rows of queue numbers."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

counters = Table(
    "number_counters",
    METADATA,
    Column("hall", String, primary_key=True),
    Column("business_date", String, primary_key=True),
    Column("queue", String, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

issued = Table(
    "numbers_issued",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("hall", String, nullable=False),
    Column("business_date", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("number", String, nullable=False),
    Column("issued_at", Moment, nullable=False),
)

leases = Table(
    "number_leases",
    METADATA,
    Column("hall", String, primary_key=True),
    Column("business_date", String, primary_key=True),
    Column("queue", String, primary_key=True),
    Column("series", String, primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("terminal", String, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("made_at", Moment, nullable=False),
)

queues = Table(
    "number_queues",
    METADATA,
    Column("hall", String, primary_key=True),
    Column("queue", String, primary_key=True),
)
