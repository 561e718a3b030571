"""Rows of papers that came after their case, and the pictures a phone sent."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

supplements = Table(
    "supplements",
    METADATA,
    Column("supplement_id", String, primary_key=True),
    Column("envelope_id", String, unique=True),
    Column("terminal", String, nullable=False),
    Column("case_number", String, nullable=False),
    Column("code", String, nullable=False),
    Column("item", String, nullable=False),
    Column("how", String, nullable=False),
    Column("materials", String, nullable=False),
    Column("scans", BigInteger, nullable=False),
    Column("sealed_as", String, nullable=False),
    Column("trust", String, nullable=False),
    Column("masked_name", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("settled_by", String, nullable=False),
    Column("settled_at", Moment),
)

pictures = Table(
    "supplement_pictures",
    METADATA,
    Column("supplement_id", String, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("material", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
