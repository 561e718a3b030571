"""Rows of pictures that were checked against their originals."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

material_checks = Table(
    "material_checks",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("hash", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("material", "trust", "by_whom")),
    Column("at", Moment, nullable=False),
)
