"""What a database set back to a backup must skip, so that nothing given out since is given out again."""

from datetime import date

import msgspec
from sqlalchemy import Connection, select, text, update

from central.bulk import change_many
from central.database import read
from central.departments import store as departments
from central.departments.every import CONNECTORS
from central.epochs import store as epochs
from central.feed.tables import feed, feed_head
from central.keys import Keys
from central.payments import store as orders
from contract.feed import FeedItem, signed_bytes

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
    prefixes = {document.prefix for one in CONNECTORS.values() for document in one.documents}
    orders.after_restore(connection)
    departments.after_restore(connection, sorted(prefixes), today.isoformat())


def sign_again(connection: Connection, keys: Keys, gone: str, after: int, at_most: int) -> int | None:
    """Sign with the key in force what another signed and is in force, place and version kept: from `after` on, some.

    Returns the last place; None when nothing was left.
    """
    mine = feed.c.key_id == gone, feed.c.replaced_by.is_(None), feed.c.seq > after
    found = connection.execute(select(feed).where(*mine).order_by(feed.c.seq).limit(at_most)).mappings()
    rows: list[dict[str, object]] = []
    last = None
    for item in [read(row, FeedItem) for row in found]:
        ours = msgspec.structs.replace(item, suite=keys.signing.suite, key_id=keys.signing_id)
        signature = keys.signing.sign(signed_bytes(ours))
        rows.append({"seq": ours.seq, "suite": ours.suite, "key_id": ours.key_id, "signature": signature})
        last = ours.seq
    change_many(connection, feed, rows, ("seq",))
    return last
