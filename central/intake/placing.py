"""Where the items of a push go: kept, kept aside, a repeat, a conflict, or no further (docs/sync.md). Pure.

A terminal is answered by place alone. An item that is wrong in itself never stops its followers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from contract.envelope import Envelope, content_hash
from contract.exchange import PushRequest, Refusal, Sent
from contract.suites import INTL, SUITES, UnknownSuite


class Trouble(StrEnum):
    """Why bytes are kept and never judged."""

    DAMAGED = "damaged"
    FOREIGN = "foreign"


REASONS = {
    Trouble.DAMAGED: "damaged: the bytes do not have the hash that came with them",
    Trouble.FOREIGN: "foreign: the envelope names another terminal or another place than the request",
}
_ASIDE = "~"
"""In no id a terminal may choose: what is kept aside takes nobody's id."""


@dataclass(frozen=True)
class Holder:
    """The envelope that is held under an id."""

    terminal: str
    raw: bytes


@dataclass
class Held:
    """What is known of a lane before a push: its mark, what stands at the places named again, who holds which id."""

    mark: int
    left: bool = False
    hashes: Mapping[int, str] = field(default_factory=dict)
    aside: Mapping[int, str] = field(default_factory=dict)
    """seq -> the id under which damaged bytes are kept there."""
    holders: Mapping[str, Holder] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """A new envelope; `id` is its own, or one of ours if it is kept aside."""

    id: str
    sent: Sent
    trouble: Trouble | None = None


@dataclass
class Placed:
    """What a push comes to: every list in order of places. `ack` holds once all of it is committed."""

    ack: int
    kept: list[Kept] = field(default_factory=list)
    repeats: list[Sent] = field(default_factory=list)
    conflicts: list[Sent] = field(default_factory=list)
    healed: list[tuple[str, Sent]] = field(default_factory=list)
    """Whole bytes for a place that held damaged ones, with the id these were kept under."""
    refusal: Refusal | None = None
    refused_seq: int | None = None
    reason: str = ""


class _Position(msgspec.Struct, frozen=True):
    """The part of an envelope that says where it belongs, read even when the rest is of another time."""

    terminal: str
    epoch: int
    lane: str
    seq: int
    id: str
    suite: str = INTL


_positions = msgspec.json.Decoder(_Position)


def place(request: PushRequest, held: Held) -> Placed:
    """Take the items in order until one is refused; what came before it stays taken."""
    done = Placed(ack=held.mark)
    if held.left:
        done.refusal, done.reason = Refusal.CLOSED, f"epoch {request.epoch} was left; open the next"
        return done
    mine: dict[str, Holder] = {}
    for item in request.items:
        refused = _place_one(request, item, held, mine, done)
        if refused is not None:
            done.refusal, done.reason = refused
            done.refused_seq = item.seq
            return done
    return done


def _place_one(
    request: PushRequest, item: Sent, held: Held, mine: dict[str, Holder], done: Placed
) -> tuple[Refusal, str] | None:
    if item.seq <= done.ack:
        if held.hashes.get(item.seq) != item.hash:
            return Refusal.FORK, f"seq {item.seq} is held with another hash"
        free = item.id not in held.holders
        if item.seq in held.aside and free and trouble_of(request, item) is None:
            done.healed.append((held.aside[item.seq], item))
        return None
    if item.seq > done.ack + 1:
        return Refusal.GAP, f"expected seq {done.ack + 1}, got {item.seq}"
    trouble = trouble_of(request, item)
    holder = mine.get(item.id) or held.holders.get(item.id)
    if trouble is not None:
        done.kept.append(Kept(aside_id(request, item), item, trouble))
    elif holder is None:
        done.kept.append(Kept(item.id, item))
        mine[item.id] = Holder(request.terminal, item.raw)
    elif holder.terminal == request.terminal and same_content(holder.raw, item.raw):
        done.repeats.append(item)
    else:
        done.conflicts.append(item)
    done.ack = item.seq
    return None


def aside_id(request: PushRequest, item: Sent) -> str:
    """What damaged or foreign bytes are kept under: their place."""
    return _ASIDE.join(("aside", request.terminal, str(request.epoch), request.lane.value, str(item.seq)))


def trouble_of(request: PushRequest, item: Sent) -> Trouble | None:
    """Whether the bytes are whole and belong where the request puts them. An envelope of an unknown shape passes."""
    wanted = (request.terminal, request.epoch, request.lane, item.seq, item.id)  # a lane equals its text
    return trouble_at(wanted, item.hash, item.raw)


def trouble_at(place_and_id: tuple[str, int, str, int, str], content: str, raw: bytes) -> Trouble | None:
    """The same for bytes with their hash, said to be at (terminal, epoch, lane, seq) under an id."""
    try:
        position = _positions.decode(raw)
    except (msgspec.DecodeError, ValueError):
        return None if any(content_hash(raw, name) == content for name in SUITES) else Trouble.DAMAGED
    try:
        if content_hash(raw, position.suite) != content:
            return Trouble.DAMAGED
    except UnknownSuite:
        pass  # of a later version: what it says cannot be checked here, nor judged
    said = (position.terminal, position.epoch, position.lane, position.seq, position.id)
    return None if said == place_and_id else Trouble.FOREIGN


def same_content(one: bytes, other: bytes) -> bool:
    """Whether two envelopes say the same: kind, schema, body and seal, whatever their places."""
    try:
        first, second = (msgspec.json.decode(raw, type=Envelope) for raw in (one, other))
    except (msgspec.DecodeError, ValueError):
        return False
    return (first.kind, first.schema, bytes(first.body), first.sealed) == (
        second.kind,
        second.schema,
        bytes(second.body),
        second.sealed,
    )
