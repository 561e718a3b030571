"""What an order of a poor rating needs on its way, and what looks like gaming. Pure (HC-03, HC-05; standards.md 5)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from contract.codes import Satisfaction

POOR: Final = (Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED)
TEXT_LIMIT: Final = 400
BURST: Final = 5
BURST_WITHIN: Final = timedelta(minutes=10)
SAME_DEVICE_SHARE: Final = 0.6
ENOUGH: Final = 10
"""Below so many ratings a share says nothing."""


class State(StrEnum):
    """Where the order stands."""

    OPENED = "opened"
    VERIFIED = "verified"
    RECTIFIED = "rectified"
    REPLIED = "replied"
    VISITED = "visited"
    CLOSED = "closed"


class Refused(ValueError):
    """Why an act is not done; the message is a key of the words."""


class Order(msgspec.Struct, frozen=True):
    """The order a poor rating opened. `tags` is JSON of reasons; `named` where its case has a citizen."""

    envelope_id: str
    case_id: str
    item: str
    terminal: str
    satisfaction: Satisfaction
    tags: str
    named: int
    unit: str
    place: str
    state: State
    rated_at: datetime
    due_at: datetime
    verified: str
    rectified: str
    reply: str
    visited: str
    again: str
    again_by: str
    appeal: str
    appeal_decided: str
    changed_at: datetime
    verified_by: str | None = None
    rectified_by: str | None = None
    replied_at: datetime | None = None
    visited_by: str | None = None
    appealed_by: str | None = None
    appeal_by: str | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Keys of the platform's list."""
        return msgspec.json.decode(self.tags, type=tuple[str, ...])


def next_state(order: Order, act: str) -> State:
    """The state an act leads to. Raises Refused where the one before it is missing."""
    if order.closed_at is not None:
        raise Refused("poor.closed")
    if order.appeal and not order.appeal_decided:
        raise Refused("poor.appealed")
    needs = {"verify": State.OPENED, "rectify": State.VERIFIED, "reply": State.RECTIFIED}
    gives = {"verify": State.VERIFIED, "rectify": State.RECTIFIED, "reply": State.REPLIED, "visit": State.VISITED}
    if act in needs and order.state is not needs[act]:
        raise Refused("poor.order")
    if act == "visit" and order.state is not State.REPLIED:
        raise Refused("poor.order")
    return gives[act]


def may_close(order: Order, who: str) -> None:
    """Replied, called back where a citizen is known, by somebody else than who rectified. Raises Refused."""
    if order.closed_at is not None:
        raise Refused("poor.closed")
    if order.appeal_decided == "upheld":
        return
    if not order.reply:
        raise Refused("poor.not_replied")
    if order.named and not order.visited:
        raise Refused("poor.not_visited")
    if order.rectified_by == who:
        raise Refused("poor.not_by_oneself")


class Given(msgspec.Struct, frozen=True):
    """A rating as far as gaming is looked for. `by_staff`: somebody who works here stood beside it; `own`: by somebody
    who works here, about what they belong to.
    """

    item: str
    terminal: str
    satisfaction: str
    at: datetime
    by_staff: bool = False
    own: bool = False


class Flag(msgspec.Struct, frozen=True):
    """Something that looks like gaming: `burst`, `same_device`, `staff`, `own_staff`."""

    what: str
    item: str
    count: int
    of: int
    since: datetime


def flags(given: Iterable[Given]) -> tuple[Flag, ...]:
    """What to look into before a ranking is believed: many of the same level in minutes at one terminal, most of an
    item's praise from one device, ratings with staff beside the citizen, ratings by staff about their own unit.
    """
    by_item: dict[str, list[Given]] = defaultdict(list)
    for one in given:
        by_item[one.item].append(one)
    found: list[Flag] = []
    for item, ratings in sorted(by_item.items()):
        ratings.sort(key=lambda one: one.at)
        found += _bursts(item, ratings)
        device, most = Counter(one.terminal for one in ratings).most_common(1)[0]
        terminals = {one.terminal for one in ratings}
        if len(ratings) >= ENOUGH and len(terminals) > 1 and most / len(ratings) > SAME_DEVICE_SHARE:
            first = next(one.at for one in ratings if one.terminal == device)
            found.append(Flag("same_device", item, most, len(ratings), first))
        staff = [one for one in ratings if one.by_staff]
        if staff:
            found.append(Flag("staff", item, len(staff), len(ratings), staff[0].at))
        own = [one for one in ratings if one.own]
        if own:
            found.append(Flag("own_staff", item, len(own), len(ratings), own[0].at))
    return tuple(found)


def _bursts(item: str, ratings: Sequence[Given]) -> list[Flag]:
    found: list[Flag] = []
    groups: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for one in ratings:
        groups[one.terminal, one.satisfaction].append(one.at)
    for times in groups.values():
        start = 0
        for end, at in enumerate(times):
            while at - times[start] > BURST_WITHIN:
                start += 1
            if end - start + 1 >= BURST:
                found.append(Flag("burst", item, end - start + 1, len(ratings), times[start]))
                break
    return found


class Window(msgspec.Struct, frozen=True):
    """What speaks for a window in a quarter."""

    window: str
    rated: int
    praised: int
    poor: int
    cards: int
    flags: int

    @property
    def share(self) -> float:
        """Of praise."""
        return self.praised / self.rated if self.rated else 0.0


def proposals(windows: Mapping[str, Window], most: int = 3) -> tuple[Window, ...]:
    """红旗窗口: enough ratings, no poor one that stands, no red card, nothing that looks like gaming (HC-06)."""
    fit = [one for one in windows.values() if one.rated >= ENOUGH and not (one.poor or one.cards or one.flags)]
    return tuple(sorted(fit, key=lambda one: (-one.share, -one.rated, one.window))[:most])


def line(text: str) -> str:
    """On one line; empty or too long is refused."""
    words = " ".join(text.split())
    if not words:
        raise Refused("cards.words_missing")
    if len(words) > TEXT_LIMIT or not words.isprintable():
        raise Refused("mandates.too_long")
    return words
