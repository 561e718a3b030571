"""What a person directs, from a page or the command line: signed, published and logged with who did it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from central.database import Database
from central.feed import store
from central.feed.rules import EVERYBODY, Draft, Invalid
from central.fleet import store as fleet
from central.keys import Keys
from contract.feed import FeedItem

TITLES_OF = timedelta(days=30)

log = structlog.get_logger()


def direct(database: Database, keys: Keys, drafts: Sequence[Draft], now: datetime, item: str = "") -> list[FeedItem]:
    """Publish these. Raises Invalid for a terminal nobody entered, or an `item` no terminal has."""
    with database.writing() as connection:
        known = store.known_items(connection, now, (now - TITLES_OF).date().isoformat()) if item else {}
        if known and item not in known:
            raise Invalid(f"{item!r}: no terminal has this item; expected one of {', '.join(known)}")
        for audience in {draft.audience for draft in drafts} - {EVERYBODY}:
            if fleet.find(connection, audience) is None:
                raise Invalid(f"terminal {audience!r}: not entered; expected one the centre knows")
        items = store.publish_all(connection, keys, drafts, now)
    for draft, one in zip(drafts, items, strict=True):
        log.info("directed", who=draft.by, kind=draft.kind, key=draft.key, audience=draft.audience, seq=one.seq)
    return items
