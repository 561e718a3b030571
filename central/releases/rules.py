"""How a release goes out: a second person agrees, group after group has it well, and it stops by itself. Pure.

proposed ── another agrees ──> running ── last group, well ──> done
    │                           │  ▲ │                          │
    └─ refused     failures rise│  │ └── paused ──┐             │
                                ▼  │ somebody looked            │
                              stopped ── taken back ──> back <──┘
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from central.catalogue.rules import EVERYBODY
from contract.releases import ReleaseReport, Stage, Wanted

SOAK_MINUTES: Final = (10, 30, 60, 240, 1440)
ABSENT_MINUTES: Final = (10, 20, 45)
FAILURES_PERCENT: Final = 2
"""More failures than this share of the terminals that were told stop a rollout; the first always does."""
WELL_PERCENT: Final = 95
REASON_LIMIT: Final = 200
STALE_AFTER: Final = timedelta(hours=24)
"""A terminal that has not found the centre's word good for so long is shown."""
_ITS_OWN: Final = frozenset({"", "centre", "department", "power", "store", "link"})
"""Items closed for these are no fault of a release."""
_UNDER_WAY: Final = frozenset({Stage.INSTALLING, Stage.TRIAL})
_REFUSED_LIGHTLY: Final = frozenset({"release.room", "release.withdrawn"})


class State(StrEnum):
    """Where a rollout stands."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"
    BACK = "back"


OPEN: Final = frozenset({State.PROPOSED, State.RUNNING, State.PAUSED, State.STOPPED})


class Before(msgspec.Struct, frozen=True):
    """How a terminal was when its group was told: items closed for faults, whether it was there, what was wanted."""

    closed: int = 0
    online: bool = False
    wanted: str = ""
    forgiven: bool = False
    """Somebody has looked into what failed there and let the rollout go on."""


class Rollout(msgspec.Struct, frozen=True):
    """A release on its way. `groups` in their order; `*` is everybody."""

    rollout_id: str
    release: str
    before: str
    """What everybody was to run before; empty where nobody had said."""
    reason: str
    groups: tuple[tuple[str, ...], ...]
    soak_minutes: int
    absent_minutes: int
    """A terminal that goes away in the middle of the change and is not back by then is a failure."""
    well_percent: int
    failures_percent: int
    state: State
    stage: int
    """Which group was told last; -1 before the first."""
    baseline: dict[str, Before]
    by_whom: str
    agreed_by: str
    made_at: datetime
    stage_at: datetime | None
    changed_at: datetime
    note: str

    @property
    def reached(self) -> frozenset[str]:
        """Who was told of it."""
        return frozenset(name for group in self.groups[: self.stage + 1] for name in group)

    @property
    def for_all(self) -> bool:
        """Whether everybody was."""
        return EVERYBODY in self.reached


class Seen(msgspec.Struct, frozen=True):
    """What is known of one terminal."""

    terminal: str
    online: bool
    heard_at: datetime | None
    said: ReleaseReport | None
    """None where its software is installed by hand, or it was never heard."""
    closed: int
    """Items that cannot be begun there for a fault."""


class Trouble(msgspec.Struct, frozen=True):
    """What went wrong at a terminal: `back`, `refused`, `absent` or `closed`; `why`: a `release.…` key or a number."""

    terminal: str
    what: str
    why: str = ""


class Next(StrEnum):
    """What is to be done now."""

    WAIT = "wait"
    GO_ON = "go_on"
    STOP = "stop"
    FINISH = "finish"


def is_fault(reason: str) -> bool:
    """Whether an item is closed for what a release may have done."""
    return reason not in _ITS_OWN and not reason.startswith("hours")


def is_told(rollout: Rollout, terminal: str) -> bool:
    """Whether this terminal's group was."""
    return rollout.for_all or terminal in rollout.reached


def has(rollout: Rollout, seen: Seen) -> bool:
    """Whether it runs the release and has proved itself with it."""
    said = seen.said
    return said is not None and said.running == rollout.release and said.stage is not Stage.TRIAL


def troubles(rollout: Rollout, seen: Sequence[Seen], now: datetime) -> tuple[Trouble, ...]:
    """What went wrong where, at the terminals that were told."""
    found = [_trouble(rollout, one, now) for one in seen if is_told(rollout, one.terminal)]
    return tuple(one for one in found if one is not None)


def _trouble(rollout: Rollout, one: Seen, now: datetime) -> Trouble | None:
    said, was = one.said, rollout.baseline.get(one.terminal, Before())
    if said is None or was.forgiven:
        return None
    if said.of == rollout.release and said.stage is Stage.BACK:
        return Trouble(one.terminal, "back", said.why)
    if said.of == rollout.release and said.stage is Stage.REFUSED and said.why not in _REFUSED_LIGHTLY:
        return Trouble(one.terminal, "refused", said.why)
    under_way = said.of == rollout.release and said.stage in _UNDER_WAY
    gone = one.heard_at is not None and now - one.heard_at > timedelta(minutes=rollout.absent_minutes)
    if was.online and gone and (under_way or (said.stage is Stage.WAITING and not said.why)):
        return Trouble(one.terminal, "absent")
    if said.running == rollout.release and one.online and one.closed > was.closed:
        return Trouble(one.terminal, "closed", str(one.closed - was.closed))
    return None


def decide(rollout: Rollout, seen: Sequence[Seen], now: datetime) -> Next:
    """What comes next. Who is away holds nobody up, but somebody of each group must have it well."""
    if rollout.state is not State.RUNNING:
        return Next.WAIT
    if rollout.stage < 0:
        return Next.GO_ON
    told = [one for one in seen if is_told(rollout, one.terminal) and one.said is not None]
    if len(troubles(rollout, seen, now)) * 100 > rollout.failures_percent * len(told):
        return Next.STOP
    if rollout.stage_at is None or now - rollout.stage_at < timedelta(minutes=rollout.soak_minutes):
        return Next.WAIT
    group = rollout.groups[rollout.stage]
    there = [
        one
        for one in told
        if (EVERYBODY in group or one.terminal in group) and not rollout.baseline.get(one.terminal, Before()).forgiven
    ]
    well = sum(has(rollout, one) for one in there)
    expected = sum(one.online or has(rollout, one) for one in there)
    if not well or well * 100 < rollout.well_percent * expected:
        return Next.WAIT
    return Next.FINISH if rollout.stage == len(rollout.groups) - 1 else Next.GO_ON


def told_back(rollout: Rollout, terminal: str) -> Wanted:
    """What a terminal is told when it is taken back: what it was to run before, and to leave this one."""
    before = rollout.before if terminal == EVERYBODY else rollout.baseline.get(terminal, Before()).wanted
    return Wanted(before or rollout.before, rollout.release)


class Wish(msgspec.Struct, frozen=True):
    """A rollout as somebody asked for it, before it is checked."""

    release: str
    first: tuple[str, ...]
    by_hall: bool
    soak_minutes: int
    absent_minutes: int
    well_percent: int
    failures_percent: int
    reason: str


def fault_of(wish: Wish, releases: Sequence[str], open_: Sequence[Rollout], terminals: Mapping[str, str]) -> str:
    """Why it cannot be begun, as a key of the pages' words; empty: it can."""
    if wish.release not in releases:
        return "releases.unknown"
    if open_:
        return "releases.other_open"
    if not wish.reason:
        return "releases.why_missing"
    if any(name not in terminals for name in wish.first):
        return "releases.no_such_terminal"
    sensible = wish.soak_minutes in SOAK_MINUTES and wish.absent_minutes in ABSENT_MINUTES
    return "" if sensible and 1 <= wish.well_percent <= 100 and 0 <= wish.failures_percent <= 50 else "releases.figures"
