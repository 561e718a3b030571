"""Every version of the service items that was ever published here."""

from sqlalchemy import Connection, select

from central.database import read
from central.feed.tables import feed
from central.items.rules import Published
from contract.feed import FeedKind


def published(connection: Connection) -> list[Published]:
    """In the order in which they were published."""
    found = select(feed.c.key, feed.c.signed_at, feed.c.body).where(
        feed.c.kind == FeedKind.CATALOGUE, feed.c.audience == "*"
    )
    return [read(row, Published) for row in connection.execute(found.order_by(feed.c.seq)).mappings()]
