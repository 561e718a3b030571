"""Rows of the licences a case gave."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

case_licences = Table(
    "case_licences",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("serial", String, nullable=False),
    Column("pickup_id", String, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
)
