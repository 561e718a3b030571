"""Rows of codes, certificates and revocations."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

enrol_codes = Table(
    "enrol_codes",
    METADATA,
    Column("lookup", String, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("terminal", String, nullable=False),
    Column("district", String, nullable=False),
    Column("number", String, nullable=False),
    Column("hall", String, nullable=False),
    Column("place", String, nullable=False),
    Column("series", String, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("wrong", BigInteger, nullable=False),
    Column("asked_keys", String),
    Column("fingerprint", String),
    Column("asked_at", Moment),
    Column("confirmed_by", String),
    Column("used_at", Moment),
    Column("answer", LargeBinary),
)

certificates = Table(
    "certificates",
    METADATA,
    Column("serial", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("tls_key", String, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("not_after", Moment, nullable=False),
    Column("pem", String, nullable=False),
)

revocations = Table(
    "revocations",
    METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("why", String, nullable=False),
)
