"""Rows of accounts, failed attempts and sessions."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

users = Table(
    "users",
    METADATA,
    Column("name", String, primary_key=True),
    Column("password_hash", String, nullable=False),
    Column("added_at", Moment, nullable=False),
)

attempts = Table(
    "attempts",
    METADATA,
    Column("name", String, primary_key=True),
    Column("failures", BigInteger, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("locked_until", Moment),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("token_hash", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("csrf", String, nullable=False),
    Column("language", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
