"""Rows of whom a case is of, and how far it has come."""

from sqlalchemy import Column, Integer, String, Table

from central.database import METADATA, Moment

case_people = Table(
    "case_people",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("at", Moment, nullable=False),
)

case_steps = Table(
    "case_steps",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String, nullable=False),
    Column("step", String, nullable=False),
    Column("note", String, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
)
