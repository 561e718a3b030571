"""Rows of the intake: what arrived as it was sent, how far each lane has come, and what could not be judged."""

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
    UniqueConstraint("terminal", "epoch", "lane", "seq"),
)

marks = Table(
    "marks",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
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
)
