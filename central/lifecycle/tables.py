"""Rows of routes, links, special procedures and the platform's numbers."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

approval_routes = Table(
    "approval_routes",
    METADATA,
    Column("item", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("title", "stages", "changed_by")),
    Column("changed_at", Moment, nullable=False),
)

case_links = Table(
    "case_links",
    METADATA,
    Column("link_id", String, primary_key=True),
    Column("case_id", String, nullable=False),
    Column("stage", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("role", "name", "unit")),
    *(Column(name, BigInteger, nullable=False) for name in ("level", "owner", "amount")),
    *(Column(name, String, nullable=False) for name in ("limit_unit", "opened_by")),
    Column("opened_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("ended_at", Moment),
    *(Column(name, String, nullable=False) for name in ("action", "opinion", "by_whom")),
    Column("deemed", BigInteger, nullable=False),
)

case_pauses = Table(
    "case_pauses",
    METADATA,
    Column("pause_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("case_id", "kind", "reason", "basis", "applicant", "unit")),
    Column("by_whom", String, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ended_by", String),
    *(Column(name, String, nullable=False) for name in ("result", "opinion")),
)

platform_numbers = Table(
    "platform_numbers",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
)
