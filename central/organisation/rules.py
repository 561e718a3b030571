"""The tree from a file, what holds at a place of it and where that comes from, and what a terminal is sent. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from central.feed.rules import Draft, Invalid, read_toml, settings_draft, switch_draft, words
from contract import help_hours
from contract.feed import FeedKind, Notice, SettingsPatch
from contract.media import Media

HALL, TERMINAL = "hall:", "terminal:"
"""Before the name of a hall and of a terminal: both are places of the tree too."""
MOST = 2000
TIERS: Final = ("district", "town", "village")
"""区, 街道 or 乡镇, 村 or 社区; a place stands below one of a tier before its own."""


class Kind(StrEnum):
    """What may come down."""

    SETTING = "setting"
    ITEM = "item"
    NOTICE = "notice"
    MEDIA = "media"


class Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place of the tree. `profile` is the kind of its sites, for filters; degrees as maps show them."""

    node: str
    name: str
    tier: str
    parent: str = ""
    profile: str = ""
    east: float | None = None
    north: float | None = None


class FileNode(Node, frozen=True, forbid_unknown_fields=True):
    """The same as a file says it: with the halls that stand there."""

    halls: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    places: tuple[FileNode, ...]


class Value(msgspec.Struct, frozen=True):
    """One value at one place; `value` is JSON."""

    node: str
    kind: Kind
    key: str
    value: str
    by_whom: str
    at: datetime


class Effective(msgspec.Struct, frozen=True):
    """What holds, and which places above say otherwise and are overridden."""

    value: Value
    overrides: tuple[str, ...] = ()


def read_tree(source: str, raw: bytes) -> list[FileNode]:
    """The tree of a TOML file: `[[places]]` with `node`, `name`, `tier`, `parent`, `halls`. Raises Invalid."""
    return checked(source, read_toml(source, raw, _File).places)


COLUMNS: Final = ("node", "name", "tier", "parent", "profile", "east", "north", "halls")


def read_table(source: str, rows: Sequence[Sequence[str]]) -> list[FileNode]:
    """The same of a sheet: `COLUMNS` in the first line, halls parted by ；or ;. Raises Invalid."""
    if not rows or tuple(one.strip() for one in rows[0][: len(COLUMNS)]) != COLUMNS:
        raise Invalid(f"{source}: first line: expected the headings {', '.join(COLUMNS)}")
    found = []
    for line, row in enumerate(rows[1:], 2):
        said = {name: text.strip() for name, text in zip(COLUMNS, row, strict=False) if text.strip()}
        if not said:
            continue
        values: dict[str, object] = dict(said)
        if "halls" in said:
            values["halls"] = [one.strip() for one in said["halls"].replace("；", ";").split(";") if one.strip()]
        try:
            found.append(msgspec.convert(values, FileNode, strict=False))
        except msgspec.ValidationError as error:
            raise Invalid(f"{source}: line {line}: {error}") from None
    return checked(source, found)


def checked(source: str, found: Iterable[FileNode]) -> list[FileNode]:
    """One root, every place below one of a tier before its own, nothing twice. Raises Invalid."""
    nodes = list(found)
    if not 0 < len(nodes) <= MOST:
        raise Invalid(f"{source}: {len(nodes)} places; expected 1 to {MOST}")
    known = {one.node: one for one in nodes}
    halls = [hall for one in nodes for hall in one.halls]
    for name, listed in (("places", [one.node for one in nodes]), ("halls", halls)):
        if twice := {one for one in listed if listed.count(one) > 1}:
            raise Invalid(f"{source}: `{name}`: {min(twice)!r} stands there twice; expected each once")
    for one in nodes:
        _check(f"{source}: {one.node!r}", one, known)
    roots = [one.node for one in nodes if not one.parent]
    if len(roots) != 1:
        raise Invalid(f"{source}: {len(roots)} places without `parent`; expected one, the district itself")
    return nodes


def _check(where: str, one: FileNode, known: Mapping[str, FileNode]) -> None:
    if one.tier not in TIERS:
        raise Invalid(f"{where}: `tier`: {one.tier!r}; expected one of {', '.join(TIERS)}")
    if ":" in one.node or not one.node.strip() or not one.name.strip():
        raise Invalid(f"{where}: expected a `node` without a colon, and a `name`")
    if (one.east is None) != (one.north is None):
        raise Invalid(f"{where}: `east` and `north`: expected both or none")
    if one.parent and one.parent not in known:
        raise Invalid(f"{where}: `parent`: {one.parent!r} is no place of this file")
    if one.parent and TIERS.index(known[one.parent].tier) >= TIERS.index(one.tier):
        raise Invalid(f"{where}: `parent`: {one.parent!r} is not of a tier above {one.tier}")


def way(nodes: Mapping[str, Node], place: str, hall_at: Mapping[str, str], hall: str = "") -> list[str]:
    """From the district down to a place; `hall` is the one a terminal stands in."""
    found = []
    at = place
    if at.startswith(TERMINAL):
        found.append(at)
        at = HALL + hall
    if at.startswith(HALL):
        found.append(at)
        at = hall_at.get(at.removeprefix(HALL), "")
        at = at or next((one.node for one in nodes.values() if not one.parent), "")
    while at in nodes and at not in found:
        found.append(at)
        at = nodes[at].parent
    return found[::-1]


def below(nodes: Mapping[str, Node], place: str) -> set[str]:
    """A place and everything under it."""
    children: dict[str, list[str]] = {}
    for one in nodes.values():
        children.setdefault(one.parent, []).append(one.node)
    found, waiting = set[str](), [place]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += children.get(at, [])
    return found


def effective(on_the_way: Iterable[str], values: Mapping[str, Iterable[Value]]) -> dict[tuple[Kind, str], Effective]:
    """What holds at the end of a way: the nearest word counts, and knows whom it overrides."""
    found: dict[tuple[Kind, str], Effective] = {}
    for place in on_the_way:
        for value in values.get(place, ()):
            before = found.get((value.kind, value.key))
            above = () if before is None else (*before.overrides, before.value.node)
            found[value.kind, value.key] = Effective(value, above)
    return found


# --- what is said of a place ----------


class Offered(msgspec.Struct, frozen=True):
    """Whether an item is done here, and what citizens read where it is not."""

    on: bool
    reason: dict[str, str] = {}


def settings_of(text: str) -> dict[str, str]:
    """Dotted place -> JSON, of values typed as in kiosk.toml. Raises Invalid."""
    body = settings_draft("settings", text.encode(), "", "").body
    values = body.values if isinstance(body, SettingsPatch) else {}
    return {place: msgspec.json.encode(value).decode() for place, value in values.items()}


NIGHT: Final = {
    "night_from": "site.night_from",
    "night_to": "site.night_to",
    "volume": "night.volume",
    "brightness": "night.brightness",
    "help": "night.help",
}
"""Fields of the night mode's form, and their places in kiosk.toml."""
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def night_of(form: Mapping[str, str]) -> dict[str, str]:
    """The same of the night mode's form; an empty field says nothing. Raises Invalid with a key of the pages' words."""
    said: dict[str, str | int] = {}
    for name, place in NIGHT.items():
        text = form.get(name, "").strip()
        if text:
            said[place] = _night(name, text)
    if not said:
        raise Invalid("organisation.night_nothing")
    return {place: msgspec.json.encode(value).decode() for place, value in said.items()}


def _night(name: str, text: str) -> str | int:
    if name == "help":
        try:
            help_hours.read(text)
        except ValueError:
            raise Invalid("organisation.night_help_wrong") from None
        return text
    if name in {"volume", "brightness"}:
        least = 0 if name == "volume" else 5
        if not (text.isdecimal() and len(text) <= 3 and least <= int(text) <= 100):
            raise Invalid("organisation.night_level_wrong")
        return int(text)
    if not _CLOCK.fullmatch(text):
        raise Invalid("organisation.night_time_wrong")
    return text


def item_of(slug: str, *, on: bool, reason: dict[str, str]) -> str:
    """An item on or off as JSON. Raises Invalid."""
    switch_draft(slug, on=on, reason=reason, by="")
    return msgspec.json.encode(Offered(on, {} if on else words("the item", "reason", reason))).decode()


def notice_of(text: dict[str, str], first: datetime, last: datetime, now: datetime) -> str:
    """A notice as JSON. Raises Invalid."""
    if not first < last or last <= now:
        raise Invalid("notice: expected an end after its beginning and in the future")
    return msgspec.json.encode(Notice(words("the notice", "text", text), first.isoformat(), last.isoformat())).decode()


NOT_HERE: Final = "null"
"""Said of a picture from above: it is not shown here."""


def media_of(value: str) -> Media | None:
    """The picture a value means; None where it is not shown here."""
    return msgspec.json.decode(value, type=Media | None)


# --- what a terminal is sent ----------


class Sent(msgspec.Struct, frozen=True):
    """Something a terminal has: its kind and key in the feed, and the digest of what it said."""

    kind: str
    key: str
    digest: str


KIOSK: Final = "kiosk"


def drafts(terminal: str, found: Mapping[tuple[Kind, str], Effective], now: datetime) -> dict[tuple[str, str], Draft]:
    """Everything a terminal should have by the tree, by kind and key of the feed."""
    wanted: dict[tuple[str, str], Draft] = {}
    settings: dict[str, str | int | float | bool] = {}
    by = ""
    for (kind, key), one in sorted(found.items()):
        said = one.value
        if kind is Kind.SETTING:
            settings[key] = msgspec.json.decode(said.value)
            by = said.by_whom
        elif kind is Kind.ITEM:
            offered = msgspec.json.decode(said.value, type=Offered)
            draft = switch_draft(key, on=offered.on, reason=offered.reason, by=said.by_whom, audience=terminal)
            wanted[FeedKind.SWITCH, key] = draft
        elif kind is Kind.MEDIA:
            if (media := media_of(said.value)) is not None:
                wanted[FeedKind.MEDIA, key] = Draft(terminal, FeedKind.MEDIA, key, media, said.by_whom)
        else:
            notice = msgspec.json.decode(said.value, type=Notice)
            until = datetime.fromisoformat(notice.until_at)
            if until > now:
                wanted[FeedKind.NOTICE, key] = Draft(terminal, FeedKind.NOTICE, key, notice, said.by_whom, until)
    if settings:
        wanted[FeedKind.SETTINGS, KIOSK] = Draft(terminal, FeedKind.SETTINGS, KIOSK, SettingsPatch(settings), by)
    return wanted


def digest(draft: Draft) -> str:
    """Of what it says."""
    return hashlib.sha256(draft.raw()).hexdigest()[:32]


def news(
    terminal: str, wanted: Mapping[tuple[str, str], Draft], sent: Iterable[Sent]
) -> tuple[list[Draft], list[tuple[str, str]]]:
    """What is to be sent, and what is not kept any more. A setting that nobody says any more stays as it is there."""
    have = {(one.kind, one.key): one.digest for one in sent}
    fresh = [draft for place, draft in wanted.items() if have.get(place) != digest(draft)]
    gone = [place for place in have if place not in wanted]
    for kind, key in gone:
        if kind == FeedKind.SWITCH:
            fresh.append(switch_draft(key, on=True, reason={}, by="centre", audience=terminal))
        elif kind in {FeedKind.NOTICE, FeedKind.MEDIA}:
            fresh.append(Draft(terminal, kind, key, b""))
    return fresh, gone
