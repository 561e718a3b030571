"""The centre's intake in memory: `placing` and `epochs.rules` decide, dictionaries remember."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import msgspec

from central.epochs import rules
from central.epochs.rules import RESTORED_SKIP, Epoch
from central.intake import placing
from central.intake.placing import Held, Holder, Placed
from contract.exchange import EpochAsked, EpochOpened, Heartbeat, HeartbeatReply, PushReply, PushRequest

AT = "2026-11-22T10:00:00+08:00"
LEFT_AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
LaneKey = tuple[str, int, str]


@dataclass
class Books:
    """What the centre's database holds."""

    marks: dict[LaneKey, int] = field(default_factory=dict)
    hashes: dict[LaneKey, dict[int, str]] = field(default_factory=dict)
    holders: dict[str, Holder] = field(default_factory=dict)
    """Record id -> the envelope that was kept first."""
    epochs: dict[tuple[str, int], Epoch] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)

    def copied(self) -> "Books":
        """A backup."""
        hashes = {lane: dict(found) for lane, found in self.hashes.items()}
        return Books(dict(self.marks), hashes, dict(self.holders), dict(self.epochs), dict(self.highest))


class Broken(AssertionError):
    """An invariant does not hold."""


@dataclass
class SimulatedCentre:
    """Every method is one transaction."""

    chance: Random
    place: Callable[[PushRequest, Held], Placed] = placing.place
    books: Books = field(default_factory=Books)
    life: str = ""
    repeats: int = 0
    closed: int = 0

    def push(self, request: PushRequest) -> PushReply:
        """As `intake.receive`."""
        key = (request.terminal, request.epoch, request.lane.value)
        books = self.books
        known = books.epochs.get(key[:2])
        hashes = books.hashes.setdefault(key, {})
        held = Held(
            books.marks.get(key, 0), known is not None and known.left_at is not None, hashes, {}, books.holders
        )  # fmt: skip
        done = self.place(request, held)
        if done.conflicts:
            raise Broken(f"two contents under one id: {done.conflicts[0].id}")
        for kept in done.kept:
            if kept.trouble is not None:
                raise Broken(f"envelope {kept.id} came {kept.trouble}")
            if kept.id in books.holders:
                raise Broken(f"record {kept.id} is stored twice")
            books.holders[kept.id] = Holder(request.terminal, kept.sent.raw)
        for sent in (*(kept.sent for kept in done.kept), *done.repeats):
            hashes[sent.seq] = sent.hash
        self.repeats += len(done.repeats)
        if len(hashes) != done.ack or done.ack < held.mark:
            raise Broken(f"lane {key} holds {len(hashes)} places below the mark {done.ack}")
        books.marks[key] = done.ack
        return PushReply(request.nonce, done.ack, AT, done.refusal, done.refused_seq, done.reason)

    def beat(self, beat: Heartbeat) -> HeartbeatReply:
        """As `intake.beats`."""
        token, closed = "", ""
        if beat.link is not None:
            place = beat.terminal, beat.epoch
            kept = self.books.epochs.get(place) or Epoch(beat.terminal, beat.epoch)
            meaning = rules.read_link(kept, beat.link)
            if meaning.closes:
                closed = meaning.value
                self.closed += 1
            else:
                after = rules.after(kept, beat.link, meaning, self._name())
                self.books.epochs[place] = after
                self._used(beat.terminal, beat.epoch)
                token = after.token or ""
        held = {
            lane: mark
            for (terminal, epoch, lane), mark in self.books.marks.items()
            if (terminal, epoch) == (beat.terminal, beat.epoch)
        }
        before: dict[int, dict[str, int]] = {}
        for (terminal, epoch, lane), mark in self.books.marks.items():
            if token and terminal == beat.terminal and epoch < beat.epoch:
                before.setdefault(epoch, {})[lane] = mark
        return HeartbeatReply(beat.nonce, AT, held, token, closed, held_before=before, life=self.life if token else "")

    def open_epoch(self, asked: EpochAsked) -> EpochOpened:
        """As `epochs.store.open_next`."""
        books, terminal = self.books, asked.terminal
        mine = [kept for (of, _), kept in books.epochs.items() if of == terminal and kept.store == asked.store]
        opened = rules.given_before(mine, asked)
        if opened is None:
            used = [epoch for of, epoch in books.epochs if of == terminal]
            used += [epoch for of, epoch, _ in books.marks if of == terminal]
            highest = max([books.highest.get(terminal, 0), asked.left, *used])
            opened = Epoch(
                terminal,
                highest + 1,
                store=asked.store,
                machine=asked.machine,
                token=self._name(),
                came_from=asked.left,
            )
            if asked.left:
                self._leave((terminal, asked.left))
            books.epochs[terminal, opened.epoch] = opened
            self._used(terminal, opened.epoch)
        return EpochOpened(asked.nonce, AT, opened.epoch, opened.token or "")

    def backup(self) -> Books:
        """What a restore would bring back."""
        return self.books.copied()

    def restore(self, books: Books) -> None:
        """As `epochs.store.after_restore`."""
        self.books = books.copied()
        self.life = self._name()
        for place, kept in self.books.epochs.items():
            if kept.store is not None and kept.left_at is None:
                self.books.epochs[place] = msgspec.structs.replace(kept, token=None)
        for terminal in self.books.highest:
            self.books.highest[terminal] += RESTORED_SKIP

    def _leave(self, place: tuple[str, int]) -> None:
        kept = self.books.epochs.get(place) or Epoch(*place)
        if kept.left_at is None:
            self.books.epochs[place] = msgspec.structs.replace(kept, left_at=LEFT_AT)

    def _used(self, terminal: str, epoch: int) -> None:
        self.books.highest[terminal] = max(epoch, self.books.highest.get(terminal, 0))

    def _name(self) -> str:
        return f"{self.chance.getrandbits(64):016x}"
