"""Rows of service orders, what was done with each, and whose it is."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.database import METADATA, Moment

service_orders = Table(
    "service_orders",
    METADATA,
    Column("order_id", String, primary_key=True),
    Column("envelope_id", String, nullable=False, unique=True),
    Column("terminal", String, nullable=False),
    Column("number", String, nullable=False),
    Column("code", String, nullable=False),
    Column("wish", String, nullable=False),
    Column("item", String, nullable=False),
    Column("item_title", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("day", String, nullable=False),
    Column("slot", String, nullable=False),
    Column("area", String, nullable=False),
    Column("area_name", String, nullable=False),
    Column("bring", String, nullable=False),
    Column("consent", String, nullable=False),
    Column("named", BigInteger, nullable=False),
    Column("masked_contact", String, nullable=False),
    Column("language", String, nullable=False),
    Column("at", String, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("agent_id", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("told", String, nullable=False),
    Column("done_at", Moment),
    Column("changed_at", Moment, nullable=False),
)

service_order_steps = Table(
    "service_order_steps",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("order_id", String, nullable=False),
    Column("what", String, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("note", String, nullable=False),
    Column("at", Moment, nullable=False),
)

service_order_people = Table(
    "service_order_people",
    METADATA,
    Column("order_id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("at", Moment, nullable=False),
)
