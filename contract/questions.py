"""What a visit asks of the centre while its citizen waits, and what it is answered.

A visit seals the question to the centre's sealing key together with the public half of a key made for this one
answer; the terminal only carries ciphertext. Every question that creates something carries an id the visit made: asked
again after a lost answer it creates nothing twice and gets the same answer. Times are ISO 8601 with offset, days
`YYYY-MM-DD`, money is integer fen (0.01 yuan). Every struct may gain optional fields; none loses or re-types one.
"""

from enum import StrEnum

import msgspec

from contract.assisting import GuideAsked, GuideKnown
from contract.catalogue import Text
from contract.declarations import Declared
from contract.deliveries import Licence, Posted
from contract.envelope import Sealed
from contract.handling import CorrectionTold, RefusalTold, ToleranceAsked, ToleranceStands
from contract.orders import OrdersAsked, OrdersFound, ProjectAsked, ProjectFound
from contract.positions import BringBack, BroughtBack, NumbersAsked, NumbersStand
from contract.waiting import WaitAsked, WaitTold

QUESTION_PATH = "/v1/question"
QUESTION_MAX_BYTES = 512 * 1024
LONGEST_SECONDS = 20.0
"""No question is worked on longer at the centre; who wants to know more asks again with the same id."""


class QuestionAsked(msgspec.Struct, frozen=True):
    """The request a terminal sends on behalf of its visit. `question_id` binds question and answer together."""

    terminal: str
    nonce: str
    question_id: str
    sealed: Sealed


class QuestionReply(msgspec.Struct, frozen=True):
    """`sealed` opens with the key of the question only."""

    nonce: str
    server_time: str
    question_id: str
    sealed: Sealed


def question_context(terminal: str, question_id: str) -> bytes:
    """Binds a sealed question to its terminal and id."""
    return f"suiban question 1|{terminal}|{question_id}".encode()


def answer_context(terminal: str, question_id: str) -> bytes:
    """Binds a sealed answer to the question it answers."""
    return f"suiban answer 1|{terminal}|{question_id}".encode()


class Person(msgspec.Struct, frozen=True):
    """Whom a question is about, as a card said it."""

    name: str
    id_number: str
    card_kind: str = "resident"
    mobile: str = ""


class _Question(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """One kind of question; its name is its tag."""


class _Answer(msgspec.Struct, frozen=True, tag_field="kind", tag=True):
    """One kind of answer; its name is its tag."""


# --- any question may be answered so ----------


class Unavailable(_Answer, frozen=True):
    """Nobody could answer now. `why` is `down`, `slow`, `wrong` (an answer that cannot be right) or `busy`."""

    why: str
    since: str = ""
    text: Text = {}


class Refused(_Answer, frozen=True):
    """The answer is no, and why: `reason` is a key under `refused.` in the terminal's words, `text` the centre's own
    words where it has any, `person` whether somebody can look at it (a name that differs is never a last word).
    """

    reason: str
    text: Text = {}
    person: bool = False


# --- departments ----------


class DepartmentAsked(_Question, frozen=True):
    """What a department knows about a person. `query` names one of the connector's queries."""

    item: str
    connector: str
    query: str
    person: Person
    args: dict[str, str] = {}


class Fact(msgspec.Struct, frozen=True):
    """One line of what a department said. `personal` is masked when nobody looks."""

    label: Text
    value: str
    personal: bool = False


class Section(msgspec.Struct, frozen=True):
    """Facts that belong together."""

    title: Text
    facts: tuple[Fact, ...]


class DepartmentFound(_Answer, frozen=True):
    """`as_of` is how old the department's own data is. `choices` (value, label) where the citizen must say which one
    is meant (one of two cars, one of three bills) before anything more is done.
    """

    sections: tuple[Section, ...]
    as_of: str
    source: Text
    choices: tuple[tuple[str, Text], ...] = ()
    amount_fen: int | None = None
    """What is to be paid, where something is."""
    amounts: dict[str, int] = {}
    """The same for each of the `choices`."""
    expects: dict[str, str] = {}
    """What a thing that is laid into the terminal must say of itself: `permit`, the end of its number."""


class DepartmentToldToAct(_Question, frozen=True):
    """Have a department do something: an application, a payment booked, an endorsement asked for. `act_id` is the
    visit's: said twice it is done once.
    """

    act_id: str
    item: str
    connector: str
    act: str
    person: Person
    args: dict[str, str] = {}
    order_id: str = ""
    """The paid order, where the act has to be paid for first."""
    declared: Declared | None = None
    """What was signed for it."""


class DepartmentActed(_Answer, frozen=True):
    """Done. `reference` is the department's own number for it."""

    reference: str
    sections: tuple[Section, ...]
    ready_on: str = ""
    """The day a result can be fetched or is sent; empty where it is there already."""
    endorsement: str = ""
    """What is printed on the permit that lies in the terminal, in the department's words; nothing of it is personal."""


class DocumentWanted(_Question, frozen=True):
    """A document of a department, to be printed. `document_id` is the visit's: asked twice it is the same document; a
    reprint names the document it voids.
    """

    document_id: str
    item: str
    connector: str
    document: str
    person: Person
    args: dict[str, str] = {}
    voids: str = ""


class DocumentIssued(_Answer, frozen=True):
    """What stands on the paper. Either `data` for the terminal's template of this name, or a finished file."""

    serial: str
    verification_code: str
    verify_url: str
    issued_at: str
    template: str
    data: dict[str, object] = {}
    file: bytes = b""
    """A certificate as the department signed it (OFD, GB/T 33190, or PDF); empty where `data` is typeset here."""
    file_type: str = ""
    """`ofd` or `pdf`."""
    pages: int = 1
    copies_left: int | None = None


# --- appointments ----------


class SlotsAsked(_Question, frozen=True):
    """What is free for an item from a day on."""

    item: str
    first_day: str
    days: int = 14


class Slot(msgspec.Struct, frozen=True):
    """A time that can be booked. `start` and `end` are `HH:MM`."""

    slot_id: str
    start: str
    end: str
    left: int


class SlotDay(msgspec.Struct, frozen=True):
    """A day with its slots; none, and why, where the hall is closed."""

    day: str
    slots: tuple[Slot, ...]
    closed: Text = {}


class SlotsFound(_Answer, frozen=True):
    days: tuple[SlotDay, ...]
    hall: Text = {}


class Book(_Question, frozen=True):
    """`booking_id` is the visit's. `change_of` is the booking this one takes the place of: it is given up only when the
    new one is held.
    """

    booking_id: str
    item: str
    slot_id: str
    person: Person
    change_of: str = ""
    urgent: str = ""
    """Why it cannot wait, in the citizen's choice of reasons; empty for an ordinary booking."""


class BookingState(StrEnum):
    """Where a booking stands."""

    ASKED = "asked"
    """An urgent one nobody has decided yet; `answer_by` says until when somebody will."""
    REFUSED = "refused"
    """An urgent one that was looked at and cannot be; `note` says why."""
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    MISSED = "missed"
    SERVED = "served"


class Booking(msgspec.Struct, frozen=True):
    """A booking as its citizen sees it. `code` is what QR and paper carry."""

    booking_id: str
    code: str
    item: str
    title: Text
    day: str
    start: str
    end: str
    state: BookingState
    check_in_from: str = ""
    check_in_until: str = ""
    place: Text = {}
    urgent: bool = False
    answer_by: str = ""
    note: Text = {}


class Booked(_Answer, frozen=True):
    booking: Booking


class SlotGone(_Answer, frozen=True):
    """Somebody was faster; what is still free."""

    days: tuple[SlotDay, ...]


class BookingsAsked(_Question, frozen=True):
    """The bookings of a person, or the one with a code."""

    person: Person | None = None
    code: str = ""


class BookingsFound(_Answer, frozen=True):
    bookings: tuple[Booking, ...]


class CancelBooking(_Question, frozen=True):
    booking_id: str
    code: str


class CheckIn(_Question, frozen=True):
    """Here now: the booking becomes a place in the queue."""

    booking_id: str
    code: str
    case_id: str
    """The case under which the queue number is taken."""


class CheckedIn(_Answer, frozen=True):
    """Go on and take the number: its queue, and how it is `placed`: `booked` (called at its time) or `late` (called
    like a number without a booking). Too early and too late are `Refused`.
    """

    booking: Booking
    queue: str
    placed: str = "booked"


# --- payments ----------


class PayState(StrEnum):
    """Where an order stands. Only the last four are final."""

    WAITING = "waiting"
    UNKNOWN = "unknown"
    PAID = "paid"
    CLOSED = "closed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class PayBegun(_Question, frozen=True):
    """Open an order, or hear how it stands when it is open. The amount is checked against the item's fees."""

    order_id: str
    item: str
    case_id: str
    fees: tuple[tuple[str, int], ...]
    """Fee key of the item and how many times it is due."""
    person: Person | None = None
    bill: str = ""
    """The bill of a department that is paid, where the amount is the department's."""
    amount_fen: int = 0
    """What the citizen was shown; another amount is refused."""


class PayAsked(_Question, frozen=True):
    order_id: str


class PayClosed(_Question, frozen=True):
    """The citizen does not pay after all. One that was paid meanwhile stays paid: the answer says so."""

    order_id: str


class RefundWanted(_Question, frozen=True):
    """Nothing was given for it: back to where the money came from."""

    order_id: str
    why: str


class PayStands(_Answer, frozen=True):
    order_id: str
    state: PayState
    amount_fen: int
    lines: tuple[tuple[Text, int], ...] = ()
    pay_code: str = ""
    """What the QR code on the screen says, for the citizen's phone; empty once the order is final."""
    pay_until: str = ""
    paid_at: str = ""
    receipt_number: str = ""
    """The electronic receipt (财政电子票据); empty until paid."""
    heard: bool = True
    """Whether the gateway answered when it was asked last; what it has not said may have changed meanwhile."""


# --- cases: progress, trace, pick-up, drafts ----------


class CasesAsked(_Question, frozen=True):
    """How cases stand: those of a person, or the one with a number and its verification code."""

    person: Person | None = None
    case_number: str = ""
    verification_code: str = ""


class CaseStep(msgspec.Struct, frozen=True):
    at: str
    title: Text
    note: Text = {}


class CaseStands(msgspec.Struct, frozen=True):
    """`next` says who does what until when."""

    case_number: str
    item: str
    title: Text
    filed_at: str
    state: Text
    steps: tuple[CaseStep, ...]
    promise_date: str = ""
    next: Text = {}
    missing: tuple[Text, ...] = ()
    missing_until: str = ""
    may_rate_again: bool = False
    missing_codes: tuple[str, ...] = ()
    """Of `missing`, one by one: what can be handed in (补交材料)."""
    handed_in: tuple[Text, ...] = ()
    """What was brought later and is here."""
    posted: Posted | None = None
    licences: tuple[Licence, ...] = ()
    """Each of the set this application gives; none where it gives one thing."""
    corrections: tuple[CorrectionTold, ...] = ()
    """补正告知, the newest first."""
    refusal: RefusalTold | None = None
    route: Text = {}
    """四办: which way it goes."""
    route_why: tuple[Text, ...] = ()
    result_by: Text = {}
    """How its result comes back: the way it came in."""
    at_unit: Text = {}
    """Whose hands it is in now, where it was passed on."""
    days_left: int | None = None
    """倒计时: working days after today until `promise_date`, below zero overdue by so many; None where nothing runs."""
    paused: Text = {}
    """Why the clock stands; empty where it runs."""


class CasesFound(_Answer, frozen=True):
    cases: tuple[CaseStands, ...]


class TraceAsked(_Question, frozen=True):
    """Everything that was done with the person's data: filed, opened by whom and why, printed, handed over."""

    person: Person


class TraceFound(_Answer, frozen=True):
    steps: tuple[CaseStep, ...]


class PickupsAsked(_Question, frozen=True):
    """What lies ready: for a person, or under a pick-up code."""

    person: Person | None = None
    code: str = ""


class Pickup(msgspec.Struct, frozen=True):
    """`door` is the locker door of `terminal`; 0 where it lies at a window or is printed."""

    pickup_id: str
    title: Text
    terminal: str
    door: int
    until: str
    place: Text = {}
    document: str = ""
    """The document that can be printed here, where the thing is one."""
    proof: str = ""
    """`person`: it is handed out only to who is seen to be the card's holder."""


class PickupsFound(_Answer, frozen=True):
    pickups: tuple[Pickup, ...]


class PickupMoved(_Question, frozen=True):
    """What became of it: `opened`, `taken`, `left` (the door was closed with it inside), `stuck`, or `refused` (who
    stood there was not seen to be the card's holder).
    """

    pickup_id: str
    what: str


class PickupHeard(_Answer, frozen=True):
    pickup_id: str


class DraftKept(_Question, frozen=True):
    """Keep an unfinished filing because its citizen agreed. `content` is of the terminal's own making."""

    draft_id: str
    item: str
    item_version: int
    content: bytes
    person: Person | None = None


class DraftHeld(_Answer, frozen=True):
    """`code` opens it at the window and at any terminal, `url` on the phone, until `until`."""

    draft_id: str
    code: str
    url: str
    until: str
    pin: str = ""
    """What a phone or a window asks for beside the code; it is in no QR code."""


class DraftAsked(_Question, frozen=True):
    code: str
    person: Person | None = None


class DraftFound(_Answer, frozen=True):
    draft_id: str
    item: str
    item_version: int
    content: bytes


# --- what citizens say ----------


class ReplyAsked(_Question, frozen=True):
    """What became of a complaint or consultation: its number and code are on the paper."""

    number: str
    code: str


class ReplyFound(_Answer, frozen=True):
    number: str
    state: Text
    steps: tuple[CaseStep, ...]
    answer: Text = {}
    promised_until: str = ""
    """承诺时限: the last day for the answer."""
    extended_until: str = ""
    """延期时限: the day it was put off to, and why (GB/T 39046 6.7)."""
    extension_reason: Text = {}
    overdue_days: int = 0
    """超期天数: working days past the day that holds."""


class SurveyAsked(_Question, frozen=True):
    """Whether a survey wants this visit: the centre counts its quotas."""

    item: str
    age_band: str = ""


class SurveyQuestion(msgspec.Struct, frozen=True):
    key: str
    text: Text
    choices: tuple[tuple[str, Text], ...]


class SurveyOffered(_Answer, frozen=True):
    """None wanted where `questions` is empty."""

    survey: str = ""
    title: Text = {}
    questions: tuple[SurveyQuestion, ...] = ()


class SurveyFilled(_Question, frozen=True):
    fill_id: str
    survey: str
    answers: dict[str, str]


class SurveyTaken(_Answer, frozen=True):
    survey: str


# --- 请人帮我 ----------


class HelpAsked(_Question, frozen=True):
    """Somebody, please. Asked again with the same id it says how it stands and what the page shows now: masked texts
    only, never what was typed.
    """

    help_id: str
    item: str
    page: str
    shown: tuple[str, ...]
    seen: int = 0
    """How many of the helper's sentences the citizen has seen."""
    ended: str = ""
    """`solved`, `unsolved` or `left` when it is over."""
    mobile: str = ""
    """Whom to call back, once nobody could come and the citizen wants it."""
    language: str = "zh-Hans"


class HelpStands(_Answer, frozen=True):
    """`state`: `ringing`, `answered`, `call_back` (nobody could come: `call_back_at` is when somebody will), `over`."""

    help_id: str
    state: str
    helper: str = ""
    said: tuple[str, ...] = ()
    call_back_at: str = ""
    phone: str = ""


Question = (
    DepartmentAsked
    | DepartmentToldToAct
    | DocumentWanted
    | SlotsAsked
    | Book
    | BookingsAsked
    | CancelBooking
    | CheckIn
    | PayBegun
    | PayAsked
    | PayClosed
    | RefundWanted
    | CasesAsked
    | TraceAsked
    | PickupsAsked
    | PickupMoved
    | DraftKept
    | DraftAsked
    | ReplyAsked
    | SurveyAsked
    | SurveyFilled
    | HelpAsked
    | GuideAsked
    | WaitAsked
    | NumbersAsked
    | BringBack
    | ToleranceAsked
    | OrdersAsked
    | ProjectAsked
)
Answer = (
    Unavailable
    | Refused
    | DepartmentFound
    | DepartmentActed
    | DocumentIssued
    | SlotsFound
    | Booked
    | SlotGone
    | BookingsFound
    | CheckedIn
    | PayStands
    | CasesFound
    | TraceFound
    | PickupsFound
    | PickupHeard
    | DraftHeld
    | DraftFound
    | ReplyFound
    | SurveyOffered
    | SurveyTaken
    | HelpStands
    | GuideKnown
    | WaitTold
    | NumbersStand
    | BroughtBack
    | ToleranceStands
    | OrdersFound
    | ProjectFound
)


class Asking(msgspec.Struct, frozen=True):
    """The plaintext of a sealed question: what is asked, and the key (raw public key of `suite`) to seal the answer
    to.
    """

    question: Question
    reply_to: bytes
    suite: str


class Answering(msgspec.Struct, frozen=True):
    """The plaintext of a sealed answer."""

    answer: Answer
