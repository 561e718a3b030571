"""Rows of scans, of what cases name, and of what terminals were told about it."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

scans = Table(
    "scans",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("hash", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("case_id", String, nullable=False),
    Column("what", String, nullable=False),
    Column("state", String, nullable=False),
    Column("at", Moment, nullable=False),
)

case_scans = Table(
    "case_scans",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("hash", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("what", String, nullable=False),
)

scan_cases = Table(
    "scan_cases",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("told", String, nullable=False),
    Column("at", Moment, nullable=False),
)
