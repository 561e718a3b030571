"""What may be ordered, who must agree, and how far an order has come. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from central.feed.rules import REMOTE, TEXT_AT_MOST, Draft, Invalid, command_draft, switch_draft, words
from contract.feed import FeedKind

DEVICE, VOLUME, ITEM_OFF, ITEM_ON = "restart_device", "volume", "item_off", "item_on"
WHAT: Final = (DEVICE, ITEM_OFF, ITEM_ON, VOLUME, *REMOTE)
TWO_PERSONS: Final = frozenset({"reboot", "close_day", "restart", "suspend"})
"""These take service away from citizens or cannot be taken back: nobody gives them to a group alone, and a reboot or
the end of a day to no terminal.
"""
ALWAYS_TWO: Final = frozenset({"reboot", "close_day"})
MINUTES: Final = (15, 60, 240, 1440)
TERMINALS_AT_MOST: Final = 2000
READ_KINDS: Final = (FeedKind.SWITCH, FeedKind.SETTINGS)
"""What is in force once a terminal has read it: no command is reported."""
LOUDEST: Final = "voice.most"
"""The setting that a volume is."""


class Order(msgspec.Struct, frozen=True):
    """One order. `audience` says which terminals were meant; `said` is JSON: what citizens read."""

    order_id: str
    what: str
    target: str
    audience: str
    reason: str
    said: str
    minutes: int
    asked_by: str
    asked_at: datetime
    agreed_by: str | None = None
    given_at: datetime | None = None
    refused_by: str | None = None

    @property
    def waits(self) -> bool:
        """Whether a second person has still to agree."""
        return self.given_at is None and self.refused_by is None

    def ends_at(self) -> datetime:
        """After it nobody does it any more, nor agrees to it."""
        return (self.given_at or self.asked_at) + timedelta(minutes=self.minutes)


class Progress(msgspec.Struct, frozen=True):
    """How many terminals an order went to, and what became of it."""

    all: int
    done: int = 0
    refused: int = 0
    expired: int = 0

    @property
    def waiting(self) -> int:
        """Nothing was heard of these yet."""
        return self.all - self.done - self.refused - self.expired


def checked(what: str, target: str, reason: str, minutes: int, said: Mapping[str, str], count: int) -> None:
    """Whether an order makes sense. Raises Invalid with a key of the pages' words."""
    if what not in WHAT or minutes not in MINUTES:
        raise Invalid("remote.what_wrong")
    if not reason.strip():
        raise Invalid("remote.reason_missing")
    if not 0 < count <= TERMINALS_AT_MOST:
        raise Invalid("remote.nobody_meant")
    if what == VOLUME and not (target.isdecimal() and int(target) <= 100):
        raise Invalid("remote.volume_wrong")
    if what in {DEVICE, ITEM_OFF, ITEM_ON} and not target:
        raise Invalid("remote.target_missing")
    if what in {ITEM_OFF, "suspend"}:
        try:
            words("order", "reason", dict(said))
        except Invalid:
            raise Invalid("remote.said_missing") from None


def needs_two(what: str, count: int) -> bool:
    """Whether a second person has to agree."""
    return what in ALWAYS_TWO or (what in TWO_PERSONS and count > 1)


def drafts(order: Order, commands: Mapping[str, str], now: datetime) -> list[Draft]:
    """What goes down: to each terminal the command with its id. A volume goes by the tree, as a setting."""
    said = msgspec.json.decode(order.said, type=dict[str, str])
    found = []
    for terminal, command_id in sorted(commands.items()):
        if order.what in {ITEM_OFF, ITEM_ON}:
            on = order.what == ITEM_ON
            found.append(switch_draft(order.target, on=on, reason=said, by=order.asked_by, audience=terminal))
        elif order.what != VOLUME:
            what = f"{DEVICE}:{order.target}" if order.what == DEVICE else order.what
            found.append(command_draft(command_id, what, terminal, order.minutes, now, order.asked_by, said))
    return found


def progress(terminals: Iterable[str], outcomes: Mapping[str, str]) -> Progress:
    """`outcomes`: terminal -> what it said."""
    listed = list(terminals)
    counts = {name: sum(outcomes.get(one) == name for one in listed) for name in ("done", "refused", "expired")}
    return Progress(len(listed), **counts)


def clean(text: str) -> str:
    """A reason as it is kept."""
    return " ".join(text.split())[:TEXT_AT_MOST]
