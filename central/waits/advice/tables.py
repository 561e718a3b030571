"""Rows of advice on windows."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

window_advice = Table(
    "window_advice",
    METADATA,
    Column("advice_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("hall", "queue", "item", "advised")),
    Column("raised_at", Moment, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in ("waiting", "minutes", "windows")),
    Column("seen_by", String, nullable=False),
    Column("opened_at", Moment),
    Column("opened", String, nullable=False),
    Column("later_at", Moment),
    *(Column(name, BigInteger) for name in ("later_waiting", "later_minutes")),
    Column("ended_at", Moment),
)
