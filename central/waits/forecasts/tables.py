"""Rows of forecasts given to numbers."""

from sqlalchemy import Column, Float, String, Table

from central.database import METADATA, Moment

wait_forecasts = Table(
    "wait_forecasts",
    METADATA,
    Column("case_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("hall", "queue")),
    Column("given_at", Moment, nullable=False),
    *(Column(name, Float, nullable=False) for name in ("least", "most", "middle")),
    Column("basis", String, nullable=False),
    Column("called_at", Moment),
    Column("error_minutes", Float),
)
