"""Rows of reports as they were made, and of their files."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, UniqueConstraint

from central.database import METADATA, Moment

reports = Table(
    "reports",
    METADATA,
    Column("report_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("kind", "period")),
    Column("version", BigInteger, nullable=False),
    *(Column(name, Moment, nullable=False) for name in ("as_of", "made_at")),
    Column("made_by", String, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("sha256", String, nullable=False),
    Column("for_all", LargeBinary),
    Column("reviewed_by", String),
    Column("reviewed_at", Moment),
    Column("published_by", String),
    Column("published_at", Moment),
    UniqueConstraint("kind", "period", "version"),
)

report_files = Table(
    "report_files",
    METADATA,
    *(Column(name, String, primary_key=True) for name in ("report_id", "audience", "form")),
    Column("body", LargeBinary, nullable=False),
    Column("sha256", String, nullable=False),
)
