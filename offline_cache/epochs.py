"""The epochs of a store and the chain of links that proves it is the only one of its kind (docs/sync.md).

Part of the store: every method is one transaction on the store's thread and raises StoreError when nothing was kept.
"""

import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contract.envelope import Lane
from contract.exchange import Link
from contract.messages import EpochLeft
from offline_cache import lanes, shapes
from offline_cache.disk import beside
from offline_cache.disk.database import Database, iso
from offline_cache.disk.driven import driven
from offline_cache.documents import Post
from offline_cache.link.outbox import LaneState
from offline_cache.numbers import series
from offline_cache.records import OutboxItem
from offline_cache.tables import IdentityRow, LaneRow, OutboxRow

_AT_ONCE: Final = 500
"""Rows in memory while they are moved."""
_MOST_COPIES: Final = 2
_STANDING: Final = "SELECT epoch, store, epoch_due, cursor, life FROM identity WHERE one = 1"


class Standing(msgspec.Struct, frozen=True):
    """Where this store stands: its epoch, its name, why the epoch must end ("" while it goes on), and its lanes."""

    epoch: int
    store: str
    due: str
    lanes: tuple[LaneState, ...]
    cursor: int
    """How far what comes down was read."""
    life: str = ""
    """The centre's, as this store knows it (`HeartbeatReply.life`)."""


class Carried(msgspec.Struct, frozen=True):
    """What went into a new epoch: `records` unsent ones. `unreadable` could not be read, and stay where they are."""

    epoch: int
    left: int
    why: str
    records: int
    unreadable: int


class Epochs:
    """Which epoch this store is in, and how it comes into the next."""

    def __init__(
        self,
        database: Database,
        identity: IdentityRow,
        clock: Callable[[], datetime],
        *,
        post: Post,
    ) -> None:
        self._database = database
        self._clock = clock
        self._post = post
        self.current = identity.epoch

    def standing(self) -> Standing:
        """Where this store stands now."""
        with self._database.transaction() as driver:
            ((epoch, store, due, cursor, life),) = driver.execute(_STANDING).fetchall()
            return Standing(epoch, store, due, lanes.states(driver, epoch), cursor, life)

    def link(self, machine: str) -> Link | None:
        """The next link of the chain: its `fresh` is durable before it is returned. None while the epoch must end."""
        with self._database.unit_of_work() as session:
            identity = _identity(session)
            if identity.epoch_due:
                return None
            identity.fresh = identity.fresh or secrets.token_hex(16)
            identity.machine = machine
            return Link(identity.store, machine, identity.token, identity.fresh)

    def linked(self, link: Link, token: str) -> None:
        """The centre has answered this link with the token of the next."""
        with self._database.unit_of_work() as session:
            identity = _identity(session)
            if (identity.store, identity.fresh) == (link.store, link.fresh):
                identity.token, identity.fresh = token, ""

    def close(self, store: str, why: str) -> bool:
        """The epoch of `store` must end. The store gets another name at once: a twin of it must not ask as one with it.

        False when it was closed before, or when another store has taken this one's place meanwhile.
        """
        with self._database.unit_of_work() as session:
            identity = _identity(session)
            if identity.store != store or identity.epoch_due:
                return False
            mark_due(identity, why)
            return True

    def copier(self) -> Callable[[], None]:
        """What keeps the file as it is before its records move, once for each closing; for a thread that may wait.

        Raises StoreError where the disk has no room for it or the file is damaged.
        """
        with self._database.unit_of_work() as session:
            identity = _identity(session)
            path = self._database.path
            target = path.with_name(f"{path.name}.epoch-{identity.epoch}-{identity.store[:12]}")
        return partial(_copy_aside, self._database, target)

    def open(self, store: str, epoch: int, token: str) -> Carried | None:
        """Go on in `epoch`, which the centre has given to `store`: one transaction.

        Every record the centre has not acknowledged comes along under its own id, in its order, to the next places.
        None when that is done already, or another store has taken this one's place meanwhile.
        """
        with self._database.unit_of_work() as session:
            identity = _identity(session)
            if identity.store != store or not identity.epoch_due or epoch <= identity.epoch:
                return None
            left, why = identity.epoch, identity.epoch_due
            waiting = sum(report.unsent for report in lanes.reports(driven(session)))
            identity.epoch, identity.epoch_due, identity.token, identity.fresh = epoch, "", token, ""
            session.flush()
            now = iso(self._clock())
            note = EpochLeft(left, why, waiting, now)
            self._post(driven(session), Lane.TELEMETRY, str(uuid.uuid4()), note, now)
            carried = Carried(epoch, left, why, *_carry(session, epoch))
            series.skip_ahead(session)
        self.current = epoch
        return carried

    def recall(self, store: str, held: Mapping[int, Mapping[str, int]], life: str = "") -> int:
        """Compare what the centre holds of earlier epochs: what it has lost of them is sent again in this one.

        A centre in another life may hold a clone's records at the places of these, whatever it counts: everything that
        is still here is sent again, and it compares hashes and ids. How many acknowledged records are sent again.
        """
        with self._database.unit_of_work() as session:
            identity = _identity(session)
            if identity.store != store or identity.epoch_due:
                return 0
            earlier = session.scalars(select(LaneRow).where(LaneRow.epoch < identity.epoch)).all()
            if identity.life != life:
                identity.life = life
                return self._believe_nothing(session, identity.epoch)
            here = {(row.epoch, row.lane): row.acked - row.purged for row in earlier}
            gone = {(row.epoch, row.lane): row.acked - held.get(row.epoch, {}).get(row.lane, 0) for row in earlier}
            lost = sum(count for place, count in gone.items() if count > 0 and here[place] > 0)
            if lost:
                self.bring_back(session)
            return lost

    def _believe_nothing(self, session: Session, epoch: int) -> int:
        count = select(func.count()).select_from(OutboxRow).where(OutboxRow.acked_at.is_not(None))
        acknowledged = session.scalars(count).one()
        for row in session.scalars(select(LaneRow).where(LaneRow.epoch == epoch)).all():
            lanes.mark_unacked(driven(session), epoch, Lane(row.lane), row.purged)
        self.bring_back(session)
        return acknowledged

    def bring_back(self, session: Session) -> None:
        """The centre has lost what it held: records of epochs that were left can only be sent again in this one."""
        epoch = _identity(session).epoch
        session.execute(update(OutboxRow).where(OutboxRow.epoch < epoch).values(acked_at=None))
        session.execute(update(LaneRow).where(LaneRow.epoch < epoch).values(acked=LaneRow.purged))
        _carry(session, epoch)


def mark_due(identity: IdentityRow, why: str) -> None:
    """The epoch of this store must end: within the caller's transaction."""
    identity.epoch_due, identity.store = why, secrets.token_hex(16)
    identity.token, identity.fresh = "", ""


def _copy_aside(database: Database, target: Path) -> None:
    if not target.exists():
        database.copy_out(target)
    copies = [one for one in target.parent.glob(f"{database.path.name}.epoch-*") if one.suffix != beside.PART]
    for old in sorted(copies, key=lambda one: one.stat().st_mtime)[:-_MOST_COPIES]:
        old.unlink()


def _identity(session: Session) -> IdentityRow:
    return session.get_one(IdentityRow, 1)


def _carry(session: Session, epoch: int) -> tuple[int, int]:
    """Move what waits in earlier epochs into this one. How many records moved, and how many could not be read."""
    moved = unreadable = 0
    for lane in Lane:
        place = lanes.highest(driven(session), epoch, lane)
        for rows in _waiting(session, epoch, lane):
            moves = []
            for row in rows:
                try:
                    moves.append((row, shapes.moved(row, epoch, place + 1)))
                except ValueError:
                    unreadable += 1
                    continue
                place += 1
            lanes.move(driven(session), moves)
            moved += len(moves)
        lanes.set_highest(driven(session), epoch, lane, place)
    left = update(LaneRow).where(LaneRow.epoch < epoch)
    session.execute(left.values(highest=LaneRow.acked))
    return moved, unreadable


def _waiting(session: Session, epoch: int, lane: Lane) -> Iterator[list[OutboxItem]]:
    """What was never acknowledged in earlier epochs, in its order, in bounded lists."""
    after = (0, 0)
    while True:
        found = lanes.left_behind(driven(session), epoch, lane, after, _AT_ONCE)
        if not found:
            return
        yield found
        after = (found[-1].epoch, found[-1].seq)
