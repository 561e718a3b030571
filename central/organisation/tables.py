"""Rows of the tree, of the values that stand at its places, and of what terminals were sent of them."""

from sqlalchemy import Column, Float, String, Table

from central.database import METADATA, Moment

organisation = Table(
    "organisation",
    METADATA,
    Column("node", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("parent", "tier", "name", "profile")),
    Column("east", Float),
    Column("north", Float),
)

organisation_halls = Table(
    "organisation_halls",
    METADATA,
    Column("hall", String, primary_key=True),
    Column("node", String, nullable=False),
)

organisation_values = Table(
    "organisation_values",
    METADATA,
    *(Column(name, String, primary_key=True) for name in ("node", "kind", "key")),
    Column("value", String, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
)

organisation_sent = Table(
    "organisation_sent",
    METADATA,
    *(Column(name, String, primary_key=True) for name in ("terminal", "kind", "key")),
    Column("digest", String, nullable=False),
)
