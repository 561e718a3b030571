"""Rows of leaders' stays at a window."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

leader_presence = Table(
    "leader_presence",
    METADATA,
    Column("presence_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("name", "unit")),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
