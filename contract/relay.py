"""What a hall's own node says to the centre on behalf of the terminals behind it, and what it is answered. Pure.

A hall node signs as a relay of one hall. Records go up as their terminals made them, byte for byte; the centre gives
each place the answer it would have given the terminal. Times are ISO 8601 with offset.
"""

import msgspec

from contract.exchange import PushReply, PushRequest
from contract.feed import PULL_MAX_BYTES, FeedItem
from contract.questions import QuestionAsked

RELAY_PATH = "/v1/relay"
TERMINALS_PATH = RELAY_PATH + "/terminals"
RUNS_PATH = RELAY_PATH + "/push"
BEAT_PATH = RELAY_PATH + "/heartbeat"
FEED_PATH = RELAY_PATH + "/pull"
ACTS_PATH = RELAY_PATH + "/acts"
QUESTION_PATH = RELAY_PATH + "/question"

RUNS_AT_MOST = 20
RUNS_BYTES_AT_MOST = 256 * 1024
ACTS_AT_MOST = 200
ACTS_BYTES_AT_MOST = 512 * 1024
ENDED_AT_MOST = 3000
BODY_AT_MOST = 1024 * 1024


def scans_path(terminal: str) -> str:
    """Where the scans of one terminal are sent by its hall: `contract.scans` with this place before the hash."""
    return f"{RELAY_PATH}/scans/{terminal}"


class BehindIt(msgspec.Struct, frozen=True):
    """A terminal as its hall has entered it. `public_key` is raw: what it signs with at the hall."""

    terminal: str
    place: str
    series: str
    epoch: int
    key_id: str
    public_key: bytes


class TerminalsSaid(msgspec.Struct, frozen=True):
    """All terminals of the hall; said again, it changes nothing."""

    relay: str
    nonce: str
    terminals: tuple[BehindIt, ...]


class TerminalsTaken(msgspec.Struct, frozen=True):
    """`refused`: a terminal's id -> why the centre does not take it from this hall, in one sentence."""

    nonce: str
    server_time: str
    refused: dict[str, str]


class RunsSent(msgspec.Struct, frozen=True):
    """Runs of several lanes. The nonces inside are nobody's: this one comes back."""

    relay: str
    nonce: str
    runs: tuple[PushRequest, ...]


class RunsTaken(msgspec.Struct, frozen=True):
    """One answer for each run, in their order; all that is acknowledged is committed."""

    nonce: str
    server_time: str
    replies: tuple[PushReply, ...]


class Heard(msgspec.Struct, frozen=True):
    """What a terminal said of itself to its hall. `report` and `steady` are JSON as the centre keeps them; `steady` is
    None while it is as it was.
    """

    terminal: str
    epoch: int
    ago_seconds: float
    clock_skew_seconds: int
    version: str
    report: bytes
    hash: str
    steady: bytes | None = None


class LaneStopped(msgspec.Struct, frozen=True):
    """A lane that goes up no further until a person has looked, and why."""

    terminal: str
    epoch: int
    lane: str
    seq: int
    reason: str


class RelayBeat(msgspec.Struct, frozen=True):
    """The hall node's state now; the next one replaces it."""

    relay: str
    nonce: str
    at: str
    version: str
    waiting: int
    """Records that have not gone up."""
    scans_waiting: int
    acts_waiting: int
    cursor: int
    """How far it has read what comes down."""
    oldest_at: str = ""
    """Since when the oldest of the waiting records is here; empty where none is."""
    heard: tuple[Heard, ...] = ()
    stopped: tuple[LaneStopped, ...] = ()
    asks_held: bool = False


class LaneHeld(msgspec.Struct, frozen=True):
    """What the centre holds of a lane: everything up to `seq`."""

    terminal: str
    epoch: int
    lane: str
    seq: int


class Stands(msgspec.Struct, frozen=True):
    """A terminal of the hall as the centre knows it: the label of its own numbers, and its newest epoch."""

    terminal: str
    place: str
    series: str
    epoch: int


class Ended(msgspec.Struct, frozen=True, array_like=True):
    """A number of this hall that came to its end: nobody calls it again, whatever the node remembers."""

    case_id: str
    business_date: str
    queue: str
    item: str
    number: str
    series: str
    count: int
    taken_at: str
    stand: str
    ended_at: str


class Before(msgspec.Struct, frozen=True):
    """What is known to have been given in this hall, whichever machine was its node: a new one repeats none of it."""

    day: str
    """The date at the centre."""
    numbers: dict[str, int]
    """`date/queue` -> the highest number of the hall's own counting, of that day and later ones."""
    terminals: tuple[Stands, ...]
    ended: tuple[Ended, ...] = ()
    """Of that day and later ones, the latest `ENDED_AT_MOST`."""


class RelayBeaten(msgspec.Struct, frozen=True):
    """`held` answers `asks_held`: all lanes of the terminals behind this relay."""

    nonce: str
    server_time: str
    newest: int
    life: str
    away: tuple[str, ...]
    """Connectors whose departments do not answer the centre now."""
    held: tuple[LaneHeld, ...] | None = None
    acts: dict[str, int] | None = None
    """Stream -> how far the hall's own acts are held; with `held`."""
    before: Before | None = None
    """With `held`."""


class FeedAsked(msgspec.Struct, frozen=True):
    """What comes down for any terminal of the hall, after `cursor`."""

    relay: str
    nonce: str
    cursor: int
    limit_bytes: int = PULL_MAX_BYTES


class FeedTold(msgspec.Struct, frozen=True):
    """As `contract.feed.PullReply`: each item with its own signature."""

    nonce: str
    server_time: str
    items: tuple[FeedItem, ...]
    cursor: int


class HallAct(msgspec.Struct, frozen=True):
    """Something done in the hall itself, e.g. a number called. `body` is JSON of its stream, `hash` its SHA-256."""

    seq: int
    hash: str
    body: bytes


class ActsSent(msgspec.Struct, frozen=True):
    """A run of one stream, consecutive by `seq`."""

    relay: str
    nonce: str
    stream: str
    acts: tuple[HallAct, ...]


class ActsTaken(msgspec.Struct, frozen=True):
    """Everything up to `ack` is committed. `refused` says why it went no further; empty where it did. `refused_seq` is
    the first place at which other content is held: whoever sent this was set back, or is another machine.
    """

    nonce: str
    server_time: str
    ack: int
    refused: str = ""
    refused_seq: int = 0


class QuestionRelayed(msgspec.Struct, frozen=True):
    """A citizen's sealed question, as it came; answered as if its terminal had asked."""

    relay: str
    nonce: str
    asked: QuestionAsked
