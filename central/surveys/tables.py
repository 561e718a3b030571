"""Rows of filled surveys."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

survey_answers = Table(
    "survey_answers",
    METADATA,
    Column("fill_id", String, primary_key=True),
    Column("survey", String, nullable=False),
    Column("quarter", String, nullable=False),
    Column("terminal", String, nullable=False),
    Column("answers", String, nullable=False),
    Column("at", Moment, nullable=False),
)
