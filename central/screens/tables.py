"""Rows of screens, their manners, the voice's hours, and what calls went out by."""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from central.database import METADATA, Moment

screens = Table(
    "screens",
    METADATA,
    Column("screen_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("kind", "hall", "zone", "window_code", "title")),
    Column("token_hash", String, nullable=False, unique=True),
    Column("made_by", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("seen_at", Moment),
)

screen_manners = Table(
    "screen_manners",
    METADATA,
    Column("hall", String, primary_key=True),
    Column("shows_names", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("opens", "closes", "notice", "by_whom")),
    Column("at", Moment, nullable=False),
)

voice_hours = Table(
    "voice_hours",
    METADATA,
    Column("rule_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("hall", "zone", "weekdays", "starts", "ends")),
    Column("volume", BigInteger, nullable=False),
    Column("by_whom", String, nullable=False),
    Column("at", Moment, nullable=False),
)

call_deliveries = Table(
    "call_deliveries",
    METADATA,
    *(Column(name, String, primary_key=True) for name in ("call_id", "channel", "place")),
    Column("state", String, nullable=False),
    Column("at", Moment, nullable=False),
)

staff_cards = Table(
    "staff_cards",
    METADATA,
    Column("name", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("shown", "number", "post", "duty", "promise")),
    Column("photo", LargeBinary, nullable=False),
    *(Column(name, String, nullable=False) for name in ("photo_type", "by_whom")),
    Column("at", Moment, nullable=False),
)
