"""How a new version of an item goes out: to a few terminals first, on while errors stay low, back when told. Pure.

scheduled ── its day has come ──> running ── last group, quiet ──> done
                                    │  ▲
                      errors rise   ▼  │  a person looked
                                  stopped ── rolled back ──> back
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

EVERYBODY: Final = "*"
OWN_REASONS: Final = frozenset({"", "centre", "department", "power", "store"})
"""An item closed for these is no fault of its version: switched off, a department away, the mains, the disk."""
STALE_AFTER: Final = timedelta(hours=24)
"""A terminal that has not read a version so long after it was signed is an alarm."""


class State(StrEnum):
    """Where a rollout stands."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    BACK = "back"


OPEN: Final = frozenset({State.SCHEDULED, State.RUNNING, State.STOPPED})


class Before(msgspec.Struct, frozen=True):
    """How a terminal was when its group got the version."""

    quarantined: int = 0
    closed: bool = False


class Rollout(msgspec.Struct, frozen=True):
    """One version on its way. `groups` in their order; the last is everybody."""

    rollout_id: str
    slug: str
    version: int
    body: bytes
    before: bytes
    """What was in force; empty where it is a new item."""
    effective_from: str
    reason: str
    groups: tuple[tuple[str, ...], ...]
    soak_minutes: int
    errors_at_most: int
    state: State
    stage: int
    """Which group has it last; -1 before the first."""
    baseline: dict[str, Before]
    by_whom: str
    made_at: datetime
    stage_at: datetime | None
    changed_at: datetime
    note: str

    @property
    def reached(self) -> frozenset[str]:
        """The terminals that have been told of it."""
        return frozenset(name for group in self.groups[: self.stage + 1] for name in group)

    @property
    def for_all(self) -> bool:
        """Whether everybody has been told."""
        return EVERYBODY in self.reached


class Seen(msgspec.Struct, frozen=True):
    """What is known of one terminal. `read`: it has taken the version."""

    terminal: str
    online: bool
    read: bool
    quarantined: int
    closed: str | None
    """Why the item cannot be begun there; None where it can, or is not offered."""
    difficulties: int
    """办不成事 of the item since its group got the version."""


class Trouble(msgspec.Struct, frozen=True):
    """One thing that went wrong at a terminal."""

    terminal: str
    what: str
    """`quarantined`, `closed` or `difficulty`."""
    count: int


class Next(StrEnum):
    """What is to be done now."""

    WAIT = "wait"
    BEGIN = "begin"
    GO_ON = "go_on"
    STOP = "stop"
    FINISH = "finish"


def troubles(rollout: Rollout, seen: Sequence[Seen]) -> tuple[Trouble, ...]:
    """What got worse at the terminals that have it, since they have it."""
    found = []
    for one in seen:
        if not (rollout.for_all or one.terminal in rollout.reached):
            continue
        was = rollout.baseline.get(one.terminal, Before())
        if one.quarantined > was.quarantined:
            found.append(Trouble(one.terminal, "quarantined", one.quarantined - was.quarantined))
        if one.read and one.closed is not None and not was.closed and not _is_own(one.closed):
            found.append(Trouble(one.terminal, "closed", 1))
        if one.difficulties:
            found.append(Trouble(one.terminal, "difficulty", one.difficulties))
    return tuple(found)


def _is_own(reason: str) -> bool:
    """Hours, and what no version can help."""
    return reason in OWN_REASONS or reason.startswith("hours")


def errors(found: Sequence[Trouble]) -> int:
    """All together."""
    return sum(one.count for one in found)


def decide(rollout: Rollout, seen: Sequence[Seen], now: datetime, today: str) -> Next:
    """What comes next. Offline terminals hold nothing up, but somebody of a group must have read it."""
    if rollout.state is State.SCHEDULED:
        return Next.BEGIN if today >= rollout.effective_from else Next.WAIT
    if rollout.state is not State.RUNNING:
        return Next.WAIT
    if errors(troubles(rollout, seen)) > rollout.errors_at_most:
        return Next.STOP
    if rollout.stage_at is None or now - rollout.stage_at < timedelta(minutes=rollout.soak_minutes):
        return Next.WAIT
    if rollout.stage == len(rollout.groups) - 1:
        return Next.FINISH
    group = rollout.groups[rollout.stage]
    there = [one for one in seen if one.terminal in group]
    waiting = [one for one in there if one.online and not one.read]
    return Next.GO_ON if any(one.read for one in there) and not waiting else Next.WAIT


def groups(first: Sequence[str], halls: Mapping[str, Sequence[str]], *, by_hall: bool) -> tuple[tuple[str, ...], ...]:
    """The chosen few, then hall by hall if wished, then everybody. Without terminals there is everybody alone."""
    pilot = tuple(dict.fromkeys(first))
    rest = [tuple(name for name in halls[hall] if name not in pilot) for hall in sorted(halls)] if by_hall else []
    found = [pilot, *rest]
    return (*(group for group in found if group), (EVERYBODY,))


# --- which version is where (ZN-08) ----------


class Sent(msgspec.Struct, frozen=True):
    """One version of one item on its way down."""

    seq: int
    audience: str
    slug: str
    version: int
    """0 where it was taken away."""
    effective_from: str
    signed_at: str


class Held(msgspec.Struct, frozen=True):
    """An item at a terminal: the version it has, the one it should have, and since when."""

    terminal: str
    slug: str
    has: int
    wanted: int
    effective_from: str
    since: str
    alarm: bool


def held(terminal: str, cursor: int | None, sent: Sequence[Sent], now: datetime) -> list[Held]:
    """The items of which a terminal has not the newest version that is for it. `sent` comes in order of `seq`."""
    mine = [one for one in sent if one.audience in {EVERYBODY, terminal}]
    newest = {one.slug: one for one in mine}
    has = {one.slug: one for one in mine if cursor is not None and one.seq <= cursor}
    found = []
    for slug, one in sorted(newest.items()):
        there = has.get(slug)
        if there is None or there.seq < one.seq:
            late = now - datetime.fromisoformat(one.signed_at) >= STALE_AFTER
            version = there.version if there is not None else 0
            found.append(Held(terminal, slug, version, one.version, one.effective_from, one.signed_at, late))
    return found
