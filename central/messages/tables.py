"""Rows of messages."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, UniqueConstraint

from central.database import METADATA, Moment

text_messages = Table(
    "text_messages",
    METADATA,
    Column("message_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("purpose", "about_id", "template", "filled", "state")),
    Column("sealed_to", LargeBinary, nullable=False),
    Column("tries", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("trouble", "reference")),
    Column("made_at", Moment, nullable=False),
    Column("until", Moment),
    Column("next_try", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("done_at", Moment),
    UniqueConstraint("purpose", "about_id"),
)
