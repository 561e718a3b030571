"""When a terminal counts as online, and which of its states wait for a person. Pure: the time comes in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any

import msgspec

from contract.exchange import DeviceReport, Heartbeat, LaneReport, Link, ServiceReport

OFFLINE_AFTER = timedelta(seconds=90)
HALL_SILENT_AFTER = timedelta(seconds=45)
"""A hall node says how it is every five seconds."""
SKEW_TO_SHOW = timedelta(minutes=2)
TERMINAL_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")
KEY_ID = re.compile(r"^[A-Za-z0-9._:-]{1,80}$")


class Concern(StrEnum):
    """How much a state asks of staff. Only `act` and `soon` are coloured."""

    NONE = "none"
    SOON = "soon"
    ACT = "act"


class Terminal(msgspec.Struct, frozen=True):
    """A terminal as it was entered."""

    id: str
    hall: str
    place: str
    series: str
    epoch: int
    added_at: datetime


class Revision(msgspec.Struct, frozen=True):
    """The latest word on one change of a terminal's settings."""

    revision: int
    by_whom: str
    at: str
    changes: bytes
    outcome: str
    received_at: datetime

    def lines(self) -> list[str]:
        """One for each value that changed."""
        return msgspec.json.decode(self.changes, type=list[str])


_AGE = {"pending": 0, "kept": 1}


def make_of(report: DeviceReport) -> list[str]:
    """The model and firmware of a device, as far as its terminal says them."""
    return [text for text in (report.model, report.firmware) if text]


def latest_words(reports: Iterable[Revision]) -> list[Revision]:
    """Of several reports about a revision the latest; the newest revision first. `reports` come oldest first.

    Those of one change may come in one batch, so their order is that of a change's life: pending, kept, put back.
    """
    found: dict[int, Revision] = {}
    for report in reports:
        before = found.get(report.revision)
        if before is None or before.at != report.at or _AGE.get(before.outcome, 2) <= _AGE.get(report.outcome, 2):
            found[report.revision] = report
    return sorted(found.values(), key=lambda report: report.revision, reverse=True)


class Lively(msgspec.Struct, frozen=True):
    """The part of a heartbeat that is another each time; its names are the heartbeat's."""

    at: str
    lanes: tuple[LaneReport, ...]
    unprinted: int
    link: Link | None = None
    store_bytes: int = 0
    free_share: float | None = None
    quarantined: int = 0
    cursor: int = 0
    due_to_scan: int = 0


def parts(said: Heartbeat) -> dict[str, Any]:
    """What is written of a heartbeat each time (`report`), and what seldom changes (`steady`, with its `hash`)."""
    lively = {name: getattr(said, name) for name in Lively.__struct_fields__}
    steady = msgspec.json.encode(msgspec.structs.replace(said, **_STILL))
    found = blake2b(steady, digest_size=16).hexdigest()
    return {"report": msgspec.json.encode(Lively(**lively)), "steady": steady, "hash": found}


_STILL = {"nonce": "", "at": "", "lanes": (), "unprinted": 0, "link": None, "store_bytes": 0, "free_share": None}
_STILL |= {"quarantined": 0, "cursor": 0, "due_to_scan": 0}


class Now(msgspec.Struct, frozen=True):
    """The last heartbeat of a terminal: `report` and `steady` are JSON."""

    terminal: str
    received_at: datetime
    came_online_at: datetime
    clock_skew_seconds: int
    version: str
    report: bytes
    steady: bytes | None = None
    """None as long as none was heard since version 0.2: then `report` is the whole of it."""
    hall_heard_at: datetime | None = None
    """When the hall node it is behind was heard last; None for one that speaks to the centre itself."""

    def heartbeat(self) -> Heartbeat:
        """What the terminal said."""
        steady = msgspec.json.decode(self.steady) if self.steady else {}
        return msgspec.convert(steady | msgspec.json.decode(self.report), Heartbeat)


_ACT = ("out", "jammed", "open", "inoperable", "error", "unrecoverable", "cutter", "mechanical", "other", "False")
_CONCERNS = {"low": Concern.SOON, "overheated": Concern.SOON} | dict.fromkeys(_ACT, Concern.ACT)


def is_online(received_at: datetime | None, now: datetime) -> bool:
    """Whether the last heartbeat is recent enough."""
    return received_at is not None and now - received_at <= OFFLINE_AFTER


def state_concern(value: object) -> Concern:
    """What one state of a device asks of staff, e.g. `low` of paper or `open` of a cover."""
    return _CONCERNS.get(str(value), Concern.NONE)


def device_concern(device: DeviceReport) -> Concern:
    """The gravest of what a device says: its presence, its fault, its states."""
    if device.presence == "offline" or device.fault:
        return Concern.ACT
    found = {state_concern(value) for value in device.state.values()}
    if device.due:
        found.add(Concern.SOON)
    return next((concern for concern in (Concern.ACT, Concern.SOON) if concern in found), Concern.NONE)


def oldest_unsent(lanes: tuple[LaneReport, ...], at: str, received_at: datetime, now: datetime) -> timedelta | None:
    """How long the oldest record has waited. A terminal's clock is compared with itself only: skew does no harm."""
    waiting = [lane.oldest_at for lane in lanes if lane.unsent and lane.oldest_at]
    said_at = read_moment(at)
    ages = [said_at - oldest for oldest in map(read_moment, waiting) if said_at and oldest]
    if not ages:
        return None
    return max(*ages, timedelta(0)) + (now - received_at)


def unsent(lanes: tuple[LaneReport, ...]) -> int:
    """How many records wait in all lanes."""
    return sum(lane.unsent for lane in lanes)


def read_moment(text: str) -> datetime | None:
    """An ISO 8601 time with offset, or None for anything else a terminal may have written."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


@dataclass(frozen=True)
class Device:
    """A device as a page shows it: every state with what it asks of staff."""

    report: DeviceReport
    concern: Concern
    states: tuple[tuple[str, object, Concern], ...]


@dataclass(frozen=True)
class Card:
    """A terminal as a page shows it."""

    terminal: Terminal
    online: bool
    seen_at: datetime | None
    online_since: datetime | None
    devices: tuple[Device, ...] = ()
    closed: tuple[ServiceReport, ...] = ()
    services: tuple[ServiceReport, ...] = ()
    lanes: tuple[LaneReport, ...] = ()
    unsent: int = 0
    oldest: timedelta | None = None
    version: str = ""
    unprinted: int = 0
    clock_off: int = 0
    """Seconds the terminal's clock is away from ours, once that is worth telling."""
    free_share: float | None = None
    """Of the disk its store lies on."""
    refused: int = 0
    """Items that came down and were bad."""
    hall_silent: bool = False
    """Nothing is known of it, as its hall's node is not heard: it may well serve."""

    @property
    def concern(self) -> Concern:
        """The gravest of what it asks of staff."""
        if not self.online:
            return Concern.NONE if not self.seen_at else Concern.SOON if self.hall_silent else Concern.ACT
        found = {device.concern for device in self.devices}
        if Concern.ACT in found:
            return Concern.ACT
        return Concern.SOON if found & {Concern.SOON} or self.closed or self.unprinted else Concern.NONE


class Hall(msgspec.Struct, frozen=True):
    """A hall in figures, of today: its queue, and what citizens said."""

    name: str
    waiting: int = 0
    called: int = 0
    served: int = 0
    rated: int = 0
    content: int = 0

    @property
    def satisfied(self) -> float | None:
        """满意度 in percent; None where nobody said anything."""
        return 100 * self.content / self.rated if self.rated else None


class Lasts(msgspec.Struct, frozen=True):
    """How long the paper of a terminal lasts at the rate it was used."""

    left: int
    a_day: float
    empty_at: datetime | None
    """None where nothing was used: nothing can be foretold."""


USE_OF = timedelta(days=7)


def paper_lasts(card: Card, used: int, now: datetime) -> Lasts | None:
    """Of the ticket roll, from what came out within `USE_OF`; None where the terminal does not say what is left."""
    left = next((device.report.left["tickets"] for device in card.devices if "tickets" in device.report.left), None)
    if left is None:
        return None
    heard = min(now - card.terminal.added_at, USE_OF)
    days = max(heard / timedelta(days=1), 1.0)
    a_day = used / days
    return Lasts(left, a_day, now + timedelta(days=left / a_day) if a_day else None)


def card(terminal: Terminal, state: Now | None, now: datetime) -> Card:
    """What is known of a terminal at a moment."""
    if state is None:
        return Card(terminal, online=False, seen_at=None, online_since=None)
    said = state.heartbeat()
    skew = abs(state.clock_skew_seconds)
    return Card(
        terminal,
        online=is_online(state.received_at, now),
        seen_at=state.received_at,
        online_since=state.came_online_at,
        devices=tuple(_device(report) for report in said.devices),
        closed=tuple(service for service in said.services if not service.open),
        services=said.services,
        lanes=said.lanes,
        unsent=unsent(said.lanes),
        oldest=oldest_unsent(said.lanes, said.at, state.received_at, now),
        version=state.version,
        unprinted=said.unprinted,
        clock_off=skew if skew > SKEW_TO_SHOW.total_seconds() else 0,
        free_share=said.free_share,
        refused=said.quarantined,
        hall_silent=state.hall_heard_at is not None and now - state.hall_heard_at > HALL_SILENT_AFTER,
    )


def _device(report: DeviceReport) -> Device:
    states = tuple((name, value, state_concern(value)) for name, value in report.state.items() if value is not None)
    return Device(report, device_concern(report), states)
