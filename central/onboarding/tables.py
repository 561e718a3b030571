"""Rows of terminals that are to come."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

onboardings = Table(
    "onboardings",
    METADATA,
    Column("terminal", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("hall", "place", "series", "district", "number", "reason")),
    Column("asked_by", String, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("agreed_by", String),
    Column("agreed_at", Moment),
    Column("refused_by", String),
    Column("code_at", Moment),
    Column("in_service_by", String),
    Column("in_service_at", Moment),
)
