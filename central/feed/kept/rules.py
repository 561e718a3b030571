"""What was published: as a page shows it, a reply's share of it, and who has read how far. Pure: times come in."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from central.feed.rules import EVERYBODY
from central.fleet.rules import Now, Terminal
from contract.catalogue import DEFAULT_LANGUAGE
from contract.feed import PULL_MAX_BYTES, PULL_MAX_ITEMS, Command, FeedItem, Notice, Switch

HEAD_LEAP_AT_MOST = 100_000_000
_OVERHEAD = 512
"""Of one item in a reply, beside its body in base64."""


class Directed(msgspec.Struct, frozen=True):
    """One item as a page shows it."""

    seq: int
    audience: str
    kind: str
    key: str
    body: bytes
    signed_at: str
    by_whom: str
    until: datetime | None
    replaced_by: int | None

    def switch(self) -> Switch:
        """The body of a switch."""
        return msgspec.json.decode(self.body, type=Switch)

    @property
    def switched_on(self) -> bool:
        """What a switch says."""
        return self.switch().on

    def notice(self) -> Notice:
        """The body of a notice."""
        return msgspec.json.decode(self.body, type=Notice)

    def command(self) -> Command:
        """The body of a command."""
        return msgspec.json.decode(self.body, type=Command)

    def title(self) -> str:
        """The Chinese title of a service item."""
        return str(tomllib.loads(self.body.decode())["title"][DEFAULT_LANGUAGE])


class Done(msgspec.Struct, frozen=True):
    """What a terminal said about a command."""

    terminal: str
    command_id: str
    outcome: str
    detail: str
    at: str


@dataclass(frozen=True)
class Reader:
    """How far a terminal has read: its own word in the last heartbeat."""

    terminal: str
    place: str
    cursor: int | None
    """None when it was never heard."""
    current: bool
    """Whether it has read everything that is for it."""
    aside: int = 0
    """Items it kept aside because they were bad."""
    seen_at: datetime | None = None


def page_of(items: Sequence[FeedItem], limit_bytes: int = PULL_MAX_BYTES) -> tuple[FeedItem, ...]:
    """As many of these as one reply may hold, or its asker can take; always the first, however large."""
    size, taken = 0, 0
    for item in items[:PULL_MAX_ITEMS]:
        size += len(item.body) * 4 // 3 + _OVERHEAD
        if taken and size > min(limit_bytes, PULL_MAX_BYTES):
            break
        taken += 1
    return tuple(items[:taken])


def reader_of(terminal: Terminal, state: Now | None, newest: int) -> Reader:
    """How far a terminal has read, when the newest place for it is `newest`."""
    if state is None:
        return Reader(terminal.id, terminal.place, None, current=False)
    said = state.heartbeat()
    current = said.cursor >= newest
    return Reader(terminal.id, terminal.place, said.cursor, current, said.quarantined, state.received_at)


def runs(items: Iterable[FeedItem]) -> list[list[FeedItem]]:
    """Items in the order of their places, cut where one may replace another of its own run.

    In a run all are for everybody or none is, and no two are the same thing of the same audience.
    """
    found: list[list[FeedItem]] = []
    seen: set[tuple[str, str, str]] = set()
    for item in items:
        what = (item.audience, item.kind, item.key)
        if not found or what in seen or (found[-1][0].audience == EVERYBODY) != (item.audience == EVERYBODY):
            found.append([])
            seen.clear()
        found[-1].append(item)
        seen.add(what)
    return found
