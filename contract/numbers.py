"""Queue numbers in three tiers, and the messages about them. Pure.

| tier | looks like | unique because |
|---|---|---|
| upstream (centre or hall node) | `A017` | one issuer counts for the whole hall |
| leased | `A3-017` | the series is leased to this terminal alone, per business date |
| local | `A3-X12` | a counter of this store that only rises, in a series of its own |
"""

import msgspec

NUMBER_PATH = "/v1/number"
PATIENCE_SECONDS = 0.8
"""How long a citizen waits for the upstream before the terminal's own series serves."""


class NumberAsked(msgspec.Struct, frozen=True):
    """The next number of a queue for one case. The same `case_id` always gets the same answer."""

    terminal: str
    nonce: str
    case_id: str
    queue: str


class NumberGiven(msgspec.Struct, frozen=True):
    """Committed at the upstream before it is said."""

    nonce: str
    server_time: str
    number: str
    business_date: str


class Lease(msgspec.Struct, frozen=True):
    """The right to issue `first` to `last` of `queue` on one business date in this terminal's series.

    Comes down signed, today's and the next day's; `tag_field` of what comes down is in `contract.feed`.
    """

    business_date: str
    queue: str
    series: str
    first: int
    last: int
    epoch: int
    """Of the terminal: a lease of another epoch is void."""


def upstream(queue: str, count: int) -> str:
    """`A017`."""
    return f"{queue}{count:03d}"


def leased(queue: str, series: str, count: int) -> str:
    """`A3-017`."""
    return f"{queue}{series}-{count:03d}"


def local(queue: str, series: str, count: int) -> str:
    """`A3-X12`."""
    return f"{queue}{series}-X{count}"
