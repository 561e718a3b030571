"""Which items can be begun now, why another cannot, from when, and where else. Pure."""

from collections.abc import Collection, Iterable
from datetime import datetime
from fnmatch import fnmatchcase
from math import cos, hypot, radians
from typing import Final

import msgspec

from contract.calendar import WorkCalendar
from contract.catalogue import Identity, Item
from contract.feed import Place
from contract.hours import Opening, open_at
from kiosk.facts import Elsewhere

READER = "id_card_reader"
STORE_GONE = "store"
ON_BATTERY = "power"
PRINTS = "document_printer"
SWITCHED_OFF = "centre"
DEPARTMENT_GONE = "department"
NEAREST: Final = 2
"""Places named beside an item that is closed."""
_DEGREE_METRES: Final = 111_320.0
"""One degree along a meridian."""


class Shut(msgspec.Struct, frozen=True):
    """Why an item cannot be begun: a key under `closed.` in the words."""

    reason: str
    next_open: str = ""
    """`YYYY-MM-DDTHH:MM`, where it is closed by its hours and opens again."""
    booking: bool = False
    """A time can be booked instead."""


class Now(msgspec.Struct, frozen=True):
    """What closes items at a moment.

    `lost` names the devices that are known not to do their work. What nobody has looked at yet is not among them: a
    citizen may begin, and is told at the page that needs it. A dead ticket printer closes nothing at all: the number
    is shown large and bound to the card. On battery no new printing of documents is begun.
    """

    lost: Collection[str] = ()
    store_ok: bool = True
    on_battery: bool = False
    off: Collection[str] = ()
    """The items the centre has switched off."""
    departments: Collection[str] = ()
    """Connectors whose department does not answer."""
    moment: datetime | None = None
    """Local time; None: hours close nothing."""
    calendar: WorkCalendar = WorkCalendar()
    place: tuple[Opening, ...] = ()
    """When people can reach this terminal."""


def needs(item: Item) -> tuple[str, ...]:
    """The devices without which an item cannot be done, the first to be named first."""
    return (READER, *item.needs) if item.identity is Identity.REQUIRED else item.needs


def closed_items(items: Iterable[Item], now: Now) -> dict[str, Shut]:
    """Slug -> why, for every item that cannot be begun. What is broken is said before what opens by itself."""
    return {item.slug: shut for item in items if (shut := _shut(item, now)) is not None}


def _shut(item: Item, now: Now) -> Shut | None:
    if item.slug in now.off:
        return Shut(SWITCHED_OFF)
    if not now.store_ok:
        return Shut(STORE_GONE)
    wanted = needs(item)
    gone = next((name for name in wanted if name in now.lost), "")
    if gone:
        return Shut(gone)
    if now.on_battery and PRINTS in wanted:
        return Shut(ON_BATTERY)
    if item.query is not None and item.query.connector in now.departments:
        return Shut(DEPARTMENT_GONE)
    return _by_hours(item, now)


def _by_hours(item: Item, now: Now) -> Shut | None:
    if now.moment is None:
        return None
    state = open_at(item.hours, now.calendar, now.moment, now.place)
    if state.open:
        return None
    return Shut(state.key, f"{state.next_open:%Y-%m-%dT%H:%M}" if state.next_open else "", item.booking)


def elsewhere(item: Item, places: Iterable[Place], here: str) -> tuple[Elsewhere, ...]:
    """The nearest other places where `item` can be done; in the centre's order where distances are not known.

    `here` is this terminal's id.
    """
    every = tuple(places)
    own = next((place for place in every if place.id == here), None)
    found = [
        Elsewhere(place.name, _metres(own, place))
        for place in every
        if place.id != here and any(fnmatchcase(item.slug, pattern) for pattern in place.items)
    ]
    found.sort(key=lambda place: (place.metres is None, place.metres or 0))
    return tuple(found[:NEAREST])


def _metres(one: Place | None, other: Place) -> int | None:
    """Between two places of one district, to ten metres."""
    if one is None or one.east is None or one.north is None or other.east is None or other.north is None:
        return None
    east = (other.east - one.east) * cos(radians(one.north)) * _DEGREE_METRES
    return int(round(hypot(east, (other.north - one.north) * _DEGREE_METRES), -1))
