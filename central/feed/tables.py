"""Rows of what goes down, and of what terminals said about commands."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

feed_head = Table(
    "feed_head",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

feed = Table(
    "feed",
    METADATA,
    Column("seq", BigInteger, primary_key=True),
    Column("audience", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("signed_at", String, nullable=False),
    Column("suite", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("until", Moment),
    Column("replaced_by", BigInteger),
)

commands_done = Table(
    "commands_done",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("command_id", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
)
