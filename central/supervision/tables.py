"""Rows of cards and of notices to units."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.database import METADATA, Moment

cards = Table(
    "supervision_cards",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    *(
        Column(name, String, nullable=False)
        for name in ("card_id", "rule", "level", "subject", "subject_id", "stage", "title", "unit", "owner", "evidence")
    ),
    Column("raised_at", Moment, nullable=False),
    Column("explained", String, nullable=False, default=""),
    Column("explained_by", String),
    Column("explained_at", Moment),
    Column("urged_at", Moment),
    Column("mandate_id", String, nullable=False, default=""),
    Column("cleared_by", String),
    Column("cleared_at", Moment),
    Column("cleared_note", String, nullable=False, default=""),
    Column("changed_at", Moment, nullable=False),
)

notices = Table(
    "supervision_notices",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    *(Column(name, String, nullable=False) for name in ("notice_id", "unit", "cards", "words")),
    Column("accountable", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("mandate_id", "made_by")),
    Column("made_at", Moment, nullable=False),
)
