"""Rows of the trace: entries, how long each chain is, and the signed checkpoints over them."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

heads = Table(
    "trace_heads",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("head", String, nullable=False),
    Column("sealed", BigInteger, nullable=False),
)

trace = Table(
    "trace",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("source", String, nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    *(Column(name, String, nullable=False) for name in ("what", "actor", "who", "note", "prev", "hash")),
)

checkpoints = Table(
    "trace_checkpoints",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("day", String, nullable=False),
    Column("why", String, nullable=False),
    Column("heads", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("root", "prev", "suite", "key_id")),
    Column("signature", LargeBinary, nullable=False),
)

checkpoint_heads = Table(
    "trace_checkpoint_heads",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("head", String, nullable=False),
)
