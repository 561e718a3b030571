"""Rows of the fleet."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from central.database import METADATA, Moment

terminals = Table(
    "terminals",
    METADATA,
    Column("id", String, primary_key=True),
    Column("hall", String, nullable=False),
    Column("place", String, nullable=False),
    Column("series", String, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("added_at", Moment, nullable=False),
)

terminal_keys = Table(
    "terminal_keys",
    METADATA,
    Column("key_id", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("retired_at", Moment),
)
in_use = Index(
    "terminal_keys_in_use",
    terminal_keys.c.key_id,
    unique=True,
    sqlite_where=terminal_keys.c.retired_at.is_(None),
    postgresql_where=terminal_keys.c.retired_at.is_(None),
)

terminals_now = Table(
    "terminals_now",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("came_online_at", Moment, nullable=False),
    Column("clock_skew_seconds", BigInteger, nullable=False),
    Column("version", String, nullable=False),
    Column("report", LargeBinary, nullable=False),
    Column("nonce", String, nullable=False, default=""),
)

terminal_reports = Table(
    "terminal_reports",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("hash", String, nullable=False),
    Column("steady", LargeBinary, nullable=False),
)

alarms = Table(
    "alarms",
    METADATA,
    Column("id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("detail", String, nullable=False, default=""),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
)

settings_revisions = Table(
    "settings_revisions",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", String, nullable=False),
    Column("changes", LargeBinary, nullable=False),
    Column("outcome", String, nullable=False),
    Column("received_at", Moment, nullable=False),
)

purges = Table(
    "purges",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("lane", String, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("digest", String, nullable=False),
    Column("scans", BigInteger, nullable=False),
    Column("rule", String, nullable=False),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
)
