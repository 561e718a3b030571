"""Ratings and green channels, read from the rows of cases."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from central.cases.tables import cases, ratings
from central.feed import store as feed
from central.ratings.rules import Given
from contract.feed import FeedKind, RatingTags

MOST = 5000


def given(connection: Connection, since: datetime) -> list[Given]:
    """Since a moment, the newest first."""
    rows = select(ratings, cases.c.item.label("of_case")).outerjoin(cases, cases.c.case_id == ratings.c.case_id)
    rows = rows.where(ratings.c.received_at >= since).order_by(ratings.c.received_at.desc()).limit(MOST)
    return [
        Given(
            row["at"],
            row["terminal"],
            row["item"] or row["of_case"] or "",
            row["satisfaction"],
            msgspec.json.decode(row["tags"] or "[]", type=tuple[str, ...]),
            bool(row["again"]),
        )
        for row in connection.execute(rows).mappings()
    ]


def greens(connection: Connection, since: datetime) -> list[str]:
    """Why each case since then took the green channel; empty for the others."""
    rows = select(cases.c.how).where(cases.c.received_at >= since)
    return [str(msgspec.json.decode(how or "{}").get("green") or "") for (how,) in connection.execute(rows)]


def reasons(connection: Connection, now: datetime) -> dict[str, dict[str, str]]:
    """How the reasons are called, by key: as the list in force says; empty where none was published."""
    return {tag.key: tag.text for level in in_force(connection, now).levels.values() for tag in level}


def in_force(connection: Connection, now: datetime) -> RatingTags:
    """The platform's reasons by level; an empty list of version 0 where none was published."""
    sent = feed.in_force(connection, [FeedKind.TAGS], now)
    newest = next((one.body for one in sent if one.body), None)
    return msgspec.json.decode(newest, type=RatingTags) if newest else RatingTags()
