"""What a link of the chain means, and when an epoch that was asked for is the one given before. Pure.

docs/sync.md has the table this file is.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from contract.exchange import EpochAsked, Link

RESTORED_SKIP = 10
"""A centre set back to a backup opens epochs this much further on: those opened since it cannot know."""


class Epoch(msgspec.Struct, frozen=True):
    """An epoch of a terminal as it is kept. `store` is None until the first link that names it."""

    terminal: str
    epoch: int
    store: str | None = None
    machine: str | None = None
    token: str | None = None
    """The one given out last; None with a store: any link of that store begins the chain anew."""
    token_before: str | None = None
    fresh: str | None = None
    """What earned `token`; None as long as no link was accepted."""
    came_from: int | None = None
    opened_at: datetime | None = None
    why: str = ""
    carried: int | None = None
    """How many records its store took along unsent from the one it left, once it has said so."""
    left_at: datetime | None = None
    left_why: str = ""


class Meaning(StrEnum):
    """What a link says about who sent it. The values of the last three go to the terminal as `closed`."""

    FIRST = "first"
    NEXT = "next"
    AGAIN = "again"
    """Our reply to this link was lost."""
    OTHER_STORE = "epoch.other_store"
    STALE = "epoch.stale_link"
    LEFT = "epoch.left"

    @property
    def closes(self) -> bool:
        """Whether the epoch ends here for whoever sent this."""
        return self in {Meaning.OTHER_STORE, Meaning.STALE, Meaning.LEFT}


def read_link(kept: Epoch, link: Link) -> Meaning:
    """What `link` means to the epoch it came in."""
    if kept.left_at is not None:
        return Meaning.LEFT
    if kept.store is None:
        return Meaning.FIRST
    if kept.store != link.store:
        return Meaning.OTHER_STORE
    if kept.token is None:
        return Meaning.FIRST
    if link.token == kept.token:
        return Meaning.NEXT
    if link.token == kept.token_before and (link.fresh, link.machine) == (kept.fresh, kept.machine):
        return Meaning.AGAIN
    return Meaning.STALE


def after(kept: Epoch, link: Link, meaning: Meaning, token: str) -> Epoch:
    """The epoch once an accepted link has been answered: with `token`, or with the same as before."""
    if meaning is Meaning.AGAIN:
        return kept
    return msgspec.structs.replace(
        kept, store=link.store, machine=link.machine, fresh=link.fresh, token_before=link.token, token=token
    )


def given_before(epochs: Iterable[Epoch], asked: EpochAsked) -> Epoch | None:
    """The epoch opened by an earlier ask whose reply was lost: nobody has used it yet.

    A twin that asks likewise never gets an epoch somebody has used, nor one opened for another machine.
    """
    for kept in epochs:
        unused = kept.fresh is None and kept.left_at is None and kept.token is not None
        same = (kept.store, kept.came_from, kept.machine) == (asked.store, asked.left, asked.machine)
        if unused and same:
            return kept
    return None
