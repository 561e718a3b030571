"""Rows of the intake: what arrived as it was sent, how far each lane has come, what came again, what waits in sight."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, UniqueConstraint

from central.database import METADATA, Moment

envelopes = Table(
    "envelopes",
    METADATA,
    Column("id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("lane", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("judged_at", Moment),
    Column("trouble", String),
    UniqueConstraint("terminal", "epoch", "lane", "seq"),
)

marks = Table(
    "marks",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("archived", BigInteger, nullable=False, default=0),
)

repeats = Table(
    "repeats",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("id", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("raw", LargeBinary),
)

conflicts = Table(
    "conflicts",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("id", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("reason", String, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("seen_by", String),
    Column("seen_at", Moment),
)

quarantine = Table(
    "quarantine",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("closed_by", String),
    Column("closed_at", Moment),
)
