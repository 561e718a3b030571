"""Rows of epochs, and the name of this life of the centre."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.database import METADATA, Moment

epochs = Table(
    "epochs",
    METADATA,
    Column("terminal", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("store", String),
    Column("machine", String),
    Column("token", String),
    Column("token_before", String),
    Column("fresh", String),
    Column("came_from", BigInteger),
    Column("opened_at", Moment, nullable=False),
    Column("why", String, nullable=False, default=""),
    Column("carried", BigInteger),
    Column("left_at", Moment),
    Column("left_why", String, nullable=False, default=""),
)

centre_life = Table(
    "centre_life",
    METADATA,
    Column("one", Integer, primary_key=True),
    Column("life", String, nullable=False),
)
