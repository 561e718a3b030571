"""What the published items are by their attributes, their shares, and how these moved month by month. Pure."""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from contract.catalogue import DEFAULT_LANGUAGE, Item, Text
from contract.classing import AT_PICK_UP, BY_POST, HANDLED, Tag, stars, tags

MONTHS = 12


class Facts(msgspec.Struct, frozen=True):
    """One version of an item, classed."""

    slug: str
    title: Text
    department: Text
    version: int
    depth: int
    stars: int
    tags: tuple[Tag, ...]


class Published(msgspec.Struct, frozen=True):
    """Something the centre has published under an item's name. An empty body took it away."""

    key: str
    signed_at: str
    body: bytes


class Share(msgspec.Struct, frozen=True):
    """How many items there are, and how many of them are handled at terminals or have stars."""

    items: int
    handled: int
    four: int
    five: int

    def percent(self, count: int) -> str:
        """Of all items, with one decimal; nothing where there is none."""
        return f"{100 * count / self.items:.1f}" if self.items else "–"


@lru_cache(maxsize=8192)
def facts(body: bytes) -> Facts | None:
    """What an item is; None for one this program cannot read."""
    try:
        item = msgspec.convert(tomllib.loads(body.decode()), Item)
    except ValueError:
        return None
    title, department = item.title, item.department
    return Facts(item.slug, title, department, item.version, item.depth, stars(item), tags(item))


def in_force(published: Sequence[Published], before: str = "") -> list[Facts]:
    """The items as they were before a moment (ISO 8601 in UTC), or are now. `published` in the order of time."""
    last = {one.key: one.body for one in published if not before or one.signed_at < before}
    found = (facts(body) for body in last.values() if body)
    return sorted((one for one in found if one is not None), key=lambda one: one.title[DEFAULT_LANGUAGE])


def share(found: Iterable[Facts]) -> Share:
    """Counted, never typed in (ZZ-05, BJ-21)."""
    there = list(found)
    return Share(
        len(there),
        sum(one.depth >= HANDLED for one in there),
        sum(one.stars == AT_PICK_UP for one in there),
        sum(one.stars == BY_POST for one in there),
    )


def trend(published: Sequence[Published], today: date, zone: ZoneInfo) -> list[tuple[str, Share]]:
    """The shares at the end of each month since the first was published, the newest first, at most a year back."""
    found: list[tuple[str, Share]] = []
    year, month = today.year, today.month
    while published and len(found) < MONTHS:
        following = (year + month // 12, month % 12 + 1)
        ends = datetime(*following, 1, tzinfo=zone).astimezone(ZoneInfo("UTC")).isoformat()
        if published[0].signed_at >= ends:
            break
        found.append((f"{year}-{month:02}", share(in_force(published, ends))))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


def narrowed(found: Iterable[Facts], wanted: Iterable[str], least: int) -> list[Facts]:
    """Those with every wanted tag, at least so deep."""
    every = set(wanted)
    return [one for one in found if every <= set(one.tags) and one.depth >= least]


def counted(found: Sequence[Facts]) -> dict[Tag, int]:
    """How many have each tag (ZN-12)."""
    return {tag: sum(tag in one.tags for one in found) for tag in Tag}
