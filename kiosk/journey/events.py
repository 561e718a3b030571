"""What can happen in a visit (events, past tense) and what a visit can ask for (effects, imperative). Values only."""

from enum import StrEnum

import msgspec

from contract.catalogue import Item
from contract.codes import Satisfaction
from contract.messages import Body, ComplaintContent, Filed, HelpContent, Holder, NoticeContent
from contract.orders import OrderContent
from contract.questions import Answer, Question
from contract.supplements import SupplementContent
from kiosk.journey.display import Contrast
from kiosk.journey.machines import (
    ComparePerson,
    EndorsePermit,
    PermitMoved,
    PersonCompared,
    ReturnPermit,
    TakePermit,
)


class _Value(msgspec.Struct, frozen=True):
    """Structs rather than dataclasses: there are forty of them, and a citizen waits while they are made."""


# --- touches: the citizen did something on the screen ----------


class Touched(_Value, frozen=True):
    """A touch that means nothing but "I am here"; also shows what was hidden."""


class Started(_Value, frozen=True):
    """The attract screen was touched."""


class LanguageChosen(_Value, frozen=True):
    language: str


class DisplayOpened(_Value, frozen=True):
    """The accessibility entry, at the bottom left of every page."""


class ElderChosen(_Value, frozen=True):
    """关怀模式 on or off."""

    on: bool


class SizeChosen(_Value, frozen=True):
    """One of the four text sizes, 1 to 4."""

    size: int


class ContrastChosen(_Value, frozen=True):
    contrast: Contrast


class LowChosen(_Value, frozen=True):
    """Controls within reach of a wheelchair, or all over the glass."""

    on: bool


class VoiceChosen(_Value, frozen=True):
    """Voice guidance on or off."""

    on: bool


class SpeedChosen(_Value, frozen=True):
    """One of the three speeds of the voice, 1 to 3."""

    speed: int


class LargerDeclined(_Value, frozen=True):
    """Larger text was offered and is not wanted."""


class Door(StrEnum):
    """The doors of the home screen. The first three lead to items, the next to services of the terminal's own."""

    NUMBER = "number"
    FILING = "filing"
    QUERY = "query"
    FIND = "find"
    """您要办什么: whoever does not know which."""
    APPOINTMENT = "appointment"
    PICKUP = "pickup"
    PROGRESS = "progress"
    SAYING = "saying"
    ORDERS = "orders"
    """代办, 上门, 延时: somebody of the office does it, comes, or stays longer."""
    GUIDES = "guides"
    """All items there are: behind the search, not on the wall."""


class DoorChosen(_Value, frozen=True):
    door: Door


class SearchOpened(_Value, frozen=True):
    pass


class ItemChosen(_Value, frozen=True):
    slug: str


class ItemBegun(_Value, frozen=True):
    """The main button of the item card."""


class CardSkipped(_Value, frozen=True):
    """Go on without a card, where the item allows it."""


class PersonConfirmed(_Value, frozen=True):
    pass


class PersonDenied(_Value, frozen=True):
    """Not me: the card's content is dropped."""


class KeyPressed(_Value, frozen=True):
    """One key of a number pad or of the letters for the search."""

    key: str


class Erased(_Value, frozen=True):
    pass


class Cleared(_Value, frozen=True):
    pass


class AnswerReopened(_Value, frozen=True):
    """Change beside an answer on the review page."""

    key: str


class Chose(_Value, frozen=True):
    """An option of a service's page was touched."""

    value: str


class Acted(_Value, frozen=True):
    """A button of a service's page, by its name."""

    action: str


class Signed(_Value, frozen=True):
    """The signature as it stands: strokes of points in tenths of a millimetre from the field's upper left corner."""

    strokes: tuple[tuple[tuple[int, int], ...], ...]


class ServiceOpened(_Value, frozen=True):
    """A door to one of the terminal's own services, by name; `about` is what it is to begin with."""

    name: str
    about: str = ""


class WentBack(_Value, frozen=True):
    pass


class ResultSeen(_Value, frozen=True):
    pass


class ReceiptAsked(_Value, frozen=True):
    """Print the receipt of the filing on A4."""


class Rated(_Value, frozen=True):
    satisfaction: Satisfaction


class RatingSkipped(_Value, frozen=True):
    pass


class HelpOpened(_Value, frozen=True):
    pass


class HelpEnded(_Value, frozen=True):
    """The citizen needs the helper no more: `solved` or `unsolved`."""

    how: str


class DifficultyOpened(_Value, frozen=True):
    """办不成事."""


class DifficultyChosen(_Value, frozen=True):
    reason: str


class OverlayClosed(_Value, frozen=True):
    pass


class StayedOn(_Value, frozen=True):
    """Still here: the button of the countdown."""


class Left(_Value, frozen=True):
    """退出."""


class ServiceAsked(_Value, frozen=True):
    """The technician's hidden gesture; it means something on the attract screen only."""


Touch = (
    Touched
    | Started
    | LanguageChosen
    | DisplayOpened
    | ElderChosen
    | SizeChosen
    | ContrastChosen
    | LowChosen
    | VoiceChosen
    | SpeedChosen
    | LargerDeclined
    | DoorChosen
    | SearchOpened
    | ItemChosen
    | ItemBegun
    | CardSkipped
    | PersonConfirmed
    | PersonDenied
    | KeyPressed
    | Erased
    | Cleared
    | AnswerReopened
    | Chose
    | Acted
    | Signed
    | ServiceOpened
    | WentBack
    | ResultSeen
    | ReceiptAsked
    | Rated
    | RatingSkipped
    | HelpOpened
    | HelpEnded
    | DifficultyOpened
    | DifficultyChosen
    | OverlayClosed
    | StayedOn
    | Left
    | ServiceAsked
)

# --- news: a device, the terminal or the clock said something ----------


class Ticked(_Value, frozen=True):
    """The clock moved. `now` is monotonic seconds and measures every wait; `wall` is local time to the minute
    (`YYYY-MM-DDTHH:MM`) and only says which day it is.
    """

    now: float
    wall: str = ""


class CardRead(_Value, frozen=True):
    """A card laid down after the visit asked for one. `visit` keeps a late read out of the next visit."""

    visit: int
    holder: Holder


class OtherCard(_Value, frozen=True):
    """A card of somebody else lies on the reader of this visit. Whose it is nobody says: nothing of it was kept."""

    visit: int


class CardFailed(_Value, frozen=True):
    """The reader could not read; `fault` is a key of the words catalogue."""

    visit: int
    fault: str


class ReaderRecovered(_Value, frozen=True):
    """The reader answers again: what was said about it is taken back."""

    visit: int


class CardGone(_Value, frozen=True):
    """The card that was read has been lifted."""

    visit: int


class TicketState(StrEnum):
    """What is known about the paper of this case."""

    WAITING = "waiting"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class CaseSaved(_Value, frozen=True):
    """The case is durable on this terminal. `item` is what was kept: after a slow first save it may be the item
    asked for first, not the one asked for last.
    """

    visit: int
    case_id: str
    case_number: str
    number: str
    business_date: str
    filed_at: str
    promise_date: str | None
    item: str = ""
    promise_certain: bool = True
    missing_until: str = ""
    """容缺: the last day for what is to be brought."""


class SaveFailed(_Value, frozen=True):
    visit: int
    case_id: str
    fault: str


class TicketMoved(_Value, frozen=True):
    visit: int
    case_id: str
    state: TicketState
    fault: str = ""


class ReceiptMoved(_Value, frozen=True):
    """What is known about the receipt on A4 of this case."""

    visit: int
    case_id: str
    state: TicketState
    fault: str = ""


class Answered(_Value, frozen=True):
    """The centre answered the question with this request id."""

    visit: int
    request: str
    answer: Answer


class Unanswered(_Value, frozen=True):
    """Nobody answered: `why` is `offline`, `slow`, `refused` or `broken`. What was asked may have been done."""

    visit: int
    request: str
    why: str


class PaperMoved(_Value, frozen=True):
    """What is known about a paper this visit asked for. `pages_out` of `pages` came out; None where nobody can say:
    then the citizen is asked. `pages` is 0 until the paper is set.
    """

    visit: int
    paper_id: str
    state: TicketState
    fault: str = ""
    pages_out: int | None = None
    pages: int = 0


class PaperShown(_Value, frozen=True):
    """The pages of a certificate as pictures for the screen; none, and a fault, where it cannot be shown."""

    visit: int
    request: str
    pictures: tuple[str, ...]
    fault: str = ""


class ScanSeen(_Value, frozen=True):
    """A picture was taken. `picture` is its address for the screen, `verdict` is `good`, `poor` or `bad`, `findings`
    are keys under `scan.` in the words that say what to do better.
    """

    visit: int
    request: str
    scan_id: str
    picture: str
    verdict: str
    findings: tuple[str, ...] = ()


class ScanFailed(_Value, frozen=True):
    """No picture, or it could not be kept; `fault` is a key of the words. `request` is the request or the scan id."""

    visit: int
    request: str
    fault: str


class ScanKept(_Value, frozen=True):
    """The sealed scan outlives a power cut: a case may name it."""

    visit: int
    scan_id: str


class DoorMoved(_Value, frozen=True):
    """What a locker door did: `opened`, `closed`, `stuck` or `unknown`, with the fault where there is one."""

    visit: int
    request: str
    state: str
    fault: str = ""


class RecordKept(_Value, frozen=True):
    """A record of this visit is durable on the terminal; with a `fault` it is not."""

    visit: int
    record_id: str
    fault: str = ""


class ServiceWanted(_Value, frozen=True):
    """The cabinet's switch stands on maintenance: a technician's turn comes as soon as no citizen is served."""

    visit: int


class HeadphonesSeen(_Value, frozen=True):
    """Headphones are in the jack or not; `moved` where somebody plugged or unplugged them just now."""

    plugged: bool
    moved: bool = True


class SpellingLearned(_Value, frozen=True):
    """The Pinyin of the items: text -> syllables."""

    spelling: dict[str, tuple[str, ...]]


class DutyChanged(_Value, frozen=True):
    """Which items cannot be begun here now: slug -> key of the reason. `suspended`: no visit may begin at all."""

    closed: tuple[tuple[str, str], ...]
    suspended: bool = False
    link_up: bool = False
    papers: bool = False
    """A page on A4 can be printed now."""
    help_rings: bool = True
    """Whether a call for help goes out now: outside the hours of remote help nobody is rung."""


News = (
    Ticked
    | CardRead
    | OtherCard
    | CardFailed
    | ReaderRecovered
    | CardGone
    | CaseSaved
    | SaveFailed
    | TicketMoved
    | ReceiptMoved
    | Answered
    | Unanswered
    | PaperMoved
    | PaperShown
    | ScanSeen
    | ScanFailed
    | ScanKept
    | DoorMoved
    | PermitMoved
    | PersonCompared
    | RecordKept
    | ServiceWanted
    | HeadphonesSeen
    | SpellingLearned
    | DutyChanged
)
Event = Touch | News

# --- effects ----------


class AwaitCard(_Value, frozen=True):
    """Read the next card that is laid down."""

    visit: int


class AwaitCardGone(_Value, frozen=True):
    """Say when the card that was read is lifted."""

    visit: int


class GuardCard(_Value, frozen=True):
    """Say when a card is laid down that this visit has not read: somebody else's."""

    visit: int


class RestReader(_Value, frozen=True):
    """Leave the reader alone."""

    visit: int


class SaveCase(_Value, frozen=True):
    """Make the case durable. The same `case_id` asked twice is one case and one number."""

    visit: int
    case_id: str
    item: Item
    holder: Holder | None
    answers: tuple[tuple[str, str], ...]
    language: str
    filed: Filed = Filed()
    """What the centre may judge by without opening the seal."""


class PrintTicket(_Value, frozen=True):
    visit: int
    case_id: str


class PrintReceipt(_Value, frozen=True):
    """`received`: code of each material and how it is there, for the list that is signed for (一手清)."""

    visit: int
    case_id: str
    received: tuple[tuple[str, str], ...] = ()


class AskCentre(_Value, frozen=True):
    """Ask the centre and say what came of it, within `seconds`; the id of a question that creates something is in the
    question, `request` only pairs question and answer.
    """

    visit: int
    request: str
    question: Question
    seconds: float = 15.0


class KeepRecord(_Value, frozen=True):
    """Make a record durable. `content` is personal: the desk seals it; an empty `at` of the record is filled in.
    The same `record_id` twice is one record. `scans` are the ids of kept scans that belong to it, and to no case.
    """

    visit: int
    record_id: str
    record: Body
    content: NoticeContent | ComplaintContent | HelpContent | OrderContent | SupplementContent | None = None
    scans: tuple[str, ...] = ()


class PrintPaper(_Value, frozen=True):
    """Typeset a paper from a template and print it. `data` is what the template's struct is made from; a reprint is a
    new `paper_id` that names the one it `voids`.
    """

    visit: int
    paper_id: str
    template: str
    data: tuple[tuple[str, object], ...]
    language: str
    copies: int = 1
    voids: str = ""
    file: bytes = b""
    """A finished file (`file_type` ofd or pdf) instead of a template."""
    file_type: str = ""


class ShowPaper(_Value, frozen=True):
    """Make pictures of a finished certificate (`file_type` ofd or pdf), for the screen."""

    visit: int
    request: str
    file: bytes
    file_type: str


class CaptureScan(_Value, frozen=True):
    """Take a picture of the paper under the camera; `what` is the code of the material."""

    visit: int
    request: str
    what: str


class KeepScan(_Value, frozen=True):
    """The citizen takes this picture: seal it and have it kept."""

    visit: int
    scan_id: str
    what: str


class DropScan(_Value, frozen=True):
    """The citizen does not take this picture: forget it."""

    visit: int
    scan_id: str


class OpenDoor(_Value, frozen=True):
    visit: int
    request: str
    door: int


class SaveRating(_Value, frozen=True):
    """Keep a rating. `case_id` is empty where no case was made here, `record_id` makes a repeat harmless; the tags are
    keys of the list of `tags_version`.
    """

    visit: int
    case_id: str
    satisfaction: Satisfaction
    tags: tuple[str, ...] = ()
    tags_version: int = 0
    again: bool = False
    item: str = ""
    case_number: str = ""
    record_id: str = ""


class SaveDifficulty(_Value, frozen=True):
    visit: int
    page: str
    item: str | None
    last_error: str | None
    reason: str


class Ending(StrEnum):
    """Why a visit ended."""

    FINISHED = "finished"
    LEFT = "left"
    IDLE = "idle"
    CARD_LEFT = "card_left"
    OTHER_CARD = "other_card"
    SERVICE = "service"


class EndVisit(_Value, frozen=True):
    """Wipe by ending this process."""

    visit: int
    ending: Ending


Effect = (
    AwaitCard
    | AwaitCardGone
    | GuardCard
    | RestReader
    | SaveCase
    | PrintTicket
    | PrintReceipt
    | AskCentre
    | KeepRecord
    | PrintPaper
    | ShowPaper
    | CaptureScan
    | KeepScan
    | DropScan
    | OpenDoor
    | TakePermit
    | EndorsePermit
    | ReturnPermit
    | ComparePerson
    | SaveRating
    | SaveDifficulty
    | EndVisit
)
