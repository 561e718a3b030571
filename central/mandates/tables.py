"""Rows of mandates, of units that were asked, of more time that was asked for."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

mandates = Table(
    "mandates",
    METADATA,
    Column("mandate_id", String, primary_key=True),
    *(
        Column(name, String, nullable=False)
        for name in ("kind", "title", "source", "about", "unit", "owner", "legal_basis", "on_expiry")
    ),
    *(Column(name, Moment, nullable=False) for name in ("received_at", "due_at", "first_due_at")),
    *(Column(name, Moment) for name in ("report_due_at", "reported_at")),
    *(Column(name, String, nullable=False) for name in ("state", "result")),
    Column("done_by", String),
    Column("done_at", Moment),
    Column("closed_by", String),
    Column("closed_at", Moment),
    *(Column(name, String, nullable=False) for name in ("closed_note", "made_by")),
    Column("changed_at", Moment, nullable=False),
)

asked = Table(
    "mandate_asked",
    METADATA,
    Column("asked_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("mandate_id", "what", "unit", "subject", "asked_by")),
    *(Column(name, Moment, nullable=False) for name in ("asked_at", "due_at")),
    *(Column(name, String, nullable=False) for name in ("opinion", "words", "by_whom")),
    Column("at", Moment),
)

extensions = Table(
    "mandate_extensions",
    METADATA,
    Column("extension_id", String, primary_key=True),
    Column("mandate_id", String, nullable=False),
    Column("until", Moment, nullable=False),
    *(Column(name, String, nullable=False) for name in ("reason", "asked_by")),
    Column("asked_at", Moment, nullable=False),
    Column("decided", String, nullable=False),
    Column("decided_by", String),
    Column("decided_at", Moment),
    Column("decided_note", String, nullable=False),
)
