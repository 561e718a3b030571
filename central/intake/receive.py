"""Stores a group of pushes in one transaction: locks their lanes, lets `placing` decide, writes each table once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

import structlog
from sqlalchemy import Connection

from central.epochs import store as epochs
from central.fleet import store as fleet
from central.intake import placing, store
from central.intake.placing import REASONS, Held, Holder, Placed
from central.intake.store import LaneKey, Row
from contract.exchange import PushRequest, Refusal

log = structlog.get_logger()


def lane_of(request: PushRequest) -> LaneKey:
    """The lane a push goes to."""
    return request.terminal, request.epoch, request.lane.value


@dataclass
class _Lane:
    """A lane as it stands while the group is worked through."""

    mark: int
    left: bool
    hashes: dict[int, str] = field(default_factory=dict)
    aside: dict[int, str] = field(default_factory=dict)


@dataclass
class _Written:
    """The rows of a group, by table."""

    envelopes: list[Row] = field(default_factory=list)
    repeats: list[Row] = field(default_factory=list)
    conflicts: list[Row] = field(default_factory=list)
    quarantine: list[Row] = field(default_factory=list)
    alarms: dict[str, fleet.Alarm] = field(default_factory=dict)


def receive(
    connection: Connection, requests: Sequence[PushRequest], now: datetime, *, left_too: bool = False
) -> list[Placed]:
    """What each push comes to, in order; all of it is written when this returns, and holds once it is committed.

    With `left_too` an epoch that was left still takes what belongs to it.
    """
    if not requests:
        return []
    keys = [lane_of(request) for request in requests]
    lanes = _lanes(connection, requests, keys)
    before = {key: lane.mark for key, lane in lanes.items()}
    holders = _holders(connection, requests, keys, lanes)
    written, answers = _Written(), []
    for request, key in zip(requests, keys, strict=True):
        lane = lanes[key]
        placed = placing.place(request, Held(lane.mark, lane.left and not left_too, lane.hashes, lane.aside, holders))
        lane.mark = placed.ack
        _note(written, key, placed, now)
        for kept in placed.kept:
            lane.hashes[kept.sent.seq] = kept.sent.hash
            if kept.trouble is None:
                holders[kept.id] = Holder(request.terminal, kept.sent.raw)
            elif kept.trouble is placing.Trouble.DAMAGED:
                lane.aside[kept.sent.seq] = kept.id
        for sent in (*placed.repeats, *placed.conflicts):
            lane.hashes[sent.seq] = sent.hash
        answers.append(placed)
    healed = [one for placed in answers for one in placed.healed]
    _write(connection, written)
    for aside, sent in healed:
        store.heal(connection, aside, sent)
    store.raise_marks(connection, {key: lane.mark for key, lane in lanes.items() if lane.mark > before[key]})
    return answers


def _lanes(connection: Connection, requests: Sequence[PushRequest], keys: Sequence[LaneKey]) -> dict[LaneKey, _Lane]:
    """The lanes of a group, their marks locked, with what stands at the places that come again."""
    marks = store.lock_marks(connection, keys)
    left = epochs.left(connection, {(terminal, epoch) for terminal, epoch, _ in marks})
    lanes = {key: _Lane(mark, key[:2] in left) for key, mark in marks.items()}
    again: dict[LaneKey, list[int]] = defaultdict(list)
    for request, key in zip(requests, keys, strict=True):
        if request.items and request.items[0].seq <= marks[key]:
            again[key] += request.items[0].seq, request.items[-1].seq
    for key, places in again.items():
        lane = lanes[key]
        lane.hashes, lane.aside = store.places(connection, key, min(places), max(places))
    return lanes


def _holders(
    connection: Connection, requests: Sequence[PushRequest], keys: Sequence[LaneKey], lanes: dict[LaneKey, _Lane]
) -> dict[str, Holder]:
    """Who holds the ids that are new to their lane, or that come again for damaged bytes."""
    ids = set()
    for request, key in zip(requests, keys, strict=True):
        lane = lanes[key]
        ids |= {item.id for item in request.items if item.seq > lane.mark or item.seq in lane.aside}
    return store.holders(connection, ids)


def _note(written: _Written, key: LaneKey, placed: Placed, now: datetime) -> None:
    """Turn what was decided into rows."""
    terminal, epoch, lane = key
    place: Row = {"terminal": terminal, "epoch": epoch, "lane": lane}
    for kept in placed.kept:
        sent, trouble = kept.sent, kept.trouble
        written.envelopes.append(
            {
                "terminal": terminal,
                "epoch": epoch,
                "lane": lane,
                "seq": sent.seq,
                "id": kept.id,
                "hash": sent.hash,
                "raw": sent.raw,
                "received_at": now,
                "trouble": trouble and trouble.value,
                "judged_at": now if trouble else None,
            }
        )
        if trouble is not None:
            reason = f"{REASONS[trouble]} (id {sent.id})"
            aside = {"envelope_id": kept.id, "terminal": terminal, "lane": lane, "seq": sent.seq}
            written.quarantine.append({**aside, "reason": reason, "at": now})
            log.warning("quarantined", envelope=kept.id, terminal=terminal, lane=lane, seq=sent.seq, trouble=trouble)
    for sent in placed.repeats:
        row = {**place, "seq": sent.seq, "id": sent.id, "hash": sent.hash, "raw": sent.raw, "received_at": now}
        written.repeats.append(row)
    for sent in placed.conflicts:
        row = {**place, "seq": sent.seq, "id": sent.id, "hash": sent.hash, "raw": sent.raw, "received_at": now}
        written.conflicts.append(row | {"reason": "another content is held under this id"})
        _alarm(written, "outbox.conflict", key, sent.seq, now)
    if placed.refusal is not None:
        log.warning("push_refused", terminal=terminal, lane=lane, seq=placed.refused_seq, refusal=placed.refusal)
        if placed.refusal is Refusal.FORK:
            _alarm(written, "outbox.fork", key, placed.refused_seq or 0, now)


def _alarm(written: _Written, kind: str, key: LaneKey, seq: int, now: datetime) -> None:
    terminal, epoch, lane = key
    place = f"{epoch}/{lane}/{seq}"
    alarm = fleet.Alarm(terminal, kind, now.isoformat(timespec="seconds"), now, detail=place)
    written.alarms[f"{kind}~{terminal}~{place}"] = alarm


def _write(connection: Connection, written: _Written) -> None:
    # In the order of their ids, as two processes may be given the same ones.
    store.add(connection, sorted(written.envelopes, key=itemgetter("id")))
    store.add_repeats(connection, written.repeats)
    store.add_conflicts(connection, written.conflicts)
    store.add_aside(connection, written.quarantine)
    for alarm_id, alarm in sorted(written.alarms.items()):
        fleet.add_alarm(connection, alarm_id, alarm)
