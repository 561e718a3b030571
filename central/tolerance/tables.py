"""Rows of the reminders of papers that may come later."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

tolerance_reminders = Table(
    "tolerance_reminders",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("stage", String, primary_key=True),
    Column("way", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("done_by", String),
    Column("done_at", Moment),
    Column("done_note", String, nullable=False),
)
