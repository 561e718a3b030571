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

SCHEMA = 1

PUSH_PATH = "/v1/push"
HEARTBEAT_PATH = "/v1/heartbeat"

PUSH_MAX_ITEMS = 50
PUSH_MAX_BYTES = 256 * 1024


# --- bodies of envelopes: what may travel in the clear ----------


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
    """What is called in the hall, e.g. `A1-001`; unique within (terminal, business_date, queue)."""
    business_date: str
    filed_at: str
    masked_name: str
    language: str
    promise_date: str | None = None


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


Body = (
    CaseFiled | TicketReported | DocumentReported | RatingGiven | DifficultyReported | CardLeftBehind | SettingsRevised
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
    """Why the centre stopped at an item. What came before it in the batch is kept and acknowledged."""

    GAP = "gap"
    FORK = "fork"
    DAMAGED = "damaged"
    NOT_YOURS = "not_yours"


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


class HeartbeatReply(msgspec.Struct, frozen=True):
    """`held` is what the centre holds of this epoch, by lane: a terminal that rolled back learns it here."""

    nonce: str
    server_time: str
    held: dict[str, int]
