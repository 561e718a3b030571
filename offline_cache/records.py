"""The values that go into the store and come out of it, and the one error it raises."""

from enum import StrEnum

import msgspec

from contract.catalogue import ItemKind
from contract.envelope import Lane, Sealed
from contract.exchange import LaneReport
from contract.handling import DoneAtOnce
from contract.messages import (
    CardLeftBehind,
    ComplaintFiled,
    DifficultyReported,
    Filed,
    HelpWanted,
    NoticeGiven,
    NumberTier,
    PaperLeft,
    RatingGiven,
    SettingsRevised,
    SurveyGiven,
)
from contract.orders import OrderPlaced
from contract.pages_counted import PagesCounted
from contract.scans import ScanRef
from contract.supplements import SupplementGiven
from contract.walks import WalkedThrough

OF_CITIZENS = (
    RatingGiven
    | DifficultyReported
    | ComplaintFiled
    | NoticeGiven
    | HelpWanted
    | SurveyGiven
    | OrderPlaced
    | SupplementGiven
    | DoneAtOnce
    | PagesCounted
    | WalkedThrough
)
"""What citizens say, or were told: never behind what a machine says of itself."""
Record = OF_CITIZENS | CardLeftBehind | PaperLeft | SettingsRevised
"""What travels for itself, beside cases and their paper."""


class PrintState(StrEnum):
    """What is known about the paper of a case. The last three are final and reported to the centre."""

    PREPARED = "prepared"
    SENT = "sent"
    PRINTED = "printed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


NEXT_STATES: dict[PrintState, frozenset[PrintState]] = {
    PrintState.PREPARED: frozenset({PrintState.SENT, PrintState.FAILED}),
    PrintState.SENT: frozenset({PrintState.PRINTED, PrintState.FAILED, PrintState.UNCERTAIN}),
    PrintState.PRINTED: frozenset(),
    PrintState.FAILED: frozenset(),
    PrintState.UNCERTAIN: frozenset(),
}
FINAL_STATES = frozenset(state for state, following in NEXT_STATES.items() if not following)


class CaseDraft(msgspec.Struct, frozen=True):
    """A case as the visit hands it over. `case_id` is made before the first save and makes every repeat harmless."""

    case_id: str
    item_kind: ItemKind
    item: str
    item_version: int
    item_title: str
    implementation_code: str
    queue: str
    masked_name: str
    language: str
    promise_date: str | None = None
    promise_certain: bool = True
    sealed: Sealed | None = None
    scans: tuple[ScanRef, ...] = ()
    """Kept as files before; the case is refused while one of them is not."""
    filed: Filed = Filed()
    """What the centre may judge by without opening the seal."""
    missing_until: str | None = None
    """The last day for what is to be brought."""


class StoredCase(msgspec.Struct, frozen=True):
    """A durable case and its live ticket. `repeat` says that the draft had been saved before."""

    case_id: str
    case_number: str
    number: str
    queue: str
    business_date: str
    filed_at: str
    print_id: str
    print_state: PrintState
    promise_date: str | None
    item_kind: ItemKind
    item: str
    item_version: int
    item_title: str
    masked_name: str
    language: str
    tier: NumberTier = NumberTier.LEASED
    repeat: bool = False
    promise_certain: bool = True
    green: str = ""
    """绿色通道: as in `Filed`."""


class StoredDocument(msgspec.Struct, frozen=True):
    """One document on A4 as the journal holds it; what it says is made from `case` and never kept."""

    document_id: str
    serial: str
    code: str
    template: str
    copy: int
    voids: str | None
    """The serial of the paper it replaces."""
    state: PrintState
    pages: int
    pages_out: int | None
    case: StoredCase


class DocumentEnd(msgspec.Struct, frozen=True):
    """How the printing of a document ended, with what is known of it."""

    outcome: PrintState
    evidence: str
    reason: str
    pages_out: int | None = None


class Counts(msgspec.Struct, frozen=True):
    """What the store holds. `cases` counts every kind, `numbers` those of kind number among them."""

    cases: int
    numbers: int
    prepared: int
    sent: int
    printed: int
    uncertain: int
    failed: int
    unprinted: int
    """Cases of the latest business date that are not known to be printed."""
    lanes: tuple[LaneReport, ...]
    documents: dict[str, int] = {}
    """Documents by state, voided ones too."""


class Pulse(msgspec.Struct, frozen=True):
    """What of `Counts` a heartbeat says; it costs no more after a month than on the first day."""

    unprinted: int
    lanes: tuple[LaneReport, ...]


class Unsent(msgspec.Struct, frozen=True):
    """What only this store has: records the centre has not acknowledged, scans it does not hold."""

    records: int
    scans: int

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.records or self.scans)


class OutboxItem(msgspec.Struct, frozen=True):
    """One envelope as it waits: its place, its hash, its canonical bytes."""

    epoch: int
    lane: Lane
    seq: int
    id: str
    hash: str
    raw: bytes


class InForce(msgspec.Struct, frozen=True):
    """Read back from the very connection that writes."""

    journal_mode: str
    synchronous: int
    foreign_keys: int
    secure_delete: int
    sqlite: str
    cipher: str


class StoreFault(StrEnum):
    """Why the store could not do what it was asked."""

    FULL = "store.full"
    IO = "store.io"
    BUSY = "store.busy"
    DAMAGED = "store.damaged"
    WRONG_KEY = "store.wrong_key"
    UNSAFE = "store.unsafe"
    NEWER = "store.newer"
    NOT_MIGRATED = "store.not_migrated"
    IN_USE = "store.in_use"
    OTHER_TERMINAL = "store.other_terminal"
    UNKNOWN_CASE = "store.unknown_case"
    WRONG_STEP = "store.wrong_step"
    TOO_LARGE = "store.too_large"
    SCAN_MISSING = "store.scan_missing"
    SCAN_DAMAGED = "store.scan_damaged"
    CLOSED = "store.closed"
    SOFTWARE = "store.software"


DISTRUSTED = frozenset({StoreFault.IO, StoreFault.DAMAGED})
"""After these the connection is not believed any more: the store is closed, opened anew and verified."""


class StoreError(Exception):
    """The unit of work was abandoned; nothing of it is kept. `key` becomes words elsewhere, `detail` is for staff."""

    def __init__(self, fault: StoreFault, detail: str) -> None:
        super().__init__(f"{fault.value}: {detail}")
        self.fault = fault
        self.detail = detail

    @property
    def key(self) -> str:
        """The key of the words catalogue."""
        return self.fault.value
