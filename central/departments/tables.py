"""Rows of what departments were asked and did, and of the documents given out."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from central.database import METADATA, Moment

department_calls = Table(
    "department_calls",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False),
    *(Column(name, String, nullable=False) for name in ("person", "terminal", "item", "connector", "call")),
    *(Column(name, String, nullable=False) for name in ("purpose", "consent", "outcome")),
)

department_acts = Table(
    "department_acts",
    METADATA,
    Column("act_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("fingerprint", "person", "terminal", "item", "connector")),
    *(Column(name, String, nullable=False) for name in ("act", "order_id", "state", "reference")),
    Column("asked_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("sealed", LargeBinary),
)

documents_issued = Table(
    "documents_issued",
    METADATA,
    Column("document_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("serial", "lookup", "digest", "person", "masked_name")),
    *(Column(name, String, nullable=False) for name in ("terminal", "item", "connector", "document", "title", "facts")),
    Column("issued_at", Moment, nullable=False),
    Column("voids", String, nullable=False),
    Column("voided_by", String, nullable=False),
    Column("voided_at", Moment),
)

act_declarations = Table(
    "act_declarations",
    METADATA,
    Column("act_id", String, primary_key=True),
    Column("item", String, nullable=False),
    Column("item_version", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("person", "terminal", "digest")),
    Column("at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

document_serials = Table(
    "document_serials",
    METADATA,
    Column("prefix", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
