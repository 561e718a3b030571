"""What nobody waits for: once a night lanes are archived and terminals told so; accounts are looked at again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from central.database import Database
from central.feed import store as feed
from central.feed.rules import Draft
from central.fleet import store as fleet
from central.keys import Keys
from central.reconciliation import store
from central.reconciliation.rules import Account
from contract.feed import Archived, FeedKind

LOOK_EVERY_SECONDS = 600.0
NIGHT_BEGINS = 2
"""O'clock in the hall: nobody is served, and the day before is closed."""
TERMINALS_AT_ONCE = 200
"""A transaction: short enough that nobody waits for its locks."""
ACCOUNTS_AT_ONCE = 50
MISSING_AFTER = timedelta(hours=1)
"""Records that are missing this long after a day was closed are told to staff."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Night:
    """What a pass came to: lanes archived further, accounts looked at again, those of them that still do not agree."""

    archived: int = 0
    looked_at: int = 0
    wrong: int = 0


def archive(database: Database, keys: Keys, now: datetime, archive_after: timedelta) -> int:
    """Archive what is judged, old enough and has its scans; tell each terminal up to where. Returns how many lanes."""
    with database.reading() as connection:
        terminals = [terminal.id for terminal in fleet.everyone(connection)]
    done = 0
    for start in range(0, len(terminals), TERMINALS_AT_ONCE):
        some = terminals[start : start + TERMINALS_AT_ONCE]
        with database.writing() as connection:
            if not store.alone(connection):
                return done  # another worker is at it
            due = store.archivable(connection, some, now - archive_after)
            store.archive(connection, due)
            drafts = [_receipt(one) for one in due]
            feed.publish_all(connection, keys, drafts, now)
            done += len(due)
    return done


def _receipt(due: store.Due) -> Draft:
    body = Archived(due.epoch, due.lane, due.seq)
    return Draft(due.terminal, FeedKind.ARCHIVED, f"{due.epoch}/{due.lane}", body)


def look_again(database: Database, now: datetime) -> tuple[int, int]:
    """Compare the accounts that did not agree once more: how many, and how many still do not. Staff hear of those.

    Hashes are read without a lock: nobody's records wait for it.
    """
    looked_at = wrong = 0
    last: Account | None = None
    while True:
        with database.reading() as connection:
            claims = store.open_accounts(connection, ACCOUNTS_AT_ONCE, last)
            found = [store.compared(connection, claim) for claim in claims]
        if not found:
            return looked_at, wrong
        told = [one for one in found if one.differs or (not one.equal and now - one.at > MISSING_AFTER)]
        changed = [one for one, claim in zip(found, claims, strict=True) if one != claim]
        with database.writing() as connection:
            for account in changed:
                store.keep_again(connection, account)
            for account in told:
                store.tell_staff(connection, account, now)
        looked_at, wrong, last = looked_at + len(found), wrong + sum(not one.equal for one in found), found[-1]


def night(database: Database, keys: Keys, now: datetime, archive_after: timedelta) -> Night:
    """The whole pass."""
    looked_at, wrong = look_again(database, now)
    return Night(archive(database, keys, now, archive_after), looked_at, wrong)


class Nightly:
    """One a process; several find nothing left to do. Belongs to the thread that calls `look`."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        archive_after: timedelta | None,
    ) -> None:
        """Without `archive_after` nothing is archived here."""
        self._database = database
        self._keys = keys
        self._clock = clock
        self._zone = zone
        self._archive_after = archive_after
        self._done: date | None = None

    def look(self) -> None:
        """Look again at the accounts; once a night archive."""
        now = self._clock()
        look_again(self._database, now)
        local = now.astimezone(self._zone)
        if self._archive_after is None:
            return
        if local.hour >= NIGHT_BEGINS and self._done != local.date():
            lanes = archive(self._database, self._keys(), now, self._archive_after)
            self._done = local.date()
            log.info("archived", lanes=lanes)
