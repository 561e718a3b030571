"""Rows of units and of who belongs to them."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

units = Table(
    "units",
    METADATA,
    Column("unit", String, primary_key=True),
    Column("rank", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("areas", "items", "subjects", "leader", "changed_by")),
    Column("changed_at", Moment, nullable=False),
)

unit_members = Table(
    "unit_members",
    METADATA,
    Column("name", String, primary_key=True),
    Column("unit", String, nullable=False),
)
