"""What a database set back to a backup must skip, so that nothing given out since is given out again."""

from datetime import date

from sqlalchemy import Connection, text, update

from central.epochs import store as epochs
from central.feed.tables import feed_head

FEED_SKIP = 1_000_000
"""Terminals may have read this much further than the backup knows; what is published now comes after it."""
NUMBERS_SKIP = 500
"""Upstream numbers of a queue and day that may have been issued since."""


def after_restore(connection: Connection, today: date) -> None:
    """Call once, before anybody is served. `today` is the hall's business date."""
    epochs.after_restore(connection)
    connection.execute(update(feed_head).values(seq=feed_head.c.seq + FEED_SKIP))
    skip = {"skip": NUMBERS_SKIP, "today": today.isoformat()}
    connection.execute(text("UPDATE number_counters SET last = last + :skip WHERE business_date >= :today"), skip)
    # Of a day the backup does not know, numbers may be out all the same.
    connection.execute(
        text(
            "INSERT INTO number_counters (hall, business_date, queue, last) SELECT hall, :today, queue, :skip"
            " FROM number_queues WHERE true ON CONFLICT (hall, business_date, queue) DO NOTHING"
        ),
        skip,
    )
