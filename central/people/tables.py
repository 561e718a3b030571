"""Rows of accounts, failed attempts, sessions and second factors."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

users = Table(
    "users",
    METADATA,
    Column("name", String, primary_key=True),
    Column("password_hash", String, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("roles", String, nullable=False),
    Column("halls", String, nullable=False),
    Column("password_set_at", Moment),
    Column("must_change_since", Moment),
    Column("waiting_since", Moment),
    Column("closed_at", Moment),
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
    Column("owes", String, nullable=False),
)

second_factors = Table(
    "second_factors",
    METADATA,
    Column("name", String, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("last_step", BigInteger, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    METADATA,
    Column("name", String, primary_key=True),
    Column("code_hash", String, primary_key=True),
    Column("used_at", Moment),
)
