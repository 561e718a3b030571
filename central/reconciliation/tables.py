"""Rows of the reconciliation: what a terminal claimed of a lane on a business date, and what is held."""

from sqlalchemy import BigInteger, Boolean, Column, String, Table

from central.database import METADATA, Moment

reconciliations = Table(
    "reconciliations",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("business_date", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("claimed", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("equal", Boolean, nullable=False),
    Column("digest", String, nullable=False),
    Column("suite", String, nullable=False),
    Column("at", Moment, nullable=False),
)
