"""Rows of the accounts programs of other systems use."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

interface_accounts = Table(
    "interface_accounts",
    METADATA,
    Column("name", String, primary_key=True),
    Column("token_hash", String, nullable=False, unique=True),
    Column("may", String, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
)
