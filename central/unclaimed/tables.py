"""Rows of matters nobody owns yet, and what was done with them."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.database import METADATA, Moment

unclaimed = Table(
    "unclaimed",
    METADATA,
    Column("unclaimed_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("title", "told", "reference", "received_unit", "received_by")),
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    *(Column(name, String, nullable=False) for name in ("owner", "offered")),
    Column("rung", BigInteger, nullable=False),
    Column("settled_at", Moment),
    Column("changed_at", Moment, nullable=False),
)

unclaimed_steps = Table(
    "unclaimed_steps",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    *(Column(name, String, nullable=False) for name in ("unclaimed_id", "what")),
    Column("rung", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("unit", "note", "by_whom")),
    Column("at", Moment, nullable=False),
)
