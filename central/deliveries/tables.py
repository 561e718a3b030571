"""Rows of results on their way by post."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

deliveries = Table(
    "deliveries",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("case_number", String, nullable=False),
    Column("waybill", String, nullable=False),
    Column("sender_unit", String, nullable=False),
    Column("sent_on", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("receiver_unit", String, nullable=False),
    Column("receiver", String, nullable=False),
    Column("received_on", String, nullable=False),
    Column("indicator", String, nullable=False),
    Column("criterion", String, nullable=False),
    Column("assessed_at", String, nullable=False),
    Column("grade", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("free", BigInteger, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("moves", String, nullable=False),
    Column("tracked_at", Moment),
    Column("delivered", BigInteger, nullable=False),
)
