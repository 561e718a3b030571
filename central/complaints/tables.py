"""Rows of what citizens complain of and ask."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.database import METADATA, Moment

complaints = Table(
    "complaints",
    METADATA,
    Column("complaint_id", String, primary_key=True),
    Column("envelope_id", String, nullable=False, unique=True),
    Column("terminal", String, nullable=False),
    Column("number", String, nullable=False),
    Column("code", String, nullable=False),
    Column("matter", String, nullable=False),
    Column("about", String, nullable=False),
    Column("item", String),
    Column("page", String, nullable=False),
    Column("last_error", String),
    Column("case_number", String, nullable=False),
    Column("named", BigInteger, nullable=False),
    Column("masked_contact", String, nullable=False),
    Column("language", String, nullable=False),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("answer", String, nullable=False),
    Column("answered_by", String),
    Column("answered_at", Moment),
    Column("changed_at", Moment, nullable=False),
    Column("promised_until", String),
    Column("extended_until", String),
    Column("extension_reason", String, nullable=False, default=""),
    Column("extended_by", String),
    Column("complete", BigInteger),
    *(
        Column(name, String, nullable=False, default="")
        for name in ("unit", "against", "routed_by", "routed_why", "brief", "weight", "weight_why", "found")
    ),
    *(Column(name, Moment) for name in ("looked_into_at", "told_at", "called_back_at", "closed_at")),
    *(Column(name, String, nullable=False, default="") for name in ("called_back", "accountable", "closed_note")),
    *(Column(name, String) for name in ("called_back_by", "closed_by")),
)

complaint_steps = Table(
    "complaint_steps",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("complaint_id", String, nullable=False),
    Column("what", String, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("note", String, nullable=False),
    Column("at", Moment, nullable=False),
)
