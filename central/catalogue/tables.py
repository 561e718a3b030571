"""Rows of drafts, and of versions on their way."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from central.database import METADATA, Moment

catalogue_drafts = Table(
    "catalogue_drafts",
    METADATA,
    Column("slug", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("based_on", BigInteger, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

rollouts = Table(
    "rollouts",
    METADATA,
    Column("rollout_id", String, primary_key=True),
    Column("slug", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    *(Column(name, LargeBinary, nullable=False) for name in ("body", "before")),
    *(Column(name, String, nullable=False) for name in ("effective_from", "reason", "groups")),
    *(Column(name, BigInteger, nullable=False) for name in ("soak_minutes", "errors_at_most")),
    Column("state", String, nullable=False),
    Column("stage", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("baseline", "by_whom")),
    Column("made_at", Moment, nullable=False),
    Column("stage_at", Moment),
    Column("changed_at", Moment, nullable=False),
    Column("note", String, nullable=False),
)

rollout_steps = Table(
    "rollout_steps",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("rollout_id", String, nullable=False),
    Column("what", String, nullable=False),
    Column("stage", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("detail", "by_whom")),
    Column("at", Moment, nullable=False),
)
