"""Rows of what was imported: files, records, and what waits for a decision."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

exchange_loads = Table(
    "exchange_loads",
    METADATA,
    Column("load_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("kind", "partner", "source", "file_name", "file_hash")),
    *(Column(name, BigInteger, nullable=False) for name in ("added", "grown", "same", "ours", "conflicts", "loose")),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
)

exchange_records = Table(
    "exchange_records",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("code", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("number", "title", "source", "partner", "load_id", "body")),
    Column("at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

exchange_conflicts = Table(
    "exchange_conflicts",
    METADATA,
    Column("conflict_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("load_id", "kind", "code", "source", "fields")),
    Column("ours", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("before", "after")),
    Column("at", Moment, nullable=False),
    *(Column(name, String, nullable=False, default="") for name in ("settled", "settled_by")),
    Column("settled_at", Moment),
)
