"""What a terminal asks of the centre and what it is answered: pushes, heartbeats, epochs.

Times are ISO 8601 with offset. Every struct may gain optional fields; none loses or re-types one.
"""

from enum import StrEnum
from typing import Any

import msgspec

from contract.envelope import Lane
from contract.releases import ReleaseReport

PUSH_PATH = "/v1/push"
HEARTBEAT_PATH = "/v1/heartbeat"
EPOCH_PATH = "/v1/epoch"

PUSH_MAX_ITEMS = 50
PUSH_MAX_BYTES = 256 * 1024


class Sent(msgspec.Struct, frozen=True):
    """One envelope in a push: its place, its hash, and its canonical bytes."""

    seq: int
    id: str
    hash: str
    raw: bytes


class PushRequest(msgspec.Struct, frozen=True):
    """A run of one lane, consecutive from `first_seq`. `nonce` comes back in the reply: a captive portal cannot
    know it.
    """

    terminal: str
    epoch: int
    lane: Lane
    first_seq: int
    nonce: str
    items: tuple[Sent, ...]


class Refusal(StrEnum):
    """Why the centre stopped at an item. What came before it in the batch is kept and acknowledged.

    An item that is only wrong in itself (damaged bytes, another terminal's name) is received and put in quarantine.
    """

    GAP = "gap"
    FORK = "fork"
    """Another content is held at this place: the terminal leaves the epoch and opens the next."""
    CLOSED = "closed"
    """The epoch was left already, or belongs to another store: open a new one."""
    DAMAGED = "damaged"
    NOT_YOURS = "not_yours"
    """These two were said by centres of version 0.1; a terminal still knows them."""


class PushReply(msgspec.Struct, frozen=True):
    """`ack` is the highest contiguous sequence of this lane that is committed and synced: received, not judged."""

    nonce: str
    ack: int
    server_time: str
    refusal: Refusal | None = None
    refused_seq: int | None = None
    reason: str = ""


class DeviceReport(msgspec.Struct, frozen=True):
    """The last known state of one device. `state` holds the device's own words, e.g. {"paper": "low"}."""

    name: str
    kind: str
    presence: str
    state: dict[str, Any]
    fault: str
    since: str
    due: tuple[str, ...] = ()
    """Counters that have reached their limit: maintenance is due."""
    left: dict[str, int] = {}
    """What its supplies are foretold to last for, e.g. {"tickets": 240}."""
    model: str = ""
    firmware: str = ""
    """Both as they stand in the terminal's settings, entered when the device was fitted."""


class ServiceReport(msgspec.Struct, frozen=True):
    """Whether an item can be done here now, and the key of the reason when it cannot."""

    item: str
    open: bool
    reason: str = ""


class LaneReport(msgspec.Struct, frozen=True):
    """How much waits in one lane, and since when the oldest has waited."""

    lane: Lane
    unsent: int
    oldest_at: str | None = None


class Link(msgspec.Struct, frozen=True):
    """One link of the chain by which a clone, a re-image or a rolled-back disk shows at first contact (docs/sync.md).

    The centre hands out a new `token` with each accepted link. `fresh` is made before sending and sent again until it
    is answered; `store` is made with the database file, `machine` is a hash of what this hardware is.
    """

    store: str
    machine: str
    token: str
    """The last one received; empty at the very first contact of a store."""
    fresh: str


class Heartbeat(msgspec.Struct, frozen=True):
    """The terminal's state now. Not durable: the next one replaces it."""

    terminal: str
    epoch: int
    nonce: str
    at: str
    version: str
    devices: tuple[DeviceReport, ...]
    services: tuple[ServiceReport, ...]
    lanes: tuple[LaneReport, ...]
    unprinted: int
    """Cases of today that are saved and not known to be printed."""
    link: Link | None = None
    store_bytes: int = 0
    """Database and WAL together."""
    free_share: float | None = None
    """Of the disk the store lies on, 0 to 1."""
    quarantined: int = 0
    """Downward items kept aside because they were bad."""
    cursor: int = 0
    """How far this terminal has read what comes down."""
    due_to_scan: int = 0
    """Scans not yet held by the centre."""
    key_source: str = ""
    """Where the database key comes from: `tpm`, `credential` or `file` ("no hardware root")."""
    release: ReleaseReport | None = None
    """None where the software is installed by hand."""


class HeartbeatReply(msgspec.Struct, frozen=True):
    """`held` is what the centre holds of this epoch, by lane: a terminal that rolled back learns it here."""

    nonce: str
    server_time: str
    held: dict[str, int]
    token: str = ""
    """The next link's token; empty when no link was sent or it was not accepted."""
    closed: str = ""
    """Why this epoch ends here: an `epoch.…` key such as `epoch.other_store`; empty while it goes on."""
    newest: int = 0
    """The newest place of what comes down for this terminal: above its cursor means pull."""
    held_before: dict[int, dict[str, int]] | None = None
    """The same for each earlier epoch of the terminal: a centre set back to a backup is found out by it also where the
    epoch of now has lost nothing. None: nothing is said.
    """
    life: str = ""
    """Another name each time the centre was set back to a backup; empty before the first. A clone may have filled
    since what were the places of this store's records: all that was acknowledged in another life is sent again.
    """
    away: tuple[str, ...] | None = None
    """Connectors whose departments do not answer now: what asks them is not begun. None: nothing is said."""


class EpochAsked(msgspec.Struct, frozen=True):
    """Open the next epoch for this store. Asked again with the same `store` and `left`, it has the same answer."""

    terminal: str
    nonce: str
    store: str
    machine: str
    left: int
    """The epoch that is left; 0 for a store that had none."""
    why: str


class EpochOpened(msgspec.Struct, frozen=True):
    """`epoch` is this store's alone. Series leased to earlier stores of this terminal are never leased again."""

    nonce: str
    server_time: str
    epoch: int
    token: str
