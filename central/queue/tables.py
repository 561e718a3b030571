"""Rows of windows, posts, numbers, turns and acts of a hall's queue. Partial indexes hold what races could break: one
number at a window, one open turn a number, one person at one window.
"""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.database import METADATA, Moment

queue_windows = Table(
    "queue_windows",
    METADATA,
    Column("window_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("hall", "code", "name", "place", "zone")),
    Column("ended_at", Moment),
)

queue_skills = Table(
    "queue_skills",
    METADATA,
    Column("window_id", String, primary_key=True),
    Column("skill", String, primary_key=True),
)

queue_posts = Table(
    "queue_posts",
    METADATA,
    Column("post_id", String, primary_key=True),
    Column("window_id", String, nullable=False),
    Column("weekday", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("starts", "ends", "first_name", "stand_in_name")),
    *(Column(name, String, nullable=False) for name in ("stand_in_window", "by_whom")),
    Column("at", Moment, nullable=False),
)

queue_covers = Table(
    "queue_covers",
    METADATA,
    Column("cover_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("window_id", "stand_in_window")),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
)

queue_signs = Table(
    "queue_signs",
    METADATA,
    Column("window_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("who", "state")),
    Column("since", Moment, nullable=False),
)

queue_sign_log = Table(
    "queue_sign_log",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    *(Column(name, String, nullable=False) for name in ("window_id", "who", "state")),
    Column("at", Moment, nullable=False),
)

queue_halls = Table("queue_halls", METADATA, Column("hall", String, primary_key=True))

queue_lines = Table(
    "queue_lines",
    METADATA,
    *(Column(name, String, primary_key=True) for name in ("hall", "business_date", "queue")),
    Column("since_green", BigInteger, nullable=False),
)

queue_numbers = Table(
    "queue_numbers",
    METADATA,
    Column("case_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("hall", "business_date", "queue", "item", "number", "series")),
    Column("count", BigInteger, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("entered_at", Moment, nullable=False),
    *(Column(name, String, nullable=False) for name in ("stand", "green")),
    Column("booked_for", Moment),
    Column("calls", BigInteger, nullable=False),
    *(Column(name, Moment) for name in ("called_at", "began_at", "passed_at", "ended_at")),
    *(Column(name, BigInteger, nullable=False) for name in ("revived", "behind", "overtaken")),
    *(Column(name, String, nullable=False) for name in ("at_window", "wanted_window")),
    Column("changed_at", Moment, nullable=False),
)

queue_turns = Table(
    "queue_turns",
    METADATA,
    Column("turn_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("case_id", "hall", "business_date", "queue", "item")),
    *(Column(name, String, nullable=False) for name in ("window_id", "who")),
    Column("called_at", Moment, nullable=False),
    *(Column(name, Moment) for name in ("began_at", "ended_at")),
    Column("outcome", String, nullable=False),
)

queue_items = Table(
    "queue_items",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("item", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("title", "added_by")),
    Column("added_at", Moment, nullable=False),
    Column("done_by", String, nullable=False),
    Column("done_at", Moment),
)

queue_acts = Table(
    "queue_acts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("act_id", String, nullable=False, unique=True),
    *(Column(name, String, nullable=False) for name in ("hall", "business_date", "case_id", "number", "window_id")),
    *(Column(name, String, nullable=False) for name in ("who", "did", "detail", "channels")),
    Column("at", Moment, nullable=False),
)

queue_agents = Table(
    "queue_agents",
    METADATA,
    Column("agent_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("window_id", "code_hash")),
    Column("code_until", Moment, nullable=False),
    Column("public_key", String, nullable=False),
    *(Column(name, Moment) for name in ("paired_at", "seen_at", "ended_at")),
    Column("by_whom", String, nullable=False),
)

queue_found = Table(
    "queue_found",
    METADATA,
    Column("window_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("nonce", "case_ids")),
    Column("at", Moment, nullable=False),
)
