"""What screens are, when they speak and how loud, and what became of a call on each way it went. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

EACH_SECONDS: Final = 5
"""A call stands so long alone before the next one replaces it."""
ARRIVES_WITHIN: Final = timedelta(seconds=30)
"""A screen that has not said so long after a call that it showed it has not shown it."""
LOOKED_WITHIN: Final = timedelta(minutes=2)
"""Whoever opened the page of their number so lately has it in hand."""
WAITING_AT_MOST: Final = 12
TITLE_AT_MOST: Final = 40
_CLOCK: Final = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")
_ZONE: Final = re.compile(r"^[^/?#\s][^/?#]{0,29}$|^$")
_DAYS: Final = frozenset("1234567")


class Malformed(ValueError):
    """The key of what is wrong with a form."""


class Kind(StrEnum):
    """What a screen shows."""

    CALLS = "calls"
    WINDOW = "window"
    """窗口四亮: of one window."""
    WALL = "wall"
    """Counts of finished cases."""


class Channel(StrEnum):
    """The ways a call goes out."""

    SCREEN = "screen"
    VOICE = "voice"
    SMS = "sms"
    PAGE = "page"


class Outcome(StrEnum):
    """What became of a call on one way."""

    GIVEN = "given"
    DELIVERED = "delivered"
    FAILED = "failed"


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """One screen, known by its token. `zone` empty: the whole hall. `window_code` of a window's own screen."""

    screen_id: str
    kind: Kind
    hall: str
    zone: str
    window_code: str
    title: str
    made_by: str
    made_at: datetime
    revoked_at: datetime | None = None
    seen_at: datetime | None = None


class Manners(msgspec.Struct, frozen=True):
    """How the screens of a hall behave. `opens` and `closes` are HH:MM of the hall."""

    hall: str
    shows_names: bool = False
    opens: str = "09:00"
    closes: str = "17:00"
    notice: str = ""
    by_whom: str = ""


class VoiceHour(msgspec.Struct, frozen=True, kw_only=True):
    """When the screens of a zone speak. `weekdays` are digits, 1 is Monday; `volume` is percent."""

    rule_id: str
    hall: str
    zone: str
    weekdays: str
    starts: str
    ends: str
    volume: int
    by_whom: str
    at: datetime


class Delivery(msgspec.Struct, frozen=True):
    """What became of a call on one way. `place` is the screen's id, empty where there is only one."""

    call_id: str
    channel: Channel
    place: str
    state: Outcome
    at: datetime


def hears(screen: Screen, zone: str) -> bool:
    """Whether a call to a window of this zone belongs on the screen."""
    return screen.kind is Kind.CALLS and (not screen.zone or not zone or screen.zone == zone)


def volume(hours: Iterable[VoiceHour], zone: str, local: datetime) -> int:
    """Percent now in a zone; 0 is silent, and what holds where no rule speaks. A rule of the zone goes before the
    hall's, the later beginning before the earlier.
    """
    clock, day = f"{local:%H:%M}", str(local.isoweekday())
    holding = [
        one for one in hours if one.zone in ("", zone) and day in one.weekdays and one.starts <= clock < one.ends
    ]
    found = max(holding, key=lambda one: (bool(one.zone), one.starts, one.rule_id), default=None)
    return found.volume if found else 0


def is_open(manners: Manners, local: datetime) -> bool:
    """Whether the hall serves at this time; at night a screen shows the hours and nothing else."""
    return manners.opens <= f"{local:%H:%M}" < manners.closes


def settled(delivery: Delivery, now: datetime) -> Outcome:
    """What is known of it now: a screen that says nothing has not shown it."""
    silent = delivery.state is Outcome.GIVEN and delivery.channel in (Channel.SCREEN, Channel.VOICE)
    return Outcome.FAILED if silent and now - delivery.at > ARRIVES_WITHIN else delivery.state


def spoken(number: str, window: str) -> str:
    """What the loudspeaker says: letter and digits one by one."""
    digits = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
    plain = "".join(letter for letter in number if letter.isalnum())
    said = " ".join(digits.get(letter, letter) for letter in plain)
    return f"请 {said} 号，到 {window} 号窗口。"


def read_hour(form: Mapping[str, str], rule_id: str, hall: str, by: str, now: datetime) -> VoiceHour:
    """A line of the voice's schedule from its form. Raises Malformed."""
    starts, ends = _clock(form.get("starts", "")), _clock(form.get("ends", ""))
    if starts >= ends:
        raise Malformed("screens.hours_wrong")
    ticked = {day for day in _DAYS if f"day.{day}" in form}
    weekdays = "".join(sorted(_DAYS & set(form.get("weekdays", "")) | ticked))
    loud = form.get("volume", "")
    if not weekdays:
        raise Malformed("screens.weekdays_missing")
    if not (loud.isascii() and loud.isdecimal() and int(loud) <= 100):
        raise Malformed("screens.volume_wrong")
    return VoiceHour(
        rule_id=rule_id,
        hall=hall,
        zone=read_zone(form),
        weekdays=weekdays,
        starts=starts,
        ends=ends,
        volume=int(loud),
        by_whom=by,
        at=now,
    )


def read_manners(form: Mapping[str, str], hall: str, by: str) -> Manners:
    """How a hall's screens behave, from its form. Raises Malformed."""
    opens, closes = _clock(form.get("opens", "")), _clock(form.get("closes", ""))
    if opens >= closes:
        raise Malformed("screens.hours_wrong")
    notice = " ".join(form.get("notice", "").split())[:80]
    return Manners(hall, form.get("shows_names") == "yes", opens, closes, notice, by)


def read_screen(form: Mapping[str, str], screen_id: str, hall: str, by: str, now: datetime) -> Screen:
    """A screen from its form. Raises Malformed."""
    kind = form.get("kind", "")
    if kind not in set(Kind):
        raise Malformed("screens.kind_missing")
    window = form.get("window", "").strip()[:12]
    if kind == Kind.WINDOW and not window:
        raise Malformed("screens.window_missing")
    return Screen(
        screen_id=screen_id,
        kind=Kind(kind),
        hall=hall,
        zone=read_zone(form),
        window_code=window if kind == Kind.WINDOW else "",
        title=" ".join(form.get("title", "").split())[:TITLE_AT_MOST],
        made_by=by,
        made_at=now,
    )


def read_zone(form: Mapping[str, str]) -> str:
    """A zone's name. Raises Malformed."""
    zone = form.get("zone", "").strip()
    if not _ZONE.match(zone):
        raise Malformed("screens.zone_wrong")
    return zone


def _clock(text: str) -> str:
    if not _CLOCK.match(text.strip()):
        raise Malformed("screens.clock_wrong")
    return text.strip()
