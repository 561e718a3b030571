"""Rows of unfinished filings."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

drafts = Table(
    "drafts",
    METADATA,
    Column("draft_id", String, primary_key=True),
    Column("lookup", String, nullable=False, unique=True),
    Column("terminal", String, nullable=False),
    Column("item", String, nullable=False),
    Column("item_version", BigInteger, nullable=False),
    Column("person", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("wrong", BigInteger, nullable=False, default=0),
    Column("begun_at", String, nullable=False, default="terminal"),
    Column("case_number", String, nullable=False, default=""),
)
