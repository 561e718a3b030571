"""Rows of cases that went to another city."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

city_transfers = Table(
    "city_transfers",
    METADATA,
    Column("transfer_id", String, primary_key=True),
    Column("case_id", String, nullable=False, unique=True),
    *(Column(name, String, nullable=False) for name in ("city", "result_by", "state", "reference", "waybill")),
    *(Column(name, BigInteger, nullable=False) for name in ("news_heard", "tries")),
    *(Column(name, String, nullable=False) for name in ("trouble", "by_whom")),
    Column("asked_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("changed_at", Moment, nullable=False),
)
