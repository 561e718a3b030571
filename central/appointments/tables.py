"""Rows of the pool of appointments."""

from sqlalchemy import BigInteger, CheckConstraint, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

slot_plans = Table(
    "slot_plans",
    METADATA,
    Column("plan_id", String, primary_key=True),
    Column("line", String, nullable=False),
    Column("weekday", BigInteger, nullable=False),
    Column("starts", String, nullable=False),
    Column("ends", String, nullable=False),
    Column("capacity", BigInteger, nullable=False),
    Column("valid_from", String, nullable=False),
    Column("valid_until", String),
    Column("by_whom", String, nullable=False),
    Column("made_at", Moment, nullable=False),
)

slot_closures = Table(
    "slot_closures",
    METADATA,
    Column("line", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("reason", String, nullable=False),
    Column("reason_en", String, nullable=False),
    Column("by_whom", String, nullable=False),
)

slots = Table(
    "slots",
    METADATA,
    Column("slot_id", String, primary_key=True),
    Column("taken", BigInteger, nullable=False),
    CheckConstraint("taken >= 0"),
)

bookings = Table(
    "bookings",
    METADATA,
    Column("booking_id", String, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("terminal", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("item", String, nullable=False),
    Column("line", String, nullable=False),
    Column("title", String, nullable=False),
    Column("place", String, nullable=False),
    Column("slot_id", String, nullable=False),
    Column("day", String, nullable=False),
    Column("starts", String, nullable=False),
    Column("ends", String, nullable=False),
    Column("state", String, nullable=False),
    Column("person", String, nullable=False),
    Column("masked_name", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("change_of", String),
    Column("checked_in_at", Moment),
    Column("placed", String),
    Column("case_id", String),
    Column("urgent", String, nullable=False),
    Column("answer_by", Moment),
    Column("answered_by", String),
    Column("note", String, nullable=False),
)
