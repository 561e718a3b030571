"""Rows of members of staff by the keyed hash of their identity number."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

staff_people = Table(
    "staff_people",
    METADATA,
    Column("name", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("set_by", String, nullable=False),
    Column("set_at", Moment, nullable=False),
)
