"""Tells terminals when a case has all its scans, and when it lacks one again: through the feed, in one transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta

from central.database import Database
from central.feed import store as feed
from central.feed.rules import Draft
from central.keys import Keys
from central.scans import store
from central.scans.rules import Told
from contract.feed import CaseVerdict, FeedKind

KEPT_FOR = timedelta(days=90)


def tell(database: Database, keys: Keys, clock: Callable[[], datetime], *, accepts: bool = True) -> int:
    """Say what is to be said; returns to how many cases. Another worker's share is left to it.

    Without `accepts` nobody is told that a case is complete: somebody else says that.
    """
    told = 0
    while True:
        with database.reading() as connection:
            if not store.something_to_tell(connection):
                return told
        with database.writing() as connection:
            now = clock()
            words = store.to_tell(connection, now)
            drafts = [
                Draft(terminal, FeedKind.VERDICT, case_id, CaseVerdict(case_id, word.value), until=now + KEPT_FOR)
                for terminal, case_id, word in words
                if accepts or word is not Told.ACCEPTED
            ]
            feed.publish_all(connection, keys, drafts, now)
        if not words:
            return told
        told += len(words)
