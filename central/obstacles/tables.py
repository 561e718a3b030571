"""Rows of obstacles, of where each was found, of answers to 办不成事."""

from sqlalchemy import Column, String, Table

from central.database import METADATA, Moment

obstacles = Table(
    "obstacles",
    METADATA,
    Column("obstacle_id", String, primary_key=True),
    *(
        Column(name, String, nullable=False)
        for name in ("same", "kind", "title", "track", "until", "unit", "result", "found_by")
    ),
    Column("found_at", Moment, nullable=False),
    Column("solved_by", String),
    Column("solved_at", Moment),
    Column("changed_at", Moment, nullable=False),
)

obstacle_sources = Table(
    "obstacle_sources",
    METADATA,
    *(Column(name, String, primary_key=True) for name in ("source", "source_id")),
    Column("obstacle_id", String, nullable=False),
    Column("at", Moment, nullable=False),
)

difficulty_answers = Table(
    "difficulty_answers",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("words", "by_whom")),
    Column("at", Moment, nullable=False),
)
