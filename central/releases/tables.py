"""Rows of releases on their way, and of what became of each at each terminal."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.database import METADATA, Moment

release_rollouts = Table(
    "release_rollouts",
    METADATA,
    Column("rollout_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("release", "before", "reason", "groups")),
    *(
        Column(name, BigInteger, nullable=False)
        for name in ("soak_minutes", "absent_minutes", "well_percent", "failures_percent")
    ),
    Column("state", String, nullable=False),
    Column("stage", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("baseline", "by_whom", "agreed_by")),
    Column("made_at", Moment, nullable=False),
    Column("stage_at", Moment),
    Column("changed_at", Moment, nullable=False),
    Column("note", String, nullable=False),
)

release_steps = Table(
    "release_steps",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("rollout_id", String, nullable=False),
    Column("what", String, nullable=False),
    Column("stage", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("detail", "by_whom")),
    Column("at", Moment, nullable=False),
)

release_outcomes = Table(
    "release_outcomes",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("release", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("stage", "why")),
    Column("at", Moment, nullable=False),
)
