"""Rows of cases, their paper, their ratings, and who looked at what is sealed."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint

from central.database import METADATA, Moment

cases = Table(
    "cases",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("envelope_id", String, nullable=False, unique=True),
    Column("terminal", String, nullable=False),
    Column("case_number", String, nullable=False, unique=True),
    Column("item_kind", String, nullable=False),
    Column("item", String, nullable=False),
    Column("item_version", BigInteger, nullable=False),
    Column("item_title", String, nullable=False),
    Column("implementation_code", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("number", String, nullable=False),
    Column("business_date", String, nullable=False),
    Column("filed_at", String, nullable=False),
    Column("masked_name", String, nullable=False),
    Column("language", String, nullable=False),
    Column("promise_date", String),
    Column("received_at", Moment, nullable=False),
    Column("hall", String, nullable=False, default=""),
    Column("tier", String, nullable=False, default="leased"),
    Column("helped_by", String, nullable=False, default=""),
    Column("missing", String, nullable=False, default="[]"),
    Column("missing_until", String),
    Column("how", String, nullable=False, default="{}"),
    Column("booking_id", String, nullable=False, default=""),
    Column("draft", String, nullable=False, default=""),
    Column("channel", String, nullable=False, default="terminal"),
    UniqueConstraint("terminal", "business_date", "queue", "number"),
)

upstream_once = Index(
    "cases_upstream_once",
    cases.c.hall,
    cases.c.business_date,
    cases.c.number,
    unique=True,
    sqlite_where=cases.c.tier == "upstream",
    postgresql_where=cases.c.tier == "upstream",
)

tickets = Table(
    "tickets",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("case_id", String, nullable=False),
    Column("print_id", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("evidence", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("handled_by", String),
    Column("handled_at", Moment),
    Column("handled_note", String),
    Column("paper", String, nullable=False, default="ticket"),
    Column("serial", String),
    Column("code", String),
    Column("copy", BigInteger),
    Column("pages", BigInteger),
    Column("pages_out", BigInteger),
    Column("sha256", String),
    Column("voids", String),
    Column("template", String, nullable=False, default=""),
)

pages_counted = Table(
    "pages_counted",
    METADATA,
    Column("document_id", String, primary_key=True),
    Column("envelope_id", String, nullable=False, unique=True),
    Column("terminal", String, nullable=False),
    Column("pages", BigInteger, nullable=False),
    Column("at", String, nullable=False),
)

ratings = Table(
    "ratings",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("case_id", String, nullable=False),
    Column("satisfaction", String, nullable=False),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("tags", String, nullable=False, default="[]"),
    Column("tags_version", BigInteger, nullable=False, default=0),
    Column("again", BigInteger, nullable=False, default=0),
    Column("item", String, nullable=False, default=""),
    Column("channel", String, nullable=False, default="hall_terminal"),
)

notices_given = Table(
    "notices_given",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    Column("notice_id", String, nullable=False, unique=True),
    Column("terminal", String, nullable=False),
    Column("item", String, nullable=False),
    Column("item_version", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("given", String, nullable=False),
    Column("at", String, nullable=False),
    Column("language", String, nullable=False),
    Column("masked_recipient", String, nullable=False),
    Column("case_id", String, nullable=False),
    Column("situations", String, nullable=False),
    Column("received_at", Moment, nullable=False),
)

papers_left = Table(
    "papers_left",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("device", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("pages", BigInteger),
    Column("case_id", String, nullable=False),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
)

difficulties = Table(
    "difficulties",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    Column("terminal", String, nullable=False),
    Column("page", String, nullable=False),
    Column("item", String),
    Column("last_error", String),
    Column("reason", String, nullable=False),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
)

looks = Table(
    "looks",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", String, nullable=False),
)
