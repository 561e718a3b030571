"""What terminal and centre say to each other: the bodies inside envelopes, and the requests and replies that carry
them.

Times are ISO 8601 with offset, dates `YYYY-MM-DD`. Every struct may gain optional fields; none loses or re-types one.
"""

from enum import StrEnum
from typing import Any

import msgspec

from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.suites import INTL

SCHEMA = 1

PUSH_PATH = "/v1/push"
HEARTBEAT_PATH = "/v1/heartbeat"
EPOCH_PATH = "/v1/epoch"

PUSH_MAX_ITEMS = 50
PUSH_MAX_BYTES = 256 * 1024
ENVELOPE_MAX_BYTES = 128 * 1024
"""A terminal stores no larger one; a centre has taken larger ones from version 0.1."""


# --- bodies of envelopes: what may travel in the clear ----------


class NumberTier(StrEnum):
    """Where a queue number came from; each tier looks different, so none can repeat another's (`contract.numbers`)."""

    UPSTREAM = "upstream"
    LEASED = "leased"
    LOCAL = "local"


class ScanRef(msgspec.Struct, frozen=True):
    """One sealed scan of a case. `hash` names its sealed bytes, in lower-case hex."""

    hash: str
    size: int
    """Of the sealed bytes."""
    what: str = ""
    """The code of the material it stands for, as in the catalogue."""
    suite: str = INTL
    """Of `hash`."""


class CaseFiled(msgspec.Struct, frozen=True, tag_field="kind", tag="case"):
    """A case as paper and staff need it. Everything personal is in the envelope's sealed part (`CaseContent`)."""

    case_id: str
    case_number: str
    """办件编号: 区划 6 + terminal 4 + yyyymmdd 8 + serial 6 + check character 1 (standards.md 3)."""
    item_kind: ItemKind
    item: str
    item_version: int
    item_title: str
    implementation_code: str
    queue: str
    number: str
    """What is called in the hall, spelt as its `tier` is (`contract.numbers`).

    Unique within (terminal, business_date, queue).
    """
    business_date: str
    filed_at: str
    masked_name: str
    language: str
    promise_date: str | None = None
    tier: NumberTier = NumberTier.LEASED
    scans: tuple[ScanRef, ...] = ()
    """The case is complete at the centre only when all of these are held."""


class TicketReported(msgspec.Struct, frozen=True, tag_field="kind", tag="ticket"):
    """What is known about the paper of a case. `uncertain` and `failed` wait for a person at the centre."""

    case_id: str
    print_id: str
    outcome: str
    """`printed` (with the device's evidence), `failed` (nothing came out) or `uncertain` (nobody knows)."""
    evidence: str
    reason: str
    at: str


class RatingGiven(msgspec.Struct, frozen=True, tag_field="kind", tag="rating"):
    """好差评 of one case, given at the terminal. Voluntary: a visit without one sends nothing."""

    case_id: str
    satisfaction: Satisfaction
    at: str


class DifficultyReported(msgspec.Struct, frozen=True, tag_field="kind", tag="difficulty"):
    """办不成事: page, item and last error go with it, nothing personal."""

    page: str
    item: str | None
    last_error: str | None
    reason: str
    at: str


class CardLeftBehind(msgspec.Struct, frozen=True, tag_field="kind", tag="card_left"):
    """An identity card stayed on the reader after its visit; staff fetch it."""

    at: str


class DocumentReported(msgspec.Struct, frozen=True, tag_field="kind", tag="document"):
    """What is known about one document on A4. `uncertain` and `failed` wait for a person; its content never travels."""

    case_id: str
    document_id: str
    serial: str
    """Printed on the paper, unique for ever."""
    code: str
    """Printed beside the serial: who shows both holds the paper."""
    template: str
    copy: int
    """1 for the first paper of a case, one more with each reprint."""
    pages: int
    pages_out: int | None
    """Pages that came out, as far as the printer counts them."""
    sha256: str
    """Of the document as it was sent to the printer; empty when nothing was."""
    outcome: str
    """As of a ticket: `printed`, `failed` or `uncertain`."""
    evidence: str
    reason: str
    at: str
    voids: str | None = None
    """The serial of the paper that is no longer valid because of this one."""


class SettingsRevised(msgspec.Struct, frozen=True, tag_field="kind", tag="settings_revised"):
    """Somebody changed the settings of the terminal, or took a change back. Values of keys and hashes never travel."""

    revision: int
    by: str
    at: str
    changes: tuple[str, ...]
    """One line for each value that changed: its place, before and after."""
    outcome: str
    """`pending` (applied, being watched), `kept`, `taken_back` (not healthy in time) or `undone` (by a person)."""


class LaneDigest(msgspec.Struct, frozen=True):
    """What a terminal has put into one lane of one epoch: `digest` is over the hashes of 1 to `highest`, in order."""

    epoch: int
    lane: Lane
    highest: int
    digest: str


class DayClosed(msgspec.Struct, frozen=True, tag_field="kind", tag="day_closed"):
    """Sent once a day: everything this store ever put out, so that the centre can account for all of it.

    `digest` of a lane is the hash (of the suite) over the lower-case hex hashes, joined by line feeds.
    """

    business_date: str
    lanes: tuple[LaneDigest, ...]
    cases: int
    at: str


class Purged(msgspec.Struct, frozen=True, tag_field="kind", tag="purged"):
    """Proof of deletion: what the retention rule took from the terminal, after the archived receipt."""

    epoch: int
    lane: Lane
    first_seq: int
    last_seq: int
    digest: str
    """Over the hashes of what was deleted, as in `DayClosed`."""
    scans: tuple[str, ...]
    rule: str
    """Such as "archived and 7 days"."""
    at: str


class CommandDone(msgspec.Struct, frozen=True, tag_field="kind", tag="command_done"):
    """What became of a command of the centre."""

    command_id: str
    outcome: str
    """`done`, `expired`, `refused`."""
    detail: str
    at: str


class EpochLeft(msgspec.Struct, frozen=True, tag_field="kind", tag="epoch_left"):
    """First record of a new epoch: which one was left, why, and how many records were taken along unsent."""

    epoch: int
    why: str
    """An `outbox.…` or `store.…` key."""
    carried: int
    at: str


Body = (
    CaseFiled
    | TicketReported
    | DocumentReported
    | RatingGiven
    | DifficultyReported
    | CardLeftBehind
    | SettingsRevised
    | DayClosed
    | Purged
    | CommandDone
    | EpochLeft
)


class Holder(msgspec.Struct, frozen=True):
    """Who the case is for, as the card said it (fields of GB/T 39046 table 12)."""

    card_kind: str
    name: str
    id_number: str
    sex: str
    ethnic_group: str
    birth_date: str | None
    address: str
    issuer: str
    valid_from: str | None
    valid_to: str | None
    latin_name: str = ""
    nationality: str = ""
    pass_number: str = ""


class CaseContent(msgspec.Struct, frozen=True):
    """The sealed part of a case: whoever files and what they answered. Readable at the centre and the hall only."""

    holder: Holder | None
    answers: dict[str, str]


# --- requests and replies ----------


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
