"""What becomes an open item, when it is shown, whose turn it is, and when it is over. Pure: times and ids come in.

A standing condition (a terminal that is silent, a printer without paper) opens and closes by itself, damped both ways:
one that comes and goes is one item with a count. What left something behind (a ticket nobody is sure of, an envelope
nobody could judge, a card on a reader) is closed by a person, with a note.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final

import msgspec

from central.fleet.rules import Card, Concern, Device

HOLDS_FOR: Final = timedelta(seconds=60)
"""A standing condition shorter than this calls nobody."""
CALM_FOR: Final = timedelta(minutes=5)
"""A condition gone for so long is over; one that is back sooner is the same."""
FLAPS_SHOWN: Final = 3
"""Comings within the calm after which even short ones are shown."""
LONG_UNSENT: Final = timedelta(minutes=15)
LITTLE_ROOM: Final = 0.1
"""Of the disk the store lies on."""
ACKNOWLEDGE_IN: Final = {"act": timedelta(minutes=15), "soon": timedelta(hours=4)}
STAND_IN_AFTER: Final = timedelta(minutes=10)
"""Not acknowledged for so long, it rings for the next of the roster."""
NOTE_AT_MOST: Final = 200
PRINT, SILENT, ASIDE, CONFLICT, ALARM = "print", "unprinted", "aside", "conflict", "alarm"
KINDS: Final = (
    *("offline", "hall_node", "device", "supply", "outbox", "clock", "disk", "certificate", "refused"),
    *(PRINT, SILENT, ASIDE, CONFLICT, ALARM),
)


class Condition(msgspec.Struct, frozen=True):
    """Something that is so now. `subject` tells two of a kind apart; `by_hand`: only a person closes it."""

    kind: str
    subject: str
    terminal: str
    hall: str
    severity: str
    since: datetime
    detail: str = ""
    by_hand: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """What makes it the same one as before."""
        return (self.kind, self.subject)


class Matter(msgspec.Struct, frozen=True):
    """One open item as it is kept."""

    matter_id: str
    kind: str
    subject: str
    terminal: str
    hall: str
    severity: str
    by_hand: bool
    detail: str
    began_at: datetime
    seen_at: datetime
    changed_at: datetime
    shown_at: datetime | None = None
    calm_since: datetime | None = None
    flaps: int = 0
    owner: str = ""
    reason: str = ""
    due_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    escalated: bool = False
    closed_at: datetime | None = None
    closed_by: str = ""
    note: str = ""

    @property
    def standing(self) -> bool:
        """Whether what it is about is still so."""
        return self.closed_at is None and self.calm_since is None

    def late(self, now: datetime) -> bool:
        """Whether nobody has acknowledged it in time."""
        return self.acknowledged_at is None and self.due_at is not None and now > self.due_at

    def seconds_to_acknowledge(self) -> float | None:
        """From when it was shown until somebody said they have it."""
        if self.shown_at is None or self.acknowledged_at is None:
            return None
        return max((self.acknowledged_at - self.shown_at).total_seconds(), 0.0)


def conditions_of(card: Card, now: datetime) -> list[Condition]:
    """What a terminal's last word asks of staff. One that is silent says nothing else: what it had may be mended."""
    terminal, hall = card.terminal.id, card.terminal.hall
    if card.seen_at is None:
        return []
    if not card.online and card.hall_silent:
        return []
    if not card.online:
        return [Condition("offline", terminal, terminal, hall, "act", card.seen_at)]
    found = []
    for device in card.devices:
        if device.concern is Concern.NONE:
            continue
        kind = "device" if device.concern is Concern.ACT else "supply"
        subject = f"{terminal}/{device.report.name}"
        detail = "|".join([device.report.kind, *_faults(device)])
        found.append(Condition(kind, subject, terminal, hall, device.concern.value, now, detail))
    if card.oldest is not None and card.oldest > LONG_UNSENT:
        found.append(Condition("outbox", terminal, terminal, hall, "soon", now - card.oldest, str(card.unsent)))
    if card.clock_off:
        found.append(Condition("clock", terminal, terminal, hall, "soon", now))
    if card.free_share is not None and card.free_share < LITTLE_ROOM:
        found.append(Condition("disk", terminal, terminal, hall, "soon", now, f"{card.free_share:.0%}"))
    if card.refused:
        found.append(Condition("refused", terminal, terminal, hall, "soon", now, str(card.refused)))
    return found


def _faults(device: Device) -> list[str]:
    """Keys of words: a fault, or part and state of what is not as it should be."""
    if device.report.fault:
        return [f"fault.{device.report.fault}"]
    if device.report.presence == "offline":
        return ["presence.offline"]
    parts = [f"part.{name}/state.{value}" for name, value, concern in device.states if concern is not Concern.NONE]
    return [*parts, *(f"counter.{counter}" for counter in device.report.due)]


class Changes(msgspec.Struct, frozen=True):
    """What a look changes: items that begin, items that are another now, items that go without a trace."""

    begun: list[Matter] = []
    changed: list[Matter] = []
    gone: list[Matter] = []


def compare(
    standing: Mapping[tuple[str, str], Matter],
    now_so: Iterable[Condition],
    now: datetime,
    unheard: Collection[str] = (),
) -> Changes:
    """What a look at `now` makes of the open items. New ones have no id yet: `matter_id` is empty.

    What a terminal had before it fell silent stays, as of those `unheard` behind a silent hall: nobody knows that it is
    mended.
    """
    begun, changed, gone = [], [], []
    so = {one.place: one for one in now_so}
    silent = {one.terminal for one in so.values() if one.kind == "offline"} | set(unheard)
    for place, condition in so.items():
        stood = standing.get(place)
        if stood is None:
            begun.append(_begun(condition, now))
        elif (again := _again(stood, condition, now)) != stood:
            changed.append(again)
    for place, before in standing.items():
        if place in so or before.kind == ALARM or (before.terminal in silent and not before.by_hand):
            continue
        after = _calmer(before, now)
        if after is None:
            gone.append(before)
        elif after != before:
            changed.append(after)
    return Changes(begun, changed, gone)


def _begun(condition: Condition, now: datetime) -> Matter:
    matter = Matter(
        "",
        *(condition.kind, condition.subject, condition.terminal, condition.hall, condition.severity),
        condition.by_hand,
        condition.detail,
        began_at=min(condition.since, now),
        seen_at=now,
        changed_at=now,
    )
    return _shown(matter, now)


def _shown(matter: Matter, now: datetime) -> Matter:
    """Shown once it has held, or has come and gone too often; its clock runs from then."""
    holds = matter.by_hand or now - matter.began_at >= HOLDS_FOR or matter.flaps >= FLAPS_SHOWN
    if matter.shown_at is not None or not holds:
        return matter
    return msgspec.structs.replace(matter, shown_at=now, due_at=now + ACKNOWLEDGE_IN[matter.severity], changed_at=now)


def _again(before: Matter, condition: Condition, now: datetime) -> Matter:
    after = before
    if before.calm_since is not None:
        after = msgspec.structs.replace(after, calm_since=None, flaps=before.flaps + 1, seen_at=now, changed_at=now)
    if (condition.detail, condition.severity) != (before.detail, before.severity):
        graver = condition.severity == "act" and before.severity != "act" and before.shown_at is not None
        due = now + ACKNOWLEDGE_IN["act"] if graver and before.acknowledged_at is None else before.due_at
        after = msgspec.structs.replace(
            after, detail=condition.detail, severity=condition.severity, due_at=due, changed_at=now
        )
    return _shown(after, now)


def _calmer(before: Matter, now: datetime) -> Matter | None:
    """None: it never held long enough to be shown, and is over."""
    if before.by_hand:  # somebody saw to it on its own page
        return closed(before, before.closed_by, "", now)
    if before.calm_since is None:
        return msgspec.structs.replace(before, calm_since=now, changed_at=now)
    if now - before.calm_since < CALM_FOR:
        return before
    return closed(before, "", "", before.calm_since, now) if before.shown_at is not None else None


def closed(matter: Matter, who: str, note: str, at: datetime, now: datetime | None = None) -> Matter:
    """It is over since `at`. An empty `who`: by itself, or on the page it came from."""
    return msgspec.structs.replace(matter, closed_at=at, closed_by=who, note=note, changed_at=now or at)


# --- whose turn it is ----------


def rung(matter: Matter, now: datetime) -> int | None:
    """Which of the roster it rings for now, from 0; None where it rings for nobody."""
    if matter.shown_at is None or matter.acknowledged_at is not None or not matter.standing:
        return None
    return int((now - matter.shown_at) / STAND_IN_AFTER) if matter.severity == "act" else None


def is_escalated(matter: Matter, officers: Sequence[str], now: datetime) -> bool:
    """Whether everybody on duty had their turn, or nobody is on duty, and it is late."""
    turn = rung(matter, now)
    return turn is not None and (turn >= len(officers)) and matter.late(now)


# --- how it went ----------


class Figures(msgspec.Struct, frozen=True):
    """The incident log in figures (DB-08)."""

    shown: int
    open: int
    acknowledged: int
    in_time: int
    median_seconds: float | None
    escalated: int


def figures(found: Iterable[Matter]) -> Figures:
    """Of items that were shown."""
    shown = [one for one in found if one.shown_at is not None]
    taken = [one for one in shown if one.acknowledged_at is not None]
    seconds = [length for one in taken if (length := one.seconds_to_acknowledge()) is not None]
    in_time = sum(one.due_at is not None and one.acknowledged_at <= one.due_at for one in taken if one.acknowledged_at)
    return Figures(
        len(shown),
        sum(one.closed_at is None for one in shown),
        len(taken),
        in_time,
        median(seconds) if seconds else None,
        sum(one.escalated for one in shown),
    )


def order(matter: Matter) -> tuple[object, ...]:
    """What is worst comes first: escalated, red, what nobody has, the oldest."""
    return (not matter.escalated, matter.severity != "act", matter.acknowledged_at is not None, matter.began_at)
