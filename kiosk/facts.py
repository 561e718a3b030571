"""What the terminal knows about itself right now, for every page and for the centre. Values only."""

import msgspec


class Closed(msgspec.Struct, frozen=True):
    """An item that cannot be begun here now. `reason` is a key under `closed.` in the words, `since` is `HH:MM`."""

    item: str
    reason: str
    since: str
    text: dict[str, str] = {}
    """The centre's own words for the reason, by language; empty where there are none."""


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
    receipts: bool = False
    """A receipt on A4 can be printed now."""
    on_battery: bool = False
    """The mains have failed: what was begun is finished, no new document is printed."""
    notices: tuple[dict[str, str], ...] = ()
    """The centre's notices for citizens that hold now, by language."""
    suspended: dict[str, str] | None = None
    """The centre has taken the terminal out of service, and why, by language; None while it serves."""


class Site(msgspec.Struct, frozen=True):
    """What is written on every page about this machine and its hall; it does not change during a visit."""

    terminal: str
    hall: dict[str, str]
    place: dict[str, str]
    supervision_phone: str
    desk_phone: str
    staffed_hours: str
    languages: tuple[str, ...] = ("zh-Hans", "en")
    night_from: str = "22:00"
    night_to: str = "06:00"
