"""Rows of draws and of their lots."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

audits = Table(
    "audits",
    METADATA,
    Column("audit_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("kind", "seed", "first_day", "last_day")),
    *(Column(name, BigInteger, nullable=False) for name in ("units", "size", "pool")),
    *(Column(name, String, nullable=False) for name in ("pool_sha256", "drawn_by")),
    Column("drawn_at", Moment, nullable=False),
)

lots = Table(
    "audit_lots",
    METADATA,
    Column("audit_id", String, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("subject_id", "title", "unit", "marks", "verdict", "note")),
    Column("checked_by", String),
    Column("checked_at", Moment),
)
