"""What the change of a release sees and moves of this terminal."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

from devices.model import Presence
from devices.power.state import PowerState
from kiosk.fitted.fleet import Fleet
from kiosk.release.changeover import Changeover, Plan, Reach
from kiosk.release.fetching import Fetcher, Line
from kiosk.release.rules import Health, Now
from kiosk.settings import Settings
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.interlude import Interlude
from kiosk.terminal.noticeboard import Noticeboard, wall_clock
from kiosk.terminal.visits import Visits

SCREEN_SECONDS = 30.0


class Desk(Protocol):
    """Something that moves paper, a door or a permit."""

    @property
    def busy(self) -> bool: ...


class Parts(NamedTuple):
    """Of the terminal, all on its main thread."""

    visits: Visits
    fleet: Fleet
    board: Noticeboard
    desks: tuple[Desk, ...]
    screen_heard_at: Callable[[], float | None]
    restart: Callable[[], None]
    wake: Callable[[], None]


def changeover(found: Settings, inbox: Inbox, interlude: Interlude, parts: Parts) -> Changeover | None:
    """None where the software is installed by hand."""
    if not found.updates.slots:
        return None
    plan = Plan(
        Path(found.updates.slots), Path(found.updates.downloads), found.updates.hours, found.updates.charge_percent
    )

    def clock() -> str:
        return wall_clock().isoformat(timespec="seconds")

    reach = Reach(lambda: _now(parts), lambda: _health(parts), parts.restart, parts.wake, clock)
    return Changeover(plan, inbox, interlude, reach)


def fetcher_of(found: Settings, line: Line, post: Callable[[object], None]) -> Fetcher | None:
    """The thread that fetches releases; None where the software is installed by hand."""
    if not found.updates.slots:
        return None
    return Fetcher(
        line,
        Path(found.updates.root),
        Path(found.updates.downloads),
        post,
        kilobytes_per_second=found.updates.kilobytes_per_second,
    )


def _now(parts: Parts) -> Now:
    power = parts.fleet["power"].known.state
    moment = wall_clock()
    return Now(
        serving=not parts.visits.empty and not parts.visits.rests,
        printing=any(desk.busy for desk in parts.desks),
        minute=moment.hour * 60 + moment.minute,
        charge=power.charge_percent if isinstance(power, PowerState) else None,
        on_battery=parts.board.facts.on_battery,
        store_ok=parts.board.store_ok,
    )


def _health(parts: Parts) -> Health:
    heard = parts.screen_heard_at()
    shared = {name for name, known in parts.fleet.known().items() if known.presence is Presence.ONLINE}
    seen = {one.name for one in parts.board.device_reports() if one.presence == Presence.ONLINE.value}
    return Health(
        screen=heard is not None and time.monotonic() - heard <= SCREEN_SECONDS,
        store=parts.board.store_ok,
        link=parts.board.facts.link_up,
        devices=frozenset(shared | seen),
    )
