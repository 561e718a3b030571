"""Lanes and the outbox as the store asks them: in the caller's transaction, and nothing that grows with a backlog.

Invariants the questions lean on: places of the current epoch run from 1 to `highest` without a gap, and those up to
`acked` are the acknowledged ones. In epochs that were left, and in one that must end after a rescue, only marks count.
"""

from collections.abc import Iterator
from typing import Final

from contract.envelope import Lane
from contract.exchange import LaneReport
from offline_cache.disk.driven import Driven
from offline_cache.link.outbox import LaneState
from offline_cache.records import OutboxItem

_NEXT_PLACE: Final = """\
INSERT INTO lanes (epoch, lane, highest, acked) SELECT epoch, ?, 1, 0 FROM identity WHERE one = 1
ON CONFLICT (epoch, lane) DO UPDATE SET highest = highest + 1 RETURNING epoch, highest"""
_PUT: Final = "INSERT INTO outbox (epoch, lane, seq, id, kind, hash, raw, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_HOLDS: Final = "SELECT 1 FROM outbox WHERE id = ?"
_STATES: Final = """\
SELECT l.lane, l.acked, l.highest, o.made_at, l.purged FROM lanes AS l
LEFT JOIN outbox AS o ON o.epoch = l.epoch AND o.lane = l.lane AND o.seq = l.acked + 1 AND l.acked < l.highest
WHERE l.epoch = ?"""
_WAITING: Final = "epoch = l.epoch AND lane = l.lane AND seq > l.acked AND acked_at IS NULL"
_REPORTS: Final = f"""\
SELECT l.lane,
  CASE WHEN l.epoch = i.epoch AND i.epoch_due = '' THEN l.highest - l.acked
       ELSE (SELECT count(*) FROM outbox WHERE {_WAITING}) END,
  (SELECT made_at FROM outbox WHERE {_WAITING} ORDER BY seq LIMIT 1)
FROM lanes AS l, identity AS i ORDER BY l.epoch"""  # noqa: S608 - our own words
_RUN: Final = """\
SELECT seq, id, hash, raw FROM outbox WHERE epoch = ? AND lane = ? AND seq > ? ORDER BY seq LIMIT ?"""
_EARLIER: Final = "SELECT epoch, acked FROM lanes WHERE lane = ? AND epoch < ? AND epoch >= ? ORDER BY epoch"
_LEFT_BEHIND: Final = """\
SELECT seq, id, hash, raw FROM outbox WHERE epoch = ? AND lane = ? AND seq > ? AND acked_at IS NULL
ORDER BY seq LIMIT ?"""
_MOVE: Final = "UPDATE outbox SET epoch = ?, seq = ?, hash = ?, raw = ? WHERE epoch = ? AND lane = ? AND seq = ?"
_LANE: Final = "SELECT highest, acked FROM lanes WHERE epoch = ? AND lane = ?"
_SET_HIGHEST: Final = """\
INSERT INTO lanes (epoch, lane, highest, acked) VALUES (?, ?, ?, 0)
ON CONFLICT (epoch, lane) DO UPDATE SET highest = excluded.highest"""
_SET_ACKED: Final = "UPDATE lanes SET acked = ? WHERE epoch = ? AND lane = ?"
_MARK: Final = """\
UPDATE outbox SET acked_at = ?
WHERE epoch = ? AND lane = ? AND seq > ? AND seq <= ? AND acked_at IS NULL"""
_UNMARK: Final = """\
UPDATE outbox SET acked_at = NULL WHERE epoch = ? AND lane = ? AND seq > ? AND acked_at IS NOT NULL"""
ALL: Final = (_NEXT_PLACE, _PUT, _HOLDS, _STATES, _REPORTS, _RUN, _EARLIER, _LEFT_BEHIND, _MOVE, _LANE, _MARK, _UNMARK)
"""For whoever asks how the database would go about them."""


def next_place(driver: Driven, lane: Lane) -> tuple[int, Lane, int]:
    """The next place of the lane in the epoch of now: taken."""
    ((epoch, seq),) = driver.execute(_NEXT_PLACE, (lane.value,)).fetchall()
    return epoch, lane, seq


def put(driver: Driven, item: OutboxItem, kind: str, made_at: str) -> None:
    """A new record waits."""
    row = (item.epoch, item.lane.value, item.seq, item.id, kind, item.hash, item.raw, made_at)
    driver.execute(_PUT, row)


def holds(driver: Driven, record_id: str) -> bool:
    """Whether a record with this identity is in the outbox."""
    return driver.execute(_HOLDS, (record_id,)).fetchone() is not None


def states(driver: Driven, epoch: int) -> tuple[LaneState, ...]:
    """Where each lane of the epoch stands; one that was never used stands at nothing."""
    found = {lane: (acked, *rest) for lane, acked, *rest in driver.execute(_STATES, (epoch,))}
    return tuple(LaneState(lane, *found.get(lane.value, (0, 0))) for lane in Lane)


def reports(driver: Driven) -> tuple[LaneReport, ...]:
    """What waits in each lane, of every epoch."""
    unsent: dict[str, int] = {}
    first: dict[str, str | None] = {}
    for lane, count, made_at in driver.execute(_REPORTS):
        unsent[lane] = unsent.get(lane, 0) + count
        if count:
            first.setdefault(lane, made_at)
    return tuple(LaneReport(lane, unsent.get(lane.value, 0), first.get(lane.value)) for lane in Lane)


def run(driver: Driven, epoch: int, lane: Lane, after_seq: int, limit: int) -> Iterator[OutboxItem]:
    """The records that follow `after_seq`, acknowledged or not, read as they are asked for."""
    for seq, record_id, digest, raw in driver.execute(_RUN, (epoch, lane.value, after_seq, limit)):
        yield OutboxItem(epoch, lane, seq, record_id, digest, raw)


def left_behind(driver: Driven, before: int, lane: Lane, after: tuple[int, int], limit: int) -> list[OutboxItem]:
    """What was never acknowledged in epochs earlier than `before`, beyond the place `after` (epoch, sequence)."""
    for epoch, acked in driver.execute(_EARLIER, (lane.value, before, after[0])).fetchall():
        beyond = max(acked, after[1]) if epoch == after[0] else acked
        found = driver.execute(_LEFT_BEHIND, (epoch, lane.value, beyond, limit)).fetchall()
        if found:
            return [OutboxItem(epoch, lane, *row) for row in found]
    return []


def move(driver: Driven, moves: list[tuple[OutboxItem, OutboxItem]]) -> None:
    """Give records other places: each from where it is to what it becomes."""
    if moves:
        values = [(to.epoch, to.seq, to.hash, to.raw, at.epoch, at.lane.value, at.seq) for at, to in moves]
        driver.executemany(_MOVE, values)


def highest(driver: Driven, epoch: int, lane: Lane) -> int:
    """The last sequence given out in the lane."""
    return _stands(driver, epoch, lane)[0]


def set_highest(driver: Driven, epoch: int, lane: Lane, place: int) -> None:
    """Places up to `place` are given out, by a caller that has filled them."""
    if place:
        driver.execute(_SET_HIGHEST, (epoch, lane.value, place))


def mark_acked(driver: Driven, epoch: int, lane: Lane, ack: int, at: str) -> None:
    """Mark everything up to `ack`; nothing is deleted. Raises ValueError for what was never given out."""
    given, acked = _stands(driver, epoch, lane)
    if ack > given:
        message = f"acknowledged {ack} of lane {lane.value}, which holds {given}"
        raise ValueError(message)
    if ack > acked:
        driver.execute(_MARK, (at, epoch, lane.value, acked, ack))
        driver.execute(_SET_ACKED, (ack, epoch, lane.value))


def mark_unacked(driver: Driven, epoch: int, lane: Lane, have: int) -> None:
    """Take back the marks above `have`, so that those records are sent again."""
    _, acked = _stands(driver, epoch, lane)
    if have < acked:
        driver.execute(_UNMARK, (epoch, lane.value, have))
        driver.execute(_SET_ACKED, (have, epoch, lane.value))


def _stands(driver: Driven, epoch: int, lane: Lane) -> tuple[int, int]:
    row = driver.execute(_LANE, (epoch, lane.value)).fetchone()
    return (row[0], row[1]) if row else (0, 0)
