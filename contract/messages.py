"""What terminals tell the centre: the bodies inside envelopes, and the part of a case that is sealed.

How they travel is in `contract.exchange`. Times are ISO 8601 with offset, dates `YYYY-MM-DD`. Every struct may gain
optional fields; none loses or re-types one.
"""

from enum import StrEnum

import msgspec

from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane
from contract.handling import DoneAtOnce
from contract.orders import OrderPlaced
from contract.pages_counted import PagesCounted
from contract.scans import ScanRef
from contract.supplements import SupplementGiven
from contract.walks import WalkedThrough

SCHEMA = 1

ENVELOPE_MAX_BYTES = 128 * 1024
"""A terminal stores no larger one; a centre has taken larger ones from version 0.1."""


class NumberTier(StrEnum):
    """Where a queue number came from; each tier looks different, so none can repeat another's (`contract.numbers`)."""

    UPSTREAM = "upstream"
    LEASED = "leased"
    LOCAL = "local"


class Filed(msgspec.Struct, frozen=True):
    """How a case was filed, as far as it may be judged without opening the seal: codes and kinds, nothing personal."""

    missing: tuple[str, ...] = ()
    """容缺受理: codes of the tolerable materials that are still to be brought."""
    promised: tuple[str, ...] = ()
    """告知承诺: codes of the materials a signed promise stands for."""
    joint: tuple[str, ...] = ()
    """一件事: the items that are done together."""
    delivery: str = ""
    """`fetch`, `locker` or `post`; the address is sealed."""
    agent: bool = False
    """Somebody filed it for another."""
    reach: str = ""
    """跨城通办: the place that decides; `here` for this district, empty where the item knows no other."""
    green: str = ""
    """绿色通道: why it was taken up (`elder`, `disabled`, `veteran`, `pregnant`, `child`); empty for none."""
    credit: str = ""
    """Whether 容缺 was asked about before it was offered: `asked` or `unasked` (nobody answered); else empty."""
    helped_by: str = ""
    """Badge of the guide beside the citizen, as typed at the terminal."""
    helped_checked: bool = False
    """Whether the centre knew that badge and its number; False where nobody could be asked."""
    certificate: bool = False
    """数字证书 was asked for with it."""
    draft: str = ""
    """The id of the draft it began as, at whichever end; empty for none."""
    booking_id: str = ""
    """The booking this number is taken with."""
    booked_for: str = ""
    """When that booking begins, `YYYY-MM-DDTHH:MM` in the hall's time: told with the number, for a hall that is cut off
    from whoever keeps the bookings calls it at its time all the same. Empty for one that came too late.
    """


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
    promise_certain: bool = True
    """False where the promise reaches into a year whose holidays nobody had announced when it was given."""
    tier: NumberTier = NumberTier.LEASED
    scans: tuple[ScanRef, ...] = ()
    """The case is complete at the centre only when all of these are held."""
    helped_by: str = ""
    """Badge of the guide (领办员) who helped at the terminal, as typed there; empty where nobody did."""
    helped_checked: bool = False
    """As in `Filed`."""
    missing: tuple[str, ...] = ()
    """容缺受理: codes of the tolerable materials that are still to be brought."""
    missing_until: str | None = None
    """The last day for them."""
    booking_id: str = ""
    """The booking this number or case was taken with."""
    promised: tuple[str, ...] = ()
    """告知承诺: codes of the materials a signed promise stands for."""
    joint: tuple[str, ...] = ()
    """一件事: the items that are done together."""
    delivery: str = ""
    """`fetch`, `locker` or `post`; the address is sealed."""
    agent: bool = False
    """Somebody filed it for another."""
    reach: str = ""
    """跨城通办: the place that decides; `here` for this district, empty where the item knows no other."""
    green: str = ""
    """绿色通道: as in `Filed`."""
    certificate: bool = False
    """数字证书: as in `Filed`."""
    draft: str = ""
    """As in `Filed`."""
    credit: str = ""
    """As in `Filed`."""
    booked_for: str = ""
    """As in `Filed`."""


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
    """好差评 given at the terminal. Voluntary: a visit without one sends nothing. `case_id` is empty where a service
    without a case is rated: a query, a pick-up, a booking; `item` says which.
    """

    case_id: str
    satisfaction: Satisfaction
    at: str
    tags: tuple[str, ...] = ()
    """Reasons, as keys of the centre's list."""
    tags_version: int = 0
    again: bool = False
    """The second rating (追评), after the case was decided. At most one a case, from any terminal."""
    item: str = ""
    """Slug of the item, or the name of the terminal's own service (`pickup`, `appointment`)."""
    case_number: str = ""
    """Of the case, where only its number is known: a second rating."""


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


class PaperLeft(msgspec.Struct, frozen=True, tag_field="kind", tag="paper_left"):
    """Paper stood in an exit after its visit (experience.md 4.4); counted, never named."""

    device: str
    """`ticket_printer` or `document_printer`."""
    outcome: str
    """`taken` in time, `retracted` by the device, `left` where it cannot retract, `unknown` where it cannot see."""
    pages: int | None
    at: str
    case_id: str = ""


class Matter(StrEnum):
    """What a citizen wants of the office: an answer to a complaint, to a question, or to be heard."""

    COMPLAINT = "complaint"
    CONSULTATION = "consultation"
    SUGGESTION = "suggestion"


class ComplaintFiled(msgspec.Struct, frozen=True, tag_field="kind", tag="complaint"):
    """投诉, 咨询 or 建议. What was said and by whom is in the envelope's sealed part (`ComplaintContent`)."""

    complaint_id: str
    number: str
    """On the paper, unique for ever."""
    code: str
    """Beside it: who shows both hears the answer."""
    matter: Matter
    at: str
    language: str
    about: str = ""
    """What it is about, as a key: `service`, `efficiency`, `policy`, `terminal`, `fee`, `other`."""
    item: str | None = None
    page: str = ""
    last_error: str | None = None
    case_number: str = ""
    """The case it is about, where the citizen named one."""
    named: bool = False
    """Real-name: it cannot be closed without a reply."""
    masked_contact: str = ""
    """Such as 张* 138****5678."""


class NoticeGiven(msgspec.Struct, frozen=True, tag_field="kind", tag="notice_given"):
    """一次性告知: evidence of what exactly was told whom, when. The sealed part (`NoticeContent`) holds the words."""

    notice_id: str
    item: str
    item_version: int
    sha256: str
    """Of the UTF-8 text in the sealed part, lower-case hex."""
    given: tuple[str, ...]
    """`screen`, `print`, `qr`."""
    at: str
    language: str
    masked_recipient: str = ""
    case_id: str = ""
    situations: dict[str, str] = {}
    """The answers it was built from, as keys."""


class SurveyGiven(msgspec.Struct, frozen=True, tag_field="kind", tag="survey"):
    """A survey filled while the centre was away. Nothing in it says by whom."""

    fill_id: str
    survey: str
    answers: dict[str, str]
    at: str


class HelpWanted(msgspec.Struct, frozen=True, tag_field="kind", tag="help_wanted"):
    """请人帮我 while the centre was away: somebody should call. The number to call is sealed (`HelpContent`)."""

    help_id: str
    item: str | None
    page: str
    at: str
    masked_contact: str = ""


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


NOT_SAVED = "not_saved"


class SettingsRevised(msgspec.Struct, frozen=True, tag_field="kind", tag="settings_revised"):
    """Somebody changed the settings of the terminal, or took a change back. Values of keys and hashes never travel."""

    revision: int
    by: str
    at: str
    changes: tuple[str, ...]
    """One line for each value that changed: its place, before and after."""
    outcome: str
    """`pending` (applied, being watched), `kept`, `taken_back` (not healthy in time) or `undone` (by a person).

    `not_saved`: what came down could not even be written; the revision is 0 then, `by` names its version, and the only
    line of `changes` says why.
    """


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
    | PaperLeft
    | ComplaintFiled
    | NoticeGiven
    | SurveyGiven
    | WalkedThrough
    | SupplementGiven
    | HelpWanted
    | DoneAtOnce
    | PagesCounted
    | OrderPlaced
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


class ComplaintContent(msgspec.Struct, frozen=True):
    """The sealed part of a complaint. A citizen may stay unnamed; then only `text` is there."""

    text: str
    name: str = ""
    contact: str = ""
    """Mobile or other way to reach the citizen."""
    id_number: str = ""


class NoticeContent(msgspec.Struct, frozen=True):
    """The sealed part of a notice: its exact words, and who was told."""

    text: str
    recipient: str = ""
    id_number: str = ""


class HelpContent(msgspec.Struct, frozen=True):
    """The sealed part of a wish to be called."""

    mobile: str
    name: str = ""
