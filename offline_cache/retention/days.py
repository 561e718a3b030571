"""The day's account: how far every lane of every epoch has come, and the digest of all its hashes.

By it the centre can say of each record that it is there. After a month alone the hashes are a hundred thousand and lie
among two hundred megabytes: they are read in bounded steps, between which a citizen's case is kept.

Part of the store: every method is one transaction on the store's thread and raises StoreError when nothing was kept.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from contract.envelope import Lane
from contract.messages import DayClosed, LaneDigest
from contract.suites import suite
from offline_cache.disk.database import Database, iso
from offline_cache.disk.driven import Driven
from offline_cache.documents import Post

_HASHES_AT_ONCE: Final = 250
_DAY: Final = "SELECT day FROM identity WHERE one = 1"
_SET_DAY: Final = "UPDATE identity SET day = ? WHERE one = 1"
_LANES: Final = "SELECT epoch, lane, highest FROM lanes WHERE highest > 0 ORDER BY epoch, lane"
_CASES: Final = "SELECT count(*) FROM cases WHERE business_date = ?"
_PURGED: Final = """\
SELECT seq, lower(hex(hash)) FROM hashes WHERE epoch = ? AND lane = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?"""
_HERE: Final = """\
SELECT seq, hash FROM outbox WHERE epoch = ? AND lane = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?"""


class _Account(msgspec.Struct):
    """An account under way: the lanes as they stood when it began, and what was read so far of the first of `left`."""

    lanes: list[tuple[int, str, int]]
    left: list[tuple[int, str, int]]
    read: list[str] = []
    seq: int = 0
    digests: list[LaneDigest] = []


class Days:
    """Closes business dates."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        today: Callable[[Driven], str],
        post: Post,
        suite_id: str,
    ) -> None:
        """`today` gives the business date."""
        self._database = database
        self._clock = clock
        self._today = today
        self._post = post
        self._suite_id = suite_id
        self._accounts: dict[str, _Account] = {}
        """By the business date they are of."""

    @property
    def under_way(self) -> bool:
        """Whether an account is not at its end: another step is due."""
        return bool(self._accounts)

    def close_if_over(self) -> bool:
        """For idle moments: go on closing the business date that has ended; True with the step that closes it.

        The first date of a store only begins.
        """
        with self._database.transaction() as driver:
            today = self._today(driver)
            ((ended,),) = driver.execute(_DAY).fetchall()
            self._accounts = {day: one for day, one in self._accounts.items() if day in {ended, today}}
            closed = ended not in {"", today} and self._go_on(driver, ended)
            if closed or not ended:
                driver.execute(_SET_DAY, (today,))
            return closed

    def close(self) -> bool:
        """Go on closing the business date of now, which may go on: the centre asks how things stand.

        True while there is more to read: call it again.
        """
        with self._database.transaction() as driver:
            return not self._go_on(driver, self._today(driver))

    def _go_on(self, driver: Driven, day: str) -> bool:
        """One bounded step; whether it was the last, and the account is sent."""
        account = self._accounts.get(day)
        if account is None or account.lanes != _as_they_were(driver, account):
            lanes = _lanes(driver)
            account = self._accounts[day] = _Account(lanes, list(lanes))
        room = _HASHES_AT_ONCE
        while account.left and room > 0:
            epoch, lane, highest = account.left[0]
            found = _hashes(driver, (epoch, lane, account.seq, highest), room)
            room -= len(found)
            account.read.extend(digest for _, digest in found)
            if found:
                account.seq = found[-1][0]
            if room > 0 or account.seq >= highest:
                digest = suite(self._suite_id).digest("\n".join(account.read).encode()).hex()
                account.digests.append(LaneDigest(epoch, Lane(lane), highest, digest))
                account.left.pop(0)
                account.read, account.seq = [], 0
        if account.left:
            return False
        now = iso(self._clock())
        ((cases,),) = driver.execute(_CASES, (day,)).fetchall()
        closed = DayClosed(day, tuple(account.digests), cases, now)
        self._post(driver, Lane.TELEMETRY, str(uuid.uuid4()), closed, now)
        del self._accounts[day]
        return True


def _lanes(driver: Driven) -> list[tuple[int, str, int]]:
    return [(epoch, lane, highest) for epoch, lane, highest in driver.execute(_LANES)]


def _as_they_were(driver: Driven, account: _Account) -> list[tuple[int, str, int]]:
    """The account's lanes as far as they still reach: a change of epoch cuts the lanes it leaves."""
    now = {(epoch, lane): highest for epoch, lane, highest in _lanes(driver)}
    return [(epoch, lane, min(highest, now.get((epoch, lane), 0))) for epoch, lane, highest in account.lanes]


def _hashes(driver: Driven, place: tuple[int, str, int, int], limit: int) -> list[tuple[int, str]]:
    """The next hashes of a lane with their places: of what was purged, then of what is here."""
    found: list[tuple[int, str]] = [(seq, digest) for seq, digest in driver.execute(_PURGED, (*place, limit))]
    if len(found) < limit:
        epoch, lane, after, highest = place
        beyond = found[-1][0] if found else after
        here = driver.execute(_HERE, (epoch, lane, beyond, highest, limit - len(found)))
        found.extend((seq, digest) for seq, digest in here)
    return found
