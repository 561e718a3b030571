"""Rows of orders of 12345 and of what the hotline is yet to be told."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

hotline_orders = Table(
    "hotline_orders",
    METADATA,
    Column("order_number", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("direction", "matter")),
    Column("complaint_id", String, nullable=False, unique=True),
    *(Column(name, String, nullable=False) for name in ("hall", "state")),
    Column("due_at", String),
    Column("received_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

hotline_outbox = Table(
    "hotline_outbox",
    METADATA,
    Column("message_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("order_number", "kind")),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("tries", BigInteger, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("answer", String, nullable=False),
)
