"""What can happen in a visit (events, past tense) and what a visit can ask for (effects, imperative). Values only."""

from enum import StrEnum

import msgspec

from contract.catalogue import Item
from contract.codes import Satisfaction
from contract.messages import Holder


class _Value(msgspec.Struct, frozen=True):
    """Structs rather than dataclasses: there are forty of them, and a citizen waits while they are made."""


# --- touches: the citizen did something on the screen ----------


class Touched(_Value, frozen=True):
    """A touch that means nothing but "I am here"; also shows what was hidden."""


class Started(_Value, frozen=True):
    """The attract screen was touched."""


class LanguageChosen(_Value, frozen=True):
    language: str


class LargeTextChosen(_Value, frozen=True):
    on: bool


class Door(StrEnum):
    """The doors of the home screen that lead somewhere today."""

    NUMBER = "number"
    FILING = "filing"
    GUIDES = "guides"


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


class AnswerChosen(_Value, frozen=True):
    value: str


class AnswerSkipped(_Value, frozen=True):
    pass


class AnswerReopened(_Value, frozen=True):
    """Change beside an answer on the review page."""

    key: str


class WentOn(_Value, frozen=True):
    pass


class WentBack(_Value, frozen=True):
    pass


class Submitted(_Value, frozen=True):
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
    | LargeTextChosen
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
    | AnswerChosen
    | AnswerSkipped
    | AnswerReopened
    | WentOn
    | WentBack
    | Submitted
    | ResultSeen
    | ReceiptAsked
    | Rated
    | RatingSkipped
    | HelpOpened
    | DifficultyOpened
    | DifficultyChosen
    | OverlayClosed
    | StayedOn
    | Left
    | ServiceAsked
)

# --- news: a device, the terminal or the clock said something ----------


class Ticked(_Value, frozen=True):
    """The clock moved. `now` is monotonic seconds; the journey knows no other clock."""

    now: float


class CardRead(_Value, frozen=True):
    """A card laid down after the visit asked for one. `visit` keeps a late read out of the next visit."""

    visit: int
    holder: Holder


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


class ServiceWanted(_Value, frozen=True):
    """The cabinet's switch stands on maintenance: a technician's turn comes as soon as no citizen is served."""

    visit: int


class DutyChanged(_Value, frozen=True):
    """Which items cannot be begun here now: slug -> key of the reason. `suspended`: no visit may begin at all."""

    closed: tuple[tuple[str, str], ...]
    suspended: bool = False


News = (
    Ticked
    | CardRead
    | CardFailed
    | ReaderRecovered
    | CardGone
    | CaseSaved
    | SaveFailed
    | TicketMoved
    | ReceiptMoved
    | ServiceWanted
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


class PrintTicket(_Value, frozen=True):
    visit: int
    case_id: str


class PrintReceipt(_Value, frozen=True):
    visit: int
    case_id: str


class SaveRating(_Value, frozen=True):
    visit: int
    case_id: str
    satisfaction: Satisfaction


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
    SERVICE = "service"


class EndVisit(_Value, frozen=True):
    """Wipe by ending this process."""

    visit: int
    ending: Ending


Effect = (
    AwaitCard
    | AwaitCardGone
    | RestReader
    | SaveCase
    | PrintTicket
    | PrintReceipt
    | SaveRating
    | SaveDifficulty
    | EndVisit
)
