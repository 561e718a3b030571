"""What comes down from the centre: each item numbered, versioned and signed, read by cursor. Pure."""

from enum import StrEnum

import msgspec

PULL_PATH = "/v1/pull"
PULL_MAX_ITEMS = 100
PULL_MAX_BYTES = 512 * 1024


class FeedKind(StrEnum):
    """What an item is about. A kind a terminal does not know is kept aside and never stops the others."""

    CATALOGUE = "catalogue"
    """One service item (TOML as in kiosk/services), key = its slug; an empty body takes the item away."""
    CALENDAR = "calendar"
    """Working days of a year, key = the year."""
    SITES = "sites"
    """`Sites`, key = "sites": where else a citizen may go."""
    TAGS = "tags"
    """`RatingTags`, key = "tags": the reasons a rating may give."""
    NOTICE = "notice"
    """A notice for citizens, key = its id."""
    SETTINGS = "settings"
    """A revision of kiosk.toml's values, key = "kiosk"."""
    SWITCH = "switch"
    """An item switched off or on, key = its slug."""
    COMMAND = "command"
    """Something to do once, key = its id."""
    LEASE = "lease"
    """`contract.numbers.Lease`, key = date/queue."""
    ARCHIVED = "archived"
    """The centre has archived a lane up to a place, key = epoch/lane: what may be purged."""
    SEALING_KEYS = "sealing_keys"
    """The public keys to seal to from now on, key = "sealing"."""
    SIGNING_KEYS = "signing_keys"
    """`contract.succession.Succession`, key = "signing": whom to believe from now on."""
    MEDIA = "media"
    """`contract.media.Media`, key = its name at the place it is for; an empty body takes it away."""
    HELP_HOURS = "help_hours"
    """`RosterHours`, key = "help": when somebody is on duty to help from afar."""
    ADDRESS = "address"
    """`Address`, key = "centre", or "hall" of a hall's own node: where phones reach it."""
    VERDICT = "verdict"
    """What became of a case, key = its id."""
    RELEASE = "release"
    """`contract.releases.Wanted`, key = "terminal": which release of the software is to run."""


class FeedItem(msgspec.Struct, frozen=True):
    """`audience` is a terminal's id, or "*" for all. A higher `version` of the same kind and key replaces a lower one.

    `signature` is the centre's, over `signed_bytes`; `suite` says of which suite.
    """

    seq: int
    audience: str
    kind: str
    key: str
    version: int
    body: bytes
    signed_at: str
    suite: str
    key_id: str
    signature: bytes


def signed_bytes(item: FeedItem) -> bytes:
    """What the centre signs: everything but the place, which the database gives, and the signature itself."""
    head = (item.audience, item.kind, item.key, str(item.version), item.signed_at, item.suite, item.key_id)
    return b"suiban/feed/1\n" + "\n".join(head).encode() + b"\n\n" + item.body


class PullRequest(msgspec.Struct, frozen=True):
    """What comes after `cursor`."""

    terminal: str
    epoch: int
    nonce: str
    cursor: int
    limit_bytes: int = PULL_MAX_BYTES
    """Of all bodies together; one item always comes. A terminal on a slow line asks for less."""


class PullReply(msgspec.Struct, frozen=True):
    """In order of `seq`. `cursor` is the place of the last item looked at, even when it was for somebody else.

    A `cursor` below the one asked with: the centre was set back to a backup, and the terminal goes on from there.
    """

    nonce: str
    server_time: str
    items: tuple[FeedItem, ...]
    cursor: int


# --- bodies, as JSON ----------


class Calendar(msgspec.Struct, frozen=True):
    """What makes a year's working days other than Monday to Friday; dates `YYYY-MM-DD` of `year`."""

    year: int
    holidays: tuple[str, ...]
    """Weekdays on which nobody works."""
    workdays: tuple[str, ...] = ()
    """Days of a weekend on which everybody does."""


class Place(msgspec.Struct, frozen=True):
    """A terminal or a hall where items can be done. `east` and `north` are degrees (GCJ-02 as maps show them)."""

    id: str
    """The terminal's id, or a name of its own for a hall."""
    name: dict[str, str]
    """What it is called and where it stands, by language."""
    items: tuple[str, ...]
    """Slugs of what can be done there, with `*` and `?`."""
    east: float | None = None
    north: float | None = None


class Sites(msgspec.Struct, frozen=True):
    """All places of the district, in the order in which they are named where nobody knows how far they are."""

    places: tuple[Place, ...]


class RatingTag(msgspec.Struct, frozen=True):
    """One reason of a rating, as citizens read it, by language."""

    key: str
    text: dict[str, str]


class RatingTags(msgspec.Struct, frozen=True):
    """The reasons offered at each level (`contract.codes.Satisfaction`). Every change is a higher version."""

    version: int = 0
    levels: dict[str, tuple[RatingTag, ...]] = {}


class DutyHours(msgspec.Struct, frozen=True):
    """Somebody is on duty on every such weekday (1 is Monday); `HH:MM` local time, `ends` may be 24:00."""

    weekday: int
    starts: str
    ends: str


class RosterHours(msgspec.Struct, frozen=True):
    """All hours of a week in which somebody is on duty to help from afar; none: nobody ever is."""

    weekly: tuple[DutyHours, ...]


class Address(msgspec.Struct, frozen=True):
    """Where phones reach whoever says it, as its `public_url`; empty: phones do not."""

    public_url: str


class Notice(msgspec.Struct, frozen=True):
    """Shown to citizens between two times."""

    text: dict[str, str]
    """By language."""
    from_at: str
    until_at: str


class Switch(msgspec.Struct, frozen=True):
    """`reason` is shown to citizens, by language."""

    item: str
    on: bool
    reason: dict[str, str] = {}


class Command(msgspec.Struct, frozen=True):
    """Done once and reported as `CommandDone`; after `expires_at` it is not done any more."""

    command_id: str
    what: str
    """`restart`, `suspend`, `resume`, `close_day`, `reboot`, or `restart_device:` and the name of a device."""
    expires_at: str
    by: str
    reason: dict[str, str] = {}
    """By language: what citizens read while the terminal is suspended."""


class Archived(msgspec.Struct, frozen=True):
    """Everything up to `seq` is archived; `scans` are those held for it."""

    epoch: int
    lane: str
    seq: int


class SealingKey(msgspec.Struct, frozen=True):
    """One public key, raw, base64."""

    id: str
    key: str
    suite: str


class SealingKeys(msgspec.Struct, frozen=True):
    """All keys to seal to from now on."""

    keys: tuple[SealingKey, ...]


class SettingsPatch(msgspec.Struct, frozen=True):
    """Values to set, by dotted place in kiosk.toml; tried on probation as a technician's revision is."""

    values: dict[str, str | int | float | bool]


class CaseVerdict(msgspec.Struct, frozen=True):
    """What the centre made of a case."""

    case_id: str
    outcome: str
    """`accepted`, `incomplete` (scans are lacking) or `quarantined`."""
    reason: str = ""
