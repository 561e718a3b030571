"""Rows of measured service: one a change, the last of each without an end."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

service_spans = Table(
    "service_spans",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("item", String, primary_key=True),
    Column("from_at", Moment, primary_key=True),
    Column("until_at", Moment),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False),
)

service_measured = Table(
    "service_measured",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("at", Moment, nullable=False),
)
