"""Rows of the duty roster and of the calls for help."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from central.database import METADATA, Moment

duty_shifts = Table(
    "duty_shifts",
    METADATA,
    Column("shift_id", String, primary_key=True),
    Column("post", String, nullable=False),
    Column("who", String, nullable=False),
    Column("stand_in", BigInteger, nullable=False),
    Column("weekday", BigInteger, nullable=False),
    Column("starts", String, nullable=False),
    Column("ends", String, nullable=False),
    Column("valid_from", String, nullable=False),
    Column("valid_until", String),
    Column("by_whom", String, nullable=False),
)

help_calls = Table(
    "help_calls",
    METADATA,
    Column("help_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("item", String, nullable=False),
    Column("page", String, nullable=False),
    Column("shown", String, nullable=False),
    Column("language", String, nullable=False),
    Column("on_duty", String, nullable=False),
    Column("state", String, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("answered_by", String),
    Column("answered_at", Moment),
    Column("call_back_at", Moment),
    Column("masked_contact", String, nullable=False),
    Column("sealed", LargeBinary),
    Column("outcome", String, nullable=False),
    Column("ended_by", String, nullable=False),
    Column("ended_at", Moment),
    Column("changed_at", Moment, nullable=False),
)

help_lines = Table(
    "help_lines",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("help_id", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", String, nullable=False),
)
