"""Rows of what staff do with a case, and of what supervision looks at."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

case_corrections = Table(
    "case_corrections",
    METADATA,
    Column("notice_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("case_id", "wrong", "until", "new_fact", "by_whom")),
    Column("at", Moment, nullable=False),
)

case_refusals = Table(
    "case_refusals",
    METADATA,
    Column("notice_id", String, primary_key=True),
    Column("case_id", String, nullable=False, unique=True),
    *(Column(name, String, nullable=False) for name in ("refused", "reason", "next_steps", "by_whom")),
    Column("at", Moment, nullable=False),
    *(Column(name, String, nullable=False, default="") for name in ("code", "confirmed_by")),
)

refusal_proposals = Table(
    "refusal_proposals",
    METADATA,
    Column("proposal_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("case_id", "refused", "code", "reason", "next_steps")),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("decided", String, nullable=False),
    Column("decided_by", String),
    Column("decided_at", Moment),
    Column("decided_note", String, nullable=False),
)

first_receivers = Table(
    "first_receivers",
    METADATA,
    Column("kind", String, primary_key=True),
    Column("of_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("unit", "who")),
    Column("at", Moment, nullable=False),
)

supervision_events = Table(
    "supervision_events",
    METADATA,
    Column("event_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("what", "case_id", "about", "who")),
    Column("at", Moment, nullable=False),
    Column("seen_by", String),
    Column("seen_at", Moment),
    Column("seen_note", String),
)

case_contacts = Table(
    "case_contacts",
    METADATA,
    Column("contact_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("case_id", "what", "note", "by_whom")),
    Column("at", Moment, nullable=False),
)

case_routes = Table(
    "case_routes",
    METADATA,
    Column("case_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("route", "why", "by_whom")),
    Column("at", Moment, nullable=False),
)

case_transfers = Table(
    "case_transfers",
    METADATA,
    Column("transfer_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("case_id", "from_unit", "to_unit", "reason", "by_whom")),
    Column("at", Moment, nullable=False),
    Column("back_at", Moment),
    Column("back_by", String),
    Column("back_note", String),
    Column("accepted_at", Moment),
    Column("accepted_by", String),
)

asked_people = Table(
    "asked_people",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("person", "key_id")),
    Column("at", Moment, nullable=False),
)

done_at_once = Table(
    "done_at_once",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("terminal", "item")),
    *(Column(name, BigInteger, nullable=False) for name in ("seconds", "finished")),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
)
