"""Rows of orders to terminals, and of the command each was given."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

remote_orders = Table(
    "remote_orders",
    METADATA,
    Column("order_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("what", "target", "audience", "reason", "said")),
    Column("minutes", BigInteger, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("agreed_by", String),
    Column("given_at", Moment),
    Column("refused_by", String),
)

remote_commands = Table(
    "remote_commands",
    METADATA,
    Column("command_id", String, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("terminal", String, nullable=False),
)
