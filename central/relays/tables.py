"""Rows of hall nodes, of the terminals behind them, and of what was done in their halls."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

relays = Table(
    "relays",
    METADATA,
    Column("id", String, primary_key=True),
    Column("hall", String, nullable=False, unique=True),
    Column("made_by", String, nullable=False),
    Column("made_at", Moment, nullable=False),
)

relays_now = Table(
    "relays_now",
    METADATA,
    Column("relay", String, primary_key=True),
    Column("received_at", Moment, nullable=False),
    Column("came_online_at", Moment, nullable=False),
    Column("clock_skew_seconds", BigInteger, nullable=False),
    Column("nonce", String, nullable=False),
    Column("report", LargeBinary, nullable=False),
)

relayed = Table(
    "relayed",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("relay", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("said_at", Moment, nullable=False),
)

hall_acts = Table(
    "hall_acts",
    METADATA,
    Column("relay", String, primary_key=True),
    Column("stream", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("applied_at", Moment),
    Column("trouble", String, nullable=False),
)
