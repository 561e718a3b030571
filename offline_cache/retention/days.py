"""The day's account: how far every lane of every epoch has come, and the digest of all its hashes.

By it the centre can say of each record that it is there.

Part of the store: every method is one transaction on the store's thread and raises StoreError when nothing was kept.
"""

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from contract.envelope import Lane
from contract.messages import DayClosed, LaneDigest
from contract.suites import suite
from offline_cache.disk.database import Database, iso
from offline_cache.documents import Post
from offline_cache.tables import CaseRow, HashRow, IdentityRow, LaneRow, OutboxRow


class Days:
    """Closes business dates."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        *,
        today: Callable[[Connection], str],
        post: Post,
        suite_id: str,
    ) -> None:
        """`today` gives the business date."""
        self._database = database
        self._clock = clock
        self._today = today
        self._post = post
        self._suite_id = suite_id

    def close_if_over(self) -> bool:
        """For idle moments: close the business date that has ended, once. The first date of a store only begins."""
        with self._database.unit_of_work() as session:
            identity, today = session.get_one(IdentityRow, 1), self._today(session.connection())
            ended, identity.day = identity.day, today
            if ended in {"", today}:
                return False
            self._close(session, ended)
            return True

    def close(self) -> None:
        """Close the business date of now, which may go on: the centre asks how things stand."""
        with self._database.unit_of_work() as session:
            self._close(session, self._today(session.connection()))

    def _close(self, session: Session, day: str) -> None:
        now = iso(self._clock())
        lanes = session.scalars(select(LaneRow).where(LaneRow.highest > 0).order_by(LaneRow.epoch, LaneRow.lane))
        accounts = tuple(
            LaneDigest(lane.epoch, Lane(lane.lane), lane.highest, self._digest(session, lane)) for lane in lanes.all()
        )
        cases = session.scalar(select(func.count()).select_from(CaseRow).where(CaseRow.business_date == day)) or 0
        self._post(session.connection(), Lane.TELEMETRY, str(uuid.uuid4()), DayClosed(day, accounts, cases, now), now)

    def _digest(self, session: Session, lane: LaneRow) -> str:
        place = (HashRow.epoch == lane.epoch, HashRow.lane == lane.lane, HashRow.seq <= lane.highest)
        hashes = [found.hex() for found in session.scalars(select(HashRow.hash).where(*place).order_by(HashRow.seq))]
        here = (OutboxRow.epoch == lane.epoch, OutboxRow.lane == lane.lane, OutboxRow.seq <= lane.highest)
        hashes.extend(session.scalars(select(OutboxRow.hash).where(*here).order_by(OutboxRow.seq)))
        return suite(self._suite_id).digest("\n".join(hashes).encode()).hex()
