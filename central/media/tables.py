"""Rows of what is shown on the attract screens, its bytes, and the bytes that come to a hall node piece by piece."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

media = Table(
    "media",
    METADATA,
    Column("media_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("node", "slot", "sha256")),
    Column("size", BigInteger, nullable=False),
    Column("form", String, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in ("width", "height", "seconds")),
    *(Column(name, String, nullable=False) for name in ("says", "first_day", "last_day", "state", "sent_by")),
    Column("sent_at", Moment, nullable=False),
    Column("decided_by", String),
    Column("decided_at", Moment),
    Column("why", String, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

media_content = Table(
    "media_content",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", Moment, nullable=False),
)

media_coming = Table(
    "media_coming",
    METADATA,
    Column("sha256", String, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    Column("piece", LargeBinary, nullable=False),
)
