"""Rows of the policies that are on and of exceptions with their reasons."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

promise_policy = Table(
    "promise_policy",
    METADATA,
    Column("name", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("value", "by_whom")),
    Column("at", Moment, nullable=False),
)

promise_exceptions = Table(
    "promise_exceptions",
    METADATA,
    Column("item", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("reason", "by_whom")),
    Column("at", Moment, nullable=False),
)
