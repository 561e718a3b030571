"""Rows of what went up from this hall."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

upward_marks = Table(
    "upward_marks",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("frozen", String, nullable=False),
)

upward_damaged = Table(
    "upward_damaged",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
)

upward_scans = Table(
    "upward_scans",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("hash", String, primary_key=True),
    Column("held_at", Moment, nullable=False),
)

upward_words = Table(
    "upward_words",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

upward_refused_items = Table(
    "upward_refused_items",
    METADATA,
    Column("seq", BigInteger, primary_key=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", Moment, nullable=False),
)

upward_acts = Table(
    "upward_acts",
    METADATA,
    Column("stream", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("ref", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
)
