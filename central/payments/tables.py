"""Rows of orders, their steps, and the numbers of receipts."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.database import METADATA, Moment

orders = Table(
    "orders",
    METADATA,
    Column("order_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("item", String, nullable=False),
    Column("title", String, nullable=False),
    Column("case_id", String, nullable=False),
    Column("bill", String, nullable=False),
    Column("asked", String, nullable=False),
    Column("person", String, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("lines", String, nullable=False),
    Column("state", String, nullable=False),
    Column("gives_up", BigInteger, nullable=False),
    Column("pay_url", String, nullable=False),
    Column("pay_until", Moment, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("paid_at", Moment),
    Column("receipt_number", String, unique=True),
    Column("claimed_by", String),
    Column("claimed_at", Moment),
    Column("given_at", Moment),
    Column("refund_why", String, nullable=False),
    Column("refunded_at", Moment),
)

order_steps = Table(
    "order_steps",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("order_id", String, nullable=False),
    Column("what", String, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
)

receipt_head = Table(
    "receipt_head",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
