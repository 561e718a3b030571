"""What the terminal knows about itself right now, for every page and for the centre. Values only."""

from enum import StrEnum
from typing import Annotated

import msgspec

from contract.feed import RatingTags
from contract.hall_plan import HallPlan
from contract.hours import Clock, Closing


class Elsewhere(msgspec.Struct, frozen=True):
    """Another place where an item can be done; `metres` from here, where anybody knows."""

    name: dict[str, str]
    metres: int | None = None


class Closed(msgspec.Struct, frozen=True):
    """An item that cannot be begun here now. `reason` is a key under `closed.` in the words, `since` is `HH:MM`."""

    item: str
    reason: str
    since: str
    text: dict[str, str] = {}
    """The centre's own words for the reason, by language; empty where there are none."""
    next_open: str = ""
    """`YYYY-MM-DDTHH:MM` local time, where it is closed by its hours and opens again."""
    booking: bool = False
    """A time can be booked instead."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """Where else it can be done, the nearest first."""


class Special(msgspec.Struct, frozen=True):
    """Hours of today beside the usual ones (错时, 延时, 值班): `mode` is a key under `hours.mode.` in the words."""

    mode: str
    opens: str
    closes: str


class Attract(StrEnum):
    """How large the sentence of the attract screen stands: from across a mall, larger."""

    USUAL = "usual"
    LARGE = "large"


class VoiceHour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The loudspeaker's level, 0 to 100, from one time of the day until before another; a night may pass midnight."""

    begins: Clock
    ends: Closing
    level: Annotated[int, msgspec.Meta(ge=0, le=100)]
    zone: str = ""
    """Only in this part of the place; empty: in all that have no rows of their own."""


USUAL_LEVEL = 60
"""Of the loudspeaker where nobody has said anything."""


def voice_level(plan: tuple[VoiceHour, ...], clock: str) -> int:
    """The level at `clock` (`HH:MM`): 0 where a plan says nothing of that hour, the usual one without a plan."""
    for row in plan:
        if within(row.begins, row.ends, clock):
            return row.level
    return 0 if plan else USUAL_LEVEL


def within(begins: str, ends: str, clock: str) -> bool:
    """Whether `clock` (`HH:MM`) lies between two times of the day; a night may pass midnight."""
    return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends


class HelpHours(msgspec.Struct, frozen=True):
    """When somebody helps from afar (远程帮办), as far as it is known."""

    today: tuple[tuple[str, str], ...]
    """(begins, ends), `HH:MM`: the site's own hours where somebody is on duty."""
    open: bool
    next_open: str = ""
    """`YYYY-MM-DDTHH:MM` local time, where that is within a week."""
    rings: bool = True
    """Whether a call goes out now: outside the site's own hours nobody is rung."""


class Shown(msgspec.Struct, frozen=True):
    """A picture for the attract screen that lies here and is to be seen today. `moves`: it is a silent sequence."""

    sha256: str
    says: dict[str, str]
    seconds: int
    moves: bool = False


class Facts(msgspec.Struct, frozen=True):
    """Live facts, sent by the terminal process to the visit whenever one changes."""

    closed: tuple[Closed, ...] = ()
    printer: str = "unknown"
    """`ready`, `low`, `out`, `cover`, `fault`, `lost` or `unknown`: a key under `printer.` in the words."""
    link_up: bool = False
    link_since: str = ""
    """`HH:MM` since when the link is as it is."""
    last_number: str = ""
    """The number of a visit that died after saving, shown for 60 s and never with a name."""
    card_left: bool = False
    paper_left: bool = False
    """Somebody's ticket stands in the exit for more than a minute."""
    receipts: bool = False
    """A receipt on A4 can be printed now."""
    on_battery: bool = False
    """The mains have failed: what was begun is finished, no new document is printed."""
    notices: tuple[dict[str, str], ...] = ()
    """The centre's notices for citizens that hold now, by language."""
    open_today: tuple[tuple[str, str], ...] | None = None
    """When people can reach the terminal today, as (opens, closes); None: day and night."""
    special: tuple[Special, ...] = ()
    """Today's hours of the windows beside the usual ones."""
    suspended: dict[str, str] | None = None
    """The centre has taken the terminal out of service, and why, by language; None while it serves."""
    tags: RatingTags | None = None
    """The reasons a rating may give, as the centre says; None where it has said nothing."""
    media: tuple[Shown, ...] = ()
    """Pictures between the attract screen's own pages."""
    help: HelpHours | None = None
    """The hours of remote help; None where nobody has said any."""


class Site(msgspec.Struct, frozen=True):
    """What is written on every page about this machine and its hall; it does not change during a visit."""

    terminal: str
    hall: dict[str, str]
    place: dict[str, str]
    supervision_phone: str
    desk_phone: str
    staffed_hours: str
    languages: tuple[str, ...] = ("zh-Hans", "zh-Hant", "en")
    night_from: str = "22:00"
    night_to: str = "06:00"
    profile: str = "hall"
    """Which kind of place this is (kiosk/sites)."""
    voice: tuple[VoiceHour, ...] = ()
    """The loudspeaker's levels through the day, where this machine stands."""
    strict: bool = False
    """Passers-by are near: pages with personal data remind of them."""
    attract: Attract = Attract.USUAL
    plan: HallPlan | None = None
    """Of the hall this machine stands in."""
    responsible_phone: str = ""
    """Of whoever answers for this machine."""
    pictures: str = ""
    """The folder with the pictures of the attract screen, each by its hash."""
    public_url: str = ""
    """Where phones reach the centre; empty: tickets carry no code of their number."""
