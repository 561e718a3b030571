"""Rows of open items, what was done about them, whom they were told to, and closed days."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from central.database import METADATA, Moment

matters = Table(
    "matters",
    METADATA,
    Column("matter_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("hall", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("by_hand", BigInteger, nullable=False),
    Column("detail", String, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("shown_at", Moment),
    Column("calm_since", Moment),
    Column("flaps", BigInteger, nullable=False),
    Column("owner", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("due_at", Moment),
    Column("acknowledged_by", String),
    Column("acknowledged_at", Moment),
    Column("escalated", BigInteger, nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", String, nullable=False),
    Column("note", String, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
open_once = Index(
    "matters_open_once",
    matters.c.kind,
    matters.c.subject,
    unique=True,
    sqlite_where=matters.c.closed_at.is_(None),
    postgresql_where=matters.c.closed_at.is_(None),
)

matter_steps = Table(
    "matter_steps",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("matter_id", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("note", String, nullable=False),
)

matter_calls = Table(
    "matter_calls",
    METADATA,
    Column("call_id", String, primary_key=True),
    Column("matter_id", String, nullable=False),
    Column("rung", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("called_at", Moment, nullable=False),
)

duty_phones = Table(
    "duty_phones",
    METADATA,
    Column("who", String, primary_key=True),
    Column("masked", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
)

day_closes = Table(
    "day_closes",
    METADATA,
    Column("hall", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("handed", BigInteger, nullable=False),
)
