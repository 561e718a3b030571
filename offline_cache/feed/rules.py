"""Whether an item that came down is good, and what it says. Pure: signatures are checked with the keys given."""

import base64
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, TypeVar

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, Item
from contract.codes import Satisfaction
from contract.feed import (
    Address,
    Archived,
    Calendar,
    CaseVerdict,
    Command,
    FeedItem,
    FeedKind,
    Notice,
    RatingTags,
    RosterHours,
    SealingKeys,
    SettingsPatch,
    Sites,
    Switch,
    signed_bytes,
)
from contract.media import Media
from contract.numbers import Lease
from contract.releases import RELEASE_KEY, RELEASE_NAME, Wanted
from contract.succession import Succession
from contract.suites import BadSignature, PublicKey, UnknownSuite, suite

EVERYBODY: Final = "*"
SETTINGS_KEY: Final = "kiosk"
SITES_KEY: Final = "sites"
TAGS_KEY: Final = "tags"
HELP_KEY: Final = "help"
ADDRESS_KEYS: Final = ("hall", "centre")
"""Whose word on where phones go counts first: that of the hall's own node."""
_ADDRESS: Final = re.compile(r"(https?://[^/\s]+)?")
_WEEKDAYS: Final = range(1, 8)
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
OLDER: Final = "feed.older"
_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{1,60}")
_AT_HOME: Final = ("terminal.", "storage.", "service.", "centre.url", "centre.signing_keys", "centre.sealing_keys")
"""Who a terminal is and whom it trusts is only said at the terminal."""

Body = (
    Item
    | Calendar
    | Notice
    | SettingsPatch
    | Switch
    | Command
    | Lease
    | Archived
    | SealingKeys
    | Sites
    | RatingTags
    | RosterHours
    | Address
    | Media
    | CaseVerdict
    | Succession
    | Wanted
)
Value = TypeVar("Value")


class BadItem(ValueError):
    """The item is kept aside; the message is the reason, beginning with a `feed.…` key."""


class Held(msgspec.Struct, frozen=True):
    """The version in force of the same kind, key and audience."""

    version: int
    body: bytes


def judge(item: FeedItem, held: Held | None, terminal: str, keys: Mapping[str, PublicKey]) -> Body | None:
    """What the item says; None when it takes its subject away. Raises BadItem with the reason to keep it aside."""
    check_signature(item, keys)
    if item.audience not in (EVERYBODY, terminal):
        raise BadItem(f"feed.audience: it is for {item.audience!r}")
    try:
        kind = FeedKind(item.kind)
    except ValueError:
        raise BadItem(f"feed.unknown_kind: this program knows no {item.kind!r}") from None
    if held is not None and item.version <= held.version:
        raise BadItem(f"{OLDER}: version {item.version}, while {held.version} is in force")
    try:
        return _read(kind, item.key, item.body)
    except (ValueError, UnknownSuite) as error:
        raise BadItem(f"feed.form: {item.kind} {item.key}: {error}") from None


def is_repeat(item: FeedItem, held: Held | None) -> bool:
    """The very version in force once more, as after a reply that was lost."""
    return held is not None and (item.version, item.body) == (held.version, held.body)


def check_signature(item: FeedItem, keys: Mapping[str, PublicKey]) -> None:
    """Raises BadItem unless a key of the centre signed exactly this."""
    key = keys.get(item.key_id)
    if key is None or key.suite != item.suite:
        raise BadItem(f"feed.signature: no key {item.key_id!r} of suite {item.suite!r} is known here")
    try:
        key.verify(signed_bytes(item), item.signature)
    except BadSignature:
        raise BadItem("feed.signature: the centre did not sign this") from None


def read_item(body: bytes, slug: str) -> Item:
    """A service item from its TOML. Raises ValueError naming the place and what is expected."""
    item = msgspec.convert(tomllib.loads(body.decode()), Item)
    if item.slug != slug:
        message = f"`slug`: {slug!r} expected, found {item.slug!r}"
        raise ValueError(message)
    return item


def raw_key(key: str) -> bytes:
    """The bytes of a public key in base64. Raises ValueError."""
    return base64.b64decode(key, validate=True)


def _read(kind: FeedKind, key: str, body: bytes) -> Body | None:  # noqa: C901, PLR0911, PLR0912 - one case for each kind there is
    match kind:
        case FeedKind.CATALOGUE:
            # The key becomes the name of a file, also where the item is taken away.
            _need(_SLUG.fullmatch(key) is not None, f"key: a slug of a-z, 0-9 and - expected, found {key[:60]!r}")
            return read_item(body, key) if body else None
        case FeedKind.NOTICE | FeedKind.MEDIA if not body:
            return None
        case FeedKind.CALENDAR:
            return _calendar(key, _decode(body, Calendar))
        case FeedKind.SITES:
            return _sites(key, _decode(body, Sites))
        case FeedKind.TAGS:
            return _tags(key, _decode(body, RatingTags))
        case FeedKind.MEDIA:
            return _decode(body, Media)
        case FeedKind.HELP_HOURS:
            return _help_hours(key, _decode(body, RosterHours))
        case FeedKind.NOTICE:
            return _notice(_decode(body, Notice))
        case FeedKind.SETTINGS:
            return _settings(key, _decode(body, SettingsPatch))
        case FeedKind.SWITCH:
            return _switch(key, _decode(body, Switch))
        case FeedKind.COMMAND:
            return _command(key, _decode(body, Command))
        case FeedKind.LEASE:
            lease = _decode(body, Lease)
            date.fromisoformat(lease.business_date)
            return lease
        case FeedKind.ARCHIVED:
            return _decode(body, Archived)
        case FeedKind.SEALING_KEYS:
            return _sealing_keys(_decode(body, SealingKeys))
        case FeedKind.SIGNING_KEYS:
            found = _decode(body, Succession)
            _need(bool(found.statements), "`statements`: at least one expected")
            return found
        case FeedKind.ADDRESS:
            return _address(key, _decode(body, Address))
        case FeedKind.RELEASE:
            return _release(key, _decode(body, Wanted))
        case FeedKind.VERDICT:
            verdict = _decode(body, CaseVerdict)
            _need(verdict.case_id == key, f"`case_id`: {key!r} expected, found {verdict.case_id!r}")
            return verdict


def _decode(body: bytes, kind: type[Value]) -> Value:
    return msgspec.json.decode(body, type=kind)


def _calendar(key: str, found: Calendar) -> Calendar:
    _need(key == str(found.year), f"`year`: {key} expected, found {found.year}")
    for day in (*found.holidays, *found.workdays):
        _need(date.fromisoformat(day).year == found.year, f"{day}: a day of {found.year} expected")
    return found


def _sites(key: str, found: Sites) -> Sites:
    _need(key == SITES_KEY, f"key: {SITES_KEY!r} expected, found {key!r}")
    for place in found.places:
        _need_chinese("name", place.name)
    return found


def _tags(key: str, found: RatingTags) -> RatingTags:
    _need(key == TAGS_KEY, f"key: {TAGS_KEY!r} expected, found {key!r}")
    _need(found.version > 0, f"`version`: 1 or more expected, found {found.version}")
    for level, tags in found.levels.items():
        Satisfaction(level)
        for tag in tags:
            _need_chinese(f"levels.{level}", tag.text)
    return found


def _address(key: str, found: Address) -> Address:
    _need(key in ADDRESS_KEYS, f"key: one of {', '.join(ADDRESS_KEYS)} expected, found {key!r}")
    good = _ADDRESS.fullmatch(found.public_url) is not None
    _need(good, f"`public_url`: http:// or https:// with a host alone expected, found {found.public_url!r}")
    return found


def _release(key: str, found: Wanted) -> Wanted:
    _need(key == RELEASE_KEY, f"key: {RELEASE_KEY!r} expected, found {key!r}")
    for name in (found.release, found.back_from):  # both become names of folders
        _need(name == "" or re.fullmatch(RELEASE_NAME, name) is not None, f"a release's name expected, found {name!r}")
    return found


def _notice(found: Notice) -> Notice:
    _need_chinese("text", found.text)
    begins, ends = moment(found.from_at), moment(found.until_at)
    _need(begins < ends, f"`until_at`: a time after {found.from_at} expected, found {found.until_at}")
    return found


def _help_hours(key: str, found: RosterHours) -> RosterHours:
    _need(key == HELP_KEY, f"key: {HELP_KEY!r} expected, found {key!r}")
    for one in found.weekly:
        good = one.weekday in _WEEKDAYS and all(_CLOCK.fullmatch(clock) for clock in (one.starts, one.ends))
        _need(good and one.starts < one.ends, f"`weekly`: a weekday 1 to 7 and hours of one day expected, found {one}")
    return found


def _settings(key: str, found: SettingsPatch) -> SettingsPatch:
    _need(key == SETTINGS_KEY, f"key: {SETTINGS_KEY!r} expected, found {key!r}")
    _need(bool(found.values), "`values`: at least one expected")
    for place in found.values:
        _need("." in place, f"`{place}`: a value inside a section of kiosk.toml expected")
        _need(not place.startswith(_AT_HOME), f"`{place}`: this is only said at the terminal")
    return found


def _switch(key: str, found: Switch) -> Switch:
    _need(found.item == key, f"`item`: {key!r} expected, found {found.item!r}")
    if found.reason:
        _need_chinese("reason", found.reason)
    return found


def _command(key: str, found: Command) -> Command:
    _need(found.command_id == key, f"`command_id`: {key!r} expected, found {found.command_id!r}")
    if found.reason:
        _need_chinese("reason", found.reason)
    moment(found.expires_at)
    return found


def _sealing_keys(found: SealingKeys) -> SealingKeys:
    """Each is tried: a case sealed to what is no key could be opened by nobody."""
    _need(bool(found.keys), "`keys`: at least one expected")
    for key in found.keys:
        used = suite(key.suite)
        used.wrap(raw_key(key.key), bytes(used.key_bytes), b"suiban/trial")
    return found


def moment(text: str) -> datetime:
    """ISO 8601 with its offset. Raises ValueError."""
    found = datetime.fromisoformat(text)
    _need(found.tzinfo is not None, f"{text}: a time with its offset expected")
    return found


def _need_chinese(name: str, text: Mapping[str, str]) -> None:
    _need(bool(text.get(DEFAULT_LANGUAGE)), f"`{name}`: the Chinese text is missing")


def _need(holds: bool, message: str) -> None:  # noqa: FBT001 - a condition and what is said where it fails
    if not holds:
        raise ValueError(message)
