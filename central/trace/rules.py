"""The chain of a case, what breaks it, what a checkpoint signs, and which events a case must have. Pure.

An entry's hash covers the one before it: whoever changes, removes or re-orders entries breaks the chain. Whoever writes
a whole new chain contradicts the checkpoints, which are signed and can be kept elsewhere.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import msgspec

from central.progress.rules import Did
from contract.catalogue import ItemKind

GENESIS: Final = "0" * 64
"""What stands before the first entry of a case and before the first checkpoint."""
NOTE_LIMIT: Final = 400


class Actor(StrEnum):
    """Who did it: the citizen, one of the staff, or the machine by itself."""

    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


class Fact(msgspec.Struct, frozen=True):
    """Something that was done with a case. `source` names the row it is told by, so that it is kept once; `note` holds
    nothing personal.
    """

    case_id: str
    source: str
    at: datetime
    what: str
    actor: Actor
    who: str = ""
    note: str = ""


class Entry(msgspec.Struct, frozen=True):
    """A fact in its place of the chain, the first of a case being 1."""

    case_id: str
    seq: int
    source: str
    at: datetime
    what: str
    actor: Actor
    who: str
    note: str
    prev: str
    hash: str


class Head(msgspec.Struct, frozen=True):
    """How long the chain of a case is, and the hash of its last entry."""

    case_id: str
    size: int
    head: str


class Checkpoint(msgspec.Struct, frozen=True):
    """All chains that grew since the one before, under one root. `prev` is the hash of the one before it, `entries`
    counts the entries of all cases, `signature` is the centre's.
    """

    number: int
    at: datetime
    day: str
    why: str
    heads: int
    entries: int
    root: str
    prev: str
    suite: str
    key_id: str
    signature: bytes = b""


class Fault(msgspec.Struct, frozen=True):
    """Where a chain does not hold: `what` is a key of the words, `trace_fault.*`; `place` is an entry or checkpoint."""

    what: str
    case_id: str = ""
    place: int = 0


def _digest(*parts: str) -> str:
    """Each part with its length before it, so that no two lists of parts look the same."""
    told = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        told.update(len(raw).to_bytes(4, "big") + raw)
    return told.hexdigest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def hashed(fact: Fact | Entry, seq: int, prev: str) -> str:
    """The hash of an entry: SHA-256 over all it says and the hash before it, in lower-case hex."""
    said = (fact.source, _moment(fact.at), fact.what, fact.actor.value, fact.who, fact.note)
    return _digest("suiban trace 1", fact.case_id, str(seq), *said, prev)


def chained(head: Head, facts: Iterable[Fact]) -> list[Entry]:
    """The entries that carry a chain on."""
    found: list[Entry] = []
    size, prev = head.size, head.head
    for fact in facts:
        size += 1
        kept = msgspec.structs.replace(fact, note=fact.note[:NOTE_LIMIT])
        own = hashed(kept, size, prev)
        found.append(Entry(kept.case_id, size, kept.source, kept.at, kept.what, kept.actor, kept.who, kept.note,
                           prev, own))  # fmt: skip
        prev = own
    return found


def chain_faults(case_id: str, entries: Sequence[Entry], head: Head | None) -> list[Fault]:
    """What is wrong with one case's chain, in the order of its places."""
    faults: list[Fault] = []
    prev = GENESIS
    for place, entry in enumerate(entries, 1):
        if entry.seq != place:
            return [*faults, Fault("gap", case_id, place)]
        if entry.prev != prev:
            faults.append(Fault("order", case_id, place))
        if entry.hash != hashed(entry, entry.seq, entry.prev):
            faults.append(Fault("changed", case_id, place))
        prev = entry.hash
    if head is None or (head.size, head.head) != (len(entries), prev):
        faults.append(Fault("head", case_id, len(entries)))
    return faults


def root(heads: Iterable[Head]) -> str:
    """One hash over heads, whichever order they come in."""
    lines = sorted((one.case_id, str(one.size), one.head) for one in heads)
    return _digest("suiban heads 1", *(part for line in lines for part in line))


def signed_bytes(one: Checkpoint) -> bytes:
    """What the signature of a checkpoint covers: everything but the signature."""
    return msgspec.json.encode(msgspec.structs.replace(one, signature=b"", at=one.at.astimezone(UTC)))


def name_of(one: Checkpoint) -> str:
    """The hash the next checkpoint carries on."""
    return hashlib.sha256(signed_bytes(one) + one.signature).hexdigest()


def checkpoint_faults(
    one: Checkpoint, before: Checkpoint | None, sealed: Collection[Head], held: Mapping[str, str]
) -> list[Fault]:
    """What is wrong with a checkpoint but its signature. `sealed` are the heads it names, `held` the hashes that are at
    their places now, by case; a case whose chain ends before has none.
    """
    faults: list[Fault] = []
    if one.prev != (name_of(before) if before is not None else GENESIS):
        faults.append(Fault("checkpoint_order", place=one.number))
    if one.root != root(sealed) or one.heads != len(sealed):
        faults.append(Fault("checkpoint_heads", place=one.number))
    for head in sealed:
        if head.case_id not in held:
            faults.append(Fault("truncated", head.case_id, head.size))
        elif held[head.case_id] != head.head:
            faults.append(Fault("rewritten", head.case_id, head.size))
    return faults


def kept_fault(kept: Checkpoint, here: Checkpoint | None) -> Fault | None:
    """Whether a checkpoint that was kept elsewhere is the one that is here."""
    return None if here is not None and here == kept else Fault("kept_differs", place=kept.number)


# --- what a case must have ----------


class Stands(msgspec.Struct, frozen=True):
    """What decides which events a case must have."""

    case_id: str
    item_kind: ItemKind
    events: frozenset[str]
    steps: frozenset[Did]
    unproven: frozenset[str] = frozenset()
    """Rows of the other tables that no entry tells of, by the kind of event they are."""


_OVER: Final = frozenset({Did.DECIDED, Did.READY, Did.DELIVERED})


def lacking(one: Stands) -> tuple[str, ...]:
    """Which events a case must have by now and has not (痕迹完整性), as names of events."""
    must = {"filed"}
    if one.item_kind is ItemKind.FILING:
        if one.steps & _OVER:
            must |= {"step.accepted", "step.decided"}
        if Did.READY in one.steps or Did.DELIVERED in one.steps:
            must.add("step.decided")
        if Did.REFUSED in one.steps:
            must |= {"refusal.proposed", "refusal.confirmed", "step.refused"}
        if "link.opened" in one.events and one.steps & _OVER:
            must.add("link.ended")
        if "pause.started" in one.events and one.steps & _OVER:
            must.add("pause.ended")
    return tuple(sorted((must - one.events) | one.unproven))
