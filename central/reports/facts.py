"""What reports are computed from: what was decided, what is late, what was said, what supervision saw. Pure."""

from datetime import datetime

import msgspec

from central.handling.counters.rules import Figures as FourCounters
from central.items.rules import Published
from contract.catalogue import Item
from contract.worktime import Pause


class Ended(msgspec.Struct, frozen=True):
    """A filing that was decided in the period. `hall` is the terminal's."""

    case_id: str
    case_number: str
    item: str
    item_version: int
    item_title: str
    hall: str
    promise_date: str | None
    received_at: datetime
    accepted_at: datetime | None
    decided_at: datetime
    pauses: tuple[Pause, ...] = ()


class Undecided(msgspec.Struct, frozen=True):
    """A filing that was promised for a day of the period or before and is not decided."""

    case_id: str
    case_number: str
    item: str
    item_version: int
    item_title: str
    hall: str
    promise_date: str


class Filed(msgspec.Struct, frozen=True):
    """How many services of an item were finished at a hall: numbers, filings, and what was done at once."""

    item: str
    item_title: str
    hall: str
    kind: str
    count: int


class Rated(msgspec.Struct, frozen=True):
    """How many ratings of one level an item had at one terminal or window. `again`: second ones (追评)."""

    item: str
    hall: str
    terminal: str
    window: str
    staff: str
    satisfaction: str
    again: int
    count: int
    own: bool = False
    """By staff about what they belong to: told, and not counted in a ranking (HC-05)."""


class Irregular(msgspec.Struct, frozen=True):
    """Something supervision has seen: a card, or an event of a case. `level` is yellow, red or empty."""

    rule: str
    level: str
    title: str
    unit: str
    item: str
    at: datetime
    cleared: bool


class Reply(msgspec.Struct, frozen=True):
    """A complaint, consultation or suggestion with its last day."""

    number: str
    matter: str
    item: str | None
    unit: str
    last_day: str
    answered_at: datetime | None


class Waiting(msgspec.Struct, frozen=True):
    """What waits for a person now, for the weekly check."""

    prints: int
    quarantined: int
    poor_ratings: int
    stale_terminals: int
    open_cards: int


class Facts(msgspec.Struct, frozen=True):
    """Everything of one period. `items` are those in force at its end, `versions` every version by (slug, version)."""

    ended: tuple[Ended, ...]
    undecided: tuple[Undecided, ...]
    filed: tuple[Filed, ...]
    rated: tuple[Rated, ...]
    irregular: tuple[Irregular, ...]
    replies: tuple[Reply, ...]
    reasons: tuple[tuple[str, int], ...]
    four: FourCounters
    items: tuple[Item, ...]
    versions: dict[tuple[str, int], Item]
    published: tuple[Published, ...]
    waiting: Waiting | None = None

    def item_of(self, slug: str, version: int) -> Item | None:
        """The item as it was when the case was filed, or as it is."""
        found = self.versions.get((slug, version))
        return found or next((item for item in self.items if item.slug == slug), None)
