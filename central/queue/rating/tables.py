"""Rows of who has taken note of a rating."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

rating_receipts = Table(
    "rating_receipts",
    METADATA,
    *(Column(name, String, primary_key=True) for name in ("envelope_id", "place")),
    Column("who", String, nullable=False),
    Column("at", Moment, nullable=False),
)
