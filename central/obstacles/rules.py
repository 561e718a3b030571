"""Four classes, two tracks, and when two findings are the same obstacle. Pure (TS-07)."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

import msgspec

TEXT_LIMIT = 400


class Kind(StrEnum):
    """政策不明、流程不通、服务不优、体验不好."""

    POLICY = "policy"
    PROCESS = "process"
    SERVICE = "service"
    EXPERIENCE = "experience"


class Track(StrEnum):
    """How it is mended."""

    AT_ONCE = "at_once"
    """立行立改."""
    BY_DAY = "by_day"
    """限期."""


class Source(StrEnum):
    """Where it was found."""

    DIFFICULTY = "difficulty"
    COMPLAINT = "complaint"
    WALK = "walk"
    STAFF = "staff"


class Refused(ValueError):
    """Why it is not kept; the message is a key of the words."""


class Obstacle(msgspec.Struct, frozen=True):
    """One, however often it was found. `same` is what makes two findings one."""

    obstacle_id: str
    same: str
    kind: Kind
    title: str
    track: Track
    until: str
    unit: str
    result: str
    found_by: str


class Found(msgspec.Struct, frozen=True):
    """Where something stood in the way: an item, a page, what was wrong."""

    source: Source
    source_id: str
    item: str = ""
    page: str = ""
    fault: str = ""

    def same_as(self, kind: Kind, title: str) -> str:
        """The same class at the same place is the same; without a place the same words are."""
        place = (self.item, self.page, self.fault)
        return "|".join((kind.value, *place)) if any(place) else f"{kind.value}|{''.join(title.split()).lower()}"


def read(form: Mapping[str, str], found: Found, today: date, obstacle_id: str, who: str) -> Obstacle:
    """As somebody classified it. Raises Refused."""
    if form.get("kind", "") not in set(Kind) or form.get("track", "") not in set(Track):
        raise Refused("obstacles.kind_missing")
    kind, track = Kind(form["kind"]), Track(form["track"])
    title, unit = line(form.get("title", "")), " ".join(form.get("unit", "").split())
    if not unit:
        raise Refused("obstacles.unit_missing")
    until = today.isoformat() if track is Track.AT_ONCE else form.get("until", "")
    try:
        late = date.fromisoformat(until) < today
    except ValueError:
        late = True
    if late:
        raise Refused("obstacles.day_missing")
    return Obstacle(obstacle_id, found.same_as(kind, title), kind, title, track, until, unit, "", who)


def solved(kinds: Iterable[tuple[str, bool]]) -> dict[Kind, tuple[int, int]]:
    """Of each class: how many are solved, how many there are. `kinds`: class, and whether it is solved."""
    every = list(kinds)
    return {kind: (sum(done for of, done in every if of == kind), sum(of == kind for of, _ in every)) for kind in Kind}


def line(text: str) -> str:
    """On one line; empty or too long is refused."""
    words = " ".join(text.split())
    if not words:
        raise Refused("cards.words_missing")
    if len(words) > TEXT_LIMIT or not words.isprintable():
        raise Refused("mandates.too_long")
    return words
