"""A terminal's store in memory, for millions of steps: what `offline_cache.store` and `epochs` promise, without SQL.

The messenger, its rules and the bytes of envelopes are the real ones; only the disk is simulated.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from copy import copy
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec

from contract import envelope
from contract.envelope import Envelope, Lane
from contract.exchange import Link
from contract.messages import EpochLeft
from contract.suites import INTL
from offline_cache import shapes
from offline_cache.disk.room import Room
from offline_cache.epochs import Carried, Standing
from offline_cache.link.outbox import LaneState
from offline_cache.records import OutboxItem, Pulse
from offline_cache.store import Store

AT = "2026-11-22T10:00:00+08:00"


class Crashed(BaseException):
    """The process ends here. No code of the product may catch it."""


@dataclass(slots=True)
class Row:
    """One record in the outbox."""

    id: str
    lane: Lane
    epoch: int
    seq: int
    hash: str
    raw: bytes
    acked: bool = False


@dataclass
class Identity:
    """As the table of that name."""

    terminal: str
    store: str
    epoch: int = 1
    due: str = ""
    token: str = ""
    fresh: str = ""
    machine: str = ""
    life: str = ""


@dataclass
class SimulatedDisk:
    """What survives a crash. `chance` makes names; everything is one transaction or nothing."""

    identity: Identity
    chance: Random
    carries: bool = True
    """False is a mistake made on purpose: a new epoch begins without what was not sent."""
    rows: list[Row] = field(default_factory=list)
    lanes: dict[tuple[int, Lane], list[int]] = field(default_factory=dict)
    """(epoch, lane) -> highest, acknowledged."""

    def copied(self) -> "SimulatedDisk":
        """The same bytes on another disk."""
        rows = [copy(row) for row in self.rows]
        lanes = {place: list(marks) for place, marks in self.lanes.items()}
        return SimulatedDisk(copy(self.identity), self.chance, self.carries, rows, lanes)

    def unsent(self) -> int:
        """How many records the centre has not acknowledged."""
        return sum(not row.acked for row in self.rows)

    def name(self) -> str:
        """A random name."""
        return f"{self.chance.getrandbits(64):016x}"

    def write(self, lane: Lane, record_id: str, body: dict[str, Any], kind: str = "card_left") -> None:
        """A record, at the end of its lane."""
        epoch = self.identity.epoch
        marks = self.lanes.setdefault((epoch, lane), [0, 0])
        marks[0] += 1
        wrapped = Envelope(
            terminal=self.identity.terminal,
            epoch=epoch,
            lane=lane,
            seq=marks[0],
            id=record_id,
            kind=kind,
            schema=1,
            made_at=AT,
            body=msgspec.Raw(msgspec.json.encode(body)),
        )
        raw = envelope.encode(wrapped)
        self.rows.append(Row(record_id, lane, epoch, marks[0], envelope.content_hash(raw, INTL), raw))

    def states(self) -> tuple[LaneState, ...]:
        """As `lanes.states`."""
        found = []
        for lane in Lane:
            highest, acked = self.lanes.get((self.identity.epoch, lane), (0, 0))
            found.append(LaneState(lane, acked, highest))
        return tuple(found)


@dataclass
class SimulatedEpochs:
    """As `offline_cache.epochs.Epochs`."""

    disk: SimulatedDisk
    made: Callable[[str], None]

    def standing(self) -> Standing:
        one = self.disk.identity
        return Standing(one.epoch, one.store, one.due, self.disk.states(), 0, one.life)

    def link(self, machine: str) -> Link | None:
        one = self.disk.identity
        if one.due:
            return None
        one.fresh = one.fresh or self.disk.name()
        one.machine = machine
        return Link(one.store, machine, one.token, one.fresh)

    def linked(self, link: Link, token: str) -> None:
        one = self.disk.identity
        if (one.store, one.fresh) == (link.store, link.fresh):
            one.token, one.fresh = token, ""

    def close(self, store: str, why: str) -> bool:
        one = self.disk.identity
        if one.store != store or one.due:
            return False
        one.due, one.store, one.token, one.fresh = why, self.disk.name(), "", ""
        return True

    def copier(self) -> Callable[[], None]:
        return lambda: None

    def open(self, store: str, epoch: int, token: str) -> Carried | None:
        one, disk = self.disk.identity, self.disk
        if one.store != store or not one.due or epoch <= one.epoch:
            return None
        left, why = one.epoch, one.due
        one.epoch, one.due, one.token, one.fresh = epoch, "", token, ""
        waiting = [row for row in disk.rows if not row.acked] if disk.carries else []
        note = EpochLeft(left, why, len(waiting), AT)
        note_id = disk.name()
        self.made(note_id)
        disk.write(Lane.TELEMETRY, note_id, msgspec.to_builtins(note), "epoch_left")
        self._carry(waiting)
        return Carried(epoch, left, why, len(waiting), 0)

    def recall(self, store: str, held: Mapping[int, Mapping[str, int]], life: str = "") -> int:
        one, lost = self.disk.identity, 0
        if one.store != store or one.due:
            return 0
        if one.life != life:
            one.life = life
            return self._believe_nothing()
        for (epoch, lane), (_, acked) in self.disk.lanes.items():
            if epoch < one.epoch:
                lost += max(0, acked - held.get(epoch, {}).get(lane, 0))
        if lost:
            self.bring_back()
        return lost

    def _believe_nothing(self) -> int:
        disk = self.disk
        acknowledged = [row for row in disk.rows if row.acked]
        for marks in disk.lanes.values():
            marks[1] = 0
        for row in acknowledged:
            row.acked = False
        self.bring_back()
        return len(acknowledged)

    def bring_back(self) -> None:
        disk, epoch = self.disk, self.disk.identity.epoch
        for (of, _), marks in disk.lanes.items():
            if of < epoch:
                marks[1] = 0
        self._carry([row for row in disk.rows if row.epoch < epoch])

    def _carry(self, rows: list[Row]) -> None:
        disk, epoch = self.disk, self.disk.identity.epoch
        for row in rows:
            marks = disk.lanes.setdefault((epoch, row.lane), [0, 0])
            marks[0] += 1
            here = OutboxItem(row.epoch, row.lane, row.seq, row.id, row.hash, row.raw)
            again = shapes.moved(here, epoch, marks[0])
            row.epoch, row.seq, row.hash, row.raw, row.acked = again.epoch, again.seq, again.hash, again.raw, False
        disk.rows.sort(key=lambda row: (row.epoch, row.seq))
        for (of, _), marks in disk.lanes.items():
            if of < epoch:
                marks[0] = marks[1]


class _Nothing:
    """Scans and the feed of a terminal that has none."""

    def due(self) -> int:
        return 0

    def aside_count(self) -> int:
        return 0


@dataclass
class SimulatedStore:
    """As `Store` and its thread: `do` carries a job out at once, or the process dies before or after it."""

    disk: SimulatedDisk
    made: Callable[[str], None]
    acknowledged: Callable[[str], None]
    crash: Callable[[], bool]

    def __post_init__(self) -> None:
        self.epochs = SimulatedEpochs(self.disk, self.made)
        self.scans = self.feed = _Nothing()

    def do(self, job: Callable[[Any], Any]) -> "Future[Any]":
        """As `StoreThread.do`."""
        if self.crash():
            raise Crashed
        future: Future[Any] = Future()
        future.set_result(self.pulse() if job is Store.pulse else job(self))
        if self.crash():
            raise Crashed
        return future

    def pulse(self) -> Pulse:
        return Pulse(0, ())

    def room(self) -> Room:
        return Room(1 << 40, 1 << 40)

    def outbox_run(self, lane: Lane, after_seq: int, limit_items: int, limit_bytes: int) -> tuple[OutboxItem, ...]:
        run: list[OutboxItem] = []
        size, epoch = 0, self.disk.identity.epoch
        for row in self.disk.rows:
            if row.lane is not lane or row.epoch != epoch or row.seq <= after_seq:
                continue
            size += len(row.raw)
            if run and (size > limit_bytes or len(run) == limit_items):
                break
            run.append(OutboxItem(row.epoch, lane, row.seq, row.id, row.hash, row.raw))
        return tuple(run)

    def acknowledge(self, epoch: int, lane: Lane, ack: int, at: str, store: str) -> None:
        del at
        if store != self.disk.identity.store:
            return
        marks = self.disk.lanes[epoch, lane]
        assert ack <= marks[0], "acknowledged what was never given out"
        marks[1] = max(marks[1], ack)
        for row in self.disk.rows:
            if row.lane is lane and row.epoch == epoch and row.seq <= ack and not row.acked:
                row.acked = True
                self.acknowledged(row.id)

    def rewind(self, epoch: int, lane: Lane, have: int, store: str) -> None:
        if store != self.disk.identity.store:
            return
        marks = self.disk.lanes.get((epoch, lane))
        if marks is not None and have < marks[1]:
            marks[1] = have
            for row in self.disk.rows:
                if row.lane is lane and row.epoch == epoch and row.seq > have:
                    row.acked = False
        self.epochs.bring_back()
