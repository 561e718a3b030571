"""Rows of orders of poor ratings and of honours."""

from sqlalchemy import BigInteger, Column, String, Table

from central.database import METADATA, Moment

poor_ratings = Table(
    "poor_ratings",
    METADATA,
    Column("envelope_id", String, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("case_id", "item", "terminal", "satisfaction", "tags")),
    Column("named", BigInteger, nullable=False),
    *(Column(name, String, nullable=False) for name in ("unit", "place", "state")),
    *(Column(name, Moment, nullable=False) for name in ("rated_at", "due_at", "changed_at")),
    *(
        Column(name, String, nullable=False, default="")
        for name in ("verified", "rectified", "reply", "visited", "again", "again_by", "appeal", "appeal_decided")
    ),
    *(
        Column(name, String)
        for name in ("verified_by", "rectified_by", "visited_by", "appealed_by", "appeal_by", "closed_by")
    ),
    *(Column(name, Moment) for name in ("replied_at", "closed_at")),
)

honours = Table(
    "honours",
    METADATA,
    *(Column(name, String, primary_key=True) for name in ("quarter", "honour", "who")),
    *(Column(name, String, nullable=False) for name in ("evidence", "decided", "decided_by", "note")),
    Column("at", Moment, nullable=False),
)
