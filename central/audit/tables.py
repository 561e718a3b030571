"""Rows of the audit trail and its head."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

audit_log = Table(
    "audit_log",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    *(Column(name, String, nullable=False) for name in ("who", "act", "about", "detail", "address", "hash")),
)

audit_head = Table(
    "audit_head",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String, nullable=False),
    Column("from_seq", BigInteger, nullable=False),
    Column("from_hash", String, nullable=False),
    Column("sent_seq", BigInteger, nullable=False),
)
