"""Rows of records of credit."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

credit_flags = Table(
    "credit_flags",
    METADATA,
    Column("flag_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("person", "source", "flagged_on", "reason", "added_by")),
    Column("added_at", Moment, nullable=False),
    Column("lifted_by", String),
    Column("lifted_at", Moment),
)
